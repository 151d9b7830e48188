// What a company's data may hold: clear words, finite scores within Odoo's bounds, nothing lost.
#include <gmock/gmock.h>

#include <cmath>

#include "small_crm.hpp"

namespace outrigger::scoring {
namespace {

using testing::HasSubstr;
using testkit::FakePlugin;
using testkit::Object;

// Every score of a plan; all of them are finite and within bounds.
std::vector<double> scores(FakePlugin& plugin) {
  std::vector<double> all;
  const Result<Document> result =
      plugin.command("recompute", {{"limit", 0}, {"by", "rpc"}, {"anyway", true}}, {.json = true});
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  if (!result) return all;
  for (const Value row : result->root()["rows"].items()) {
    if (!row["scored"].truthy()) continue;
    const double score = row["automated"].number().value_or(NAN);
    EXPECT_TRUE(std::isfinite(score) && score >= 0 && score <= 100) << score;
    all.push_back(score);
  }
  return all;
}

class Bad : public testing::Test {
 protected:
  FakePlugin start(const Object& config = {}) {
    crm_.put();
    return crm_.start(config);
  }
  std::string refused(FakePlugin& plugin) {
    const Result<Document> result = plugin.command("recompute", {{"limit", 0}, {"by", "rpc"}});
    EXPECT_FALSE(result);
    return result ? "" : result.error().message;
  }
  SmallCrm crm_;
};

TEST_F(Bad, NoHistoryAtAll) {
  for (int64_t id = 1; id <= 5; ++id) crm_.lead(id);
  FakePlugin plugin = start();
  // Odoo's own slip: the first lead of an empty table keeps its value, the others get the base rate of nothing.
  EXPECT_EQ(scores(plugin).size(), 4U);
  ASSERT_TRUE(plugin.command("explain", {{"lead", 5}}));
  EXPECT_THAT(plugin.said(), HasSubstr("not enough data"));
  ASSERT_TRUE(plugin.command("explain", {{"lead", 5}}, {.locale = "vi"}));
  EXPECT_THAT(plugin.said(), HasSubstr("không đủ dữ liệu"));
  crm_.tell_all(plugin, {1, 2, 3});
}

TEST_F(Bad, OneClassOnly) {
  crm_.fill(60);
  for (int64_t id = 1; id <= 60; ++id)
    if (crm_.lead(id).status == "lost") crm_.win(id);
  FakePlugin plugin = start();
  EXPECT_GT(scores(plugin).size(), 10U);
  for (int64_t id = 1; id <= 60; ++id)
    if (crm_.lead(id).status == "won") crm_.lose(id);
  crm_.put();
  EXPECT_GT(scores(plugin).size(), 10U);
}

TEST_F(Bad, AllValuesMissing) {
  crm_.fill(60);
  for (int64_t id = 1; id <= 60; ++id) {
    SmallLead& lead = crm_.lead(id);
    lead.country = lead.source = lead.team = 0;
    lead.email.clear();
    lead.tags.clear();
  }
  FakePlugin plugin = start();
  EXPECT_GT(scores(plugin).size(), 10U);
  crm_.tell_all(plugin, {5});
}

TEST_F(Bad, VeryManyTags) {
  crm_.fill(60);
  for (int64_t tag = 1; tag <= 20000; ++tag) crm_.lead(1 + tag % 60).tags.push_back(tag);
  FakePlugin plugin = start();
  EXPECT_GT(scores(plugin).size(), 10U);
  crm_.tell_all(plugin, {5});
  const Result<Document> status = plugin.command("status", {{"check", true}}, {.json = true});
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->root()["checked_leads_differ"].integer(), 0);
}

TEST_F(Bad, CountsInOdoosTableThatCannotBe) {
  crm_.fill(60);
  FakePlugin plugin = start();
  crm_.mirror_is_exact(plugin);
  for (size_t i = 0; i < crm_.mirror.size(); ++i) {
    const Object row = crm_.mirror[i];
    const Value won = i % 3 == 0 ? Value::of(-5.0) : i % 3 == 1 ? Value::of(NAN) : Value{};
    crm_.mirror[i] = {{"id", row["id"]},  {"variable", row["variable"]}, {"value", row["value"]}, {"won_count", won},
                      {"lost_count", -1}, {"team_id", row["team_id"]}};
  }
  crm_.put();
  ASSERT_TRUE(plugin.command("drift", {{"limit", 5}}));
  EXPECT_THAT(plugin.said(), HasSubstr("0.1"));
  const Result<Document> explained = plugin.command("explain", {{"lead", 5}, {"table", "mirror"}}, {.json = true});
  ASSERT_TRUE(explained) << explained.error().message;
  const double score = explained->root()["mirror"]["probability"].number().value_or(50);
  EXPECT_TRUE(score >= 0.01 && score <= 99.99) << score;
}

TEST_F(Bad, ProbabilitiesThatCannotBe) {
  crm_.fill(60);
  crm_.lead(5).probability = NAN;
  crm_.lead(5).automated = -20;
  crm_.lead(11).automated = 1e300;
  FakePlugin plugin = start();
  EXPECT_GT(scores(plugin).size(), 10U);
  crm_.tell_all(plugin, {5, 11});
}

TEST_F(Bad, ATeamWithoutLeadsAndALeadOfATeamThatCannotBeSeen) {
  crm_.fill(60);
  crm_.teams = {1, 2, 9};
  FakePlugin plugin = start();
  EXPECT_GT(scores(plugin).size(), 10U);
  crm_.lead(5).team = 77;
  crm_.put();
  EXPECT_THAT(refused(plugin), HasSubstr("a sales team that this key cannot see"));
}

TEST_F(Bad, AStartDateInTheFuture) {
  crm_.fill(60);
  crm_.host.odoo().parameter("crm.pls_start_date", "2030-01-01");
  FakePlugin plugin = start();
  EXPECT_TRUE(scores(plugin).empty());
  ASSERT_TRUE(plugin.command("recompute", {{"limit", 0}, {"by", "rpc"}}));
  EXPECT_THAT(plugin.said(), HasSubstr("0 leads read since 2030-01-01 00:00:00 UTC"));
  EXPECT_THAT(plugin.said(), HasSubstr("the start date 2030-01-01 lies in the future"));
  const Result<Document> health = plugin.health();
  ASSERT_TRUE(health) << health.error().message;
  EXPECT_EQ(health->root().at(1)["level"].text(), "warn");
  EXPECT_THAT(std::string(health->root().at(1)["text"].text()), HasSubstr("lies in the future"));
  crm_.tell_all(plugin, {5});
}

TEST_F(Bad, AStartDateThatIsNone) {
  crm_.fill(10);
  crm_.host.odoo().parameter("crm.pls_start_date", "soon");
  FakePlugin plugin = start();
  EXPECT_THAT(refused(plugin), HasSubstr("the start date is \"soon\""));
}

TEST_F(Bad, AnUnknownVariable) {
  crm_.fill(60);
  crm_.host.odoo().parameter("crm.pls_fields", "country_id,shoe_size");
  FakePlugin plugin = start();
  EXPECT_GT(scores(plugin).size(), 10U);
  ASSERT_TRUE(plugin.command("recompute", {{"limit", 0}, {"by", "rpc"}}));
  EXPECT_THAT(plugin.said(), HasSubstr("`shoe_size`"));
  const Result<Document> proposed = plugin.command("settings", {{"fields", "shoe_size"}});
  ASSERT_FALSE(proposed);
  EXPECT_THAT(proposed.error().message, HasSubstr("`shoe_size` is not a field of crm.lead"));
}

TEST_F(Bad, AKeyThatSeesAPartOfTheLeads) {
  SmallCrm other;
  other.fill(10);
  other.host.odoo().rows("res.company", {{{"id", 1}}, {{"id", 2}}});
  other.put();
  FakePlugin plugin = other.start();
  const Result<Document> result = plugin.command("recompute", {{"limit", 0}, {"by", "rpc"}});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("1 of 2 companies"));
}

