#include "automatic.hpp"

#include <algorithm>

#include "round.hpp"

namespace outrigger::assignment {
namespace {

constexpr std::string_view kTimesKey = "times";

std::string counted(const Host& host, const Planned& planned, const Applied& applied, const char* what) {
  for (const auto& [lead, message] : applied.failed) host.log.warn("lead {} was not {}: {}", lead, what, message);
  return std::to_string(applied.done.size()) + " of " + std::to_string(planned.work.leads.size()) + " leads " + what +
         ", " + std::to_string(applied.moved.size()) + " changed meanwhile, " + std::to_string(applied.failed.size()) +
         " failed";
}

// Makes the plan and carries it out; in the log's language.
Result<std::string> assign(const Host& host, const Store& store, const Settings& settings, const Ask& ask,
                           const RoundOptions& options) {
  const Speech say("en");
  const Result<Round> done = run_round(host, store, settings, ask, options, say);
  if (!done) return done.error();
  for (const std::string& problem : done->planned.problems) host.log.warn("{}", problem);
  std::string text = counted(host, done->planned, done->applied, "assigned");
  if (done->again) text += "; of those untouched " + counted(host, *done->again, done->applied_again, "given on");
  return text;
}

}  // namespace

Outcome assign_new(const Host& host, const Store& store, const Changes& batch, Value config) {
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  Ask ask;
  Transaction gone;
  bool any_gone = false;
  for (const Change& change : batch) {
    if (change.kind() == ChangeKind::kDeleted) {
      erase_lead(gone, change.id());
      any_gone = true;
    } else if (change.after()["user_id"].integer() == 0 && change.after()["active"].truthy()) {
      ask.leads.push_back(change.id());
    }
  }
  if (any_gone)
    if (Result<void> erased = store.commit(gone); !erased) return erased.error();
  if (!settings->live || ask.leads.empty()) return done();
  const Result<std::string> assigned = assign(
      host, store, *settings, ask, {.apply = {.delivery = batch[batch.size() - 1].delivery()}, .untouched = false});
  if (!assigned) return assigned.error();
  host.log.info("new leads: {}", *assigned);
  return done();
}

JobResult assign_waiting(const Host& host, const Store& store, const JobCall& call, Value config) {
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const Result<std::string> assigned = assign(host, store, *settings, {}, {.apply = {.delivery = call.delivery()}});
  if (!assigned) return assigned.error();
  return JobResult::done(*assigned);
}

JobResult settle_open(const Host& host, const Store& store) {
  if (Result<void> settled = settle(host, store); !settled) return settled.error();
  return JobResult::done("");
}

Result<void> set_times(const Schedule& schedule, const Store& store, Value config) {
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const std::string times = settings->every + "|" + settings->cron + "|" + settings->zone;
  const Result<std::optional<std::string>> before = store.get(kTimesKey);
  if (!before) return before.error();
  if (before->value_or("||") == times) return {};
  Result<void> set;
  if (!settings->every.empty())
    set = schedule.every("assign", std::chrono::milliseconds(*period_of(settings->every)));
  else if (!settings->cron.empty())
    set = schedule.cron("assign", settings->cron, settings->zone);
  else
    set = schedule.cancel("assign");
  if (!set) return set;
  return store.put(kTimesKey, times);
}

}  // namespace outrigger::assignment
