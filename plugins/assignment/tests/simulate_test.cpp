// `assignment simulate` in a host that is none: what people see of past weeks under other rules.
#include <gmock/gmock.h>

#include "small_team.hpp"

namespace outrigger::assignment {
namespace {

using testing::HasSubstr;
using testing::Not;

Value side(const Result<Document>& reply, size_t at) { return reply->root()["scenarios"].at(at); }
int64_t leads_of(Value side, std::string_view name) {
  for (const Value member : side["members"].items())
    if (member["name"].text() == name) return member["leads"].integer();
  return -1;
}

// Four leads of December, as it was all Tom's after three days; and, closed before, one won and three lost.
void december(SmallTeam& odoo) {
  for (int64_t id = 1; id <= 4; ++id)
    odoo.leads[id] = {.team = 2, .user = 13, .color = id < 4 ? 1 : 2, .opened = "2025-12-23 08:00:00"};
  for (int64_t id = 11; id <= 14; ++id)
    odoo.leads[id] = {.team = 1,
                      .user = 12,
                      .created = "2025-09-01 08:00:00",
                      .opened = "2025-09-01 09:00:00",
                      .status = id == 11 ? "won" : "lost",
                      .closed = "2025-10-01 08:00:00"};
}

TEST(Simulate, ShowsWhatWasAndWhatWouldHaveBeenSideBySide) {
  SmallTeam odoo;
  december(odoo);
  FakePlugin plugin = odoo.start();
  const std::string rules =
      R"({"every": "1h", "teams": [{"team": "North", "members": [{"user": "Lan", "monthly": 90}]}]})";
  const Result<Document> reply =
      plugin.command("simulate", {{"since", "2025-12-15"}, {"until", "2025-12-31"}, {"rules", rules}});
  ASSERT_TRUE(reply) << reply.error().message;
  ASSERT_EQ(reply->root()["scenarios"].size(), 3U);
  const Value was = side(reply, 0);
  EXPECT_EQ(was["assigned"].integer(), 4);
  EXPECT_EQ(was["hours_median"].number(), 72);
  EXPECT_EQ(leads_of(was, "Tom"), 4);
  const Value today = side(reply, 1);
  EXPECT_EQ(today["assigned"].integer(), 4);
  EXPECT_EQ(today["hours_median"].number(), 16) << "the run of the next midnight";
  EXPECT_EQ(leads_of(today, "Lan"), 2);
  EXPECT_EQ(leads_of(today, "Pierre"), 1);
  EXPECT_EQ(leads_of(today, "Tom"), 1);
  const Value other = side(reply, 2);
  EXPECT_EQ(other["hours_median"].number(), 0);
  EXPECT_EQ(leads_of(other, "Lan"), 3);
  EXPECT_DOUBLE_EQ(*other["expected_wins"].number(), 1) << "of four that were closed before, one was won";
  EXPECT_THAT(plugin.said(), Not(HasSubstr("#")));
  EXPECT_TRUE(odoo.host.writes().empty());
  EXPECT_EQ(reply->root()["report"]["title"].text(), "Assignment under other rules");
}

TEST(Simulate, ChancesKnowNothingOfWhatCameLater) {
  const auto expected = [&](const char* status, double probability) {
    SmallTeam then;
    december(then);
    for (int64_t id = 1; id <= 4; ++id) {
      then.leads[id].status = status;
      then.leads[id].probability = probability;
      then.leads[id].closed = "2025-12-25 08:00:00";
    }
    FakePlugin plugin = then.start();
    const char* rules = R"({"scenarios": {"above": {"teams": [{"team": "North", "domain": [["probability", ">", 50]]}]},
                                          "below": {"teams": [{"team": "North", "domain": [["probability", "<", 50]]}]}}})";
    const Result<Document> reply = plugin.command("simulate", {{"since", "2025-12-15"}, {"rules", rules}});
    EXPECT_TRUE(reply) << reply.error().message;
    return std::tuple(*side(reply, 1)["expected_wins"].number(), side(reply, 2)["assigned"].integer(),
                      side(reply, 3)["assigned"].integer());
  };
  const auto won = expected("won", 100);
  EXPECT_EQ(won, expected("lost", 0));
  EXPECT_EQ(won, std::tuple(1.0, int64_t{1}, int64_t{4})) << "a chance of 25 % each, whatever became of them";
}

TEST(Simulate, LeavesOutWhatSalespeopleCreatedThemselves) {
  SmallTeam odoo;
  december(odoo);
  odoo.leads[2].creator = 13;
  odoo.leads[2].opened = "2025-12-20 08:00:01";
  odoo.leads[3].creator = 13;  // its own creator has it, but took it days later
  FakePlugin plugin = odoo.start();
  const Result<Document> reply = plugin.command("simulate", {{"since", "2025-12-15"}});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->root()["left_out"].integer(), 1);
  EXPECT_EQ(side(reply, 0)["leads"].integer(), 3);
  // Nor do they stand in the way of others with their address.
  odoo.leads[1].email = odoo.leads[2].email = "a@x.example";
  FakePlugin again = odoo.start();
  EXPECT_EQ(side(again.command("simulate", {{"since", "2025-12-15"}}), 1)["assigned"].integer(), 3);
}

