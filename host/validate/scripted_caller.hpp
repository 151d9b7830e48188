// A host that answers by a script: well, with errors, with nonsense, or not at all until it is cancelled.
//
//     ScriptedCaller caller(ScriptedCaller::Mood::kWell, Random(seed, "commands"));
//     caller.writes();            // how many calls would have changed something in Odoo
//     caller.kept();              // how many would have kept something, or asked the web
//     caller.cancel();            // what is blocked returns kCancelled
//
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "host/border/host_caller.hpp"
#include "host/validate/random.hpp"

namespace outrigger::host::validate {

class ScriptedCaller final : public HostCaller {
 public:
  enum class Mood {
    kWell,      // what a host would answer
    kErrors,    // every call fails, with one code after the other
    kMixed,     // each third fails
    kNonsense,  // sound trees of the wrong kind
    kBlocking,  // nothing until cancel()
  };

  ScriptedCaller(Mood mood, Random random) : mood_(mood), random_(random) {}

  Result<Document> call(std::string_view operation, Value args) override;
  void notify(std::string_view, Value) override {}
  [[nodiscard]] bool log_enabled(int32_t) const override { return true; }

  [[nodiscard]] size_t writes() const;
  [[nodiscard]] size_t kept() const;
  [[nodiscard]] size_t calls() const;
  void cancel();
  // Waits until a call is blocked; false when none was after that long.
  bool wait_until_blocked(std::chrono::milliseconds patience);

 private:
  Document answer(std::string_view operation, Value args);
  Value row(Arena& arena, Value fields, int64_t id);
  Error failure();

  const Mood mood_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Random random_;
  size_t writes_ = 0;
  size_t kept_ = 0;
  size_t calls_ = 0;
  size_t blocked_ = 0;
  bool cancelled_ = false;
};

}  // namespace outrigger::host::validate
