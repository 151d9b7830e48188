// A record to be created as rows of Odoo's `load`, which makes or finds it by its external id.
//
//     Result<std::optional<Loading>> loading = to_load(remote, "crm.lead", values, "__outrigger__.1f3a_0", options);
//
// `load` takes texts: many2one and many2many by database id ("stage_id/.id"), new lines of a one2many as columns of
// their own ("order_line/product_id/.id"), datetimes in the context's time zone (the caller sets UTC). Seen to carry
// char, text, html, selection, boolean, numbers, dates, relations, binary and order lines on Odoo 19 and 14, with a
// salesperson's rights. Properties, references and JSON are written afterwards (`rest`).
//
// Threads: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "integration/writes/remote.hpp"

namespace outrigger::writes {

struct Loading {
  std::vector<std::string> columns;             // "id" is the first
  std::vector<std::vector<std::string>> lines;  // the record, and further lines of its one2many fields
  std::vector<std::string> rest;                // names of values that are written afterwards
};

// Nothing: it cannot be carried, so that a plain create is left. kMissing names unknown fields.
Result<std::optional<Loading>> to_load(Remote& remote, const std::string& model, Value values,
                                       const std::string& external_id, const odoo::CallOptions& options);

}  // namespace outrigger::writes
