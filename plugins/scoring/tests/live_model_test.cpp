// The live plugin with another model than Odoo's: its scores go into the custom field and nowhere else, it is kept and
// trained anew, and a later stage never lowers what is written.
#include <gmock/gmock.h>

#include "small_crm.hpp"

namespace outrigger::scoring {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testkit::FakePlugin;
using testkit::Object;

class LiveModel : public testing::TestWithParam<const char*> {
 protected:
  explicit LiveModel(bool field = true) {
    crm_.custom_field = field;
    crm_.fill(300);
    crm_.put();
  }
  FakePlugin start() { return crm_.start({{"model", GetParam()}}); }
  void train_and_take(FakePlugin& plugin, const char* job = "refresh") {
    const Result<Document> done = plugin.job(job);
    ASSERT_TRUE(done) << done.error().message;
    crm_.take();
  }
  static int64_t trained_at(FakePlugin& plugin) {
    const Result<Document> status = plugin.command("status", {}, {.json = true});
    EXPECT_TRUE(status) << (status ? "" : status.error().message);
    return status ? status->root()["trained"].integer() : 0;
  }
  [[nodiscard]] std::vector<int64_t> open() const {
    std::vector<int64_t> ids;
    for (const auto& [id, lead] : crm_.leads())
      if (lead.status == "pending") ids.push_back(id);
    return ids;
  }

  SmallCrm crm_;
};

TEST_P(LiveModel, WritesTheCustomFieldAndNeverOdoosOwn) {
  FakePlugin plugin = start();
  train_and_take(plugin);
  const size_t first = crm_.host.writes().size();
  ASSERT_GT(first, 0U);
  size_t rows = 0;
  for (const auto& write : crm_.host.writes())
    for (const Value row : write.values["rows"].items()) {
      ++rows;
      EXPECT_EQ(row.size(), 2U) << "the id and one field";
      EXPECT_TRUE(row.has("x_outrigger_score"));
    }
  EXPECT_EQ(rows, open().size()) << "every open lead once";
  for (const int64_t id : open()) {
    EXPECT_GT(crm_.leads().at(id).ours, 0) << id;
    EXPECT_EQ(crm_.leads().at(id).automated, 50) << id;
    EXPECT_EQ(crm_.leads().at(id).probability, 50) << id;
  }
  const Result<Document> all = plugin.command("recompute", {{"limit", 0}}, {.json = true});
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->root()["model"].text(), GetParam());
  EXPECT_EQ(all->root()["target"].text(), "x_outrigger_score");
  EXPECT_EQ(all->root()["changed"].integer(), 0) << "a command scores by the same model";
  for (const Value row : all->root()["rows"].items())
    EXPECT_EQ(row["automated"].number(), row["field_before"].number()) << row["lead"].integer();
  ASSERT_TRUE(plugin.job("rescore"));
  EXPECT_EQ(crm_.host.writes().size(), first) << "nothing moved, so nothing is written";
}

TEST_P(LiveModel, ALaterStageNeverLowersWhatIsWritten) {
  FakePlugin plugin = start();
  train_and_take(plugin);
  size_t rose = 0;
  for (const int64_t id : open()) {
    if (id > 120) break;
    double before = 0;
    for (const int64_t stage : {1, 2, 3}) {
      crm_.lead(id).stage = stage;
      crm_.put();
      crm_.tell_all(plugin, {id});
      const double now = crm_.leads().at(id).ours;
      EXPECT_GE(now, before) << "lead " << id << " in stage " << stage;
      rose += now > before && stage > 1 ? 1 : 0;
      before = now;
    }
  }
  EXPECT_GT(rose, 0U) << "the stage says something";
}

TEST_P(LiveModel, IsKeptThroughRestartsAndTrainedAnewByItsJob) {
  int64_t trained = 0;
  double before = 0;
  const int64_t id = open().front();
  {
    FakePlugin plugin = start();
    train_and_take(plugin);
    trained = trained_at(plugin);
    before = crm_.leads().at(id).ours;
  }
  for (int64_t other = 400; other < 520; ++other) {
    crm_.lead(other).country = crm_.leads().at(id).country;
    crm_.lead(other).source = crm_.leads().at(id).source;
    crm_.win(other);
  }
  crm_.put();
  crm_.host.clock().advance(std::chrono::hours(24));
  FakePlugin plugin = start();
  train_and_take(plugin);
  EXPECT_EQ(trained_at(plugin), trained);
  crm_.tell_all(plugin, {id});
  EXPECT_EQ(crm_.leads().at(id).ours, before) << "120 more won leads do not move it before the next training";
  train_and_take(plugin, "train");
  EXPECT_GT(trained_at(plugin), trained);
  EXPECT_GT(crm_.leads().at(id).ours, before);
  const Result<Document> why = plugin.command("explain", {{"lead", id}}, {.json = true});
  ASSERT_TRUE(why) << why.error().message;
  EXPECT_EQ(why->root()["model"]["kind"].text(), GetParam());
  EXPECT_EQ(why->root()["model"]["probability"].number(), crm_.leads().at(id).ours);
  EXPECT_EQ(crm_.host.shared().value("scoring.score", "crm.lead", id)["value"]["score"].number(),
            crm_.leads().at(id).ours);
}

TEST_P(LiveModel, DamagedBytesAreTrainedAnew) {
  {
    FakePlugin plugin = start();
    train_and_take(plugin);
  }
  crm_.host.store().put("scoring:model:0000", "nonsense");
  FakePlugin plugin = start();
  const auto said = crm_.tell(plugin, {open().front()});
  ASSERT_TRUE(said);
  EXPECT_EQ(said->front().outcome, "retry") << "there is no model until all leads were read";
  train_and_take(plugin);
  EXPECT_EQ(crm_.tell(plugin, {open().front()})->front().outcome, "done");
}

