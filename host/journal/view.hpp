// How one subscriber sees a record, and what it has to be told when that changes. Pure.
//
//     const char* kind = kind_of(View::kInside, View::kOutside, false, false);   // "left"
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/arena.hpp"

namespace outrigger::host {

// The numbers are kept in the file.
enum class View : int64_t {
  kUnknown = 0,   // never told of it, and not taken as known either
  kOutside = 1,   // its domain does not hold
  kInside = 2,    // its domain holds
  kArchived = 3,  // the same, and active is false
  kGone = 4,      // deleted
};

inline bool within(View view) { return view == View::kInside || view == View::kArchived; }

// The kind of abi/changes.h; empty: nothing to tell. `differs`: a subscribed field does. `handed`: the subscriber may
// have been given a state in between, so that going back is news.
std::string_view kind_of(View before, View now, bool differs, bool handed);

// The values of a row, in the order of the names; a row that was kept before a field was added has no value for it.
struct Layout {
  int64_t id = 0;
  std::vector<std::string> names;  // sorted
};
struct Row {
  const Layout* layout = nullptr;
  Value values;  // an array

  // Nothing when this row knows nothing of the field.
  [[nodiscard]] const or_value* find(std::string_view name) const;
};

// What a subscriber sees of a row: an object of its fields. A fact is shown as {value}, or as itself when it is an
// object. Borrows values and names.
Value project(const Row& row, const std::vector<std::string>& fields, bool fact, Arena& arena);
// The names in `after` whose values differ; a field that `before` does not know does not.
std::vector<std::string_view> differing(Value before, Value after, bool fact);

std::string to_cbor(Value value);
// Null when it cannot be read.
Document from_cbor(std::string_view bytes);

}  // namespace outrigger::host
