#include "integration/value/cbor.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

namespace outrigger::value {
namespace {

enum Major : uint8_t { kUnsigned = 0, kNegative = 1, kBytes = 2, kText = 3, kArray = 4, kMap = 5, kSimple = 7 };
constexpr uint8_t kFalse = 20;
constexpr uint8_t kTrue = 21;
constexpr uint8_t kNull = 22;
constexpr uint8_t kDouble = 27;

// Appends by way of a pointer: a call of append() for each head and each text is most of what a small node costs.
class Out {
 public:
  explicit Out(std::string& to) : to_(to), used_(to.size()) {}
  void finish() { to_.resize(used_); }

  void simple(uint8_t simple) { *room(1) = static_cast<char>(kSimple << 5U | simple); }
  void head(Major major, uint64_t number) { used_ -= kHead - put_head(major, number, room(kHead)); }
  void number(double number) {
    char* at = room(kHead);
    *at = static_cast<char>(unsigned{kSimple} << 5U | kDouble);
    put_bytes(std::bit_cast<uint64_t>(number), 8, at + 1);
  }
  void text(Major major, std::string_view text) {
    char* at = room(kHead + text.size());
    const size_t head = put_head(major, text.size(), at);
    if (!text.empty()) std::memcpy(at + head, text.data(), text.size());
    used_ -= kHead - head;
  }

 private:
  static constexpr size_t kHead = 9;  // the longest

  static void put_bytes(uint64_t number, size_t bytes, char* at) {
    for (size_t i = 0; i < bytes; ++i) at[i] = static_cast<char>(number >> (8 * (bytes - 1 - i)));
  }
  static size_t put_head(Major major, uint64_t number, char* at) {
    const auto first = static_cast<unsigned>(major) << 5U;
    if (number < 24) {
      *at = static_cast<char>(first | static_cast<unsigned>(number));
      return 1;
    }
    const size_t power = number <= 0xFF ? 0 : number <= 0xFFFF ? 1 : number <= 0xFFFFFFFF ? 2 : 3;
    *at = static_cast<char>(first | static_cast<unsigned>(24 + power));
    put_bytes(number, size_t{1} << power, at + 1);
    return 1 + (size_t{1} << power);
  }
  char* room(size_t size) {
    if (to_.size() - used_ < size) to_.resize(std::max(2 * to_.size(), used_ + size + kFirst));
    char* at = to_.data() + used_;
    used_ += size;
    return at;
  }

  static constexpr size_t kFirst = 256;
  std::string& to_;
  size_t used_;
};

void write(Value value, Out& out, int depth) {
  if (depth >= OR_MAX_DEPTH) return out.simple(kNull);
  switch (value.kind()) {
    case Kind::kNull: return out.simple(kNull);
    case Kind::kBool: return out.simple(value.raw().as.i != 0 ? kTrue : kFalse);
    case Kind::kInt: {
      const int64_t number = value.raw().as.i;
      if (number >= 0) return out.head(kUnsigned, static_cast<uint64_t>(number));
      return out.head(kNegative, ~static_cast<uint64_t>(number));
    }
    case Kind::kDouble: return out.number(value.raw().as.f);
    case Kind::kString: return out.text(kText, value.text());
    case Kind::kBytes: return out.text(kBytes, value.text());
    case Kind::kArray:
      out.head(kArray, value.size());
      for (const Value item : value.items()) write(item, out, depth + 1);
      return;
    case Kind::kObject:
      out.head(kMap, value.size());
      for (const Field field : value.fields()) {
        out.text(kText, field.key);
        write(field.value, out, depth + 1);
      }
      return;
  }
}

// Nearly all text is. Eight characters at a time, the last ones once more where they do not fill eight.
bool is_ascii(std::string_view text) {
  const char* at = text.data();
  const size_t size = text.size();
  uint64_t all = 0;
  if (size >= sizeof all) {
    uint64_t eight = 0;
    for (size_t i = 0; i + sizeof eight <= size; i += sizeof eight) {
      std::memcpy(&eight, at + i, sizeof eight);
      all |= eight;
    }
    std::memcpy(&eight, at + size - sizeof eight, sizeof eight);
    return ((all | eight) & 0x8080808080808080U) == 0;
  }
  for (size_t i = 0; i < size; ++i) all |= static_cast<uint8_t>(at[i]);
  return (all & 0x80U) == 0;
}

struct Holder {
  std::string bytes;
  Arena arena;
};

class Reader {
 public:
  Reader(Holder& holder, const CborLimits& limits) : limits_(limits), holder_(holder), rest_(holder.bytes) {}

  Result<Value> run() {
    or_value root{};
    if (!read(root, 0)) return error_;
    if (!rest_.empty()) return protocol("something follows the value");
    return Value(root);
  }

 private:
  static Error protocol(const char* why) {
    return {Code::kProtocol, std::string("not a value of the wire: ") + why, Source::kPlugin, Effect::kUnknown, -1};
  }
  bool fail(const char* why) {
    error_ = protocol(why);
    return false;
  }
  bool limit(const char* why) {
    error_ = {Code::kLimit, why, Source::kPlugin, Effect::kUnknown, -1};
    return false;
  }

