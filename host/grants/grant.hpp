// What an admin granted to one plugin on one database, enforced on every call.
//
//     Grant grant("scoring", *granted, [&](std::string_view model) { return fields_get_cached(model); }, config);
//     if (Result<void> ok = grant.check("odoo.write", arguments); !ok) return ok.error();
//     // plugin scoring may not write crm.lead.name: the grant lacks "odoo": {"crm.lead": {"write": ["name"]}};
//     // add it to the manifest and enable the plugin again
//
// Operations and their arguments (an object; whatever is not named here is refused, so that no argument goes unseen):
//   odoo.search_read   model domain fields order offset limit archived names
//   odoo.search_count  model domain archived
//   odoo.read_group    model domain groupby aggregates order offset limit archived
//   odoo.read          model ids fields names
//   odoo.names         model ids                 (also for a relation field that may be read)
//   odoo.fields_get    model
//   odoo.create        model values (array)      odoo.write  model ids values
//   odoo.write_rows    model rows                odoo.unlink model ids
//   odoo.message_post  model id body html partner_ids subtype email_to email_cc
//   odoo.call          model method ids args
//   odoo.has_group     group                     odoo.parameter key           odoo.info
//   odoo.ensure_field  model name type string help selection relation
//   odoo.ensure_view   name inherits arch        odoo.install_webhook endpoint model fields
//   http.request       url method headers body secret secret_as deadline_ms largest_reply
//   secrets.put rotate erase: name value expires; secrets.list
//   shared.publish     fact model ids values     shared.read fact model ids
// Every odoo operation also takes scope: lane company_id principal idempotency_key lang deadline_ms delivery
// context.
// store.*, schedule.*, domain.*, metrics.*, log.* and clock.* need no grant. Everything else is refused.
//
// A grant covers what is asked of Odoo, not what Odoo does in consequence (README.md).
//
// Errors: kAccess, one sentence that names the missing line of the manifest; kInvalid for arguments that cannot be
// understood. Threads: immutable after construction, check from any; the FieldsOf is called on the caller's thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/grants/permissions.hpp"
#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

// The fields of a model as Odoo describes them: name -> {type, relation, relation_field}. What depends on them is
// refused with its error: dotted paths, writes, comparisons of texts.
using FieldsOf = std::function<Result<Document>(std::string_view model)>;

class Grant {
 public:
  // granted: as recorded (ledger.hpp), parsed again. config: the plugin's configuration, for "config:KEY" hosts.
  Grant(std::string plugin, Permissions granted, FieldsOf fields_of, Document config = {});

  [[nodiscard]] Result<void> check(std::string_view operation, Value arguments) const;
  // The address alone, for each redirect. `private_network`, when given, says whether it may lie in a private network.
  [[nodiscard]] Result<void> check_url(std::string_view url, bool* private_network = nullptr) const;

  [[nodiscard]] const std::string& plugin() const { return plugin_; }
  [[nodiscard]] const Permissions& permissions() const { return granted_; }

 private:
  std::string plugin_;
  Permissions granted_;
  FieldsOf fields_of_;
  Document config_;
};

}  // namespace outrigger::host
