// What the fuzzers share: a check that ends the run, cutting an input into pieces, strict equality of values.
//
//     extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
//       const std::string_view input = fuzz::text_of(data, size);
//       fuzz::require(again == first, "what is written is not what is read back");
//
// An input is what would arrive from outside, as it is: whatever else a fuzzer needs it derives from the input, so that
// a seed can be read, and a recorded reply can be a seed.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/result.hpp"
#include "outrigger/value.hpp"

namespace outrigger::fuzz {

inline std::string_view text_of(const uint8_t* data, size_t size) {
  // libFuzzer's first input is empty and has no address.
  return size == 0 ? std::string_view("") : std::string_view(reinterpret_cast<const char*>(data), size);
}

inline void require(bool holds, const char* otherwise, std::string_view detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %s\n%.*s\n", otherwise, static_cast<int>(detail.size()), detail.data());
  std::abort();
}

inline void require_error(const Error& error) {
  require(error.code != Code::kOk, "an error has the code of success");
  require(!error.message.empty(), "an error says nothing");
}

inline uint64_t hash_of(std::string_view text) {
  uint64_t hash = 1469598103934665603ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// The input as a network might deliver it: mostly a few bytes at a time, so that no boundary is spared.
inline std::vector<std::string_view> pieces_of(std::string_view input) {
  uint64_t state = hash_of(input) | 1U;
  const uint64_t longest = uint64_t{1} << (1 + state / 64 % 9);
  std::vector<std::string_view> pieces;
  while (!input.empty()) {
    state ^= state << 13U;
    state ^= state >> 7U;
    state ^= state << 17U;
    pieces.push_back(input.substr(0, 1 + state % longest));
    input.remove_prefix(pieces.back().size());
  }
  return pieces;
}

bool same(Value a, Value b);

inline bool same_items(Value a, Value b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!same(a.at(i), b.at(i))) return false;
  return true;
}

inline bool same_fields(Value a, Value b) {
  if (a.size() != b.size()) return false;
  auto other = b.fields().begin();
  for (const Field field : a.fields()) {
    if (field.key != (*other).key || !same(field.value, (*other).value)) return false;
    ++other;
  }
  return true;
}

// Stricter than ==: the kinds, every bit of a double and the order of fields count.
inline bool same(Value a, Value b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull: return true;
    case Kind::kBool:
    case Kind::kInt: return a.raw().as.i == b.raw().as.i;
    case Kind::kDouble: return std::memcmp(&a.raw().as.f, &b.raw().as.f, sizeof(double)) == 0;
    case Kind::kString:
    case Kind::kBytes: return a.text() == b.text();
    case Kind::kArray: return same_items(a, b);
    case Kind::kObject: return same_fields(a, b);
  }
  return false;
}

// Whether the tree holds this kind anywhere.
inline bool holds(Value value, Kind kind) {
  if (value.kind() == kind) return true;
  for (const Value item : value.items())
    if (holds(item, kind)) return true;
  for (const Field field : value.fields())
    if (holds(field.value, kind)) return true;
  return false;
}

}  // namespace outrigger::fuzz
