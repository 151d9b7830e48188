// A run of the assignment plugin that is killed after Odoo's write and before the notes: nothing is lost, nothing is
// told twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <ctime>
#include <map>

#include "host/cli/tests/child.hpp"
#include "integration/odoo/records.hpp"
#include "integration/value/datetime.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

class AssignmentKilled : public testing::Test {
 protected:
  std::string config() const {
    return folder_
        .write("outrigger.json", R"({"databases": {"main": {"url": ")" + sandbox_.url() +
                                     R"(", "database": "sandbox", "login": "admin", "key": "${env:)" + kKeyVariable +
                                     R"(}", "settle_seconds": 4}},
                                     "plugins": {"assignment": {"enabled": true,
                                                                "config": {"youngest_hours": 0, "tell": true}}},
                                     "log": {"level": "debug"}, "data_folder": ")" +
                                     folder_.path().string() + R"("})")
        .string();
  }
  Environment key() const { return {{kKeyVariable, sandbox_.key()}}; }

  void connect() {
    odoo::Connection connection;
    connection.url = sandbox_.url();
    connection.database = "sandbox";
    connection.login = "admin";
    connection.secret = sandbox_.key();
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop_, connection);
    ASSERT_TRUE(session) << session.error().message;
    session_ = *std::move(session);
  }
  // How many notes of ours each lead has.
  std::map<int64_t, int> notes() {
    Arena arena;
    const Result<Document> rows = odoo::Records(*session_).search_read(
        {.model = "mail.message",
         .domain = arena.array({arena.array({"model", "=", "crm.lead"}), arena.array({"body", "like", "Assigned to"})}),
         .fields = {"res_id"}});
    EXPECT_TRUE(rows) << rows.error().message;
    std::map<int64_t, int> count;
    for (const Value row : rows->root().items()) ++count[row["res_id"].integer()];
    return count;
  }
  // Leads that were opened since.
  std::vector<int64_t> given(const std::string& since) {
    Arena arena;
    const Result<Document> rows = odoo::Records(*session_).search_read(
        {.model = "crm.lead",
         .domain =
             arena.array({arena.array({"date_open", ">=", arena.text(since)}), arena.array({"user_id", "!=", false})}),
         .fields = {"user_id"}});
    EXPECT_TRUE(rows) << rows.error().message;
    std::vector<int64_t> ids;
    for (const Value row : rows->root().items()) ids.push_back(row["id"].integer());
    return ids;
  }

  TemporaryFolder folder_;
  SandboxChild sandbox_;
  transport::Loop loop_;
  std::unique_ptr<odoo::Session> session_;
};

TEST_F(AssignmentKilled, BetweenTheWriteAndTheNotesLosesNeitherReasonsNorNotes) {
  connect();
  const std::string file = config();
  const std::string since = value::to_datetime(std::time(nullptr) - 1);
  ASSERT_EQ(run({"plugin", "enable", "assignment", "--yes", "-c", file}, key()).code, 0);
  ASSERT_EQ(sandbox_.fault(R"({"match": "crm.lead/message_post", "kind": "delay", "delay_ms": 2000})"), 200);
  {
    Child child({"assignment", "run", "--full", "true", "-c", file}, key());
    ASSERT_TRUE(child.says("their salespeople are told next"));
    EXPECT_EQ(child.end_with(SIGKILL).code, -SIGKILL);
  }
  const std::vector<int64_t> leads = given(since);
  ASSERT_GT(leads.size(), 1U) << "Odoo has done the write";
  ASSERT_TRUE(notes().empty());
  // A note whose request may still be at work is posted later: the job looks again.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (notes().size() < leads.size() && std::chrono::steady_clock::now() < deadline) {
    const Ended settled = run({"jobs", "run", "assignment", "settle", "-c", file}, key());
    ASSERT_EQ(settled.code, 0) << settled.err;
  }
  for (const int64_t lead : leads) {
    EXPECT_EQ(notes()[lead], 1) << lead;
    const Document why = run({"assignment", "why", std::to_string(lead), "--json", "-c", file}, key()).json();
    EXPECT_THAT(std::string(why.root()["then"].text()), HasSubstr("assigned on ")) << lead;
  }
  EXPECT_EQ(notes().size(), leads.size());
}

}  // namespace
}  // namespace outrigger::host
