// `assignment simulate` on the sandbox and on real Odoos: the history that is there, once more. What was is compared
// with what Odoo itself counts.
#include "tests/contract/assignment_rig.hpp"

namespace outrigger::contract {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr int kDays = 90;

class AssignmentSimulate : public AssignmentRig {
 protected:
  int64_t count(Value domain) {
    const Result<int64_t> found =
        odoo::Records(*session_).search_count({.model = "crm.lead", .domain = domain, .archived = true});
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : -1;
  }
};

int64_t leads_of(Value side) {
  int64_t sum = 0;
  for (const Value member : side["members"].items()) sum += member["leads"].integer();
  return sum;
}

int64_t waiting(Value side) {
  int64_t sum = 0;
  for (const Value reason : side["waiting_why"].items()) sum += reason["leads"].integer();
  return sum;
}

TEST_P(AssignmentSimulate, HistoryOnceMoreUnderOtherRules) {
  deploy(settings());
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()) - std::chrono::days(kDays);
  const std::chrono::year_month_day date(day);
  char since[16];
  std::snprintf(since, sizeof since, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  // Ours alone would take all, ten a day.
  const std::string rules = R"({"scenarios": {"ours": {"every": "1d", "teams": [{"team": ")" + name_ +
                            R"(", "domain": [["id", ">", 0]], "members": [{"user": )" + std::to_string(users_[0]) +
                            R"(, "monthly": 300}]}]}}})";
  Arena arena;
  const Result<Document> done = run("simulate", arena.object({{"since", since}, {"rules", arena.text(rules)}}));
  ASSERT_TRUE(done) << done.error().message;
  const Value result = done->root()["result"];
  ASSERT_EQ(result["scenarios"].size(), 3U);
  const Value was = result["scenarios"].at(0);
  const std::string from = std::string(since) + " 00:00:00";
  const Value created = arena.array({"create_date", ">=", arena.text(from)});
  const Value until = arena.array({"create_date", "<", result["until"]});
  EXPECT_EQ(was["leads"].integer() + result["left_out"].integer(), count(arena.array({created, until})));
  EXPECT_EQ(was["assigned"].integer() + result["left_out"].integer(),
            count(arena.array({created, until, arena.array({"user_id", "!=", false})})));
  EXPECT_GT(was["leads"].integer(), 20) << "there is a history to replay";
  for (const Value side : result["scenarios"].items()) {
    EXPECT_EQ(leads_of(side), side["assigned"].integer());
    EXPECT_EQ(side["assigned"].integer() + waiting(side), side["leads"].integer());
    EXPECT_EQ(side["waiting_by_day"].size(), size_t{kDays} + 1);
  }
  int64_t ours = 0;
  for (const Value member : result["scenarios"].at(2)["members"].items())
    if (member["user"].integer() == users_[0]) ours = member["leads"].integer();
  EXPECT_GT(ours, 10);
  EXPECT_LE(ours, 10 * (kDays + 1)) << "ten a day";
  EXPECT_THAT(std::string(done->root()["plan"].text()), IsEmpty()) << "nothing is written";
  EXPECT_THAT(value::to_json(result["report"]), HasSubstr("Side by side"));
}

INSTANTIATE_TEST_SUITE_P(Sandbox19, AssignmentSimulate, testing::Values("Sandbox19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Sandbox14, AssignmentSimulate, testing::Values("Sandbox14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real19, AssignmentSimulate, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(Real14, AssignmentSimulate, testing::Values("Real14"), kTargetName);
INSTANTIATE_TEST_SUITE_P(RealSource, AssignmentSimulate, testing::Values("RealSource"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
