#include "host/validate/random.hpp"

#include <limits>
#include <vector>

namespace outrigger::host::validate {

Random::Random(uint64_t seed, std::string_view check) : state_(seed) {
  for (const char c : check) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
}

uint64_t Random::next() {  // splitmix64
  uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

int64_t Random::integer() {
  switch (below(6)) {
    case 0: return 0;
    case 1: return std::numeric_limits<int64_t>::max();
    case 2: return std::numeric_limits<int64_t>::min();
    case 3: return -static_cast<int64_t>(below(1000));
    default: return static_cast<int64_t>(below(1000));
  }
}

double Random::number() {
  switch (below(6)) {
    case 0: return 0;
    case 1: return std::numeric_limits<double>::infinity();
    case 2: return std::numeric_limits<double>::quiet_NaN();
    case 3: return -1e300;
    default: return static_cast<double>(integer() % 1000) / 8;
  }
}

std::string Random::text() {
  static const std::string pieces[] = {"a",
                                       "Anna",
                                       "",
                                       "\xC4\x83",
                                       "\xF0\x9F\x94\x94",
                                       "%s",
                                       "2026-02-30 25:61:00",
                                       "'; --",
                                       "<b>",
                                       std::string(1, '\0'),
                                       "[",
                                       "{\"a\":",
                                       "../..",
                                       "0",
                                       "-1",
                                       "won"};
  std::string text;
  for (size_t i = below(4); i-- > 0;) text += pieces[below(std::size(pieces))];
  if (once_in(20)) text.append(10000, 'x');
  return text;
}

Value Random::value(Arena& arena, int depth) {
  switch (below(depth > 0 ? 8 : 6)) {
    case 0: return {};
    case 1: return Value::of(once_in(2));
    case 2: return Value::of(integer());
    case 3: return Value::of(number());
    case 4: return arena.text(text());
    case 5: return arena.bytes(std::string("\xFF\x00\x80", 3));
    case 6: {
      std::vector<Value> items;
      for (size_t i = below(4); i-- > 0;) items.push_back(value(arena, depth - 1));
      return arena.array(items);
    }
    default: {
      std::vector<Field> fields;
      for (size_t i = below(4); i-- > 0;)
        fields.push_back({arena.keep("k" + std::to_string(i)), value(arena, depth - 1)});
      return arena.object(fields);
    }
  }
}

Value Random::typed(std::string_view type, Arena& arena) {
  if (type == "integer") return Value::of(integer());
  if (type == "number") return Value::of(number());
  if (type == "boolean") return Value::of(once_in(2));
  return arena.text(text());
}

}  // namespace outrigger::host::validate
