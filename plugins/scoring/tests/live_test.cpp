// The live plugin in a FakeHost: what it keeps is always what Odoo has, its table what a rebuild gives, and scores go
// where they may.
#include <gmock/gmock.h>

#include <random>

#include "small_crm.hpp"

namespace outrigger::scoring {
namespace {

using testing::HasSubstr;
using testkit::FakePlugin;
using testkit::Object;

// The live table against Odoo, lead by lead and row by row.
void expect_in_step(FakePlugin& plugin, const std::string& when) {
  const Result<Document> status = plugin.command("status", {{"check", true}}, {.json = true});
  ASSERT_TRUE(status) << when << ": " << status.error().message;
  EXPECT_EQ((*status)->operator[]("checked_leads_differ").integer(), 0) << when;
  EXPECT_EQ((*status)->operator[]("checked_rows_differ").integer(), 0) << when;
  EXPECT_GT((*status)->operator[]("checked_rows").integer(), 0) << when;
}

class Live : public testing::Test {
 protected:
  FakePlugin start(size_t leads, const Object& config = {}) {
    crm.fill(leads);
    crm.put();
    return crm.start(config);
  }
  // The same, and all of it read.
  FakePlugin running(size_t leads) {
    FakePlugin plugin = start(leads);
    crm.tell_all(plugin, {1});
    return plugin;
  }

  SmallCrm crm;  // NOLINT(misc-non-private-member-variables-in-classes)
};

double score_in_odoo(const SmallCrm& crm, int64_t id) { return crm.leads().at(id).automated; }

TEST_F(Live, ReadsEverythingFirstAndSaysThatChangesWaitForIt) {
  FakePlugin plugin = start(60);
  const auto said = crm.tell(plugin, {5});
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->front().outcome, "retry");
  EXPECT_THAT(said->front().reason, HasSubstr("all leads are being read first"));
  EXPECT_EQ(crm.host.schedule().job("refresh").asked, 1);
  ASSERT_TRUE(plugin.job("refresh"));
  EXPECT_EQ(crm.tell(plugin, {5})->front().outcome, "done");
  expect_in_step(plugin, "after the first reading");
}

class Edits {
 public:
  Edits(SmallCrm& crm, uint64_t seed) : crm_(crm), random_(seed) {}

  // The leads that it changed.
  std::vector<int64_t> some() {
    std::vector<int64_t> ids;
    for (size_t i = 1 + pick(4); i > 0; --i) ids.push_back(one());
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
  }

 private:
  size_t pick(size_t below) { return std::uniform_int_distribution<size_t>(0, below - 1)(random_); }
  int64_t any() {
    auto at = crm_.leads().begin();
    std::advance(at, static_cast<std::ptrdiff_t>(pick(crm_.leads().size())));
    return at->first;
  }
  int64_t one() {
    const size_t kind = pick(10);
    if (kind == 0) {
      // Now and then one that is seen after leads with higher ids, or from before the start date.
      const int64_t last = crm_.leads().rbegin()->first;
      const int64_t id =
          pick(3) == 0 && crm_.leads().count(last - 1) == 0 ? last - 1 : last + 1 + static_cast<int64_t>(pick(2));
      SmallLead& made = crm_.lead(id);
      if (pick(5) == 0) made.created = "2025-12-31 23:59:59";
      made.country = 20 + static_cast<int64_t>(pick(30));
      return id;
    }
    const int64_t id = any();
    SmallLead& lead = crm_.lead(id);
    switch (kind) {
      case 1: crm_.win(id); break;
      case 2: crm_.lose(id); break;
      case 3: crm_.restore(id, 1 + static_cast<int64_t>(pick(3))); break;
      case 4:
        if (lead.stage != 4) lead.stage = 1 + static_cast<int64_t>(pick(3));
        break;
      case 5: lead.team = static_cast<int64_t>(pick(3)); break;
      case 6:
        lead.tags.clear();
        for (int64_t tag = 1; tag <= 6; ++tag)
          if (pick(3) == 0) lead.tags.push_back(tag);
        break;
      case 7: lead.country = pick(4) == 0 ? 0 : 20 + static_cast<int64_t>(pick(40)); break;
      case 8: lead.email = pick(2) == 0 ? "" : "incorrect"; break;
      default: crm_.erase(id); break;
    }
    return id;
  }

