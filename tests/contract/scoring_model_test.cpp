// Another model than Odoo's on a target: its custom field is made by setup, its scores go there and nowhere else.
#include <gmock/gmock.h>

#include <map>

#include "host/tenant/requests.hpp"
#include "tests/contract/scoring_rig.hpp"

namespace outrigger::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Each model writes a field of its own, so that the two do not find each other's scores.
const std::map<std::string, std::string> kFields{{"extended", "x_outrigger_extended"},
                                                 {"logistic", "x_outrigger_logistic"}};
constexpr size_t kMoved = 12;

class ScoringModel : public ScoringRig {
 protected:
  void configure(const std::string& model) {
    model_ = model;
    field_ = kFields.at(model);
    host::Config with = config(target_->admin);
    with.databases.back().setup_key = target_->admin.secret;
    with.databases.back().setup_login = target_->admin.login;
    host::PluginConfig plugin;
    plugin.id = "scoring";
    plugin.config = Document::build([&](Arena& arena) {
      const Value points = arena.object({{"rules", arena.array({arena.object({{"event", "form"}, {"points", 10}})})}});
      return arena.object({{"model", arena.text(model)},
                           {"field", arena.text(field_)},
                           {"start_date", "2026-01-01"},
                           {"fields", "country_id,source_id,email_state,phone_state"},
                           {"variables", arena.array({"type", "expected_revenue", "partner_id.is_company"})},
                           {"points", points}});
    });
    with.plugins.push_back(std::move(plugin));
    deployed_.reset();
    deployed_ = std::make_unique<host::Deployment>(std::move(with));
  }
  // With a session that knows of the new field.
  void look_again() {
    records_.reset();
    session_.reset();
    deployment_ = std::make_unique<host::Deployment>(config(target_->admin));
    const Result<std::shared_ptr<odoo::Session>> session = deployment_->session("", {});
    ASSERT_TRUE(session) << session.error().message;
    session_ = *session;
    records_ = std::make_unique<odoo::Records>(*session_);
  }
  Result<Document> command(const std::string& name, bool plan = false) {
    Arena arena;
    return run(*deployed_, name, name == "recompute" ? arena.object({{"limit", 0}}) : Value{}, plan);
  }
  // Of each open lead: our field, Odoo's two.
  struct Numbers {
    double ours = 0;
    double automated = 0;
    double probability = 0;
  };
  std::map<int64_t, Numbers> numbers() {
    std::map<int64_t, Numbers> all;
    Arena arena;
    const Query query{.model = "crm.lead",
                      .domain = arena.array({arena.array({"create_date", ">=", "2026-01-02 00:00:00"})}),
                      .fields = {field_, "automated_probability", "probability"},
                      .limit = 5000};
    const Result<Document> rows = records_->search_read(query);
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().message);
    if (rows)
      for (const Value row : rows->root().items())
        all[row["id"].integer()] = {row[field_].number().value_or(0), row["automated_probability"].number().value_or(0),
                                    row["probability"].number().value_or(0)};
    return all;
  }
  std::vector<int64_t> open_stages() {
    Arena arena;
    const Result<Document> rows = records_->search_read({.model = "crm.stage",
                                                         .domain = arena.array({arena.array({"is_won", "=", false})}),
                                                         .fields = {"id"},
                                                         .order = "sequence, id"});
    std::vector<int64_t> ids;
    EXPECT_TRUE(rows);
    if (rows)
      for (const Value row : rows->root().items()) ids.push_back(row["id"].integer());
    return ids;
  }
  // As the program asks it; {..., run, plan}.
  Result<Document> ask(const std::string& what, const char* key, Value value) {
    const Result<std::shared_ptr<host::Tenant>> tenant = deployed_->tenant("", {});
    if (!tenant) return tenant.error();
    Arena arena;
    return host::handle(**tenant, arena.object({{"do", arena.text(what)}, {key, arena.copy(value)}}), {});
  }
  void written_and_odoo_untouched();
  void taken_back();
  void a_later_stage_never_lowers_it();

  std::string model_;
  std::string field_;
  std::unique_ptr<host::Deployment> deployed_;
};

