// Comparing what is wanted with what Odoo stores, in Odoo's own encodings.
//
//     const Shape shape = shape_of(fields["probability"]);
//     if (same(shape, wanted, stored)) ...                        // nothing needs to be written
//     std::optional<Value> send = reduce(arena, shape, wanted, stored);
//
// Odoo answers `false` for what is empty, rounds floats to their digits, sanitises HTML and takes commands for lists of
// records. `stored` is what read(load=None) gave, empty fields as null or false.
//
// Commands of a list of records, as Odoo has them: [0,0,values] creates, [1,id,values] changes, [2,id] deletes,
// [3,id] takes away, [4,id] adds, [5] empties, [6,0,ids] replaces. Other forms are refused.
//
// Threads: plain functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::writes {

enum class Type {
  kBoolean,
  kInteger,
  kFloat,
  kMonetary,
  kText,
  kHtml,
  kDate,
  kDatetime,
  kMany2one,
  kMany2many,
  kOne2many,
  kProperties,
  kBinary,
  kOther
};

struct Shape {
  Type type = Type::kOther;
  int digits = -1;         // of a float: decimals that are kept; -1: all
  std::string_view model;  // of a relation
  bool readonly = false;
  bool required = false;
  bool stored = true;
};

// From one field of fields_get.
Shape shape_of(Value field);
// Whether Odoo may store something else than it was given.
bool may_be_altered(Type type);
bool is_list(Type type);

// As Odoo's answer would be: null where a field is empty, an id for a many2one.
Value stored_form(Type type, Value answer);
bool same(const Shape& shape, Value wanted, Value stored);
// What has to be sent so that `stored` becomes `wanted`; nothing: it is so already. Of commands only those that change
// something; properties always whole, because Odoo erases those that are left out.
std::optional<Value> reduce(Arena& arena, const Shape& shape, Value wanted, Value stored);

// The commands of a list, checked.
struct Commands {
  std::optional<std::vector<int64_t>> replace;  // [5] and [6,0,ids]
  std::vector<int64_t> add;
  std::vector<int64_t> remove;
  std::vector<int64_t> erase;
  std::vector<Value> create;                      // their values
  std::vector<std::pair<int64_t, Value>> change;  // id, values
  // Whether the list alone tells if they were carried out.
  [[nodiscard]] bool of_links() const { return create.empty() && change.empty() && erase.empty(); }
};
// kInvalid: not a list of commands.
Result<Commands> parse_commands(Value value);
// The ids after commands of links.
std::vector<int64_t> apply_links(const Commands& commands, Value stored);
std::vector<int64_t> ids_of(Value list);

}  // namespace outrigger::writes
