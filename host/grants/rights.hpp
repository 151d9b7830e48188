// Which rights in Odoo each feature of a plugin needs: the manifest's `rights`, for `outrigger doctor --rights`.
//
//     Result<std::vector<OdooRight>> rights = odoo_rights(manifest.document.root());
//
//     "rights": [{"feature": "Write scores", "model": "crm.lead", "operations": ["read", "write"],
//                 "group": "sales_team.group_sale_salesman_all_leads"}]
//
// A grant limits the plugin; these are what the key itself must have. Errors: kInvalid with key and remedy. Threads:
// plain data.
#pragma once

#include <string>
#include <vector>

#include "outrigger/result.hpp"
#include "outrigger/value.hpp"

namespace outrigger::host {

struct OdooRight {
  std::string feature;
  std::string model;
  std::vector<std::string> operations;  // read, write, create, unlink
  std::string group;                    // gives these rights; may be empty
};

// manifest: the whole of it; one without `rights` needs none.
Result<std::vector<OdooRight>> odoo_rights(Value manifest);

}  // namespace outrigger::host
