// What the readers of `permissions` share. For these sources only.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/grants/permissions.hpp"

namespace outrigger::host::parse {

Error invalid(std::string message);
// In ticks, cut to what fits a sentence, without what could disturb a terminal.
std::string ticked(std::string_view text);
Result<void> check_keys(Value object, const std::string& where, std::span<const std::string_view> known);
// What an admin reads must not be able to move the cursor or hide a line.
bool is_plain(std::string_view text, size_t longest);

// A list of texts, each of which `flaw` finds nothing against.
template <typename Flaw>
Result<void> texts(Value list, const std::string& where, std::vector<std::string>& out, Flaw&& flaw) {
  if (!list.is_null() && !list.is_array()) return invalid(where + " must be a list of texts");
  for (const Value item : list.items()) {
    if (!item.is_string()) return invalid(where + " must be a list of texts");
    if (const std::string problem = flaw(item.text()); !problem.empty())
      return invalid(where + ": " + ticked(item.text()) + " " + problem);
    if (std::find(out.begin(), out.end(), item.text()) == out.end()) out.emplace_back(item.text());
  }
  return {};
}

// One entry of permissions.odoo.
Result<ModelPermission> model(std::string_view name, Value json);

}  // namespace outrigger::host::parse
