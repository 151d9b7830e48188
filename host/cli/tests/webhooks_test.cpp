// `outrigger webhooks`: from the rule in Odoo to the plugin that hears. The sandbox keeps rules and posts nothing, so
// the test posts what a real Odoo would; tests/contract/hint_test.cpp has a real one post.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/cli/tests/child.hpp"
#include "integration/odoo/records.hpp"
#include "integration/transport/tests/perform.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Webhooks : public testing::Test {
 protected:
  explicit Webhooks(const Arguments& sandbox = {}) : sandbox_(sandbox) {
    setenv("no_proxy", "*", 1);
    std::filesystem::create_directories(folder_.path() / "plugins");
    std::filesystem::copy(std::filesystem::path(OUTRIGGER_FIXTURES) / "hearing",
                          folder_.path() / "plugins" / "hearing");
    configure(R"(, "public": {"listen": "127.0.0.1:)" + port_ + "\"}");
  }
  // A host that looks once at the start, and then not for an hour.
  void configure(const std::string& more, bool setup_key = true) {
    const std::string key = std::string("\"${env:") + kKeyVariable + "}\"";
    file_ = folder_
                .write("outrigger.json",
                       R"({"data_folder": "data", "plugin_folders": ["plugins"], "databases": {"main": {"url": ")" +
                           sandbox_.url() + R"(", "database": "sandbox", "login": "admin", "key": )" + key +
                           (setup_key ? R"(, "setup_key": )" + key : "") +
                           R"(, "feed": {"look_seconds": 3600}}}, "plugins": {"hearing": {}})" + more + "}\n")
                .string();
  }
  Environment key() const { return {{kKeyVariable, sandbox_.key()}}; }
  Ended program(Arguments words) const {
    words.insert(words.end(), {"-c", file_});
    return run(words, key());
  }
  Document status() const { return program({"webhooks", "status", "--json"}).json(); }

  odoo::Records records() {
    if (session_ == nullptr) {
      odoo::Connection connection;
      connection.url = sandbox_.url();
      connection.database = "sandbox";
      connection.login = "admin";
      connection.secret = sandbox_.key();
      session_ = *odoo::Session::connect(loop_, connection);
    }
    return odoo::Records(*session_);
  }
  int64_t count(const char* model) {
    const Result<int64_t> count = records().search_count({.model = model, .domain = {}, .archived = true});
    EXPECT_TRUE(count) << count.error().message;
    return count ? *count : -1;
  }
  // As the rule in Odoo says.
  std::string address() {
    const Result<Document> rows = records().search_read({.model = "ir.actions.server", .fields = {"webhook_url"}});
    EXPECT_TRUE(rows && rows->root().size() == 1);
    return rows ? std::string(rows->root().at(0)["webhook_url"].text()) : std::string();
  }
  int post(const std::string& url, const std::string& body) {
    return transport::perform(loop_, {.url = url, .headers = {"Content-Type: application/json"}, .body = body}).status;
  }
  void rename(int64_t id, const std::string& name) {
    Arena arena;
    const Result<void> done = records().write("crm.lead", {id}, arena.object({{"name", arena.text(name)}}));
    EXPECT_TRUE(done) << done.error().message;
  }

  TemporaryFolder folder_;
  SandboxChild sandbox_;
  const std::string port_ = std::to_string(free_port());
  std::string file_;
  transport::Loop loop_;
  std::unique_ptr<odoo::Session> session_;
};

