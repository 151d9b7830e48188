// The operations odoo.ensure_field, ensure_view and install_webhook of one plugin on one database.
//
//     Setup setup("crm", access, record);
//     Result<Document> made = setup.call("ensure_field", args, options);          // {created: true}
//
// What is there already in the form that is asked for is a success without the setup key. What is made is made by one
// call (`load`), with an external id of the module `outrigger`, so that it can be found and removed, and so that a call
// whose reply was lost may be made again. Nothing that others made is changed.
//
// Fields: of type binary, boolean, char, date, datetime, float, html, integer, many2many, many2one, selection or text.
// A selection gets the options that it lacks; those that it has, labels and help stay as people changed them. Views:
// see arch.hpp; under a name of the plugin's own, changed only when the arch differs; one that an admin archived stays
// archived. A webhook: Odoo's automation rule that reports changes of what the plugin subscribes to (hint_rule.hpp), so
// that they are looked at at once; on as soon as an admin has turned webhooks on. `endpoint` stays empty: what Odoo
// posts is a hint for the feed, and no endpoint of a plugin is called yet.
//
// Errors: kInvalid, kConflict (a field of another type; a selection of somebody else's without the options), kAccess
// (no setup key, or one that is refused), kMissing (the model, or the view that is to be extended), kUnsupported.
// Threads: any. Lifetime: access and record must outlive it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host/setup/hint_address.hpp"
#include "host/setup/setup_access.hpp"
#include "host/setup/setup_record.hpp"

namespace outrigger::host {

// What of a plugin Odoo may report, and where to.
struct HintHome {
  HintAddress address;
  std::map<std::string, std::vector<std::string>> subscribed;  // model -> fields
};

class Setup {
 public:
  // hints: null where nothing listens; must outlive it.
  Setup(std::string plugin, SetupAccess& access, SetupRecord& record, HintHome* hints = nullptr)
      : plugin_(std::move(plugin)), access_(access), record_(record), hints_(hints) {}

  // Whether an operation of odoo is one of these.
  static bool does(std::string_view operation);
  // args: see grants/grant.hpp. The scope counts for its deadline only.
  Result<Document> call(std::string_view operation, Value args, const odoo::CallOptions& options);

 private:
  Result<Document> ensure_field(Value args, const odoo::CallOptions& options);
  Result<Document> ensure_view(Value args, const odoo::CallOptions& options);
  Result<Document> install_webhook(Value args, const odoo::CallOptions& options);

  std::string plugin_;
  SetupAccess& access_;
  SetupRecord& record_;
  HintHome* hints_;
};

}  // namespace outrigger::host
