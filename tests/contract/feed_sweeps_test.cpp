// What no look can see, on every Odoo: sweeps, the brake, and readings that are silent.
#include "tests/contract/feed_rig.hpp"

namespace outrigger::contract {
namespace {

class FeedSweeps : public ChangeFeed {
 protected:
  // By SQL.
  void erase(const std::vector<int64_t>& ids) {
    if (!target_->real) {
      ASSERT_TRUE(target_->service->change({.model = "crm.lead", .ids = ids, .erase = true}));
      return;
    }
    std::string list;
    for (const int64_t id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
    Psql psql(*target_);
    psql.send("delete from crm_lead where id in (" + list + ")");
    ASSERT_TRUE(psql.close());
  }
};

TEST_P(FeedSweeps, SqlWithoutAWriteDateIsFoundByTheContentSweep) {
  const std::vector<int64_t> made = create({"scored", "mover"});
  sql(made[0], "scored", ago(3600));
  start();
  sql(made[0], "scored, changed");
  look();
  EXPECT_EQ(heard(), "");
  feed_->recheck();
  settle();
  EXPECT_EQ(heard(), "changed scored");
}

TEST_P(FeedSweeps, DeletionsAreFoundBySweeps) {
  const std::vector<int64_t> made = create({"by rpc", "by sql"});
  start();
  ASSERT_TRUE(records_->unlink("crm.lead", {made[0]}));
  if (target_->real) {
    Psql psql(*target_);
    psql.send("delete from crm_lead where id = " + std::to_string(made[1]));
    ASSERT_TRUE(psql.close());
  } else {
    ASSERT_TRUE(target_->service->change({.model = "crm.lead", .ids = {made[1]}, .erase = true}));
  }
  look();
  EXPECT_EQ(heard(), "");
  feed_->recheck();
  settle();
  EXPECT_EQ(heard(), "deleted by rpc, deleted by sql");
}

TEST_P(FeedSweeps, AMergeChangesOneAndDeletesTheOthers) {
  if (!target_->real) GTEST_SKIP() << "the sandbox does not merge";
  const std::vector<int64_t> made = create({"kept", "merged", "merged too"});
  start();
  // 14 fails to put the answer on the wire, after it committed.
  static_cast<void>(session_->call({.model = "crm.lead", .method = "merge_opportunity", .ids = made}));
  look();
  feed_->recheck();
  settle();
  size_t deleted = 0;
  for (const Heard& each : sink_.heard("all")) deleted += each.kind == Kind::kDeleted ? 1 : 0;
  EXPECT_EQ(deleted, 2U);
  for (const int64_t id : made) {
    Arena arena;
    const Result<int64_t> there = records_->search_count(
        {.model = "crm.lead", .domain = arena.array({arena.array({"id", "=", id})}), .archived = true});
    ASSERT_TRUE(there);
    EXPECT_EQ(sink_.view("all").count(id), static_cast<size_t>(*there)) << names_[id];
  }
}

TEST_P(FeedSweeps, LostRightsAreNoDeletion) {
  start();
  const size_t before = sink_.view("all").size();
  Result<std::unique_ptr<odoo::Session>> demo = odoo::Session::connect(loop(), target_->demo);
  ASSERT_TRUE(demo) << demo.error().message;
  feed::OdooReader reader(**demo);
  feed::Feed limited(reader, sink_, {});
  ASSERT_TRUE(
      limited.add({.model = "crm.lead", .fields = {"name"}, .subscribers = {{.name = "all", .fields = {"name"}}}}));
  limited.recheck();
  for (bool more = true; more;) {
    const Result<bool> looked = limited.look();
    ASSERT_TRUE(looked) << looked.error().message;
    more = *looked;
  }
  EXPECT_EQ(sink_.view("all").size(), before);
  const feed::Problems problems = limited.status().at(0).problems;
  EXPECT_TRUE(problems.count("short_answer") + problems.count("hidden") > 0);
}

// Odoo's scheduled job changes probabilities by SQL: the ids of its table tell, a quarter of an hour later at most.
TEST_P(FeedSweeps, OdoosOwnScoringIsSeenByItsTablesIds) {
  if (!target_->real) GTEST_SKIP() << "the sandbox does not score";
  Arena arena;
  ASSERT_TRUE(session_->call({.model = "ir.config_parameter",
                              .method = "set_param",
                              .args = arena.array({"crm.pls_start_date", "2026-01-01"})}));
  const auto recompute = [&] {
    const Query query{.model = "ir.model.data",
                      .domain = arena.array(
                          {arena.array({"module", "=", "crm"}), arena.array({"name", "=", "website_crm_score_cron"})}),
                      .fields = {"res_id"}};
    const Result<Document> rows = records_->search_read(query);
    ASSERT_TRUE(rows && rows->root().size() == 1);
    ASSERT_TRUE(session_->call({.model = "ir.cron",
                                .method = "method_direct_trigger",
                                .ids = std::vector<int64_t>{rows->root().at(0)["res_id"].integer()}}));
  };
  recompute();
  const int64_t lead = create({"to be scored"}).at(0);
  Psql psql(*target_);
  psql.send(
      "update crm_lead set automated_probability = 1.23, probability = 1.23, write_date = write_date - interval "
      "'1 hour' where id = " +
      std::to_string(lead));
  ASSERT_TRUE(psql.close());
  int64_t ahead = 0;
  feed::Settings settings;
  settings.monotonic = [&] {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(since).count() + ahead;
  };
  feed_ = std::make_unique<feed::Feed>(*reader_, sink_, settings);
  ASSERT_TRUE(feed_->add({.model = "crm.lead",
                          .fields = {"automated_probability", "name"},
                          .subscribers = {{.name = "all", .fields = {"automated_probability", "name"}}}}));
  settle();
  sink_.forget_heard();
  recompute();
  look();
  EXPECT_EQ(heard().find("to be scored"), std::string::npos) << "no look can see it";
  ahead = int64_t{901} * 1'000'000;
  settle();
  EXPECT_NE(heard().find("changed to be scored"), std::string::npos);
}

TEST_P(FeedSweeps, AMassDeletionWaitsForAPerson) {
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) names.push_back("one of many " + std::to_string(i));
  const std::vector<int64_t> made = create(names);
  feed::Settings settings;
  settings.brake_records = 20;
  settings.brake_share = 0.01;
  start(2000, settings);
  erase(made);
  feed_->recheck();
  settle();
  EXPECT_EQ(heard(), "") << "nobody is told before a person has looked";
  EXPECT_EQ(feed_->status().at(0).problems.count("mass_deletion"), 1U);
  EXPECT_EQ(sink_.view("all").count(made[0]), 1U);
  EXPECT_TRUE(feed_->confirm_deletions("crm.lead"));
  settle();
  size_t deleted = 0;
  for (const Heard& each : sink_.heard("all")) deleted += each.kind == Kind::kDeleted ? 1 : 0;
  EXPECT_EQ(deleted, made.size());
  EXPECT_EQ(feed_->status().at(0).problems.count("mass_deletion"), 0U);
}

// As after a restart with another manifest: what the sink kept is all that is left.
TEST_P(FeedSweeps, AnAddedFieldIsTakenInSilentlyAndANewSubscriberGetsItsSnapshot) {
  const std::vector<int64_t> made = create({"E", "F"});
  start();
  write(made[1], "name", Value::of("F, changed meanwhile"));
  feed_ = std::make_unique<feed::Feed>(*reader_, sink_, feed::Settings{});
  ASSERT_TRUE(feed_->add(
      {.model = "crm.lead",
       .fields = {"name", "stage_id", "color", "type"},
       .subscribers = {
           {.name = "all", .fields = {"name", "color", "type"}, .domain = {}},
           {.name = "snap", .fields = {"name"}, .domain = R"([["name", "in", ["E", "F"]]])", .snapshot = true},
           {.name = "quiet", .fields = {"name"}, .domain = {}}}}));
  settle();
  std::string snapshot;
  for (const Heard& each : sink_.heard("snap"))
    snapshot += std::string(feed::to_string(each.kind)) + " " + names_[each.id];
  EXPECT_EQ(snapshot, "created E");
  EXPECT_EQ(sink_.heard("quiet").size(), 0U) << "what was there is taken as known";
  EXPECT_EQ(heard(), "changed F") << "but for what changed meanwhile";
  EXPECT_THAT(sink_.view("all").at(made[0]), testing::HasSubstr("type"));
  write(made[0], "name", Value::of("E, changed"));
  look();
  EXPECT_EQ(heard("quiet"), "changed E");
}

OUTRIGGER_CONTRACT(FeedSweeps, "Feed");

}  // namespace
}  // namespace outrigger::contract
