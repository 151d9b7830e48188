// A custom field that is to be there. Inside this room.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/setup/setup_access.hpp"

namespace outrigger::host {

struct FieldWish {
  std::string model;
  std::string name;
  std::string type;
  std::string label;
  std::string help;
  std::string relation;                                      // of many2one and many2many
  std::vector<std::pair<std::string, std::string>> options;  // of a selection: key and label

  // kInvalid: one sentence. kAccess: a relation to what no plugin may touch.
  static Result<FieldWish> parse(Value args);
};

// True when it was made.
Result<bool> ensure(const FieldWish& wish, SetupAccess& access, const odoo::CallOptions& options);

}  // namespace outrigger::host
