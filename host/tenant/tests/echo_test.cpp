// A plugin does not hear of its own writes, also when the host is killed between the write and the feed's look; of what
// a user writes in between it does.
#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>

#include "host/tenant/tests/tenant_rig.hpp"

extern char** environ;

namespace outrigger::host {
namespace {

using ::testing::Contains;
using ::testing::Not;

constexpr char kStep[] = "OUTRIGGER_TEST_STEP";

// The child of EchoKill: connects to its parent's sandbox, writes as the plugin does, and is killed on the way.
class EchoChild : public ::testing::Test {};
TEST_F(EchoChild, DISABLED_WritesAndIsKilled) {
  transport::Loop loop;
  odoo::Connection connection;
  connection.url = std::getenv("OUTRIGGER_TEST_URL");
  connection.database = std::getenv("OUTRIGGER_TEST_DATABASE");
  connection.login = "admin";
  connection.secret = std::getenv("OUTRIGGER_TEST_KEY");
  auto session = odoo::Session::connect(loop, connection);
  ASSERT_TRUE(session) << session.error().message;
  const std::string last = std::getenv(kStep);
  Tenant::Options options{
      "main", std::getenv("OUTRIGGER_TEST_FOLDER"), {}, &now_micros, [](bool, const std::string&) {}};
  options.at_step = [&](std::string_view step) {
    if (step == last) ::kill(::getpid(), SIGKILL);
  };
  auto tenant = Tenant::open(std::move(options));
  ASSERT_TRUE(tenant) << tenant.error().message;
  ASSERT_TRUE(
      (*tenant)->connect(std::make_shared<LiveSession>(std::shared_ptr<odoo::Session>(*std::move(session))), {}));
  Arena arena;
  static_cast<void>((*tenant)->writer("bell")->perform({.operation = writes::Operation::kWrite,
                                                        .model = "crm.lead",
                                                        .ids = {3},
                                                        .values = arena.object({{"name", "Mine"}})},
                                                       {.plugin = "bell", .run = "a-run"}));
  FAIL() << "nobody killed it";
}

class EchoKill : public TenantTest, public ::testing::WithParamInterface<const char*> {
 protected:
  // Returns when the child was killed.
  void write_until(const char* step) {
    const odoo::Connection connection = rig_.connection();
    std::vector<std::string> words{"OUTRIGGER_TEST_URL=" + connection.url,
                                   "OUTRIGGER_TEST_DATABASE=" + connection.database,
                                   "OUTRIGGER_TEST_KEY=" + connection.secret,
                                   "OUTRIGGER_TEST_FOLDER=" + folder_.string(), std::string(kStep) + "=" + step};
    for (char** one = environ; *one != nullptr; ++one) words.emplace_back(*one);
    std::vector<char*> environment;
    for (std::string& word : words) environment.push_back(word.data());
    environment.push_back(nullptr);
    std::string program = "/proc/self/exe";
    std::string filter = "--gtest_filter=EchoChild.*";
    std::string also = "--gtest_also_run_disabled_tests";
    char* arguments[] = {program.data(), filter.data(), also.data(), nullptr};
    pid_t child = 0;
    ASSERT_EQ(::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments, environment.data()), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself";
  }
};
INSTANTIATE_TEST_SUITE_P(Step, EchoKill, ::testing::Values("answered", "finished"),
                         [](const auto& step) { return std::string(step.param); });

TEST_P(EchoKill, ItsOwnWriteIsNoNewsAfterwards) {
  begin_and_read();
  tenant_.reset();
  write_until(GetParam());
  ASSERT_EQ(rig_.lead(3, "name").text(), "Mine");
  begin();
  rename(4, "Theirs");
  ASSERT_TRUE(heard_.await("changed 4 Theirs"));
  EXPECT_THAT(heard_.lines(), Not(Contains("changed 3 Mine")));
  rename(3, "Theirs, too");
  EXPECT_TRUE(heard_.await("changed 3 Theirs, too")) << "only what we wrote is kept from it";
}

class EchoEdit : public TenantTest {
 protected:
  // A user's edit by SQL, so that it takes no turn in the call that is under way.
  void edit(int64_t id, const char* field, const char* text) {
    Arena arena;
    const Value values = arena.object({{field, text}, {"write_uid", 1}});
    ASSERT_TRUE(rig_.service.change({"crm.lead", {id}, values, rig_.database.now_text()}));
  }
};

TEST_F(EchoEdit, AUsersEditBetweenOurWriteAndItsReadBackIsDelivered) {
  at_step_ = [this](std::string_view step) {
    if (step == "answered") edit(3, "name", "Theirs");
  };
  begin_and_read();
  ASSERT_TRUE(write(3, "Mine"));
  tenant_->hint("crm.lead", {});
  EXPECT_TRUE(heard_.await("changed 3 Theirs"));
  EXPECT_THAT(heard_.lines(), Not(Contains("changed 3 Mine")));
}

TEST_F(EchoEdit, AUsersEditOfAnotherFieldIsDelivered) {
  at_step_ = [this](std::string_view step) {
    if (step == "answered") edit(3, "email_from", "theirs@example.com");
  };
  watched_ = {"email_from", "name"};
  begin_and_read();
  ASSERT_TRUE(write(3, "Mine"));
  tenant_->hint("crm.lead", {});
  ASSERT_TRUE(heard_.await("changed 3 Mine"));
  EXPECT_THAT(heard_.changed_fields(), Contains("3 email_from")) << "and not our own field";
  EXPECT_THAT(heard_.changed_fields(), Not(Contains("3 name")));
}

}  // namespace
}  // namespace outrigger::host
