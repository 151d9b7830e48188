#include "host/cli/job_run.hpp"

#include <algorithm>

#include "host/cli/command_run.hpp"
#include "host/services/clock.hpp"
#include "host/tenant/job_requests.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

// The plugin's jobs, with this one among them.
Result<std::vector<JobDeclaration>> declared(const Deployment& deployment, const std::string& plugin,
                                             const std::string& job) {
  const Manifest* manifest = deployment.manifest(plugin);
  if (manifest == nullptr)
    return refuse(Code::kMissing, "there is no plugin " + plugin + "; see `outrigger plugin list`");
  Result<std::vector<JobDeclaration>> jobs = read_schedule(manifest->document.root()["schedule"]);
  if (!jobs) return jobs;
  std::string names;
  for (const JobDeclaration& one : *jobs) {
    if (one.job == job) return jobs;
    names += (names.empty() ? "; there are: " : ", ") + one.job;
  }
  return refuse(Code::kMissing, "plugin " + plugin + " has no job " + job + names);
}

}  // namespace

Result<Document> plan_job(Deployment& deployment, std::mutex& making, Value request, const std::stop_token& stop) {
  const std::string plugin(request["plugin"].text());
  const std::string job(request["job"].text());
  const int64_t now = now_micros();
  const std::string run = name_of_run(plugin, job, now);
  Withheld withheld;
  std::optional<writes::Plan> plan;
  Result<std::unique_ptr<Instance>> instance = Error{};
  {
    const std::lock_guard one_at_a_time(making);
    if (const auto jobs = declared(deployment, plugin, job); !jobs) return jobs.error();
    const Result<std::shared_ptr<Tenant>> tenant = deployment.tenant(request["database"].text(), stop);
    if (!tenant) return tenant.error();
    plan.emplace(plan_for(**tenant, plugin, plugin + " job " + job, now));
    instance = deployment.instance(plugin, request["database"].text(), OR_ROLE_JOBS, stop,
                                   {.run = run, .plan = &*plan, .withheld = &withheld});
  }
  if (!instance) return instance.error();
  const std::stop_callback cancel(stop, [&] { (*instance)->cancel(); });
  Arena arena;
  const Result<Document> result = (*instance)->call(
      "jobs.run", arena.object({{"job", arena.text(job)}, {"delivery", arena.text(run)}, {"due", now}, {"attempt", 1}}),
      {});
  (*instance)->stop();
  if (!result) return result.error();
  for (const std::string& sentence : withheld.sentences()) plan->note(sentence);
  return report_of(result->root(), run, &*plan);
}

Result<Document> run_job_alone(Deployment& deployment, Value request, const std::stop_token& stop) {
  const std::string plugin(request["plugin"].text());
  const std::string job(request["job"].text());
  const std::string run = name_of_run(plugin, job, now_micros());
  Result<std::vector<JobDeclaration>> jobs = declared(deployment, plugin, job);
  if (!jobs) return jobs.error();
  const Result<std::shared_ptr<Tenant>> tenant = deployment.tenant(request["database"].text(), stop);
  if (!tenant) return tenant.error();
  const Result<std::unique_ptr<Instance>> instance =
      deployment.instance(plugin, request["database"].text(), OR_ROLE_JOBS, stop, {.run = run});
  if (!instance) return instance.error();
  const std::stop_callback cancel(stop, [&] { (*instance)->cancel(); });
  const Result<Tenant::JobEnd> end = (*tenant)->run_job_alone(
      {.plugin = plugin,
       .watches = {},
       .jobs = *std::move(jobs),
       .call = [&](std::string_view operation, Value args) { return (*instance)->call(operation, args, {}); }},
      job);
  (*instance)->stop();
  if (!end) return end.error();
  return job_report(**tenant, *end, run);
}

}  // namespace outrigger::host