void ScoringModel::written_and_odoo_untouched() {
  const Result<Document> missing = command("recompute", true);
  if (!missing) {
    EXPECT_THAT(missing.error().message, AllOf(HasSubstr(field_), HasSubstr("outrigger scoring setup")));
  }
  const Result<Document> made = command("setup");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->root()["field"].text(), field_);
  ASSERT_NO_FATAL_FAILURE(look_again());
  const auto before = numbers();
  const Result<Document> plan = command("recompute", true);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["model"].text(), model_);
  EXPECT_GT(plan->root()["planned"].integer(), 10);
  EXPECT_EQ(plan->root()["written"].integer(), 0);
  for (const auto& [id, now] : numbers()) EXPECT_EQ(now.ours, before.at(id).ours) << "a plan writes nothing: " << id;
  const Result<Document> done = command("recompute");
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->root()["written"], plan->root()["planned"]);
  EXPECT_EQ(done->root()["failed"].size(), 0U);
  const auto after = numbers();
  for (const Value row : done->root()["rows"].items()) {
    const auto now = after.find(row["lead"].integer());
    if (now == after.end() || !row["scored"].truthy()) continue;
    EXPECT_NEAR(now->second.ours, row["automated"].number().value_or(-1), 0.005) << row["lead"].integer();
  }
  for (const auto& [id, then] : before) {
    EXPECT_EQ(after.at(id).automated, then.automated) << "Odoo's own: " << id;
    EXPECT_EQ(after.at(id).probability, then.probability) << "Odoo's own: " << id;
  }
  const Result<Document> again = command("recompute");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->root()["changed"].integer(), 0) << "the model is kept, so nothing moved";
}

// `outrigger writes undo`: the field holds what it held, Odoo's own fields are left alone, and asked again the same
// scores are written.
void ScoringModel::taken_back() {
  std::vector<int64_t> leads;
  for (const auto& [id, number] : numbers()) leads.push_back(id);
  Arena arena;
  const Result<void> emptied = records_->write("crm.lead", leads, arena.object({{field_, 12.34}}));
  ASSERT_TRUE(emptied) << emptied.error().message;
  const auto before = numbers();
  const Result<Document> done = run_command(*deployed_, "scoring", "recompute", arena.object({{"limit", 0}}), false);
  ASSERT_TRUE(done) << done.error().message;
  const int64_t written = done->root()["result"]["written"].integer();
  ASSERT_GT(written, 10);
  const auto scored = numbers();
  const Result<Document> undo = ask("writes.undo", "run", done->root()["run"]);
  ASSERT_TRUE(undo) << undo.error().message;
  EXPECT_EQ(numbers().begin()->second.ours, scored.begin()->second.ours) << "asked for, not yet done";
  const Result<Document> undone = ask("writes.apply", "plan", undo->root()["plan"]);
  ASSERT_TRUE(undone) << undone.error().message;
  for (const auto& [id, now] : numbers()) {
    EXPECT_EQ(now.ours, before.at(id).ours) << "lead " << id;
    EXPECT_EQ(now.automated, before.at(id).automated) << "lead " << id;
    EXPECT_EQ(now.probability, before.at(id).probability) << "lead " << id;
  }
  const Result<Document> again = command("recompute");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->root()["written"].integer(), written);
  for (const auto& [id, now] : numbers()) EXPECT_EQ(now.ours, scored.at(id).ours) << "lead " << id;
}

void ScoringModel::a_later_stage_never_lowers_it() {
  const std::vector<int64_t> stages = open_stages();
  ASSERT_GT(stages.size(), 1U);
  std::vector<int64_t> leads;
  for (const auto& [id, number] : numbers())
    if (number.ours > 0 && number.ours < 100 && leads.size() < kMoved) leads.push_back(id);
  ASSERT_EQ(leads.size(), kMoved);
  std::map<int64_t, double> last;
  for (const int64_t stage : stages) {
    Arena arena;
    const Result<void> moved = records_->write("crm.lead", leads, arena.object({{"stage_id", stage}}));
    ASSERT_TRUE(moved) << moved.error().message;
    const Result<Document> scored = command("recompute");
    ASSERT_TRUE(scored) << scored.error().message;
    const auto now = numbers();
    for (const int64_t id : leads) {
      EXPECT_GE(now.at(id).ours, last[id]) << "lead " << id << ", stage " << stage;
      last[id] = now.at(id).ours;
    }
  }
}

TEST_P(ScoringModel, ScoresGoIntoTheCustomFieldAndNowhereElse) {
  for (const auto& [model, field] : kFields) {
    ASSERT_NO_FATAL_FAILURE(configure(model));
    ASSERT_NO_FATAL_FAILURE(written_and_odoo_untouched()) << model;
    // A write is a call on 14: one of the two is enough there.
    if (session_->info().major >= 19 || model == "extended") {
      ASSERT_NO_FATAL_FAILURE(taken_back()) << model;
    }
    ASSERT_NO_FATAL_FAILURE(a_later_stage_never_lowers_it()) << model;
  }
}

const auto kTargetName = [](const testing::TestParamInfo<const char*>&) { return std::string("Plugin"); };
INSTANTIATE_TEST_SUITE_P(Sandbox19, ScoringModel, testing::Values("Sandbox19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Sandbox14, ScoringModel, testing::Values("Sandbox14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real19, ScoringModel, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real14, ScoringModel, testing::Values("Real14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(RealSource, ScoringModel, testing::Values("RealSource"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
