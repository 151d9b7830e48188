// A grant in plain words, for the admin who decides about it.
//
//     for (const std::string& line : describe(asked, Locale::kEnglish)) print(line);
//     // Read leads/opportunities (crm.lead): name, stage_id, tag_ids
//     // Change on leads/opportunities (crm.lead): automated_probability
//     // This covers what the plugin asks of Odoo, not ...
//
// One line per model and kind, then the host's operations, web hosts, secrets and facts, and always the closing line.
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/grants/permissions.hpp"

namespace outrigger::host {

enum class Locale { kEnglish, kVietnamese };
// "vi", "vi_VN" and the like are Vietnamese, all others English.
Locale locale_of(std::string_view name);

std::vector<std::string> describe(const Permissions& permissions, Locale locale);

// What `after` asks beyond `before`, and what it no longer asks: "new: ...", "gone: ...". Empty when they ask the same.
// Whether `after` asks for anything beyond `before`.
bool asks_more(const Permissions& before, const Permissions& after);
std::vector<std::string> changes(const Permissions& before, const Permissions& after, Locale locale);

}  // namespace outrigger::host
