// What `outrigger webhooks install` would change in Odoo.
//
//     Result<Watched> watched = watched_models(deployment, "main", session);
//     std::vector<WebhookStep> steps = plan_webhooks(watched->models, *list_hint_rules(setup), address);
//     print(steps_text(steps));
//
// One rule for each model that plugins watch, on the fields that they watch; what is watched no more goes. Threads:
// plain functions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/cli/deployment.hpp"
#include "host/setup/hint_rule.hpp"

namespace outrigger::host {

using WatchedModels = std::map<std::string, std::vector<std::string>>;  // model -> fields, as hint_fields() gives them

struct Watched {
  WatchedModels models;
  std::vector<std::string> notes;  // plugins and models that are left out, and why
};
// Of the plugins that are enabled and granted on the database.
Result<Watched> watched_models(Deployment& deployment, const std::string& database, odoo::Session& session);

struct WebhookStep {
  enum class Kind { kKeep, kCreate, kChange, kRemove };
  Kind kind = Kind::kKeep;
  std::string model;                // empty: of a rule that somebody deleted
  std::vector<std::string> fields;  // that are to be reported
  std::string why;                  // of a change or a removal
  HintRule there;                   // for all but kCreate
};
const char* to_string(WebhookStep::Kind kind);

// address: where they are to post; empty: a new one, which none of them has.
std::vector<WebhookStep> plan_webhooks(const WatchedModels& wanted, const std::vector<HintRule>& there,
                                       const std::string& address);
bool changes_anything(const std::vector<WebhookStep>& steps);
// A line each.
std::string steps_text(const std::vector<WebhookStep>& steps);
Value steps_value(const std::vector<WebhookStep>& steps, Arena& arena);

}  // namespace outrigger::host
