// Reads JSON text from outside: strict (RFC 8259), at most 16 deep, everything bounded by the text itself.
//
//     Arena arena;
//     Result<Value> body = parse_json(text, arena);
//
// Errors: kInvalid, with the byte at which it stops being JSON. Texts may point into `text`, which must outlive the
// value. A number without a fraction that fits is an integer. Threads: plain function.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arena.hpp"
#include "result.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

namespace json_detail {

inline constexpr int kDeepest = 16;

class Parser {
 public:
  Parser(std::string_view text, Arena& arena) : text_(text), arena_(arena) {}

  Result<Value> run() {
    const std::optional<Value> value = any(0);
    space();
    if (value && at_ == text_.size()) return *value;
    return Error{Code::kInvalid, "the body is not JSON from byte " + std::to_string(at_) + " on", Source::kPlugin,
                 Effect::kNone, -1};
  }

 private:
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ == text_.size()) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  std::optional<Value> any(int depth) {
    space();
    if (depth > kDeepest) return std::nullopt;
    switch (peek()) {
      case '{': return object(depth);
      case '[': return array(depth);
      case '"': {
        const std::optional<std::string_view> text = string();
        if (!text) return std::nullopt;
        return Value::of(*text);
      }
      case 't': return take("true") ? std::optional<Value>(Value::of(true)) : std::nullopt;
      case 'f': return take("false") ? std::optional<Value>(Value::of(false)) : std::nullopt;
      case 'n': return take("null") ? std::optional<Value>(Value{}) : std::nullopt;
      default: return number();
    }
  }

  std::optional<Value> array(int depth) {
    std::vector<Value> items;
    take('[');
    space();
    if (take(']')) return arena_.array(items);
    do {
      const std::optional<Value> item = any(depth + 1);
      if (!item) return std::nullopt;
      items.push_back(*item);
      space();
    } while (take(','));
    if (!take(']')) return std::nullopt;
    return arena_.array(items);
  }

  std::optional<Value> object(int depth) {
    std::vector<Field> fields;
    take('{');
    space();
    if (take('}')) return arena_.object(fields);
    do {
      space();
      const std::optional<std::string_view> key = string();
      space();
      if (!key || !take(':')) return std::nullopt;
      const std::optional<Value> value = any(depth + 1);
      if (!value) return std::nullopt;
      fields.push_back({*key, *value});
      space();
    } while (take(','));
    if (!take('}')) return std::nullopt;
    return arena_.object(fields);
  }

  std::optional<std::string_view> string() {
    if (!take('"')) return std::nullopt;
    const size_t first = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    if (peek() == '"' && at_ < text_.size()) return text_.substr(first, at_++ - first);
    std::string out(text_.substr(first, at_ - first));
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return std::nullopt;
      if (text_[at_] != '\\') {
        out += text_[at_++];
      } else if (!escape(out)) {
        return std::nullopt;
      }
    }
    if (!take('"')) return std::nullopt;
    return arena_.keep(out);
  }

  bool escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeans = "\"\\/\b\f\n\r\t";
    ++at_;
    if (take('u')) return unicode(out);
    const size_t known = at_ < text_.size() ? kNames.find(text_[at_]) : std::string_view::npos;
    if (known == std::string_view::npos) return false;
    out += kMeans[known];
    ++at_;
    return true;
  }

  std::optional<uint32_t> four_digits() {
    uint32_t code = 0;
    if (at_ + 4 > text_.size()) return std::nullopt;
    const auto read = std::from_chars(text_.data() + at_, text_.data() + at_ + 4, code, 16);
    if (read.ec != std::errc() || read.ptr != text_.data() + at_ + 4) return std::nullopt;
    at_ += 4;
    return code;
  }

  bool unicode(std::string& out) {
    std::optional<uint32_t> code = four_digits();
    if (!code) return false;
    if (*code >= 0xD800 && *code <= 0xDFFF) {
      // The two halves of one character; either alone is none.
      if (*code >= 0xDC00 || !take("\\u")) return false;
      const std::optional<uint32_t> low = four_digits();
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return false;
      code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
    }
    const auto byte = [&](uint32_t bits) { out += static_cast<char>(bits); };
    if (*code < 0x80) {
      byte(*code);
    } else if (*code < 0x800) {
      byte(0xC0U | (*code >> 6U)), byte(0x80U | (*code & 0x3FU));
    } else if (*code < 0x10000) {
      byte(0xE0U | (*code >> 12U)), byte(0x80U | ((*code >> 6U) & 0x3FU)), byte(0x80U | (*code & 0x3FU));
    } else {
      byte(0xF0U | (*code >> 18U)), byte(0x80U | ((*code >> 12U) & 0x3FU));
      byte(0x80U | ((*code >> 6U) & 0x3FU)), byte(0x80U | (*code & 0x3FU));
    }
    return true;
  }

  size_t digits() {
    const size_t first = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - first;
  }

  std::optional<Value> number() {
    const size_t first = at_;
    take('-');
    const size_t whole = at_;
    const size_t count = digits();
    if (count == 0 || (count > 1 && text_[whole] == '0')) return std::nullopt;
    bool fraction = false;
    if (take('.')) {
      fraction = true;
      if (digits() == 0) return std::nullopt;
    }
    if (take('e') || take('E')) {
      fraction = true;
      if (!take('+')) take('-');
      if (digits() == 0) return std::nullopt;
    }
    const char* begin = text_.data() + first;
    const char* end = text_.data() + at_;
    int64_t integer = 0;
    if (!fraction && std::from_chars(begin, end, integer).ec == std::errc()) return Value::of(integer);
    double real = 0;
    if (std::from_chars(begin, end, real).ec != std::errc()) return std::nullopt;
    return Value::of(real);
  }

  std::string_view text_;
  Arena& arena_;
  size_t at_ = 0;
};

}  // namespace json_detail

inline Result<Value> parse_json(std::string_view text, Arena& arena) { return json_detail::Parser(text, arena).run(); }

}  // namespace v1
}  // namespace outrigger
