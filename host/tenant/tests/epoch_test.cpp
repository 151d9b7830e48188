// A copy, a restore, a clock that was set back, another address: noticed while the host runs, said, and nothing is
// delivered or written until a person has decided.
#include "host/tenant/requests.hpp"
#include "host/tenant/tests/tenant_rig.hpp"

namespace outrigger::host {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class EpochTest : public TenantTest {
 protected:
  // Another database answers: what makes it another one, then the moment in which it was away.
  void swap_uuid(const std::string& uuid) {
    const Document found = rig_.answer("ir.config_parameter", "search", R"([[["key", "=", "database.uuid"]]])");
    Arena arena;
    ASSERT_TRUE(rig_.service.change(
        {"ir.config_parameter", {found.root().at(0).integer()}, arena.object({{"value", arena.text(uuid)}})}));
  }
  void go_away() {
    rig_.service.inject({.match = "crm.lead/", .kind = sandbox::Injection::Kind::kReset, .times = 20});
    ASSERT_TRUE(await([&] {
      tenant_->hint("crm.lead", {});
      return !tenant_->streams().empty() && tenant_->streams()[0].problems.count("look") != 0;
    })) << "the feed has not noticed that Odoo was away";
    rig_.service.clear_injections();
  }
  void expect_standstill() {
    const std::string before(rig_.lead(3, "name").text());
    const Result<Document> written = write(3, "Written into another database");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::kConflict) << written.error().message;
    EXPECT_EQ(rig_.lead(3, "name").text(), before);
    EXPECT_EQ(tenant_->journal().next("bell/leads", 1).error().code, Code::kConflict);
  }
  Result<Document> ask(const char* what) {
    Arena arena;
    return handle(*tenant_, arena.object({{"do", what}}), {});
  }
  // A person takes it as the database that is meant: nobody is told of what is there, and of the next change they are.
  void accept_and_go_on() {
    const size_t heard = heard_.lines().size();
    const Result<Document> accepted = ask("accept_epoch");
    ASSERT_TRUE(accepted) << accepted.error().message;
    ASSERT_TRUE(await_reading());
    EXPECT_EQ(tenant_->halted(), "");
    rename(6, "In the epoch after");
    ASSERT_TRUE(heard_.await("changed 6 In the epoch after"));
    EXPECT_EQ(heard_.lines().size(), heard + 1) << "what is there was read silently";
    ASSERT_TRUE(write(7, "Written after", "after"));
    EXPECT_EQ(rig_.lead(7, "name").text(), "Written after");
  }
};

TEST_F(EpochTest, ACopyThatTookItsPlaceIsNoticedWhenItComesBack) {
  begin_and_read();
  writes::Writer* of_before = tenant_->writer("bell");
  swap_uuid("of a copy");
  go_away();
  ASSERT_TRUE(await_halt("another database (its uuid is of a copy"));
  EXPECT_THAT(said(), Contains(HasSubstr("outrigger database accept")));
  rename(5, "In the copy");
  expect_standstill();
  accept_and_go_on();
  EXPECT_THAT(heard_.lines(), Not(Contains("changed 5 In the copy")));
  Arena arena;
  const Result<Document> late = of_before->perform({.operation = writes::Operation::kWrite,
                                                    .model = "crm.lead",
                                                    .ids = {3},
                                                    .values = arena.object({{"name", "late"}})},
                                                   {.plugin = "bell", .run = "late"});
  EXPECT_FALSE(late) << "an instance of the epoch before";
}

TEST_F(EpochTest, ItIsAskedNowAndThenAndGoesOnByItselfWhenTheRightOneIsBack) {
  identity_every_ = 50'000;
  begin_and_read();
  swap_uuid("of a copy");
  ASSERT_TRUE(await([&] {
    tenant_->hint("crm.lead", {});
    return !tenant_->halted().empty();
  }));
  expect_standstill();
  swap_uuid("00000000-0000-4000-8000-000000000001");
  ASSERT_TRUE(await([&] {
    tenant_->hint("crm.lead", {});
    return tenant_->halted().empty();
  }));
  rename(5, "Back again");
  EXPECT_TRUE(heard_.await("changed 5 Back again")) << "nothing was held, nothing is read silently";
}

TEST_F(EpochTest, ANeutralisedCopyIsNoticed) {
  begin_and_read();
  rig_.answer("ir.config_parameter", "create", R"([[{"key": "database.is_neutralized", "value": "true"}]])");
  go_away();
  ASSERT_TRUE(await_halt("neutralised copy"));
  expect_standstill();
  accept_and_go_on();
  go_away();
  rename(8, "Still meant");
  EXPECT_TRUE(heard_.await("changed 8 Still meant")) << "it was accepted as it is";
}

