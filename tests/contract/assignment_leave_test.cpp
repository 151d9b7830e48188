// People on leave, as Odoo's Time Off tells the assignment plugin of them: on real Odoos, which install it for this.
#include <ctime>

#include "tests/contract/assignment_rig.hpp"
#include "tests/contract/feed_rig.hpp"

namespace outrigger::contract {
namespace {

using testing::HasSubstr;

// Installs Odoo's Time Off, which takes a while and stays.
class AssignmentLeave : public AssignmentRig {
 protected:
  void install_time_off() {
    Arena arena;
    const Result<Document> app =
        odoo::Records(*session_).search_read({.model = "ir.module.module",
                                              .domain = arena.array({arena.array({"name", "=", "hr_holidays"})}),
                                              .fields = {"state"}});
    ASSERT_TRUE(app && app->root().size() == 1);
    if (app->root().at(0)["state"].text() == "installed") return;
    odoo::CallOptions patient;
    patient.deadline = std::chrono::minutes(10);
    const Result<Document> installed = session_->call({.model = "ir.module.module",
                                                       .method = "button_immediate_install",
                                                       .ids = std::vector<int64_t>{app->root().at(0)["id"].integer()}},
                                                      patient);
    ASSERT_TRUE(installed) << installed.error().message;
  }

  // From yesterday to in three days, approved.
  void send_on_leave(int64_t user) {
    Arena arena;
    const int64_t employee =
        create("hr.employee", arena.object({{"name", arena.text("Employee of " + name_)}, {"user_id", user}}));
    const auto day = [](int days) {
      return value::to_datetime(std::time(nullptr) + int64_t{86400} * days).substr(0, 10);
    };
    const bool modern = session_->info().major >= 17;
    std::vector<Field> kind{{"name", arena.text("Leave of " + name_)}};
    if (modern) {
      kind.push_back({"requires_allocation", session_->info().major >= 19 ? Value::of(false) : Value::of("no")});
      kind.push_back({"leave_validation_type", Value::of("hr")});
    } else {
      kind.push_back({"allocation_type", Value::of("no")});
      kind.push_back({"leave_validation_type", Value::of("hr")});
    }
    const int64_t type = create("hr.leave.type", arena.object(kind));
    const std::string from = day(-1);
    const std::string to = day(3);
    std::vector<Field> leave{{"employee_id", Value::of(employee)},
                             {"holiday_status_id", Value::of(type)},
                             {"request_date_from", arena.text(from)},
                             {"request_date_to", arena.text(to)}};
    if (!modern) {
      leave.push_back({"date_from", arena.text(from + " 06:00:00")});
      leave.push_back({"date_to", arena.text(to + " 18:00:00")});
    }
    leave_ = create("hr.leave", arena.object(leave));
  }

  void approve() {
    const Result<Document> approved = call("hr.leave", "action_approve", {leave_}, Value{});
    const Result<Document> state = odoo::Records(*session_).read("hr.leave", {leave_}, {"state"});
    ASSERT_TRUE(state && state->root().size() == 1);
    ASSERT_EQ(state->root().at(0)["state"].text(), "validate") << (approved ? "" : approved.error().message);
  }

  Value this_team(Arena& arena) const { return arena.object({{"team", arena.text(name_)}}); }

  int64_t leave_ = 0;
};

TEST_P(AssignmentLeave, WhoIsOnApprovedLeaveIsPausedAndThePlanSaysUntilWhen) {
  install_time_off();
  if (HasFatalFailure()) return;
  deploy(settings());
  Arena arena;
  for (int i = 0; i < 3; ++i) lead("lead " + std::to_string(i), 100.0 * i);
  const auto given_to = [&](const Result<Document>& plan, int64_t user) {
    int count = 0;
    for (const Value row : plan->root()["result"]["rows"].items()) count += row["user"].integer() == user ? 1 : 0;
    return count;
  };
  send_on_leave(users_[0]);
  const Result<Document> asked_for = run("plan", this_team(arena));
  ASSERT_TRUE(asked_for) << asked_for.error().message;
  EXPECT_EQ(given_to(asked_for, users_[0]), 2) << "the leave is not approved yet";
  approve();
  if (HasFatalFailure()) return;
  const Result<Document> plan = run("plan", this_team(arena));
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(given_to(plan, users_[0]), 0);
  EXPECT_EQ(given_to(plan, users_[1]), 1);
  std::string paused;
  for (const Value member : plan->root()["result"]["members"].items())
    if (member["user"].integer() == users_[0]) paused = member["paused"].text();
  EXPECT_THAT(paused, HasSubstr(session_->info().major >= 19 ? "on leave, back on 20" : "on leave until 20"));
  std::string waits;
  for (const Value row : plan->root()["result"]["rows"].items())
    if (row["reason"].text() == "capped") waits = row["why"].text();
  EXPECT_THAT(waits, HasSubstr(session_->info().major >= 19 ? "on leave, back on 20" : "on leave until 20"));
  // A salesperson's key sees it as well.
  const Result<std::unique_ptr<odoo::Session>> demo = odoo::Session::connect(loop(), target_->demo);
  ASSERT_TRUE(demo) << demo.error().message;
  const Result<Document> seen =
      odoo::Records(**demo).search_read({.model = "hr.employee.public",
                                         .domain = arena.array({arena.array({"user_id", "=", users_[0]})}),
                                         .fields = {"is_absent", "leave_date_to"}});
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->root().size(), 1U);
  EXPECT_TRUE(seen->root().at(0)["is_absent"].truthy());
}

INSTANTIATE_TEST_SUITE_P(LongReal19, AssignmentLeave, testing::Values("Real19"), kTargetName);
INSTANTIATE_TEST_SUITE_P(LongReal14, AssignmentLeave, testing::Values("Real14"), kTargetName);

}  // namespace
}  // namespace outrigger::contract
