// Odoo's automation rules that post to this host when a watched record changes, at most one a model.
//
//     if (Result<void> can = can_have_hint_rules(setup); !can) ...       // 17 and later, with the app base_automation
//     Result<HintRule> rule = put_hint_rule(setup, "crm.lead", {"name", "stage_id"}, "https://.../hint/TOKEN");
//     Result<std::vector<HintRule>> all = list_hint_rules(setup);
//     Result<void> gone = remove_hint_rule(setup, all->front());
//
// A rule is a base.automation ("on create and edit" of the fields that are watched, never of all: that would post 16
// times for one lead) and an ir.actions.server that posts model and id and no value. Each has an external id of the
// module `outrigger` whose name begins with hint_; by that alone they are found, changed and removed, so that what
// others made is never touched. A call whose reply was lost may be made again.
//
// Deletions are not posted: they would need a second rule. Errors: kUnsupported (the version, the app), kMissing (the
// model), kInvalid (no field), and Odoo's own. Threads: plain functions, on a session of the setup key.
#pragma once

#include <string>
#include <vector>

#include "integration/odoo/session.hpp"

namespace outrigger::host {

struct HintRule {
  std::string model;                // empty: somebody deleted the rule
  std::vector<std::string> fields;  // sorted
  std::string address;
  bool sound = false;               // switched on, and of the form in which we make them
  int64_t rule = 0;                 // base.automation
  int64_t action = 0;               // ir.actions.server
  std::vector<int64_t> names = {};  // ir.model.data
};

Result<void> can_have_hint_rules(odoo::Session& setup, const odoo::CallOptions& options = {});
Result<std::vector<HintRule>> list_hint_rules(odoo::Session& setup, const odoo::CallOptions& options = {});
// Makes it, or gives the one that is there this form. The fields must be stored ones; see hint_fields().
Result<HintRule> put_hint_rule(odoo::Session& setup, const std::string& model, const std::vector<std::string>& fields,
                               const std::string& address, const odoo::CallOptions& options = {});
// With its action and external ids. What is gone already is no error.
Result<void> remove_hint_rule(odoo::Session& setup, const HintRule& rule, const odoo::CallOptions& options = {});

// Of the fields that are watched those that a rule can be triggered by, and `active` where the model has it; sorted.
Result<std::vector<std::string>> hint_fields(odoo::Session& session, const std::string& model,
                                             const std::vector<std::string>& watched);

}  // namespace outrigger::host