  SmallCrm& crm_;
  std::mt19937_64 random_;
};

// The property: at any moment, and across restarts, the kept leads are Odoo's and the table is a rebuild's.
TEST(LiveTable, IsARebuildAtAnyMomentThroughEditsAndRestarts) {
  for (const uint64_t seed : {1U, 2U, 3U}) {
    SmallCrm crm;
    crm.fill(80);
    crm.put();
    Edits edits(crm, seed);
    std::mt19937_64 random(seed);
    auto plugin = std::make_unique<FakePlugin>(crm.start());
    for (int step = 0; step < 150; ++step) {
      const std::vector<int64_t> ids = edits.some();
      crm.put();
      crm.tell_all(*plugin, ids);
      if (testing::Test::HasFatalFailure()) return;
      const std::string when = "seed " + std::to_string(seed) + ", step " + std::to_string(step);
      if (step % 10 == 0) expect_in_step(*plugin, when);
      if (random() % 12 == 0) plugin = std::make_unique<FakePlugin>(crm.start());
      if (random() % 25 == 0) {
        // The instance's own table, as kept up in memory, against a rebuild.
        ASSERT_TRUE(plugin->job("refresh"));
        const Result<Document> status = plugin->command("status", {}, {.json = true});
        ASSERT_TRUE(status);
        EXPECT_EQ(status->root()["table_differed"].integer(), 0) << when;
        EXPECT_EQ(status->root()["differed"].integer(), 0) << when;
        crm.take();
      }
    }
    EXPECT_FALSE(crm.host.logs().has("were not a rebuild's"));
  }
}

TEST_F(Live, ADeliveryThatComesTwiceChangesNothing) {
  FakePlugin plugin = running(40);
  crm.win(2);
  crm.put();
  for (int attempt = 0; attempt < 3; ++attempt) crm.tell_all(plugin, {2});
  expect_in_step(plugin, "three times the same");
}

TEST_F(Live, WhatCannotBeKeptIsToldAgain) {
  FakePlugin plugin = running(40);
  crm.win(2);
  crm.put();
  crm.host.store().fail_next(Code::kLimit, "the disk is full");
  const auto said = crm.tell(plugin, {2});
  EXPECT_TRUE(!said || said->front().outcome == "retry");
  crm.tell_all(plugin, {2});
  expect_in_step(plugin, "after a commit that failed");
}

TEST_F(Live, AnotherPipelineIsNoticed) {
  FakePlugin plugin = running(60);
  crm.stages = {{1, 9, false}, {2, 2, false}, {3, 3, false}, {4, 70, true}, {8, 5, false}};
  crm.teams = {2, 1, 7};
  crm.lead(1).stage = 8;
  crm.lead(1).team = 7;
  crm.put();
  // The lead is told before the stage: the pipeline is looked at again by itself.
  auto said = crm.tell(plugin, {1});
  if (!said || said->front().outcome != "done") crm.tell_all(plugin, {1});
  expect_in_step(plugin, "a lead in a new stage");
  ASSERT_TRUE(plugin.changes("crm.stage", {testkit::Changed(8).after({{"sequence", 5}})}, "stages"));
  crm.tell_all(plugin, {2});
  expect_in_step(plugin, "after the stage was told");
}

TEST_F(Live, ADeletedStageLeavesNothingBehind) {
  FakePlugin plugin = running(60);
  std::vector<int64_t> moved;
  for (const auto& [id, lead] : crm.leads())
    if (lead.stage == 3) moved.push_back(id);
  for (const int64_t id : moved) crm.lead(id).stage = 2;
  crm.stages.erase(crm.stages.begin() + 2);
  crm.put();
  ASSERT_TRUE(plugin.changes("crm.stage", {testkit::Changed(3).before({{"sequence", 3}})}, "stages"));
  crm.tell_all(plugin, moved);
  expect_in_step(plugin, "without the stage");
}

TEST_F(Live, OtherSettingsHaveEverythingReadAnew) {
  FakePlugin plugin = running(60);
  crm.host.odoo().parameter("crm.pls_fields", "source_id");
  crm.host.odoo().parameter("crm.pls_start_date", "2026-01-15");
  ASSERT_TRUE(plugin.job("rescore"));
  expect_in_step(plugin, "with other settings");
}

TEST_F(Live, DamagedDataIsReadAnew) {
  { const FakePlugin plugin = running(30); }
  crm.host.store().put("crm.lead:2", "nonsense");
  FakePlugin plugin = crm.start();
  crm.tell_all(plugin, {1});
  expect_in_step(plugin, "after damage");
}

// The host erases and exports by this prefix what is kept of a lead; a report looks at the one, scoring at the other.
TEST_F(Live, LooksAreKeptBesideTheLeadAndGoWithIt) {
  FakePlugin plugin = running(30);
  ASSERT_TRUE(plugin.job("look"));
  const auto look_of = [&](int64_t id) { return crm.host.store().get("crm.lead:" + std::to_string(id) + ":look"); };
  std::vector<int64_t> open;
  for (const auto& [id, lead] : crm.leads())
    if (lead.status == "pending") open.push_back(id);
  ASSERT_GT(open.size(), 2U);
  for (const int64_t id : open) EXPECT_TRUE(look_of(id).has_value()) << id;
  expect_in_step(plugin, "with looks beside the leads");
  crm.erase(open[0]);
  crm.put();
  ASSERT_TRUE(crm.tell(plugin, {open[0]}));
  EXPECT_FALSE(look_of(open[0]).has_value()) << "deleted, and told";
  crm.erase(open[1]);
  crm.put();
  ASSERT_TRUE(plugin.job("refresh"));
  EXPECT_FALSE(look_of(open[1]).has_value()) << "deleted, and found by the nightly reading";
  const int asked = crm.host.schedule().job("refresh").asked;
  FakePlugin again = crm.start();
  crm.tell_all(again, {1});
  expect_in_step(again, "after a restart");
  EXPECT_EQ(crm.host.schedule().job("refresh").asked, asked) << "what is kept was usable";
}

// --- where scores go

TEST_F(Live, WritesWhatOdoosOwnTableGivesAsWell) {
  FakePlugin plugin = start(90);
  crm.mirror_is_exact(plugin);
  crm.tell_all(plugin, {1});
  const auto result = plugin.command("recompute", {{"limit", 0}, {"by", "rpc"}}, {.json = true});
  ASSERT_TRUE(result) << result.error().message;
  crm.take();
  EXPECT_EQ(result->root()["changed"].integer(), 0) << "the first reading wrote all scores";
  crm.lead(5).country = 21;
  crm.lead(5).automated = crm.lead(5).probability = 12.34;
  crm.put();
  crm.tell_all(plugin, {5});
  EXPECT_NE(score_in_odoo(crm, 5), 12.34) << "the changed lead was scored and written";
  EXPECT_EQ(crm.leads().at(5).probability, score_in_odoo(crm, 5)) << "it was automatic";
}

TEST_F(Live, HoldsBackWhatOdoosOwnTableGainsays) {
  FakePlugin plugin = start(90);
  crm.mirror_is_exact(plugin);
  for (Object& row : crm.mirror)
    if (row["variable"].text() == "country_id")
      row = {{"id", row["id"]},   {"variable", row["variable"]}, {"value", row["value"]},
             {"won_count", 40.1}, {"lost_count", 0.1},           {"team_id", row["team_id"]}};
  crm.put();
  const size_t before = crm.host.writes().size();
  ASSERT_TRUE(plugin.job("refresh"));
  crm.take();
  const Result<Document> status = plugin.command("status", {}, {.json = true});
  ASSERT_TRUE(status);
  EXPECT_GT(status->root()["held_back"].integer(), 0);
  for (size_t i = before; i < crm.host.writes().size(); ++i)
    for (const Value row : crm.host.writes()[i].values["rows"].items())
      EXPECT_EQ(crm.leads().at(row["id"].integer()).country, 0) << "only leads without a country agree";
  const auto held = plugin.command("recompute", {{"limit", 0}, {"by", "rpc"}});
  ASSERT_TRUE(held);
  EXPECT_THAT(plugin.said(), HasSubstr("held back"));
  EXPECT_THAT(plugin.said(), HasSubstr("outrigger scoring drift"));
}

TEST_F(Live, AManualProbabilityStopsScoresAndPuttingItBackResumesThem) {
  FakePlugin plugin = start(90);
  crm.mirror_is_exact(plugin);
  crm.tell_all(plugin, {5});
  crm.lead(5).probability = 70;
  crm.put();
  crm.tell_all(plugin, {5});
  EXPECT_TRUE(crm.host.logs().has("lead 5: its probability was set by hand to 70.00 %"));
  crm.lead(5).country = 22;
  crm.lead(5).automated = 1.5;
  crm.put();
  crm.tell_all(plugin, {5});
  EXPECT_EQ(crm.leads().at(5).probability, 70) << "a person's number stays";
  EXPECT_NE(crm.leads().at(5).automated, 1.5) << "the automatic one goes on beside it";
  ASSERT_TRUE(plugin.job("refresh"));
  crm.take();
  EXPECT_EQ(crm.leads().at(5).probability, 70);
  EXPECT_EQ(plugin.command("status", {}, {.json = true})->root()["manual"].integer(), 1);
  EXPECT_TRUE(plugin.command("explain", {{"lead", 5}}, {.json = true})->root()["manual"].truthy());
  EXPECT_TRUE(crm.host.shared().value("scoring.score", "crm.lead", 5)["value"]["manual"].truthy());

  crm.lead(5).probability = crm.lead(5).automated;  // Odoo's own button
  crm.put();
  crm.tell_all(plugin, {5});
  EXPECT_TRUE(crm.host.logs().has("lead 5: its probability is automatic again"));
  crm.lead(5).automated = crm.lead(5).probability = 3.25;
  crm.put();
  crm.tell_all(plugin, {5});
  EXPECT_NE(crm.leads().at(5).probability, 3.25) << "scores change it again";
  EXPECT_EQ(crm.leads().at(5).probability, crm.leads().at(5).automated);
}

TEST_F(Live, PublishesScoresWithReasonsAndRetractsThemWhenTheLeadIsClosed) {
  FakePlugin plugin = start(90, {{"write", "nothing"}});
  crm.tell_all(plugin, {5});
  const Object fact = crm.host.shared().value("scoring.score", "crm.lead", 5);
  const double score = fact["value"]["score"].number().value_or(-1);
  EXPECT_GT(score, 0);
  ASSERT_GT(fact["value"]["reasons"].size(), 0U);
  const Result<Document> explained = plugin.command("explain", {{"lead", 5}}, {.json = true});
  EXPECT_EQ(explained->root()["probability"].number(), score);
  EXPECT_TRUE(crm.host.writes().empty()) << "nothing goes to Odoo";
  crm.win(5);
  crm.put();
  crm.tell_all(plugin, {5});
  EXPECT_EQ(crm.host.shared().value("scoring.score", "crm.lead", 5).value().size(), 0U);
  crm.erase(11);
  crm.put();
  crm.tell_all(plugin, {11});
  EXPECT_EQ(crm.host.shared().value("scoring.score", "crm.lead", 11).value().size(), 0U);
}

TEST_F(Live, AStepKeepsSmallMovesFromBeingWritten) {
  FakePlugin plugin = start(200, {{"write", "nothing"}, {"step", 20}});
  crm.tell_all(plugin, {11});
  const double before =
      crm.host.shared().value("scoring.score", "crm.lead", 11)["value"]["score"].number().value_or(-1);
  crm.win(101);
  crm.put();
  crm.tell_all(plugin, {101});
  ASSERT_TRUE(plugin.job("rescore"));
  const Result<Document> now = plugin.command("explain", {{"lead", 11}}, {.json = true});
  EXPECT_NE(now->root()["probability"].number(), before) << "one more won lead moves it a little";
  EXPECT_EQ(crm.host.shared().value("scoring.score", "crm.lead", 11)["value"]["score"].number(), before);
}

TEST_F(Live, AFieldOfOursIsMadeBySetupAndWritten) {
  FakePlugin plugin = start(90, {{"write", "field"}});
  const auto missing = plugin.command("recompute", {{"limit", 0}});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("outrigger scoring setup"));
  crm.host.odoo().fields("crm.lead", {"x_outrigger_score"});
  ASSERT_TRUE(plugin.job("refresh")) << "leads are written field by field";
  const Object row = crm.host.odoo().row("crm.lead", 5);
  EXPECT_GT(row["x_outrigger_score"].number().value_or(0), 0);
  EXPECT_EQ(row["automated_probability"].number(), 50) << "Odoo's own stays as it is";
}

}  // namespace
}  // namespace outrigger::scoring
