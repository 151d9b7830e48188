// Numbers and values by chance, the same for the same seed and check on every machine.
//
//     Random random(subject.seed, "commands");
//     const Value any = random.value(arena);              // of any kind, at most a few levels deep
//
// Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "outrigger/arena.hpp"

namespace outrigger::host::validate {

class Random {
 public:
  Random(uint64_t seed, std::string_view check);

  uint64_t next();
  // From 0 to bound - 1. REQUIRES: bound > 0.
  size_t below(size_t bound) { return static_cast<size_t>(next() % bound); }
  bool once_in(size_t n) { return below(n) == 0; }
  // Small, large, negative, and the ends of the range.
  int64_t integer();
  double number();
  // UTF-8, also empty, long, and with U+0000.
  std::string text();
  Value value(Arena& arena, int depth = 3);
  // Of the type of a JSON schema: "string", "integer", "number", "boolean".
  Value typed(std::string_view type, Arena& arena);

 private:
  uint64_t state_;
};

}  // namespace outrigger::host::validate
