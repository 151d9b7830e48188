// A tree as text in which every kind and every bit shows: what tests compare instead of Value's lenient ==.
//
//     EXPECT_EQ(describe(**read_json("[1, 1.0]")), "[i1 d0x1p+0]");
//
// Also lets GoogleTest print codes and effects as words.
#pragma once

#include <cstdio>
#include <ostream>
#include <string>

#include "outrigger/result.hpp"
#include "outrigger/value.hpp"

namespace outrigger {
inline namespace v1 {

inline void PrintTo(Code code, std::ostream* out) { *out << to_string(code); }
inline void PrintTo(Effect effect, std::ostream* out) {
  *out << (effect == Effect::kNone ? "none" : effect == Effect::kDone ? "done" : "unknown");
}

}  // namespace v1
}  // namespace outrigger

namespace outrigger::value {

inline std::string describe(Value value) {
  switch (value.kind()) {
    case Kind::kNull: return "null";
    case Kind::kBool: return value.raw().as.i != 0 ? "true" : "false";
    case Kind::kInt: return "i" + std::to_string(value.raw().as.i);
    case Kind::kDouble: {
      char digits[64];
      std::snprintf(digits, sizeof digits, "d%a", value.raw().as.f);
      return digits;
    }
    case Kind::kString: return "'" + std::string(value.text()) + "'";
    case Kind::kBytes: return "b'" + std::string(value.text()) + "'";
    case Kind::kArray: {
      std::string out = "[";
      for (const Value item : value.items()) out += (out.size() > 1 ? " " : "") + describe(item);
      return out + "]";
    }
    case Kind::kObject: {
      std::string out = "{";
      for (const Field field : value.fields()) {
        out += out.size() > 1 ? " " : "";
        out += std::string(field.key) + ":" + describe(field.value);
      }
      return out + "}";
    }
  }
  return "?";
}

}  // namespace outrigger::value
