#include "integration/writes/digest.hpp"

#include <sodium.h>

#include <algorithm>
#include <vector>

#include "integration/value/cbor.hpp"

namespace outrigger::writes {
namespace {

Value canonical(Arena& arena, Value value) {
  if (value.is_array()) {
    std::vector<Value> items;
    for (const Value item : value.items()) items.push_back(canonical(arena, item));
    return arena.array(items);
  }
  if (value.is_object()) {
    std::vector<Field> fields;
    for (const Field field : value.fields()) fields.push_back({field.key, canonical(arena, field.value)});
    std::sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.key < b.key; });
    return arena.object(fields);
  }
  if (value.kind() == Kind::kDouble && value.as_integer()) return Value::of(*value.as_integer());
  return value;
}

}  // namespace

std::string digest(std::string_view bytes) {
  constexpr size_t kBytes = 16;
  unsigned char hash[kBytes];
  crypto_generichash(hash, kBytes, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr, 0);
  char text[2 * kBytes + 1];
  sodium_bin2hex(text, sizeof text, hash, kBytes);
  return text;
}

std::string digest(Value value) {
  Arena arena;
  return digest(to_bytes(canonical(arena, value)));
}

std::string to_bytes(Value value) {
  std::string bytes;
  value::write_cbor(value, bytes);
  return bytes;
}

Document from_bytes(const std::string& bytes) {
  if (bytes.empty()) return {};
  Result<Document> document = value::read_cbor(bytes);
  return document ? *std::move(document) : Document();
}

}  // namespace outrigger::writes