TEST_F(EpochTest, ARestoreToAnOlderBackupIsNoticedWhenItComesBack) {
  begin_and_read();
  rig_.service.back_up();
  rename(4, "Since the backup");
  ASSERT_TRUE(heard_.await("changed 4 Since the backup"));
  ASSERT_TRUE(rig_.service.restore());
  go_away();
  ASSERT_TRUE(await_halt("crm.lead 4 is older than it was seen"));
  expect_standstill();
  accept_and_go_on();
}

// Nobody noticed that Odoo was away: the sweep sees what no record of the past can be.
TEST_F(EpochTest, ARestoreIsNoticedByASweepAndNobodyIsToldOfTheOldState) {
  begin_and_read();
  rig_.service.back_up();
  rename(4, "Since the backup");
  ASSERT_TRUE(heard_.await("changed 4 Since the backup"));
  rename(5, "A later one");
  ASSERT_TRUE(heard_.await("changed 5 A later one"));
  const size_t heard = heard_.lines().size();
  ASSERT_TRUE(rig_.service.restore());
  tenant_->recheck();
  ASSERT_TRUE(await_halt("is older than it was seen"));
  expect_standstill();
  EXPECT_EQ(heard_.lines().size(), heard);
  EXPECT_EQ(tenant_->journal().figures()->pending, 0);
  accept_and_go_on();
}

TEST_F(EpochTest, AnotherRecordUnderAKnownIdIsNoChange) {
  begin_and_read();
  rig_.service.back_up();
  rig_.answer("crm.lead", "create", R"([[{"name": "The first 21"}]])");
  tenant_->hint("crm.lead", {});
  ASSERT_TRUE(heard_.await("created 21 The first 21"));
  ASSERT_TRUE(rig_.service.restore());
  rig_.service.set_clock(5);  // dates of creation are read in whole seconds
  rig_.answer("crm.lead", "create", R"([[{"name": "Another 21"}]])");
  tenant_->hint("crm.lead", {});
  ASSERT_TRUE(await_halt("crm.lead 21 is not the record that it was"));
  expect_standstill();
  EXPECT_THAT(heard_.lines(), Not(Contains("created 21 Another 21")));
  accept_and_go_on();
}

TEST_F(EpochTest, AClockThatWasSetBackIsSaidAndStopsNothing) {
  begin_and_read();
  rename(4, "Before");
  ASSERT_TRUE(heard_.await("changed 4 Before"));
  rig_.service.set_clock(-7200);
  rename(4, "After");
  EXPECT_TRUE(heard_.await("changed 4 After"));
  EXPECT_TRUE(await([&] { return ::testing::Value(said(), Contains(HasSubstr("the clock of Odoo was set back"))); }));
  go_away();
  rename(5, "Later");
  EXPECT_TRUE(heard_.await("changed 5 Later"));
  EXPECT_EQ(tenant_->halted(), "");
  begin();
  rename(6, "After a restart");
  EXPECT_TRUE(heard_.await("changed 6 After a restart"));
}

TEST_F(EpochTest, AnotherAddressIsACopyOrAMoveAndAPersonSaysWhich) {
  begin_and_read();
  heard_.away(true);
  rename(4, "Waits for the plugin");
  ASSERT_TRUE(await([&] { return tenant_->journal().figures()->pending > 0; }));
  tenant_->stop();
  const auto elsewhere = *sandbox::Server::start(rig_.service, 0);
  odoo::Connection connection = rig_.connection();
  connection.url = elsewhere->url();
  live_ = std::make_shared<LiveSession>(std::shared_ptr<odoo::Session>(*odoo::Session::connect(rig_.loop, connection)));
  open();
  const Result<void> connected = tenant_->connect(live_, {});
  ASSERT_FALSE(connected);
  EXPECT_THAT(connected.error().message, HasSubstr("a copy, or it has moved"));
  attach();
  ASSERT_TRUE(tenant_->serve());
  expect_standstill();
  EXPECT_THAT(tenant_->streams(), IsEmpty());
  heard_.away(false);
  const Result<Document> moved = ask("accept_move");
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_TRUE(heard_.await("changed 4 Waits for the plugin")) << "what waited goes on";
  tenant_.reset();
  live_.reset();
}

TEST_F(EpochTest, AMoveThatIsMoreThanAMoveIsRefused) {
  begin_and_read();
  swap_uuid("of a copy");
  go_away();
  ASSERT_TRUE(await_halt("another database"));
  const Result<Document> moved = ask("accept_move");
  ASSERT_FALSE(moved);
  EXPECT_THAT(moved.error().message, HasSubstr("another database"));
  expect_standstill();
}

}  // namespace
}  // namespace outrigger::host