  bool head(uint8_t& major, uint8_t& info, uint64_t& number) {
    if (rest_.empty()) return fail("it ends too early");
    const auto first = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    major = first >> 5U;
    info = first & 31U;
    number = info;
    if (info < 24) return true;
    if (info > 27) return fail("a length is not definite");
    const size_t size = size_t{1} << (info - 24U);
    if (rest_.size() < size) return fail("it ends too early");
    number = 0;
    for (size_t i = 0; i < size; ++i) number = number << 8U | static_cast<uint8_t>(rest_[i]);
    rest_.remove_prefix(size);
    return true;
  }

  bool take(uint64_t size, std::string_view& out) {
    if (size > rest_.size() || size > UINT32_MAX) return fail("it ends too early");
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  // Every item takes at least a byte, so a count that is a lie ends here and not in the allocator.
  bool room(uint64_t count, size_t bytes_each) {
    if (count > rest_.size()) return fail("it ends too early");
    used_ += count * bytes_each;
    return used_ <= limits_.bytes || limit("the value is too large; send less at once");
  }

  bool simple(uint8_t info, uint64_t number, or_value& out) {
    switch (info) {
      case kFalse:
      case kTrue: out = Value::of(info == kTrue).raw(); return true;
      case kNull: out = or_value{}; return true;
      case kDouble: out = Value::of(std::bit_cast<double>(number)).raw(); return true;
      default: return fail("it has a simple value that is not known");
    }
  }

  bool string(uint64_t size, bool is_text, or_value& out) {
    std::string_view text;
    if (!take(size, text)) return false;
    if (is_text && !is_utf8(text)) return fail("a text is not UTF-8");
    out = Value::of(text).raw();
    if (!is_text) out.kind = OR_BYTES;
    return true;
  }

  bool array(uint64_t count, or_value& out, size_t depth) {
    if (!room(count, sizeof(or_value))) return false;
    auto* items = static_cast<or_value*>(holder_.arena.allocate(count * sizeof(or_value)));
    for (uint64_t i = 0; i < count; ++i)
      if (!read(items[i], depth + 1)) return false;
    out = or_value{OR_ARRAY, static_cast<uint32_t>(count), {}};
    out.as.items = items;
    return true;
  }

  bool object(uint64_t count, or_value& out, size_t depth) {
    if (!room(count, sizeof(or_field))) return false;
    auto* fields = static_cast<or_field*>(holder_.arena.allocate(count * sizeof(or_field)));
    for (uint64_t i = 0; i < count; ++i) {
      uint8_t major = 0;
      uint8_t info = 0;
      uint64_t size = 0;
      std::string_view key;
      if (!head(major, info, size)) return false;
      if (major != kText) return fail("a key is not a text");
      if (!take(size, key)) return false;
      if (!is_utf8(key)) return fail("a text is not UTF-8");
      fields[i].key = to_abi(key);
      if (!read(fields[i].value, depth + 1)) return false;
    }
    out = or_value{OR_OBJECT, static_cast<uint32_t>(count), {}};
    out.as.fields = fields;
    return true;
  }

  bool read(or_value& out, size_t depth) {
    if (depth >= limits_.depth) return limit("the value is nested too deeply");
    uint8_t major = 0;
    uint8_t info = 0;
    uint64_t number = 0;
    if (!head(major, info, number)) return false;
    if ((major == kUnsigned || major == kNegative) && number > INT64_MAX) return fail("an integer is too large");
    switch (major) {
      case kUnsigned: out = Value::of(static_cast<int64_t>(number)).raw(); return true;
      case kNegative: out = Value::of(static_cast<int64_t>(~number)).raw(); return true;
      case kBytes:
      case kText: return string(number, major == kText, out);
      case kArray: return array(number, out, depth);
      case kMap: return object(number, out, depth);
      case kSimple: return simple(info, number, out);
      default: return fail("it has a tag");
    }
  }

  const CborLimits& limits_;
  Holder& holder_;
  std::string_view rest_;
  size_t used_ = 0;
  Error error_;
};

}  // namespace

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  for (size_t i = 0; i < text.size();) {
    // Most of what is not ASCII is so here and there.
    uint64_t eight = 0;
    if (text.size() - i >= sizeof eight) {
      std::memcpy(&eight, text.data() + i, sizeof eight);
      if ((eight & 0x8080808080808080U) == 0) {
        i += sizeof eight;
        continue;
      }
    }
    const auto first = static_cast<uint8_t>(text[i]);
    if (first < 0x80) {
      ++i;
      continue;
    }
    const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() - i < length) return false;
    uint32_t point = first & (0x7FU >> length);
    for (size_t k = 1; k < length; ++k) {
      const auto next = static_cast<uint8_t>(text[i + k]);
      if ((next & 0xC0U) != 0x80) return false;
      point = point << 6U | (next & 0x3FU);
    }
    const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
    if (overlong || (point >= 0xD800 && point <= 0xDFFF) || point > 0x10FFFF) return false;
    i += length;
  }
  return true;
}

void write_cbor(Value value, std::string& out) {
  Out all(out);
  write(value, all, 0);
  all.finish();
}

Result<Document> read_cbor(std::string bytes, const CborLimits& limits) {
  auto holder = std::make_shared<Holder>();
  holder->bytes = std::move(bytes);
  const Result<Value> root = Reader(*holder, limits).run();
  if (!root) return root.error();
  return Document(std::move(holder), *root);
}

}  // namespace outrigger::value
