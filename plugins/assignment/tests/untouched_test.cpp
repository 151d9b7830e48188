// Leads that nobody touched: who gets them, what a touch is, when the time runs.
#include <gmock/gmock.h>

#include "watched.hpp"

namespace outrigger::assignment {
namespace {

using testing::HasSubstr;

constexpr auto kDay = std::chrono::hours(24);

// Lan got lead 1 on 2026-01-01; days pass.
class Untouched : public testing::Test {
 protected:
  static Object config(const Object& reassign = {{"after", "2d"}}, bool tell = false) {
    return {{"reassign", testkit::keep(reassign.value())}, {"tell", tell}};
  }
  void give(const Object& with = config()) {
    odoo_.leads[1] = {.revenue = 500, .color = 1};
    FakePlugin plugin = odoo_.start(with);
    ASSERT_TRUE(plugin.command("run"));
    ASSERT_EQ(user_of(odoo_, 1), 11);
    odoo_.leads[1].user = 11;
    odoo_.leads[1].team = 1;
    odoo_.leads[1].opened = "2026-01-01 00:00:05";
    odoo_.leads[1].created = "2025-12-20 08:00:00";
  }
  int64_t after(std::chrono::hours time, const Object& with = config()) {
    odoo_.host.clock().advance(time);
    FakePlugin plugin = odoo_.start(with);
    const Result<Document> done = plugin.job("assign");
    EXPECT_TRUE(done) << done.error().message;
    return user_of(odoo_, 1);
  }

