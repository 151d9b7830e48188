// A tenant on a sandbox: the plugin is a function, everything else is real.
//
//     begin();                                                    // connected, attached, reading
//     rename(1, "Ten desks");
//     EXPECT_TRUE(heard_.await("changed 1 Ten desks"));
#pragma once

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <thread>

#include "host/services/clock.hpp"
#include "host/tenant/tenant.hpp"
#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::host {

// What the plugin was told, one line a change: "created 7 Ten desks".
class Heard {
 public:
  Result<Document> call(std::string_view operation, Value args) {
    std::unique_lock lock(mutex_);
    if (away_) return Error{Code::kUnreachable, "the plugin is not there", Source::kHost, Effect::kNone, 50};
    if (operation == "jobs.run") {
      if (jobs_fail_) return Error{Code::kInternal, "it fell over", Source::kPlugin, Effect::kNone, -1};
      lines_.push_back("job " + std::string(args["job"].text()));
      deliveries_.emplace_back(args["delivery"].text());
    }
    for (const Value change : args["changes"].items()) {
      for (const Value field : change["kind"].text() == "changed" ? change["fields"].items() : Value{}.items())
        fields_.push_back(std::to_string(change["id"].integer()) + " " + std::string(field.text()));
      lines_.push_back(std::string(change["kind"].text()) + " " + std::to_string(change["id"].integer()) + " " +
                       std::string(change["after"]["name"].text()));
    }
    changed_.notify_all();
    changed_.wait_for(lock, std::chrono::seconds(60), [this] { return !stuck_; });
    return Document();
  }
  // Calls do not come back until it is over.
  void stuck(bool is) {
    const std::lock_guard lock(mutex_);
    stuck_ = is;
    changed_.notify_all();
  }
  // Waits for it, at most half a minute.
  bool await(const std::string& line) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30),
                             [&] { return std::find(lines_.begin(), lines_.end(), line) != lines_.end(); });
  }
  void away(bool is) {
    const std::lock_guard lock(mutex_);
    away_ = is;
  }
  void fail_jobs(bool fail) {
    const std::lock_guard lock(mutex_);
    jobs_fail_ = fail;
  }
  // "3 name": fields that a change was said to be about, but for those of records that were new.
  std::vector<std::string> changed_fields() {
    const std::lock_guard lock(mutex_);
    return fields_;
  }
  // Of the jobs that ran.
  std::vector<std::string> deliveries() {
    const std::lock_guard lock(mutex_);
    return deliveries_;
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return {lines_.begin(), lines_.end()};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  std::vector<std::string> deliveries_;
  std::vector<std::string> fields_;
  bool away_ = false;
  bool jobs_fail_ = false;
  bool stuck_ = false;
};

class TenantTest : public ::testing::Test {
 protected:
  TenantTest() : rig_({.leads = 20, .now = &now_micros}) {
    folder_ = std::filesystem::temp_directory_path() / ("tenant-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    live_ = std::make_shared<LiveSession>(std::shared_ptr<odoo::Session>(rig_.connect()));
  }
  ~TenantTest() override {
    tenant_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    tenant_.reset();
    feed::Settings feed;
    feed.idle_calls_per_day = 10'000'000;
    Tenant::Options options{"main", folder_, feed, [this] { return now_micros() + ahead_; },
                            [this](bool, const std::string& sentence) {
                              const std::lock_guard lock(mutex_);
                              said_.push_back(sentence);
                            }};
    options.patience = std::chrono::milliseconds(50);
    options.identity_every = identity_every_;
    options.at_step = at_step_;
    auto opened = Tenant::open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    tenant_ = *std::move(opened);
  }
  void attach() {
    const Tenant::Subscribed leads{"crm.lead", {"bell/leads", watched_, "", true}};
    const Result<void> attached =
        tenant_->attach({"bell", {leads}, jobs_, [this](std::string_view operation, Value args) {
                           return heard_.call(operation, args);
                         }});
    ASSERT_TRUE(attached) << attached.error().message;
  }
  void begin() {
    open();
    ASSERT_TRUE(tenant_->connect(live_, {}));
    attach();
    const Result<void> served = tenant_->serve();
    ASSERT_TRUE(served) << served.error().message;
  }
  void rename(int64_t id, const std::string& name) {
    rig_.answer("crm.lead", "write", "[[" + std::to_string(id) + "], {\"name\": \"" + name + "\"}]");
    tenant_->hint("crm.lead", {});
  }
  // A write of the plugin, as its instance makes it.
  Result<Document> write(int64_t id, const std::string& name, const std::string& run = "a-run",
                         const std::string& delivery = {}) {
    Arena arena;
    return tenant_->writer("bell")->perform({.operation = writes::Operation::kWrite,
                                             .model = "crm.lead",
                                             .ids = {id},
                                             .values = arena.object({{"name", arena.text(name)}})},
                                            {.plugin = "bell", .run = run, .delivery = delivery});
  }
  // Waits for it, at most half a minute.
  static bool await(const std::function<bool()>& holds) {
    for (int i = 0; i < 3000; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  bool await_halt(const std::string& words) {
    return await([&] { return tenant_->halted().find(words) != std::string::npos; });
  }
  // Everything was read and nothing is under way.
  bool await_reading() {
    return await([&] {
      const std::vector<feed::StreamStatus> streams = tenant_->streams();
      return streams.size() == 1 && streams[0].lag >= 0 && !streams[0].first_reading;
    });
  }
  void begin_and_read() {
    begin();
    ASSERT_TRUE(heard_.await("created 20 " + std::string(rig_.lead(20, "name").text())));
    ASSERT_TRUE(await_reading());
    ASSERT_TRUE(await([&] { return tenant_->journal().figures()->pending == 0; }));
  }
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }

  sandbox::Rig rig_;
  std::filesystem::path folder_;
  std::shared_ptr<LiveSession> live_;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::vector<std::string> watched_{"name"};
  std::vector<JobDeclaration> jobs_;
  std::function<void(std::string_view step)> at_step_;  // of writes
  int64_t identity_every_ = int64_t{1800} * 1'000'000;
  Heard heard_;
  std::atomic<int64_t> ahead_{0};  // of the tenant's clock
  std::unique_ptr<Tenant> tenant_;
};

}  // namespace outrigger::host
