// What the tests of the supervisor share: a clock that the test moves, and instances that crash on demand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "host/plugins/supervisor.hpp"

namespace outrigger::host {

inline constexpr int64_t kSecond = Supervisor::kSecond;
inline constexpr std::chrono::seconds kPatience{30};

inline Error crash(const std::string& why) { return {Code::kInternal, why, Source::kPlugin, Effect::kUnknown, -1}; }

// What all instances of a test share.
struct Stage {
  int64_t now = 0;
  std::atomic<int> made{0};
  std::vector<std::string> journal;
  std::optional<Error> refuses_to_start;

  std::mutex mutex;
  void note(const std::string& event) {
    const std::lock_guard lock(mutex);
    journal.push_back(event);
  }
};

class Fake final : public Instance {
 public:
  Fake(Stage& stage, std::string name) : stage_(stage), name_(std::move(name)) {}

  Result<Document> call(std::string_view operation, Value, const Sink&) override {
    if (ended_) return *ended_;
    if (operation == "crash") {
      ended_ = crash("it crashed");
      return *ended_;
    }
    if (operation.rfind("reconfigure.", 0) == 0) {
      stage_.note(std::string(operation.substr(operation.find('.') + 1)) + " " + name_);
      if (dies_at == operation) ended_ = crash("it crashed");
      if (ended_) return *ended_;
      if (refusal && operation == "reconfigure.prepare") return *refusal;
      return Document();
    }
    if (operation == "health.check") return health ? health() : Document();
    if (operation == "wait") {
      entered.set_value();
      if (released.wait_for(kPatience) != std::future_status::ready) return crash("nobody came");
    }
    return Document::build([&](Arena& arena) { return arena.text(name_); });
  }
  Result<void> activate() override {
    stage_.note("activate " + name_);
    if (activation) return *activation;
    return {};
  }
  void cancel() override {
    stage_.note("cancel " + name_);
    if (cancellable.exchange(false)) release.set_value();
  }
  void stop() override {
    if (!stopped_.exchange(true)) stage_.note("stop " + name_);
  }
  [[nodiscard]] std::optional<Error> ended() const override { return ended_; }
  [[nodiscard]] int pid() const override { return 4711; }

  std::function<Result<Document>()> health;
  std::optional<Error> activation;
  std::optional<Error> refusal;  // of a new configuration
  std::string dies_at;           // this operation
  std::promise<void> entered;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<bool> cancellable{false};

 private:
  Stage& stage_;
  std::string name_;
  std::optional<Error> ended_;
  std::atomic<bool> stopped_{false};
};

class SupervisorTest : public testing::Test {
 protected:
  Supervisor::Maker maker(
      const std::string& name, const std::function<void(Fake&)>& prepare = [](Fake&) {}) {
    return [this, name, prepare](bool standby) -> Result<std::unique_ptr<Instance>> {
      ++stage_.made;
      if (stage_.refuses_to_start) return *stage_.refuses_to_start;
      auto fake = std::make_unique<Fake>(stage_, name);
      prepare(*fake);
      if (!standby) stage_.note("start " + name);
      last_ = fake.get();
      return std::unique_ptr<Instance>(std::move(fake));
    };
  }
  std::string ask(const std::string& operation = "ask") {
    const Result<Document> result = supervisor_.call(operation, {});
    return result ? std::string(result->root().text()) : result.error().message;
  }
  void crash_now() { EXPECT_EQ(ask("crash"), "it crashed"); }
  void pass(int64_t micros) { stage_.now += micros; }

  Stage stage_;
  Fake* last_ = nullptr;
  Supervisor supervisor_{maker("old"), [this] { return stage_.now; }};
};

}  // namespace outrigger::host