TEST_F(Webhooks, AChangeIsHeardAtOnceAndNothingStaysBehind) {
  ASSERT_EQ(program({"plugin", "enable", "hearing", "--yes"}).code, 0);
  Child child({"run", "-c", file_}, key());
  ASSERT_TRUE(child.says("ready"));
  const Ended refused = program({"webhooks", "install"});
  EXPECT_THAT(refused.out, AllOf(HasSubstr("create crm.lead: active, name, priority, stage_id"),
                                 HasSubstr("up to 1 second"), HasSubstr("webhooks remove")));
  EXPECT_THAT(refused.err, HasSubstr("nothing was changed"));
  EXPECT_EQ(count("base.automation"), 0);
  EXPECT_FALSE(status().root()["on"].truthy());
  const int64_t names = count("ir.model.data");

  const Ended installed = program({"webhooks", "install", "--yes"});
  EXPECT_EQ(installed.code, 0) << installed.err;
  EXPECT_THAT(installed.out, HasSubstr("done\n")) << "and a host runs that hears them";
  EXPECT_EQ(count("base.automation"), 1);
  const std::string url = address();
  EXPECT_THAT(url, HasSubstr("http://127.0.0.1:" + port_ + "/hint/"));
  EXPECT_THAT(installed.out + installed.err, Not(HasSubstr(url))) << "the token is a secret";
  EXPECT_THAT(program({"webhooks", "install"}).out, HasSubstr("all is as it should be"));

  rename(3, "Ten desks");
  EXPECT_EQ(post(url, R"({"_action": "x", "_model": "crm.lead", "_id": 3})"), 200);
  EXPECT_TRUE(child.says("heard changed 3 Ten desks"));
  EXPECT_EQ(post(url.substr(0, url.size() - 1) + "x", R"({"_model": "crm.lead", "_id": 3})"), 404);
  const Document after = status();
  EXPECT_TRUE(after.root()["on"].truthy());
  EXPECT_EQ(after.root()["odoo"].at(0)["step"].text(), "keep");
  EXPECT_EQ(after.root()["host"]["received"].integer(), 1);
  EXPECT_EQ(after.root()["host"]["refused"].integer(), 1);
  EXPECT_EQ(after.root()["host"]["models"].at(0)["model"].text(), "crm.lead");
  EXPECT_THAT(program({"status"}).out, HasSubstr("webhooks: on, 1 came, the last"));

  EXPECT_EQ(program({"webhooks", "remove", "--yes"}).code, 0);
  EXPECT_EQ(count("base.automation"), 0);
  EXPECT_EQ(count("ir.actions.server"), 0);
  EXPECT_EQ(count("ir.model.data"), names);
  EXPECT_EQ(post(url, R"({"_model": "crm.lead", "_id": 3})"), 404);
  EXPECT_THAT(program({"status"}).out, HasSubstr("webhooks: off"));
  const Ended ended = child.end_with(SIGTERM);
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.out + ended.err, Not(HasSubstr(url.substr(url.rfind('/') + 1))));
}

TEST_F(Webhooks, ATokenIsReplacedWithoutLosingAPost) {
  ASSERT_EQ(program({"plugin", "enable", "hearing", "--yes"}).code, 0);
  Child child({"run", "-c", file_}, key());
  ASSERT_TRUE(child.says("ready"));
  ASSERT_EQ(program({"webhooks", "install", "--yes"}).code, 0);
  const std::string before = address();
  const Ended again = program({"webhooks", "install", "--new-token", "--yes"});
  EXPECT_THAT(again.out, HasSubstr("change crm.lead (posts to another address)"));
  const std::string after = address();
  EXPECT_NE(before, after);
  EXPECT_EQ(count("base.automation"), 1);
  rename(4, "By the old one");
  EXPECT_EQ(post(before, R"({"_model": "crm.lead", "_id": 4})"), 200) << "a rule that could not be told";
  EXPECT_TRUE(child.says("heard changed 4 By the old one"));
  rename(5, "By the new one");
  EXPECT_EQ(post(after, R"({"_model": "crm.lead", "_id": 5})"), 200);
  EXPECT_TRUE(child.says("heard changed 5 By the new one"));
  EXPECT_EQ(child.end_with(SIGTERM).code, 0);
}

TEST_F(Webhooks, WhatIsMissingIsSaidWithItsRemedy) {
  configure("");
  EXPECT_THAT(program({"webhooks", "install", "--yes"}).err, HasSubstr("set `public` in the configuration"));
  EXPECT_THAT(program({"webhooks", "status"}).out, HasSubstr("nothing listens"));
  configure(R"(, "public": {"listen": "0.0.0.0:)" + port_ + "\"}");
  EXPECT_THAT(program({"webhooks", "install", "--yes"}).err, HasSubstr("with `url`"));
  configure(R"(, "public": {"listen": "127.0.0.1:)" + port_ + "\"}", false);
  const Ended without = program({"webhooks", "install", "--yes"});
  EXPECT_EQ(without.code, 1);
  EXPECT_THAT(without.err, HasSubstr("setup_key"));
  EXPECT_THAT(program({"webhooks", "status"}).out, HasSubstr("without `setup_key`"));
  configure(R"(, "public": {"listen": "127.0.0.1:)" + port_ + "\"}");
  const Ended nobody = program({"webhooks", "install", "--yes"});
  EXPECT_THAT(nobody.out, AllOf(HasSubstr("plugin hearing is left out"), HasSubstr("no plugin watches anything")));
  EXPECT_EQ(count("base.automation"), 0);
}

class WebhooksOf14 : public Webhooks {
 protected:
  WebhooksOf14() : Webhooks({"--series", "14"}) {}
};

TEST_F(WebhooksOf14, AreHonestlyNotThere) {
  const Ended ended = program({"webhooks", "install", "--yes"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("Odoo 14.0 cannot call an address"), HasSubstr("from 17 on")));
  EXPECT_EQ(count("base.automation"), 0);
}

}  // namespace
}  // namespace outrigger::host
