#include "host/schedule/schedule_engine.hpp"

#include "outrigger/abi/schedule.h"

namespace outrigger::host {

Result<Document> ScheduleEngine::call(std::string_view slot, Value args, const std::stop_token& stop) {
  static_cast<void>(stop);
  const std::string_view job = args["job"].text();
  const auto answer = [](const Result<void>& done) { return done ? Result<Document>(Document()) : done.error(); };
  if (slot == "cancel") return answer(scheduler_.cancel(plugin_, job));
  if (slot == "run_now") return answer(scheduler_.run_now(plugin_, job));
  if (slot == "set") {
    const When when{args["every_ms"].integer(), args["at"].integer(), std::string(args["cron"].text()),
                    std::string(args["zone"].text()), args["missed"].integer() == OR_MISSED_SKIP};
    return answer(scheduler_.set(plugin_, job, when));
  }
  if (slot != "list")
    return Error{Code::kUnsupported, "the schedule has no " + std::string(slot), Source::kHost, Effect::kNone, -1};
  const std::vector<Job> jobs = scheduler_.list(plugin_);
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const Job& one : jobs)
      rows.push_back(arena.object({{"job", arena.text(one.name)},
                                   {"next", one.next ? Value::of(*one.next) : Value{}},
                                   {"last", one.last ? Value::of(*one.last) : Value{}},
                                   {"running", one.running}}));
    return arena.array(rows);
  });
}

}  // namespace outrigger::host
