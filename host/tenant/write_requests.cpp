#include "host/tenant/write_requests.hpp"

#include <algorithm>

#include "host/journal/intents_report.hpp"
#include "integration/writes/plan.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Value rows_of(const writes::Applied& applied, Arena& arena) {
  std::vector<Value> rows;
  for (const writes::Applied::Row& row : applied.rows)
    rows.push_back(arena.object({{"write", static_cast<int64_t>(row.write)},
                                 {"id", row.id},
                                 {"kind", writes::to_string(row.kind)},
                                 {"says", arena.text(row.says)}}));
  return arena.array(rows);
}

Result<std::string> plugin_of(Tenant& tenant, const std::string& run) {
  const Result<std::vector<writes::Intent>> intents = tenant.intents().of_run(run);
  if (!intents) return intents.error();
  if (intents->empty())
    return refuse(Code::kMissing,
                  "there is no run " + run + "; see `outrigger writes list`, finished ones are kept 90 days");
  return intents->front().plugin;
}

Result<writes::Writer*> writer_of(Tenant& tenant, const std::string& plugin) {
  if (writes::Writer* writer = tenant.writer(plugin)) return writer;
  return refuse(Code::kUnreachable, "Odoo has to be asked for that, and there is no connection");
}

}  // namespace

Result<Document> list_writes(Tenant& tenant, Value request) {
  const int64_t limit =
      std::clamp<int64_t>(request["limit"].integer() == 0 ? 50 : request["limit"].integer(), 1, 10000);
  const Result<std::vector<RunSummary>> runs = tenant.intents().runs(limit);
  if (!runs) return runs.error();
  return runs_document(*runs);
}

Result<Document> show_writes(Tenant& tenant, Value request) {
  const std::string run(request["run"].text());
  const Result<std::string> plugin = plugin_of(tenant, run);
  if (!plugin) return plugin.error();
  const Result<std::vector<writes::Intent>> intents = tenant.intents().of_run(run);
  if (!intents) return intents.error();
  const Result<std::vector<writes::Image>> images = tenant.intents().images(run);
  if (!images) return images.error();
  return run_document(*intents, *images);
}

Result<Document> undo_writes(Tenant& tenant, Value request, const std::stop_token& stop) {
  const std::string run(request["run"].text());
  const Result<std::string> plugin = plugin_of(tenant, run);
  if (!plugin) return plugin.error();
  const Result<writes::Writer*> writer = writer_of(tenant, *plugin);
  if (!writer) return writer.error();
  const Result<writes::Plan> plan = writes::undo(run, **writer, {.stop = stop});
  if (!plan) return plan.error();
  return Document::build([&](Arena& arena) {
    return arena.object({{"run", arena.text("undo-" + run)},
                         {"plan", arena.text(plan->to_json())},
                         {"text", arena.text(plan->to_text())}});
  });
}

Result<Document> apply_writes(Tenant& tenant, Value request, const std::stop_token& stop) {
  const Result<writes::Plan> plan = writes::Plan::from_json(request["plan"].text());
  if (!plan) return plan.error();
  const std::string& plugin = plan->header().plugin;
  const Result<writes::Writer*> writer = writer_of(tenant, plugin);
  if (!writer) return writer.error();
  std::string run(request["run"].text());
  if (run.empty()) run = "apply-" + plan->hash().substr(0, 12);
  const Result<writes::Applied> applied =
      writes::apply(*plan, **writer, {.plugin = plugin, .run = run}, {.stop = stop});
  if (!applied) return applied.error();
  return Document::build([&](Arena& arena) {
    return arena.object({{"run", arena.text(run)}, {"rows", rows_of(*applied, arena)}});
  });
}

Result<Document> decide_write(Tenant& tenant, Value request) {
  const Result<void> decided =
      tenant.intents().decide(request["key"].text(), request["done"].truthy(), tenant.now() / 1000);
  if (!decided) return decided.error();
  return Document::build([](Arena& arena) { return arena.object({{"count", 1}}); });
}

}  // namespace outrigger::host
