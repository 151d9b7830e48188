// One database from the sandbox to a plugin and back.
#include "host/tenant/tests/tenant_rig.hpp"

#include "host/journal/intents.hpp"
#include "host/tenant/requests.hpp"

namespace outrigger::host {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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

// As a reload does it: what hangs in the plugin holds up neither the admin nor the other records.
TEST_F(TenantTest, ACallThatDoesNotEndHoldsUpNoChange) {
  begin();
  const std::string last = "created 20 " + std::string(rig_.lead(20, "name").text());
  ASSERT_TRUE(heard_.await(last));
  heard_.stuck(true);
  rename(1, "Stuck");
  ASSERT_TRUE(heard_.await("changed 1 Stuck"));
  attach();  // another version took over; the call of the one before is still under way
  rename(2, "Later");
  EXPECT_TRUE(heard_.await("changed 2 Later"));
  tenant_->detach("bell");
  tenant_->stop();
  EXPECT_FALSE(tenant_->await_the_rest()) << "the call is still under way";
  heard_.stuck(false);
  EXPECT_TRUE(tenant_->await_the_rest());
  const std::vector<std::string> lines = heard_.lines();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "changed 1 Stuck"), 1) << "nobody else gets what is under way";
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

// Beside another plugin, so that the stream stays.
TEST_F(TenantTest, WhoIsSubscribedAnewGetsItsSnapshotAnew) {
  begin_and_read();
  Heard other;
  const auto attach_other = [&] {
    return tenant_->attach(
        {"other", {{"crm.lead", {"other/leads", {"name"}, "", true}}}, {}, [&](std::string_view operation, Value args) {
           return other.call(operation, args);
         }});
  };
  const std::string last = "created 20 " + std::string(rig_.lead(20, "name").text());
  ASSERT_TRUE(attach_other());
  ASSERT_TRUE(other.await(last));
  const size_t once = other.lines().size();
  tenant_->detach("other");
  ASSERT_TRUE(attach_other());
  EXPECT_TRUE(await([&] { return other.lines().size() == 2 * once; })) << other.lines().size() << " of " << 2 * once;
  EXPECT_EQ(heard_.lines().size(), 20U) << "and nobody else hears of that";
  tenant_->stop();
}

TEST_F(TenantTest, OneHostAtATime) {
  begin();
  auto second = Tenant::open({"main", folder_, {}, &now_micros, [](bool, const std::string&) {}});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("another Outrigger works with"));
}

}  // namespace
}  // namespace outrigger::host