// A salesperson's group brings the right to write. A key that only reads has neither group, and no rule that hides leads.
TEST_F(Bad, AKeyOfNoSalespersonSeesAllLeads) {
  SmallCrm reader(false);
  reader.fill(60);
  reader.put();
  FakePlugin plugin = reader.start({{"write", "nothing"}});
  EXPECT_TRUE(plugin.command("recompute", {{"limit", 0}}));
  reader.host.odoo().group("sales_team.group_sale_salesman");
  const Result<Document> own = plugin.command("recompute", {{"limit", 0}});
  ASSERT_FALSE(own);
  EXPECT_THAT(own.error().message, HasSubstr("sees only its own leads"));
}

TEST_F(Bad, OtherArgumentsAreRefusedWithTheChoice) {
  crm_.fill(10);
  FakePlugin plugin = start();
  EXPECT_THAT(plugin.command("explain", {{"lead", 1}, {"table", "best"}}).error().message,
              HasSubstr("exact, mirror or both"));
  EXPECT_THAT(plugin.command("recompute", {{"limit", 0}, {"by", "magic"}}).error().message,
              HasSubstr("odoo, rpc or auto"));
  FakePlugin wrong = crm_.start({{"write", "everywhere"}});
  EXPECT_THAT(wrong.command("recompute", {{"limit", 0}}).error().message, HasSubstr("odoo, field or nothing"));
}

