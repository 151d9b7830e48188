// Making a record in Odoo under an external id of ours. Inside this room.
//
//     Result<int64_t> id = load_record(setup, "ir.ui.view", "view_crm_panel_1a2b3c4d", {{"name", "..."}}, options);
//
// Odoo's `load` makes or changes it in one transaction, together with its ir.model.data record. Threads: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "integration/odoo/session.hpp"

namespace outrigger::host {

// The module of all external ids of ours.
inline constexpr std::string_view kSetupModule = "outrigger";

// "view_crm_panel_1a2b3c4d": to be read by people; the digits tell apart what looks alike.
std::string external_name(std::string_view kind, std::string_view first, std::string_view second);
// 32 hexadecimal digits.
std::string digest_of(std::string_view text);

// kValidation: Odoo's own words why not.
Result<int64_t> load_record(odoo::Session& setup, std::string_view model, std::string_view name,
                            const std::vector<std::pair<std::string, std::string>>& columns,
                            const odoo::CallOptions& options);
// The record that an external id stands for; nothing when there is none.
struct Named {
  std::string model;
  int64_t id = 0;
};
Result<std::optional<Named>> find_named(odoo::Session& setup, std::string_view module, std::string_view name,
                                        const odoo::CallOptions& options);
// The first row that matches, with these fields and no check of their names; null when there is none.
Result<Document> find_row(odoo::Session& session, std::string_view model, Value domain,
                          const std::vector<std::string_view>& fields, const odoo::CallOptions& options);
Error setup_error(Code code, std::string message);

}  // namespace outrigger::host
