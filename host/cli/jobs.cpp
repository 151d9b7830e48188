// `outrigger jobs list|run`: what plugins do at set times, and doing it now.
#include "host/cli/jobs.hpp"
#include "host/cli/ask.hpp"
#include "host/cli/command_run.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/job_run.hpp"
#include "host/cli/plugin_command.hpp"
#include "host/cli/table.hpp"
#include "host/control/control.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

std::string text(Value value) { return std::string(value.text()); }

std::string times_text(int64_t failures) {
  return failures == 1 ? "once" : std::to_string(failures) + " times in a row";
}

std::string next_of(Value job) {
  if (job["running"].truthy()) return "running";
  const std::string when = job["next"].is_null()                   ? "when asked"
                           : job["next"].integer() <= now_micros() ? "now"
                                                                   : utc_text(job["next"].integer());
  return job["served"].truthy() ? when : when + ", once its plugin runs";
}

void print_jobs(Value jobs) {
  std::vector<std::vector<std::string>> rows;
  for (const Value job : jobs.items())
    rows.push_back({text(job["plugin"]), text(job["job"]), text(job["when"]), next_of(job),
                    job["last"].is_null() ? "never" : utc_text(job["last"].integer()),
                    std::to_string(job["failures"].integer()),
                    text(job["error"].text().empty() ? job["note"] : job["error"])});
  if (rows.empty())
    print("no plugin has jobs here, or none was at work yet\n");
  else
    print(table({"plugin", "job", "when", "next (UTC)", "last (UTC)", "failures", "note"}, rows));
}

Value request_of(const CommonOptions& common, const JobsOptions& options, Arena& arena) {
  return arena.object({{"do", "job"},
                       {"stream", true},
                       {"database", arena.text(common.database)},
                       {"plugin", arena.text(options.plugin)},
                       {"job", arena.text(options.job)},
                       {"plan", options.plan}});
}

Result<Document> run_somewhere(Config config, Value request, const std::stop_token& stop) {
  const std::filesystem::path socket = control_socket(config);
  Result<Document> there = ask_control(
      socket, request, [](Value) {}, stop);
  const bool nobody =
      !there && there.error().code == Code::kMissing && there.error().source == Source::kHost && !host_runs(socket);
  if (!nobody) return there;
  Deployment deployment(std::move(config));
  std::mutex making;
  return request["plan"].truthy() ? plan_job(deployment, making, request, stop)
                                  : run_job_alone(deployment, request, stop);
}

int report_run(Value report, const CommonOptions& common) {
  const bool failed = report["failed"].truthy();
  if (common.json) {
    print(value::to_pretty_json(report) + "\n");
    return failed ? kExitFailed : kExitOk;
  }
  const Value job = report["job"];
  const std::string name = text(job["plugin"]) + " " + text(job["job"]);
  const std::string says = text(failed ? job["error"] : job["note"]);
  print(name + (failed ? " failed" : " is done") + (says.empty() ? "" : ": " + says) + "\n");
  if (failed && !job["next"].is_null())
    print("it is tried again at " + utc_text(job["next"].integer()) + " UTC; it failed " +
          times_text(job["failures"].integer()) + "\n");
  if (const int64_t writes = report["writes"].integer(); writes > 0)
    print(std::to_string(writes) + (writes == 1 ? " write" : " writes") + ": `outrigger writes show " +
          text(report["run"]) + "`\n");
  return failed ? kExitFailed : kExitOk;
}

}  // namespace

std::string failing_job_text(Value job) {
  const int64_t failures = job["failures"].integer();
  if (failures == 0) return {};
  return "job " + text(job["plugin"]) + " " + text(job["job"]) + " failed " + times_text(failures) + ": " +
         text(job["error"]) +
         (job["running"].truthy()   ? "; it runs again now"
          : !job["served"].truthy() ? "; its plugin does not run"
          : job["next"].is_null()   ? ""
                                    : "; again at " + utc_text(job["next"].integer()) + " UTC");
}

int run_jobs(const CommonOptions& common, const std::string& what, const JobsOptions& options, StopSignal& stop) {
  Arena arena;
  if (what == "list") {
    const Result<Document> jobs =
        ask_host(common, arena.object({{"do", "jobs.list"}, {"database", arena.text(common.database)}}));
    if (!jobs) return report_error(jobs.error(), common.json);
    if (common.json)
      print(value::to_pretty_json(jobs->root()) + "\n");
    else
      print_jobs(jobs->root());
    return kExitOk;
  }
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  const Result<Document> report = run_somewhere(*std::move(config), request_of(common, options, arena), stop.token());
  if (options.plan) return finish_command(report, common, {.plan = true, .save = options.save, .html = {}}, {});
  if (!report) return report_error(report.error(), common.json);
  return report_run(report->root(), common);
}

}  // namespace outrigger::host
