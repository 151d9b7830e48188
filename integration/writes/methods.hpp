// What is known of Odoo's own methods and models: how to see that a method was carried out, what takes it back, what
// else changes, what else happens.
//
//     const Method* method = find_method("sale.order", "action_confirm");
//     if (method != nullptr && method->holds(before, now, args)) ...      // it is done
//
// A method that is not here has no anchor: after a lost reply its outcome is unknown, and it is never called again by
// itself. Source: seen on Odoo 19 and 14 (integration/writes/README.md says which); the rest from their documentation.
// Threads: immutable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "outrigger/value.hpp"

namespace outrigger::writes {

enum class Class {
  kReversible,   // its fields are put back
  kCompensable,  // a named call takes it back
  kIrreversible
};
const char* to_string(Class value);

struct Method {
  std::string_view model;  // empty: any
  std::string_view name;
  std::vector<std::string_view> reads;  // those that the model has are read before and afterwards
  // `before` and `now`: the record's fields, null when it is not there.
  bool (*holds)(Value before, Value now, Value args);
  bool repeatable = false;  // sets a state: a second call changes nothing
  Class kind = Class::kIrreversible;
  std::vector<std::string_view> inverse;  // methods, in this order
  std::string_view says;                  // known side effects
};
// The model's own before those of any model; nullptr: not known.
const Method* find_method(std::string_view model, std::string_view name);
// Methods that change nothing.
bool only_reads(std::string_view method);

// Fields that Odoo may change when others are written. Not every version has all of them.
struct Consequence {
  std::string_view field;
  bool restorable;  // may be written back
};
const std::vector<Consequence>& consequences(std::string_view model);

// What else happens when this field is written; empty: nothing that we know of.
std::string_view side_effect(std::string_view model, std::string_view field);

}  // namespace outrigger::writes
