// `outrigger status`: what the running host does.
#include "host/cli/ask.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/jobs.hpp"
#include "host/cli/table.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

std::string text(Value value) { return std::string(value.text()); }
std::string number(Value value) { return std::to_string(value.integer()); }

void print_plugins(Value plugins, const std::string& database) {
  for (const Value plugin : plugins.items())
    if (plugin["database"].text() == database)
      print("  " + text(plugin["plugin"]) + ": " + text(plugin["state"]) +
            (plugin["reason"].text().empty() ? "" : ": " + text(plugin["reason"])) + "\n");
}

void print_away(Value away, const std::string& database) {
  for (const Value one : away.items())
    if (one["database"].text() == database)
      print("  away: " + text(one["away"]) + "; it is asked again in " +
            std::to_string((one["again_in_ms"].integer() + 999) / 1000) + " s\n");
}

void print_streams(Value streams) {
  std::vector<std::vector<std::string>> rows;
  for (const Value stream : streams.items()) {
    const double lag = stream["lag"].number().value_or(-1);
    rows.push_back({text(stream["model"]), text(stream["heat"]),
                    stream["first_reading"].truthy() ? "first reading"
                    : lag < 0                        ? ""
                                                     : std::to_string(int64_t(lag)) + " s",
                    number(stream["records"]), number(stream["changes"])});
  }
  if (!rows.empty()) print(table({"stream", "pace", "lag", "records", "changes"}, rows));
  for (const Value stream : streams.items())
    for (const Value problem : stream["problems"].items())
      print("  " + text(stream["model"]) + ": " + text(problem["sentence"]) + "\n");
}

void print_failing_jobs(Value jobs) {
  for (const Value job : jobs.items())
    if (const std::string says = failing_job_text(job); !says.empty()) print("  " + says + "\n");
}

void print_figures(Value figures) {
  if (!figures["halted"].text().empty()) print("  not read: " + text(figures["halted"]) + "\n");
  if (!figures["paused"].text().empty()) print("  paused: " + text(figures["paused"]) + "\n");
  if (!figures["shared"].text().empty()) print("  not alone: " + text(figures["shared"]) + "\n");
  const int64_t oldest = figures["oldest"].integer();
  print(std::string(figures["at_least"].truthy() ? "  at least " : "  ") + number(figures["pending"]) +
        " deliveries to make (" + number(figures["waiting"]) + " wait), " + number(figures["dead"]) + " dead, " +
        number(figures["skipped"]) + " skipped, " + number(figures["held"]) + " held" +
        (oldest == 0 ? "" : "; the oldest for " + duration_text(now_micros() - oldest)) + "\n");
}

}  // namespace

int run_status(const CommonOptions& common) {
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Arena arena;
  const Result<Document> plugins = ask_host(common, arena.object({{"do", "status"}}));
  if (!plugins) return report_error(plugins.error(), common.json);
  const Result<Document> away = ask_host(common, arena.object({{"do", "databases"}}));
  if (!away) return report_error(away.error(), common.json);
  std::vector<Value> all;
  for (const DatabaseConfig& database : config->databases) {
    const auto ask = [&](const char* what) {
      return ask_host(common, arena.object({{"do", what}, {"database", arena.text(database.name)}}));
    };
    const Result<Document> streams = ask("streams");
    const Result<Document> figures = ask("figures");
    if (!streams) return report_error(streams.error(), common.json);
    const Result<Document> hints = ask("hints");
    if (!figures) return report_error(figures.error(), common.json);
    if (!hints) return report_error(hints.error(), common.json);
    const Result<Document> jobs = ask("jobs.list");
    if (!jobs) return report_error(jobs.error(), common.json);
    if (common.json) {
      all.push_back(arena.object({{"database", arena.text(database.name)},
                                  {"streams", arena.copy(streams->root())},
                                  {"figures", arena.copy(figures->root())},
                                  {"webhooks", arena.copy(hints->root())},
                                  {"jobs", arena.copy(jobs->root())}}));
      continue;
    }
    print(database.name + "\n");
    print_away(away->root(), database.name);
    print_plugins(plugins->root(), database.name);
    print_figures(figures->root());
    print_failing_jobs(jobs->root());
    print("  " + hints_text(hints->root()) + "\n");
    print_streams(streams->root());
  }
  if (common.json)
    print(value::to_pretty_json(
              arena.object({{"plugins", plugins->root()}, {"away", away->root()}, {"databases", arena.array(all)}})) +
          "\n");
  return kExitOk;
}

int run_database(const CommonOptions& common, const std::string& what, const std::string& model) {
  Arena arena;
  const char* request = what == "accept"    ? "accept_epoch"
                        : what == "moved"   ? "accept_move"
                        : what == "recheck" ? "recheck"
                                            : "confirm_deletions";
  const Result<Document> done = ask_host(
      common, arena.object({{"do", request}, {"database", arena.text(common.database)}, {"model", arena.text(model)}}));
  if (!done) return report_error(done.error(), common.json);
  return report_done(what == "accept"
                         ? "the database is taken as the one that is meant; all of it is read anew, silently"
                     : what == "moved"   ? "the database is the same at its new address; all goes on as it was"
                     : what == "recheck" ? "everything is compared now"
                                         : "the deletions of " + model + " are taken as meant",
                     common.json);
}

}  // namespace outrigger::host