  SmallTeam odoo_;
};

TEST_F(Untouched, GoesToAnotherMemberOnceAndSaysWhoseItWas) {
  give(config({{"after", "2d"}}, true));
  EXPECT_EQ(after(kDay, config({{"after", "2d"}}, true)), 11) << "the time has not come";
  odoo_.host.clock().advance(2 * kDay);
  FakePlugin plugin = odoo_.start(config({{"after", "2d"}}, true));
  const Result<Document> plan = plugin.command("plan", {}, {.json = true});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->root()["reassigned"]["rows"].at(0)["user"].integer(), 12);
  ASSERT_TRUE(plugin.command("plan"));
  EXPECT_THAT(plugin.said(), HasSubstr("untouched for 2d, to another member:"));
  EXPECT_EQ(user_of(odoo_, 1), 11) << "a plan writes nothing";
  ASSERT_TRUE(plugin.command("run"));
  EXPECT_EQ(user_of(odoo_, 1), 12);
  EXPECT_THAT(why(plugin, 1),
              HasSubstr("to Pierre: was Lan's since 2026-01-01 00:00:00 UTC without a touch; was in North"));
  EXPECT_THAT(notes(odoo_).back(), HasSubstr("Assigned to Pierre: was Lan's since")) << "once, in Pierre's language";
  odoo_.leads[1].user = 12;
  odoo_.leads[1].opened = "2026-01-04 00:00:00";
  EXPECT_EQ(after(10 * kDay), 12) << "once is all that the settings allow";
}

TEST_F(Untouched, NeverComesBackToSomebodyWhoHadIt) {
  const Object thrice{{"after", "2d"}, {"times", 3}};
  give(config(thrice));
  EXPECT_EQ(after(3 * kDay, config(thrice)), 12);
  odoo_.leads[1].user = 12;
  odoo_.leads[1].opened = "2026-01-04 00:00:00";
  EXPECT_EQ(after(3 * kDay, config(thrice)), 12) << "there is nobody else in North";
  FakePlugin plugin = odoo_.start(config(thrice));
  ASSERT_TRUE(plugin.command("plan"));
  EXPECT_THAT(plugin.said(), HasSubstr("these stay where they are:"));
}

TEST_F(Untouched, StaysWithWhoeverDidSomethingAboutIt) {
  struct Case {
    const char* what;
    std::function<void(SmallTeam&)> touch;
    int64_t then;
  };
  const auto note = [](int64_t author, int64_t maker, const char* when) {
    return [=](SmallTeam& odoo) {
      odoo.host.odoo().rows("mail.message", {{{"id", 1},
                                              {"model", "crm.lead"},
                                              {"res_id", 1},
                                              {"author_id", author == 0 ? Value{} : Value::of(author)},
                                              {"create_uid", maker},
                                              {"create_date", when}}});
    };
  };
  const std::vector<Case> cases = {
      {"the salesperson's note", note(111, 11, "2026-01-02 09:00:00"), 11},
      {"a colleague's note", note(113, 13, "2026-01-02 09:00:00"), 11},
      {"a note from before", note(111, 11, "2025-12-31 09:00:00"), 12},
      {"our own note", note(999, 2, "2026-01-02 09:00:00"), 12},
      {"the customer's mail", note(5000, 1, "2026-01-02 09:00:00"), 12},
      {"a stage that was moved",
       [](SmallTeam& odoo) {
         odoo.leads[1].created = "2026-01-02 10:00:00";  // stands for the date of the stage as well
       },
       11},
      {"a field that a person changed",
       [](SmallTeam& odoo) {
         odoo.leads[1].written_by = 12;
         odoo.leads[1].written = "2026-01-02 10:00:00";
       },
       11},
      {"an activity that a person planned",
       [](SmallTeam& odoo) {
         odoo.host.odoo().rows("mail.activity", {{{"id", 1},
                                                  {"res_model", "crm.lead"},
                                                  {"res_id", 1},
                                                  {"create_uid", 11},
                                                  {"create_date", "2026-01-02 09:00:00"}}});
       },
       11},
      {"an activity of a robot",
       [](SmallTeam& odoo) {
         odoo.host.odoo().rows("mail.activity", {{{"id", 1},
                                                  {"res_model", "crm.lead"},
                                                  {"res_id", 1},
                                                  {"create_uid", 1},
                                                  {"create_date", "2026-01-02 09:00:00"}}});
       },
       12},
      {"given by hand to somebody else", [](SmallTeam& odoo) { odoo.leads[1].user = 13; }, 13},
      {"given by hand to the same again", [](SmallTeam& odoo) { odoo.leads[1].opened = "2026-01-02 08:00:00"; }, 11},
  };
  for (const Case& one : cases) {
    SmallTeam odoo;
    odoo.leads[1] = {.revenue = 500, .color = 1};
    {
      FakePlugin plugin = odoo.start(config());
      ASSERT_TRUE(plugin.command("run"));
    }
    odoo.leads[1].user = 11;
    odoo.leads[1].team = 1;
    odoo.leads[1].opened = "2026-01-01 00:00:05";
    one.touch(odoo);
    odoo.host.clock().advance(3 * kDay);
    FakePlugin plugin = odoo.start(config());
    ASSERT_TRUE(plugin.job("assign")) << one.what;
    EXPECT_EQ(user_of(odoo, 1), one.then) << one.what;
  }
}

TEST_F(Untouched, IsNotTakenFromSomebodyOnLeaveAndTheTimeCountsAnewFromTheirReturn) {
  give();
  odoo_.host.odoo().rows("hr.employee.public", {employee(1, 11, true, "2026-01-05")});
  EXPECT_EQ(after(4 * kDay), 11);
  odoo_.host.odoo().rows("hr.employee.public", {employee(1, 11, false, nullptr)});
  EXPECT_EQ(after(kDay), 11);
  EXPECT_EQ(after(2 * kDay), 12);
}

TEST_F(Untouched, WeekendsNeedNotCount) {
  // Lan's Thursday has just begun; two working days are over on Friday evening at her place, hence on 2 January 17:00 UTC.
  const Object weekdays{{"after", "2d"}, {"weekdays", true}};
  give(config(weekdays));
  EXPECT_EQ(after(3 * kDay, config(weekdays)), 11) << "Thursday, Friday, Saturday: 17 hours and a day have counted";
  EXPECT_EQ(after(kDay + std::chrono::hours(1), config(weekdays)), 12) << "Monday, 08:00 at her place";
}

TEST_F(Untouched, NothingIsTakenWhereNobodyCanTell) {
  give();
  odoo_.host.odoo().fails("mail.message", "search_read", Code::kAccess, "no right to read messages");
  EXPECT_EQ(after(3 * kDay), 11);
  EXPECT_TRUE(odoo_.host.logs().has("no lead is reassigned, because this key may not read what was done about leads"));
}

}  // namespace
}  // namespace outrigger::assignment
