// The schedule of a FakeHost: what a plugin set, without running anything. The test runs a job with plugin.job(NAME).
//
//     EXPECT_EQ(host.schedule().job("import").cron, "0 7 * * 1");
//     EXPECT_EQ(host.schedule().job("import").asked, 1);          // run_now
//
// Threads: any.
#pragma once

#include <map>
#include <outrigger/schedule.hpp>
#include <string>

#include "clock.hpp"
#include "object.hpp"

namespace outrigger::testkit {

struct FakeJob {
  int64_t every_ms = 0;
  int64_t at = 0;  // microseconds UTC
  std::string cron;
  std::string zone;
  Missed missed = Missed::kOnce;
  bool cancelled = false;
  int asked = 0;  // to run now
};

class FakeSchedule {
 public:
  explicit FakeSchedule(FakeClock& clock) : clock_(clock) {}

  // As the plugin left it; all empty when it did not touch it.
  [[nodiscard]] FakeJob job(const std::string& name) const {
    const auto at = jobs_.find(name);
    return at == jobs_.end() ? FakeJob() : at->second;
  }

  // For the table of the ABI.
  Result<void> set(const std::string& name, const or_schedule_when& when) {
    const int given = (when.every_ms != 0 ? 1 : 0) + (when.at != 0 ? 1 : 0) + (when.cron.len != 0 ? 1 : 0);
    if (given != 1) return Error{Code::kInvalid, "exactly one of every_ms, cron and at has to be set", Source::kHost};
    if (when.every_ms != 0 && when.every_ms < 1000)
      return Error{Code::kInvalid, "a job runs at most once a second", Source::kHost};
    jobs_[name] = {when.every_ms,
                   when.at,
                   std::string(from_abi(when.cron)),
                   std::string(from_abi(when.zone)),
                   static_cast<Missed>(when.missed),
                   false,
                   0};
    return {};
  }
  void cancel(const std::string& name) { jobs_[name].cancelled = true; }
  void ask(const std::string& name) {
    jobs_[name].cancelled = false;
    ++jobs_[name].asked;
  }
  Result<Document> list() const {
    return Document::build([&](Arena& arena) {
      std::vector<Value> rows;
      for (const auto& [name, job] : jobs_) {
        Value next;
        if (!job.cancelled && job.at != 0) next = Value::of(job.at);
        if (!job.cancelled && job.every_ms != 0)
          next = Value::of(int64_t{clock_.now().time_since_epoch().count()} + job.every_ms * 1000);
        rows.push_back(
            arena.object({{"job", arena.text(name)}, {"next", next}, {"last", nullptr}, {"running", false}}));
      }
      return arena.array(rows);
    });
  }

 private:
  FakeClock& clock_;
  std::map<std::string, FakeJob> jobs_;
};

}  // namespace outrigger::testkit