// A record rule of the company's own: the key is told of no lead that it hides, and refused where it asks for one.
TEST_F(Bad, ARuleThatHidesLeadsFromTheKey) {
  crm_.fill(60);
  FakePlugin plugin = start({{"model", "extended"}, {"write", "nothing"}});
  ASSERT_TRUE(plugin.job("refresh"));
  crm_.win(5);  // so that there is something to rescore
  crm_.put();
  crm_.tell_all(plugin, {5});
  const size_t kept = crm_.host.store().size();
  crm_.host.odoo().fails("crm.lead", "read", Code::kAccess, "Odoo: due to security restrictions ...");
  const auto about_the_rule = testing::AllOf(HasSubstr("sees a part of the leads: lead 61 is there"),
                                             HasSubstr("record rule"), HasSubstr("another user's key"));
  EXPECT_THAT(refused(plugin), about_the_rule);
  for (const char* command : {"drift", "report", "reasons"}) {
    const Result<Document> done = plugin.command(command, {{"share", 0.7}, {"replicates", 200}, {"limit", 5}});
    ASSERT_FALSE(done) << command;
    EXPECT_THAT(done.error().message, about_the_rule) << command;
    EXPECT_EQ(done.error().code, Code::kAccess) << command;
  }
  for (const char* job : {"refresh", "rescore", "train"}) {
    const Result<Document> done = plugin.job(job);
    ASSERT_FALSE(done) << job;
    EXPECT_THAT(done.error().message, about_the_rule) << job;
  }
  EXPECT_EQ(crm_.host.store().size(), kept) << "nothing is lost";
  EXPECT_TRUE(crm_.host.writes().empty());
  const Result<Document> health = plugin.health();
  ASSERT_TRUE(health) << health.error().message;
  ASSERT_EQ(health->root().size(), 1U);
  EXPECT_EQ(health->root().at(0)["level"].text(), "fail");
  EXPECT_THAT(std::string(health->root().at(0)["text"].text()), HasSubstr("sees a part of the leads"));
  EXPECT_THAT(std::string(health->root().at(0)["remedy"].text()), HasSubstr("Record Rules"));
}

}  // namespace
}  // namespace outrigger::scoring
