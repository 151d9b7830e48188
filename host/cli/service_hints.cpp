// Service: webhooks of Odoo, which say where to look.
#include "host/cli/service.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

const char* word(HintDesk::Verdict verdict) {
  switch (verdict) {
    case HintDesk::Verdict::kTaken: break;
    case HintDesk::Verdict::kToken: return "token";
    case HintDesk::Verdict::kBody: return "body";
    case HintDesk::Verdict::kSize: return "size";
    case HintDesk::Verdict::kFull: return "full";
  }
  return "";
}

HintDesk::Options desk_of(Deployment& deployment) {
  HintDesk::Options options;
  options.hear = [&deployment](const std::string& database, const std::string& model, const std::vector<int64_t>& ids) {
    for (const std::shared_ptr<Tenant>& tenant : deployment.facilities().tenants())
      if (tenant->database() == database) return tenant->hint(model, ids);
    return false;
  };
  options.now = &now_micros;
  options.count = [&metrics = deployment.facilities().metrics()](HintDesk::Verdict verdict,
                                                                 const std::string& database) {
    if (verdict == HintDesk::Verdict::kTaken)
      metrics.hint_received(database);
    else
      metrics.hint_refused(word(verdict));
  };
  return options;
}

}  // namespace

Service::Service(Deployment& deployment)
    : deployment_(deployment), hints_(desk_of(deployment)), endpoints_(endpoint_options()) {}

void Service::admit_hints() {
  std::vector<HintDesk::Admission> admissions;
  if (deployment_.config().listeners.open)
    for (const DatabaseConfig& database : deployment_.config().databases) {
      const auto tokens = deployment_.facilities().hint_address(database.name).tokens();
      const std::string problem = tokens ? std::string() : "no webhooks are taken: " + tokens.error().message;
      std::string& said = hint_problems_[database.name];  // this is asked again and again
      if (said != problem && !problem.empty()) deployment_.log().write(LogLevel::kWarn, database.name, problem);
      said = problem;
      if (!tokens) continue;
      if (!tokens->empty()) admissions.push_back({database.name, *tokens});
    }
  hints_.admit(std::move(admissions));
}

Result<Document> Service::hint_figures(Value request) const {
  const Result<const DatabaseConfig*> database = find_database(deployment_.config(), request["database"].text());
  if (!database) return database.error();
  const HintDesk::Figures figures = hints_.figures((*database)->name);
  return Document::build([&](Arena& arena) {
    std::vector<Value> models;
    for (const HintDesk::ModelFigures& each : figures.models)
      models.push_back(arena.object(
          {{"model", arena.text(each.model)}, {"received", static_cast<int64_t>(each.received)}, {"last", each.last}}));
    return arena.object({{"on", figures.admitted},
                         {"received", static_cast<int64_t>(figures.received)},
                         {"unwatched", static_cast<int64_t>(figures.unwatched)},
                         {"refused", static_cast<int64_t>(figures.refused)},
                         {"last", figures.last},
                         {"models", arena.array(models)}});
  });
}

}  // namespace outrigger::host