// What was told under one model is no reason to leave another one's score out.
TEST_P(LiveModel, AnotherModelWritesEverythingAgain) {
  {
    FakePlugin plugin = crm_.start({{"write", "nothing"}});
    ASSERT_TRUE(plugin.job("refresh"));
  }
  EXPECT_TRUE(crm_.host.writes().empty());
  FakePlugin plugin = start();
  train_and_take(plugin);
  for (const int64_t id : open()) EXPECT_GT(crm_.leads().at(id).ours, 0) << id;
}

// As `outrigger writes undo` does it: Odoo's field has another number, and nobody tells of it.
TEST_P(LiveModel, WhatWasTakenBackStaysUntilTheScoreMovesOrSomebodyAsks) {
  FakePlugin plugin = start();
  train_and_take(plugin);
  std::map<int64_t, double> written;
  for (const int64_t id : open()) written[id] = std::exchange(crm_.lead(id).ours, 0);
  crm_.put();
  const size_t writes = crm_.host.writes().size();
  ASSERT_TRUE(plugin.job("rescore"));
  ASSERT_TRUE(plugin.job("refresh"));
  EXPECT_EQ(crm_.host.writes().size(), writes) << "no score moved";
  const auto checked = [&] {
    const Result<Document> status = plugin.command("status", {{"check", true}}, {.json = true});
    EXPECT_TRUE(status) << (status ? "" : status.error().message);
    return status ? status->root()["checked_field_differs"].integer() : -1;
  };
  EXPECT_EQ(checked(), static_cast<int64_t>(open().size()));
  const Result<Document> said = plugin.command("status", {{"check", true}});
  ASSERT_TRUE(said);
  EXPECT_THAT(plugin.said(), AllOf(HasSubstr("undone, or set by somebody"), HasSubstr("x_outrigger_score")));
  // One moves: it alone is written.
  const int64_t moves = open().front();
  crm_.lead(moves).stage = crm_.leads().at(moves).stage == 3 ? 1 : 3;
  crm_.put();
  crm_.tell_all(plugin, {moves});
  EXPECT_GT(crm_.leads().at(moves).ours, 0);
  EXPECT_EQ(checked(), static_cast<int64_t>(open().size()) - 1);
  // Somebody asks: all are.
  const Result<Document> all = plugin.command("recompute", {{"limit", 0}}, {.json = true});
  ASSERT_TRUE(all) << all.error().message;
  crm_.take();
  for (const int64_t id : open()) {
    if (id != moves) {
      EXPECT_EQ(crm_.leads().at(id).ours, written[id]) << id;
    }
  }
  EXPECT_EQ(checked(), 0);
}

class LiveModelWithoutField : public LiveModel {
 protected:
  LiveModelWithoutField() : LiveModel(false) {}
};

TEST_P(LiveModelWithoutField, AScoreThatDidNotGetThereComesAgain) {
  FakePlugin plugin = start();
  ASSERT_TRUE(plugin.job("refresh")) << "the field is not there yet";
  EXPECT_TRUE(crm_.host.logs().has("scores were not written"));
  crm_.custom_field = true;
  crm_.put();
  train_and_take(plugin, "rescore");
  for (const int64_t id : open()) EXPECT_GT(crm_.leads().at(id).ours, 0) << id;
}

TEST_P(LiveModel, APlanShowsEveryScoreAndWritesNone) {
  FakePlugin plugin = start();
  const Result<Document> plan = plugin.command("recompute", {{"limit", 0}}, {.plan = true, .json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["planned"].integer(), static_cast<int64_t>(open().size()));
  size_t planned = 0;
  for (const auto& write : crm_.host.odoo().planned()) planned += write.values["rows"].size();
  EXPECT_EQ(planned, open().size());
  EXPECT_TRUE(crm_.host.writes().empty());
}

TEST_P(LiveModel, MayNotWriteOdoosOwnFields) {
  const std::string model = GetParam();
  for (const Object& config :
       {Object{{"model", model}, {"write", "odoo"}}, Object{{"model", model}, {"field", "probability"}},
        Object{{"model", model}, {"field", "automated_probability"}}}) {
    const FakePlugin plugin = crm_.start(config);
    ASSERT_TRUE(plugin.error().has_value());
    EXPECT_THAT(plugin.error()->message,
                AllOf(HasSubstr("the model is " + model), HasSubstr("only the model odoo may write Odoo's own"),
                      HasSubstr("x_outrigger_score")));
  }
  FakePlugin plugin = start();
  const Result<void> changed = plugin.reconfigure({{"model", model}, {"write", "odoo"}});
  ASSERT_FALSE(changed);
  EXPECT_THAT(changed.error().message, HasSubstr("only the model odoo"));
  EXPECT_THAT(crm_.start({{"model", model}, {"field", "x_mine"}}).error()->message, HasSubstr("x_outrigger_logistic"));
  EXPECT_TRUE(crm_.host.writes().empty());
}

TEST_P(LiveModelWithoutField, SaysHowToMakeIt) {
  FakePlugin plugin = start();
  const Result<Document> none = plugin.command("recompute", {{"limit", 0}});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message,
              AllOf(HasSubstr("no field x_outrigger_score"), HasSubstr("outrigger scoring setup")));
}

INSTANTIATE_TEST_SUITE_P(Model, LiveModelWithoutField, testing::Values("extended", "logistic"),
                         [](const auto& one) { return std::string(one.param); });
INSTANTIATE_TEST_SUITE_P(Model, LiveModel, testing::Values("extended", "logistic"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace outrigger::scoring
