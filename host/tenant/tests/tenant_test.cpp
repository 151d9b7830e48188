// One database from the sandbox to a plugin and back: the plugin is a function, everything else is real.
#include "host/tenant/tenant.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <deque>
#include <filesystem>

#include "host/journal/intents.hpp"
#include "host/services/clock.hpp"
#include "host/tenant/requests.hpp"
#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::host {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What the plugin was told, one line a change: "created 7 Ten desks".
class Heard {
 public:
  Result<Document> call(std::string_view operation, Value args) {
    const std::lock_guard lock(mutex_);
    if (away_) return Error{Code::kUnreachable, "the plugin is not there", Source::kHost, Effect::kNone, 50};
    if (operation == "jobs.run") lines_.push_back("job " + std::string(args["job"].text()));
    for (const Value change : args["changes"].items())
      lines_.push_back(std::string(change["kind"].text()) + " " + std::to_string(change["id"].integer()) + " " +
                       std::string(change["after"]["name"].text()));
    changed_.notify_all();
    return Document();
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
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return {lines_.begin(), lines_.end()};
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  bool away_ = false;
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
    auto opened = Tenant::open({"main", folder_, feed, &now_micros, [this](bool, const std::string& sentence) {
                                  const std::lock_guard lock(mutex_);
                                  said_.push_back(sentence);
                                }});
    ASSERT_TRUE(opened) << opened.error().message;
    tenant_ = *std::move(opened);
  }
  void attach() {
    const Tenant::Subscribed leads{"crm.lead", {"bell/leads", {"name"}, "", true}};
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
  std::vector<std::string> said() {
    const std::lock_guard lock(mutex_);
    return said_;
  }

  sandbox::Rig rig_;
  std::filesystem::path folder_;
  std::shared_ptr<LiveSession> live_;
  std::mutex mutex_;
  std::vector<std::string> said_;
  std::vector<JobDeclaration> jobs_;
  Heard heard_;
  std::unique_ptr<Tenant> tenant_;
};

TEST_F(TenantTest, TellsAPluginOfEachRecordAndThenOfChanges) {
  begin();
  const std::string first(rig_.lead(1, "name").text());
  EXPECT_TRUE(heard_.await("created 1 " + first));
  rename(1, "Ten desks");
  EXPECT_TRUE(heard_.await("changed 1 Ten desks"));
}

TEST_F(TenantTest, KeepsWhatAnAbsentPluginHasToHearAcrossARestart) {
  begin();
  ASSERT_TRUE(heard_.await("created 20 " + std::string(rig_.lead(20, "name").text())));
  heard_.away(true);
  rename(2, "While away");
  for (int i = 0; i < 300; ++i) {
    const Result<Figures> figures = tenant_->journal().figures();
    ASSERT_TRUE(figures);
    if (figures->pending > 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  tenant_->stop();
  heard_.away(false);
  begin();
  EXPECT_TRUE(heard_.await("changed 2 While away"));
}

TEST_F(TenantTest, RunsJobsWhenTheyAreDue) {
  JobDeclaration now{"digest", {}};
  now.when.every_ms = 3'600'000;
  jobs_.push_back(now);
  begin();
  EXPECT_TRUE(heard_.await("job digest"));
}

TEST_F(TenantTest, APluginDoesNotHearOfItsOwnWrites) {
  begin();
  ASSERT_TRUE(heard_.await("created 20 " + std::string(rig_.lead(20, "name").text())));
  Arena arena;
  writes::Writer* writer = tenant_->writer("bell");
  ASSERT_NE(writer, nullptr);
  const Result<Document> written = writer->perform({.operation = writes::Operation::kWrite,
                                                    .model = "crm.lead",
                                                    .ids = {3},
                                                    .values = arena.object({{"name", "Mine"}})},
                                                   {.plugin = "bell", .run = "a run"});
  ASSERT_TRUE(written) << written.error().message;
  rename(4, "Theirs");
  EXPECT_TRUE(heard_.await("changed 4 Theirs"));
  EXPECT_THAT(heard_.lines(), ::testing::Not(Contains("changed 3 Mine")));
}

TEST_F(TenantTest, WhatWasWrittenIsListedAndTakenBack) {
  begin();
  const std::string before(rig_.lead(3, "name").text());
  Arena arena;
  ASSERT_TRUE(tenant_->writer("bell")->perform({.operation = writes::Operation::kWrite,
                                                .model = "crm.lead",
                                                .ids = {3},
                                                .values = arena.object({{"name", "Mine"}})},
                                               {.plugin = "bell", .run = "a-run"}));
  const Result<Document> runs = handle(*tenant_, arena.object({{"do", "writes.list"}}), {});
  ASSERT_TRUE(runs) << runs.error().message;
  EXPECT_EQ(runs->root().at(0)["run"].text(), "a-run");
  const Result<Document> plan = handle(*tenant_, arena.object({{"do", "writes.undo"}, {"run", "a-run"}}), {});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(rig_.lead(3, "name").text(), "Mine") << "shown first";
  const Result<Document> undone =
      handle(*tenant_,
             arena.object({{"do", "writes.apply"}, {"plan", plan->root()["plan"]}, {"run", plan->root()["run"]}}), {});
  ASSERT_TRUE(undone) << undone.error().message;
  EXPECT_EQ(rig_.lead(3, "name").text(), before);
}

TEST_F(TenantTest, AnotherDatabaseWaitsForAPerson) {
  begin();
  ASSERT_TRUE(heard_.await("created 20 " + std::string(rig_.lead(20, "name").text())));
  tenant_->stop();
  const Document uuid = rig_.answer("ir.config_parameter", "search", R"([[["key", "=", "database.uuid"]]])");
  rig_.answer("ir.config_parameter", "write",
              "[[" + std::to_string(uuid.root().at(0).integer()) + R"(], {"value": "of another one"}])");
  open();
  const Result<void> connected = tenant_->connect(live_, {});
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().code, Code::kConflict);
  attach();
  ASSERT_TRUE(tenant_->serve());
  EXPECT_THAT(tenant_->streams(), IsEmpty());
  Arena arena;
  ASSERT_TRUE(handle(*tenant_, arena.object({{"do", "accept_epoch"}}), {}));
  // What happened before it was read again is taken as known.
  for (int i = 0; i < 300; ++i) {
    const std::vector<feed::StreamStatus> streams = tenant_->streams();
    if (streams.size() == 1 && streams[0].lag >= 0 && !streams[0].first_reading) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  rename(5, "In the new one");
  EXPECT_TRUE(heard_.await("changed 5 In the new one"));
}

TEST_F(TenantTest, OneHostAtATime) {
  begin();
  auto second = Tenant::open({"main", folder_, {}, &now_micros, [](bool, const std::string&) {}});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("another Outrigger works with"));
}

}  // namespace
}  // namespace outrigger::host
