#include "host/tenant/job_requests.hpp"

namespace outrigger::host {
namespace {

Value time_of(const std::optional<int64_t>& time) { return time ? Value::of(*time) : Value{}; }

Value job_value(const Tenant::JobState& state, Arena& arena) {
  const Job& job = state.job;
  return arena.object({{"plugin", arena.text(job.plugin)},
                       {"job", arena.text(job.name)},
                       {"when", arena.text(to_text(job.when))},
                       {"own", job.own},
                       {"served", state.served},
                       {"next", time_of(job.next)},
                       {"last", time_of(job.last)},
                       {"running", job.running},
                       {"asked", job.asked},
                       {"failures", job.attempts},
                       {"note", arena.text(job.note)},
                       {"error", arena.text(job.error)}});
}

}  // namespace

Result<Document> list_jobs(Tenant& tenant) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const Tenant::JobState& state : tenant.jobs()) rows.push_back(job_value(state, arena));
    return arena.array(rows);
  });
}

Result<Document> job_report(Tenant& tenant, const Tenant::JobEnd& end, std::string run) {
  if (run.empty()) run = end.delivery;
  const Result<std::vector<writes::Intent>> writes = tenant.intents().of_run(run);
  if (!writes) return writes.error();
  return Document::build([&](Arena& arena) {
    return arena.object({{"job", job_value({end.job, true}, arena)},
                         {"run", arena.text(run)},
                         {"writes", static_cast<int64_t>(writes->size())},
                         {"failed", end.job.attempts > 0 || !end.job.error.empty()}});
  });
}

Result<Document> run_job(Tenant& tenant, Value request, const std::stop_token& stop) {
  const Result<Tenant::JobEnd> end =
      tenant.run_job(std::string(request["plugin"].text()), std::string(request["job"].text()), stop);
  if (!end) return end.error();
  return job_report(tenant, *end);
}

}  // namespace outrigger::host
