// Python literals in and out.
#include <charconv>
#include <cmath>

#include "integration/domain/domain.hpp"
#include "integration/value/builder.hpp"

namespace outrigger::domain {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Document> run() {
    if (!value()) return error_;
    space();
    if (at_ != text_.size()) {
      fail("something follows the end");
      return error_;
    }
    return builder_.finish();
  }

 private:
  bool value() {
    space();
    if (at_ == text_.size()) return fail("a value is missing");
    const char c = text_[at_];
    if (c == '[' || c == '(') return sequence(c == '[' ? ']' : ')');
    if (c == '{') return dictionary();
    if (c == '\'' || c == '"') return string();
    if (c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9')) return number();
    return name();
  }

  bool sequence(char close) {
    const char open = text_[at_++];
    if (!check(builder_.open_array())) return false;
    bool comma = true;
    size_t items = 0;
    for (;;) {
      space();
      if (at_ == text_.size()) return fail(std::string("a closing ") + close + " is missing");
      if (text_[at_] == close) {
        ++at_;
        // ('x') is no tuple in Python.
        if (open == '(' && items == 1 && !comma) return fail("a tuple of one item needs a comma after it");
        return check(builder_.close_array());
      }
      if (!comma) return fail("a comma is missing");
      if (!value()) return false;
      ++items;
      comma = take(',');
    }
  }

  bool dictionary() {
    ++at_;
    if (!check(builder_.open_object())) return false;
    bool comma = true;
    for (;;) {
      space();
      if (at_ == text_.size()) return fail("a closing } is missing");
      if (text_[at_] == '}') {
        ++at_;
        return check(builder_.close_object());
      }
      if (!comma) return fail("a comma is missing");
      std::string key;
      if (text_[at_] != '\'' && text_[at_] != '"') return fail("keys must be strings");
      if (!quoted(key) || !check(builder_.key(key))) return false;
      if (!take(':')) return fail("a colon is missing after a key");
      if (!value()) return false;
      comma = take(',');
    }
  }

  bool string() {
    std::string out;
    if (!quoted(out)) return false;
    // Adjacent strings are one.
    for (space(); at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"'); space())
      if (!quoted(out)) return false;
    return check(builder_.text(out));
  }

  bool quoted(std::string& out) {
    const size_t start = at_;
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      const char c = text_[at_++];
      if (c == '\n') return fail("a string ends at the end of its line");
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    if (at_ == text_.size()) {
      at_ = start;
      return fail("a string is not closed");
    }
    ++at_;
    return true;
  }

  bool escape(std::string& out) {
    if (at_ == text_.size()) return fail("a string is not closed");
    const char c = text_[at_++];
    switch (c) {
      case 'n': out += '\n'; return true;
      case 't': out += '\t'; return true;
      case 'r': out += '\r'; return true;
      case '\n': return true;
      case '\\':
      case '\'':
      case '"': out += c; return true;
      case 'x': return code_point(2, out);
      case 'u': return code_point(4, out);
      case 'U': return code_point(8, out);
      default:
        out += '\\';
        out += c;
        return true;  // Python keeps unknown escapes
    }
  }

  bool code_point(size_t digits, std::string& out) {
    uint32_t code = 0;
    const std::string_view hex = text_.substr(at_, digits);
    const auto read = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
    if (hex.size() != digits || read.ptr != hex.data() + digits || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
      return fail("an escape is malformed");
    at_ += digits;
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0U | code >> 6U);
      out += static_cast<char>(0x80U | (code & 63U));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0U | code >> 12U);
      out += static_cast<char>(0x80U | (code >> 6U & 63U));
      out += static_cast<char>(0x80U | (code & 63U));
    } else {
      out += static_cast<char>(0xF0U | code >> 18U);
      out += static_cast<char>(0x80U | (code >> 12U & 63U));
      out += static_cast<char>(0x80U | (code >> 6U & 63U));
      out += static_cast<char>(0x80U | (code & 63U));
    }
    return true;
  }

  bool number() {
    size_t end = at_;
    while (
        end < text_.size() &&
        (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '.' || text_[end] == '_' ||
         ((text_[end] == '-' || text_[end] == '+') && (end == at_ || text_[end - 1] == 'e' || text_[end - 1] == 'E'))))
      ++end;
    std::string digits(text_.substr(at_, end - at_));
    std::erase(digits, '_');
    const char* first = digits.data() + (digits.front() == '+' ? 1 : 0);
    const char* last = digits.data() + digits.size();
    int64_t integer = 0;
    if (const auto read = std::from_chars(first, last, integer); read.ec == std::errc() && read.ptr == last) {
      at_ = end;
      return check(builder_.integer(integer));
    }
    double real = 0;
    const auto read = std::from_chars(first, last, real);
    if (read.ec != std::errc() || read.ptr != last || !std::isfinite(real)) return fail("a number is malformed");
    at_ = end;
    return check(builder_.number(real));
  }

  bool name() {
    size_t end = at_;
    while (end < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[end])) != 0 || text_[end] == '_' || text_[end] == '.'))
      ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    const auto done = [&](bool ok) {
      at_ = end;
      return check(ok);
    };
    if (word == "True" || word == "true") return done(builder_.boolean(true));
    if (word == "False" || word == "false") return done(builder_.boolean(false));
    if (word == "None" || word == "null") return done(builder_.null());
    if (word.empty()) return fail(std::string("unexpected character ") + text_[at_]);
    return fail("`" + std::string(word) + "` is a name; only constants can be used here: write its value instead");
  }

  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  bool take(char c) {
    space();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool check(bool ok) { return ok || fail(builder_.status().message); }
  bool fail(const std::string& why) {
    if (!error_.message.empty()) return false;
    size_t characters = 1;  // people count from one, and characters rather than bytes
    for (const char c : text_.substr(0, at_)) characters += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    error_ = Error{Code::kInvalid, "at character " + std::to_string(characters) + ": " + why, Source::kHost,
                   Effect::kNone, -1};
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  value::Builder builder_;
  Error error_;
};

void write(Value value, std::string& out);

void write_text(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '\'';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      out += c;
    }
  }
  out += '\'';
}

void write_number(double number, std::string& out) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  out += text;
  if (text.find_first_of(".einf") == std::string_view::npos) out += ".0";
}

void write(Value value, std::string& out) {
  switch (value.kind()) {
    case Kind::kNull: out += "None"; return;
    case Kind::kBool: out += value.raw().as.i != 0 ? "True" : "False"; return;
    case Kind::kInt: out += std::to_string(value.raw().as.i); return;
    case Kind::kDouble: write_number(value.raw().as.f, out); return;
    case Kind::kString:
    case Kind::kBytes: write_text(value.text(), out); return;
    case Kind::kArray: {
      out += '[';
      bool first = true;
      for (const Value item : value.items()) {
        if (!first) out += ", ";
        first = false;
        write(item, out);
      }
      out += ']';
      return;
    }
    case Kind::kObject: {
      out += '{';
      bool first = true;
      for (const Field field : value.fields()) {
        if (!first) out += ", ";
        first = false;
        write_text(field.key, out);
        out += ": ";
        write(field.value, out);
      }
      out += '}';
      return;
    }
  }
}

}  // namespace

Result<Document> read_python(std::string_view text) { return Reader(text).run(); }

std::string to_python(Value value) {
  std::string out;
  write(value, out);
  return out;
}

}  // namespace outrigger::domain
