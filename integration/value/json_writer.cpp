#include <charconv>
#include <cmath>

#include "integration/value/base64.hpp"
#include "integration/value/json.hpp"

namespace outrigger::value {
namespace {

class Writer {
 public:
  Writer(std::string& out, bool pretty, bool lenient) : out_(out), pretty_(pretty), lenient_(lenient) {}

  bool write(Value value, int depth = 0) {
    switch (value.kind()) {
      case Kind::kNull: out_ += "null"; return true;
      case Kind::kBool: out_ += value.raw().as.i != 0 ? "true" : "false"; return true;
      case Kind::kInt: return integer(value.raw().as.i);
      case Kind::kDouble: return number(value.raw().as.f);
      case Kind::kString: text(value.text()); return true;
      case Kind::kBytes: text(to_base64(value.text())); return true;
      case Kind::kArray: return array(value, depth);
      case Kind::kObject: return object(value, depth);
    }
    return true;
  }

 private:
  bool integer(int64_t value) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, end);
    return true;
  }

  bool number(double value) {
    if (!std::isfinite(value)) {
      out_ += "null";
      return lenient_;
    }
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    const std::string_view written(digits, static_cast<size_t>(end - digits));
    out_ += written;
    if (written.find_first_of(".eE") == std::string_view::npos) out_ += ".0";
    return true;
  }

  void text(std::string_view value) {
    out_ += '"';
    size_t clean = 0;
    for (size_t i = 0; i < value.size(); ++i) {
      const auto c = static_cast<unsigned char>(value[i]);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      out_.append(value, clean, i - clean);
      clean = i + 1;
      escape(c);
    }
    out_.append(value, clean);
    out_ += '"';
  }

  void escape(unsigned char c) {
    switch (c) {
      case '"': out_ += "\\\""; return;
      case '\\': out_ += "\\\\"; return;
      case '\n': out_ += "\\n"; return;
      case '\r': out_ += "\\r"; return;
      case '\t': out_ += "\\t"; return;
      default: break;
    }
    constexpr char kHex[] = "0123456789abcdef";
    out_ += "\\u00";
    out_ += kHex[c >> 4U];
    out_ += kHex[c & 15U];
  }

  void line(int depth) {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(static_cast<size_t>(depth) * 2, ' ');
  }

  bool array(Value value, int depth) {
    bool ok = true;
    bool first = true;
    out_ += '[';
    for (const Value item : value.items()) {
      if (!first) out_ += ',';
      first = false;
      line(depth + 1);
      ok = write(item, depth + 1) && ok;
    }
    if (!first) line(depth);
    out_ += ']';
    return ok;
  }

  bool object(Value value, int depth) {
    bool ok = true;
    bool first = true;
    out_ += '{';
    for (const Field field : value.fields()) {
      if (!first) out_ += ',';
      first = false;
      line(depth + 1);
      text(field.key);
      out_ += pretty_ ? ": " : ":";
      ok = write(field.value, depth + 1) && ok;
    }
    if (!first) line(depth);
    out_ += '}';
    return ok;
  }

  std::string& out_;
  bool pretty_;
  bool lenient_;
};

}  // namespace

Result<void> write_json(Value value, std::string& out) {
  if (!Writer(out, false, false).write(value))
    return Error{Code::kInvalid, "a number is NaN or infinite, which JSON cannot carry", Source::kHost, Effect::kNone};
  return {};
}

std::string to_json(Value value) {
  std::string out;
  Writer(out, false, true).write(value);
  return out;
}

std::string to_pretty_json(Value value) {
  std::string out;
  Writer(out, true, true).write(value);
  return out;
}

}  // namespace outrigger::value
