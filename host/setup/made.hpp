// What this host made in an Odoo: fields and views with an external id of the module `outrigger`.
//
//     Result<std::vector<Made>> all = list_made(**access.session(), options);
//     Result<void> gone = remove_made(**access.session(), all->front(), options);
//
// Removing a field deletes its values in all records. Odoo refuses it while a view shows the field: views go first, and
// come first in the list. Threads: plain functions.
#pragma once

#include <string>
#include <vector>

#include "integration/odoo/session.hpp"

namespace outrigger::host {

struct Made {
  std::string name;   // of the external id, without the module
  std::string model;  // "ir.ui.view" or "ir.model.fields"
  int64_t id = 0;
  std::string what;  // "crm.lead.x_score", "outrigger.crm.panel"
};

Result<std::vector<Made>> list_made(odoo::Session& setup, const odoo::CallOptions& options = {});
Result<void> remove_made(odoo::Session& setup, const Made& made, const odoo::CallOptions& options = {});

}  // namespace outrigger::host
