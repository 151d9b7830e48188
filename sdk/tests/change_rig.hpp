// What the tests of changes share: one batch that lives in an arena.
#pragma once

#include <string_view>
#include <vector>

#include "fake_host.hpp"

namespace outrigger {

struct Batch {
  explicit Batch(std::vector<Value> changes, std::string_view model = "crm.lead") {
    items = arena.array(changes).raw();
    raw.struct_size = sizeof raw;
    raw.subscription = to_abi(std::string_view("leads"));
    raw.model = to_abi(model);
    raw.changes = &items;
  }
  Arena arena;
  or_value items{};
  or_change_batch raw{};
};

}  // namespace outrigger
