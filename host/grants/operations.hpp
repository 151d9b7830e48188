// The operations that a grant decides about. Inside this room; grant.hpp lists them for others.
//
//     if (const Operation* operation = find_operation("odoo.write")) operation->check(check, arguments);
//
// Threads: constants.
#pragma once

#include <string_view>

#include "host/grants/check.hpp"

namespace outrigger::host {

struct Operation {
  static constexpr size_t kMostArguments = 10;

  std::string_view name;
  std::string_view arguments[kMostArguments];
  // What is checked beyond the names of the arguments, ids and scope (grant.cpp).
  Result<void> (*check)(Check& check, Value arguments);
};

// Null: there is none of this name.
const Operation* find_operation(std::string_view name);

}  // namespace outrigger::host
