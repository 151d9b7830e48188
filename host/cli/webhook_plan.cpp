#include "host/cli/webhook_plan.hpp"

#include <algorithm>

#include "host/cli/asked.hpp"
#include "host/cli/subscribed.hpp"
#include "host/grants/ledger.hpp"
#include "host/grants/sha256.hpp"

namespace outrigger::host {
namespace {

// As it was granted; kAccess: it was not.
Result<Permissions> granted(const Config& config, const Manifest& manifest, const std::string& database) {
  Result<Permissions> asked = asked_by(manifest, config);
  if (!asked || config.grant_all) return asked;
  const Result<std::string> hash = sha256_of_file(manifest.folder / "manifest.json");
  if (!hash) return hash.error();
  const Result<Ledger> ledger = Ledger::load(ledger_file(config));
  if (!ledger) return ledger.error();
  const Ledger::Standing standing = ledger->standing(database, manifest.id, *hash, *asked);
  if (standing.state == GrantState::kEnabled) return asked;
  return Error{Code::kAccess, standing.sentence(manifest.id), Source::kHost, Effect::kNone, -1};
}

Result<std::vector<Tenant::Subscribed>> watches_of(Deployment& deployment, const std::string& id,
                                                   const std::string& database, odoo::Session& session) {
  const Manifest* manifest = deployment.manifest(id);
  if (manifest == nullptr)
    return Error{Code::kMissing, "there is no such plugin; see `outrigger plugin list`", Source::kHost, Effect::kNone,
                 -1};
  Result<Permissions> permissions = granted(deployment.config(), *manifest, database);
  if (!permissions) return permissions.error();
  const auto fields_of = [&session](std::string_view model) -> Result<Document> {
    const auto fields = session.fields(std::string(model));
    if (!fields) return fields.error();
    return Document(*fields, (*fields)->root());
  };
  return subscribed(*manifest, session, Grant(id, *std::move(permissions), fields_of));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string difference(const HintRule& rule, const std::vector<std::string>& fields, const std::string& address) {
  std::vector<std::string> more;
  std::vector<std::string> less;
  std::set_difference(fields.begin(), fields.end(), rule.fields.begin(), rule.fields.end(), std::back_inserter(more));
  std::set_difference(rule.fields.begin(), rule.fields.end(), fields.begin(), fields.end(), std::back_inserter(less));
  std::vector<std::string> why;
  if (!more.empty()) why.push_back("also " + joined(more));
  if (!less.empty()) why.push_back("no longer " + joined(less));
  if (rule.address != address) why.emplace_back("posts to another address");
  if (!rule.sound) why.emplace_back("was switched off or changed by hand");
  return joined(why);
}

}  // namespace

Result<Watched> watched_models(Deployment& deployment, const std::string& database, odoo::Session& session) {
  std::map<std::string, std::vector<std::string>> fields;
  Watched watched;
  for (const PluginConfig& plugin : deployment.config().plugins) {
    if (!plugin.enabled) continue;
    const auto watches = watches_of(deployment, plugin.id, database, session);
    if (!watches) {
      const Code code = watches.error().code;
      if (code == Code::kUnreachable || code == Code::kDeadline || code == Code::kCancelled) return watches.error();
      watched.notes.push_back("plugin " + plugin.id + " is left out: " + watches.error().message);
      continue;
    }
    for (const Tenant::Subscribed& watch : *watches) {
      if (watch.model.starts_with("fact:")) continue;
      std::vector<std::string>& all = fields[watch.model];
      all.insert(all.end(), watch.subscriber.fields.begin(), watch.subscriber.fields.end());
    }
  }
  for (const auto& [model, all] : fields) {
    Result<std::vector<std::string>> reported = hint_fields(session, model, all);
    if (!reported) return reported.error();
    if (reported->empty())
      watched.notes.push_back(model + " is left out: none of the watched fields is stored, so no rule can watch them");
    else
      watched.models[model] = *std::move(reported);
  }
  return watched;
}

const char* to_string(WebhookStep::Kind kind) {
  switch (kind) {
    case WebhookStep::Kind::kKeep: return "keep";
    case WebhookStep::Kind::kCreate: return "create";
    case WebhookStep::Kind::kChange: return "change";
    case WebhookStep::Kind::kRemove: return "remove";
  }
  return "";
}

std::vector<WebhookStep> plan_webhooks(const WatchedModels& wanted, const std::vector<HintRule>& there,
                                       const std::string& address) {
  using Kind = WebhookStep::Kind;
  std::vector<WebhookStep> steps;
  const auto rule_of = [&](const std::string& model) {
    return std::find_if(there.begin(), there.end(), [&](const HintRule& rule) { return rule.model == model; });
  };
  for (const auto& [model, fields] : wanted) {
    const auto at = rule_of(model);
    if (at == there.end()) {
      steps.push_back({Kind::kCreate, model, fields, {}, {}});
      continue;
    }
    const bool same = at->sound && at->fields == fields && at->address == address;
    steps.push_back({same ? Kind::kKeep : Kind::kChange, model, fields,
                     same ? std::string() : difference(*at, fields, address), *at});
  }
  for (const HintRule& rule : there)
    if (rule.model.empty() || wanted.count(rule.model) == 0)
      steps.push_back({Kind::kRemove, rule.model, rule.fields,
                       rule.model.empty() ? "what is left of a rule that somebody deleted" : "no plugin watches it",
                       rule});
  return steps;
}

bool changes_anything(const std::vector<WebhookStep>& steps) {
  return std::any_of(steps.begin(), steps.end(),
                     [](const WebhookStep& step) { return step.kind != WebhookStep::Kind::kKeep; });
}

std::string steps_text(const std::vector<WebhookStep>& steps) {
  std::string text;
  for (const WebhookStep& step : steps)
    text += std::string("  ") + to_string(step.kind) + " " + (step.model.empty() ? "a rule" : step.model) +
            (step.why.empty() ? "" : " (" + step.why + ")") + (step.fields.empty() ? "" : ": " + joined(step.fields)) +
            "\n";
  return text;
}

Value steps_value(const std::vector<WebhookStep>& steps, Arena& arena) {
  std::vector<Value> rows;
  for (const WebhookStep& step : steps) {
    std::vector<Value> fields;
    for (const std::string& field : step.fields) fields.push_back(arena.text(field));
    rows.push_back(arena.object({{"step", to_string(step.kind)},
                                 {"model", arena.text(step.model)},
                                 {"why", arena.text(step.why)},
                                 {"fields", arena.array(fields)},
                                 {"rule", step.there.rule}}));
  }
  return arena.array(rows);
}

}  // namespace outrigger::host
