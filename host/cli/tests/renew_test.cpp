// Another key for a database at work: nobody is stopped, nothing under way is lost or done twice.
#include <atomic>
#include <set>
#include <thread>

#include "host/cli/tests/service_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kOther[] = "1111222233334444555566667777888899990000";

TEST_F(ServiceTest, ANewKeyTakesTheOldOnesPlace) {
  start();
  EXPECT_EQ(connected(), "JSON-2 " + std::to_string(database_.user("admin").id));
  const int before = pid();
  write_key("admin");  // the password, which is good for the older transports
  const Result<Document> report = reload();
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->root()["changes"].at(0)["text"].text(), "database main: connected anew (key)");
  EXPECT_EQ(report->root()["plugins"].size(), 0U) << "no plugin has to do anything";
  sandbox_.replace_key("admin", kOther);  // the old key is void
  EXPECT_EQ(connected(), "JSON-RPC " + std::to_string(database_.user("admin").id));
  EXPECT_EQ(pid(), before);
  write_key(kOther);
  EXPECT_THAT(reloaded(), IsEmpty());
  EXPECT_EQ(connected(), "JSON-2 " + std::to_string(database_.user("admin").id));
}

TEST_F(ServiceTest, AKeyThatDoesNotWorkChangesNothing) {
  start();
  write_key(kOther);
  EXPECT_THAT(reloaded(), ElementsAre(AllOf(HasSubstr("database main at"), testing::Not(HasSubstr(kOther)))));
  EXPECT_TRUE(command("create-lead", "with the old key"));
}

TEST_F(ServiceTest, AKeyOfAnotherUserIsRefused) {
  databases_["main"] = R"({"url": ")" + server_->url() + R"(", "database": "sandbox", "key": "${file:key}"})";
  write_config();
  start();
  write_key(database_.user("demo").key);
  EXPECT_THAT(reloaded(), ElementsAre(HasSubstr("make a key for the same user")));
  EXPECT_EQ(connected(), "JSON-2 " + std::to_string(database_.user("admin").id));
}

TEST_F(ServiceTest, AnotherDatabaseBehindTheAddressIsRefused) {
  start();
  const sandbox::User& admin = database_.user("admin");
  Arena arena;
  sandbox::Request request{"ir.config_parameter", "set_param", {}, {}, {}};
  request.args = arena.object({{"key", "database.uuid"}, {"value", "99999999-0000-4000-8000-000000000009"}});
  ASSERT_FALSE(database_.execute(admin, request, arena).fault);
  databases_["main"] = at_sandbox("admin", "key", R"(, "deadline_seconds": 20)");
  write_config();
  EXPECT_THAT(reloaded(), ElementsAre(HasSubstr("database.uuid")));
}

// What was seen and written belongs to the one place; the other has to have a name of its own.
TEST_F(ServiceTest, AnotherLoginIsAnotherPlace) {
  start();
  const int before = pid();
  const std::string was = connected();
  write_key(database_.user("demo").key, "demo_key");
  databases_["main"] = at_sandbox("demo", "demo_key");
  write_config();
  const auto refusal =
      AllOf(HasSubstr("outrigger.json:1"), HasSubstr("database main would be another place or user (login)"),
            HasSubstr("stop the host and start it again"), HasSubstr("a name of its own"));
  EXPECT_THAT(reloaded(), ElementsAre(refusal));
  const Result<Document> plan = reload(true);
  ASSERT_FALSE(plan) << "a plan promises nothing that is refused then";
  EXPECT_THAT(plan.error().message, refusal);
  EXPECT_EQ(connected(), was);
  EXPECT_EQ(pid(), before);
}

// Callers without a pause, while keys, configurations and processes change below them.
TEST_F(ServiceTest, UnderLoadNothingIsLostAndNothingIsDoneTwice) {
  constexpr int kRounds = 40;
  constexpr int kCallers = 3;
  start();
  const std::string key = database_.user("admin").key;
  std::atomic<bool> ending{false};
  std::atomic<int> asked{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i)
    callers.emplace_back([&] {
      while (!ending) {
        const Result<Document> made = command("create-lead", "load " + std::to_string(++asked));
        ASSERT_TRUE(made) << made.error().message;
      }
    });
  for (int round = 0; round < kRounds; ++round) {
    write_key(round % 2 == 0 ? "admin" : key);
    const std::string tune = "tune " + std::to_string(round);
    // Every fifth cannot be taken at work, so that the process changes too.
    configure(R"({"tune": ")" + tune + R"(", "prepare": ")" + (round % 5 == 4 ? "unsupported" : "accept") + "\"}");
    EXPECT_THAT(reloaded(), ElementsAre(round % 5 == 4 ? "tunable@main replaced" : "tunable@main configured"));
    EXPECT_EQ(played(), tune + " 1");
  }
  ending = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_GT(asked, kRounds);
  std::multiset<std::string> names;
  const sandbox::Table& leads = database_.table("crm.lead");
  for (int64_t id = 1; id <= leads.last_id(); ++id)
    if (const std::string name(leads.get(id, "name").text()); name.rfind("load ", 0) == 0) names.insert(name);
  EXPECT_EQ(names.size(), static_cast<size_t>(asked)) << "lost or doubled";
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size()) << "doubled";
  EXPECT_EQ(service_->find("main", "tunable")->status().crashes, 0U);
}

}  // namespace
}  // namespace outrigger::host