TEST(Simulate, KeepsTeamsWhereNoTeamHasARule) {
  SmallTeam odoo;
  december(odoo);
  odoo.north = odoo.south = {};
  FakePlugin plugin = odoo.start();
  const Result<Document> kept = plugin.command("simulate", {{"since", "2025-12-15"}});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(kept->root()["teams"].text(), "kept");
  EXPECT_EQ(leads_of(side(kept, 1), "Tom"), 4);
  const Result<Document> free = plugin.command("simulate", {{"since", "2025-12-15"}, {"teams", "free"}});
  EXPECT_LT(leads_of(side(free, 1), "Tom"), 4);
}

TEST(Simulate, SpeaksVietnamese) {
  SmallTeam odoo;
  december(odoo);
  FakePlugin plugin = odoo.start();
  const Result<Document> reply = plugin.command("simulate", {{"since", "2025-12-15"}}, {.locale = "vi"});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->root()["report"]["title"].text(), "Phân công theo quy tắc khác");
  EXPECT_EQ(side(reply, 0)["name"].text(), "như đã diễn ra");
}

TEST(Simulate, BadInputIsNamedWithItsRemedy) {
  SmallTeam odoo;
  december(odoo);
  FakePlugin plugin = odoo.start();
  const std::pair<Object, const char*> bad[] = {
      {{{"since", "yesterday"}}, "--since takes a day such as 2026-03-01, not \"yesterday\""},
      {{{"since", "2025-02-31"}}, "--since takes a day"},
      {{{"since", "2026-02-01"}}, "must be a day before"},
      {{{"since", "2019-01-01"}}, "at most two years"},
      {{{"since", "2025-12-26"}}, "take an earlier --since"},
      {{{"since", "2025-12-01"}, {"teams", "mine"}}, "it may be auto, kept or free"},
      {{{"since", "2025-12-01"}, {"every", "often"}}, "--every is `often`"},
      {{{"since", "2025-12-01"}, {"rules", "{\"engine\": "}}, "not JSON from byte"},
      {{{"since", "2025-12-01"}, {"rules", "[]"}}, "must have an object"},
      {{{"since", "2025-12-01"}, {"rules", R"({"egnine": "fair"})"}}, "`egnine` is not known"},
      {{{"since", "2025-12-01"}, {"rules", R"({"engine": "best"})"}}, "it may be fair, odoo or value"},
      {{{"since", "2025-12-01"}, {"rules", R"({"monthly": "many"})"}}, "`monthly` must be a number"},
      {{{"since", "2025-12-01"}, {"rules", R"({"largest_share": 2})"}}, "`largest_share` must be above 0"},
      {{{"since", "2025-12-01"}, {"rules", R"({"teams": [{"domain": "[]"}]})"}}, "`team` is missing"},
      {{{"since", "2025-12-01"}, {"rules", R"({"teams": [{"team": 1, "members": [{"paused": true}]}]})"}},
       "a member's `user` is missing"},
      {{{"since", "2025-12-01"}, {"rules", R"({"scenarios": {"a": {}}, "engine": "fair"})"}}, "nothing beside it"},
      {{{"since", "2025-12-01"},
        {"rules", R"({"scenarios": {"1":{},"2":{},"3":{},"4":{},"5":{},"6":{},"7":{},"8":{},"9":{}}})"}},
       "at most 8 scenarios"},
      {{{"since", "2025-12-01"}, {"rules", R"({"scenarios": {"a": {}, "b": {"seed": -1}}})"}}, "b: `seed` must not"}};
  for (const auto& [args, message] : bad) {
    const Result<Document> reply = plugin.command("simulate", args);
    ASSERT_FALSE(reply) << message;
    EXPECT_THAT(reply.error().message, HasSubstr(message));
  }
}

TEST(Simulate, ABrokenRuleIsNamedAndTheOthersGoOn) {
  SmallTeam odoo;
  december(odoo);
  FakePlugin plugin = odoo.start();
  const Result<Document> reply = plugin.command(
      "simulate",
      {{"since", "2025-12-15"}, {"rules", R"({"teams": [{"team": "North", "domain": "[('color', '='"}]})"}});
  ASSERT_TRUE(reply) << reply.error().message;
  ASSERT_EQ(reply->root()["problems"].size(), 1U);
  EXPECT_THAT(std::string(reply->root()["problems"].at(0).text()),
              HasSubstr("the rule of rules of the file: North matches nothing"));
  EXPECT_EQ(side(reply, 2)["assigned"].integer(), 1) << "South's";
}

}  // namespace
}  // namespace outrigger::assignment
