#include "integration/value/cbor.hpp"

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

// One append for the whole: this is called for every node.
void put(uint8_t first, uint64_t number, size_t bytes, std::string& out) {
  char piece[1 + sizeof number];
  piece[0] = static_cast<char>(first);
  for (size_t i = 0; i < bytes; ++i) piece[1 + i] = static_cast<char>(number >> (8 * (bytes - 1 - i)));
  out.append(piece, 1 + bytes);
}

void put_head(Major major, uint64_t number, std::string& out) {
  const auto first = static_cast<unsigned>(major) << 5U;
  const auto head = [&](uint64_t low) { return static_cast<uint8_t>(first | low); };
  if (number < 24) {
    out += static_cast<char>(head(number));
    return;
  }
  if (number <= 0xFF) return put(head(24), number, 1, out);
  if (number <= 0xFFFF) return put(head(25), number, 2, out);
  if (number <= 0xFFFFFFFF) return put(head(26), number, 4, out);
  put(head(27), number, 8, out);
}

void put_simple(uint8_t simple, std::string& out) { out += static_cast<char>(kSimple << 5U | simple); }

void write(Value value, std::string& out, int depth) {
  if (depth >= OR_MAX_DEPTH) return put_simple(kNull, out);
  switch (value.kind()) {
    case Kind::kNull: return put_simple(kNull, out);
    case Kind::kBool: return put_simple(value.raw().as.i != 0 ? kTrue : kFalse, out);
    case Kind::kInt: {
      const int64_t number = value.raw().as.i;
      if (number >= 0) return put_head(kUnsigned, static_cast<uint64_t>(number), out);
      return put_head(kNegative, ~static_cast<uint64_t>(number), out);
    }
    case Kind::kDouble:
      return put(static_cast<uint8_t>(unsigned{kSimple} << 5U | kDouble), std::bit_cast<uint64_t>(value.raw().as.f), 8,
                 out);
    case Kind::kString:
    case Kind::kBytes:
      put_head(value.is_string() ? kText : kBytes, value.text().size(), out);
      out.append(value.text());
      return;
    case Kind::kArray:
      put_head(kArray, value.size(), out);
      for (const Value item : value.items()) write(item, out, depth + 1);
      return;
    case Kind::kObject:
      put_head(kMap, value.size(), out);
      for (const Field field : value.fields()) {
        put_head(kText, field.key.size(), out);
        out.append(field.key);
        write(field.value, out, depth + 1);
      }
      return;
  }
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
  for (size_t i = 0; i < text.size();) {
    // Eight characters of ASCII at a time: nearly all text is.
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

void write_cbor(Value value, std::string& out) { write(value, out, 0); }

Result<Document> read_cbor(std::string bytes, const CborLimits& limits) {
  auto holder = std::make_shared<Holder>();
  holder->bytes = std::move(bytes);
  const Result<Value> root = Reader(*holder, limits).run();
  if (!root) return root.error();
  return Document(std::move(holder), *root);
}

}  // namespace outrigger::value
