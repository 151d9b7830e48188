// What the host calls of a plugin beside commands and changes: jobs, pages, webhooks, health, a new configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>

#include "fake_host.hpp"

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Silent final : Plugin {
  using Plugin::Plugin;
};

struct Busy final : Plugin {
  using Plugin::Plugin;
  JobResult on_job(const JobCall& call) override {
    if (call.name() == "long") return JobResult::again(std::chrono::seconds(3), "half of it");
    if (call.name() == "noted") return JobResult::done("12 rows");
    if (call.name() == "failing") return Error{Code::kUnreachable, "the mailbox is away", Source::kNetwork};
    if (call.name() == "throw") throw std::runtime_error("job");
    EXPECT_EQ(call.delivery(), "d1");
    EXPECT_EQ(call.due(), Time(std::chrono::microseconds(9)));
    EXPECT_EQ(call.attempt(), 2U);
    return done();
  }
  Result<Page> on_page(const PageRequest& request) override {
    if (request.is_post()) return Page::redirect("queue");
    if (request.page() == "calendar") return Page::body("text/calendar", std::string_view("BEGIN\0END", 9));
    if (request.page() == "missing") return Error{Code::kMissing, "no such page"};
    if (request.page() == "throw") throw std::runtime_error("page");
    std::string dying = "Anna";
    Page page(std::string("Waiting ") + "leads");
    page.status(202)
        .heading("Queue")
        .text("asked: " + std::string(request.query("q")))
        .note(Page::Level::kWarn, "late");
    page.figures({{"Waiting", "12"}});
    page.table({"Lead", "Since", "Points"}).row({Cell(dying, "lead/42"), "Monday", 3}).row({dying, nullptr, 2.5});
    dying = "XXXX";
    page.form("assign", "Assign")
        .field({.name = "team", .label = "Team", .type = "select", .required = true, .options = {{"1", "North"}}});
    page.link("All", "leads");
    return page;
  }
  Outcome on_webhook(const WebhookCall& call) override {
    if (call.endpoint() == "throw") throw 7;
    if (call.endpoint() == "each") return Outcome(std::vector<Outcome>{done()});
    if (call.body().empty()) return reject("an empty order");
    if (call.header("Content-TYPE") != "text/plain") return retry(std::chrono::seconds(1));
    if (call.query() == "fail") return Error{Code::kLimit, "too many orders"};
    return done();
  }
  Result<std::vector<Finding>> health(std::string_view locale) override {
    if (locale == "throw") throw std::runtime_error("health");
    if (locale == "error") return Error{Code::kAuth, "renew the key"};
    if (locale == "well") return std::vector<Finding>{};
    return std::vector{Finding::ok("the mailbox answers"), Finding::warn("it is full", "empty it"),
                       Finding::fail("no key", "set one")};
  }
};

or_job_call job(std::string_view name) {
  or_job_call call{};
  call.struct_size = sizeof call;
  call.attempt = 2;
  call.job = to_abi(name);
  call.delivery = to_abi(std::string_view("d1"));
  call.due = 9;
  return call;
}

struct Calls : testing::Test {
  FakeHost host;
  Made<Busy> made{host};
  Document reply;

  or_status run(std::string_view name) {
    const or_job_call raw = job(name);
    return call(made, made.extension<or_jobs_v1>(OR_JOBS_ID), &or_jobs_v1::run, &raw, reply);
  }
  or_status render(or_page_request& request) {
    request.struct_size = sizeof request;
    return call(made, made.extension<or_pages_v1>(OR_PAGES_ID), &or_pages_v1::render,
                const_cast<const or_page_request*>(&request), reply);
  }
  or_status render(std::string_view page, std::string_view method = "GET") {
    or_page_request request{};
    request.page = to_abi(page);
    request.method = to_abi(method);
    return render(request);
  }
  or_status receive(std::string_view endpoint, std::string_view body, const or_value* headers = nullptr,
                    std::string_view query = {}) {
    or_webhook_call raw{};
    raw.struct_size = sizeof raw;
    raw.endpoint = to_abi(endpoint);
    raw.body = to_abi(body);
    raw.headers = headers;
    raw.query = to_abi(query);
    return call(made, made.extension<or_webhook_v1>(OR_WEBHOOK_ID), &or_webhook_v1::receive,
                const_cast<const or_webhook_call*>(&raw), reply);
  }
  or_status check(std::string_view locale) {
    return call(made, made.extension<or_health_v1>(OR_HEALTH_ID), &or_health_v1::check, to_abi(locale), reply);
  }
};

TEST_F(Calls, AreOfferedOnlyWhenThePluginOverridesThem) {
  const Made<Silent> silent(host);
  for (const char* id : {OR_COMMANDS_ID, OR_CHANGES_ID, OR_JOBS_ID, OR_PAGES_ID, OR_WEBHOOK_ID, OR_HEALTH_ID,
                         OR_RECONFIGURE_ID, OR_ODOO_ID}) {
    EXPECT_EQ(silent.extension<void>(id), nullptr) << id;
  }
  for (const char* id : {OR_JOBS_ID, OR_PAGES_ID, OR_WEBHOOK_ID, OR_HEALTH_ID})
    EXPECT_NE(made.extension<void>(id), nullptr) << id;
  EXPECT_EQ(made.extension<void>(OR_CHANGES_ID), nullptr);
  EXPECT_EQ(made.extension<void>(OR_RECONFIGURE_ID), nullptr);
}

class Shy final : public Plugin {
 public:
  using Plugin::Plugin;

 private:
  JobResult on_job(const JobCall&) override { return done(); }
  Outcome on_changes(const Changes&) override { return done(); }
};

TEST_F(Calls, APrivateOverrideCountsToo) {
  Made<Shy> shy(host);
  ASSERT_NE(shy.extension<void>(OR_CHANGES_ID), nullptr);
  const or_job_call raw = job("any");
  EXPECT_EQ(call(shy, shy.extension<or_jobs_v1>(OR_JOBS_ID), &or_jobs_v1::run, &raw, reply), OR_OK);
}

TEST_F(Calls, AJobIsDoneOrComesAgain) {
  ASSERT_EQ(run("short"), OR_OK);
  EXPECT_TRUE(reply.root().is_null());
  ASSERT_EQ(run("noted"), OR_OK);
  EXPECT_EQ(reply.root()["note"].text(), "12 rows");
  EXPECT_FALSE(reply.root()["again"].truthy());
  ASSERT_EQ(run("long"), OR_OK);
  EXPECT_TRUE(reply.root()["again"].truthy());
  EXPECT_EQ(reply.root()["after_ms"].integer(), 3000);
  EXPECT_EQ(reply.root()["note"].text(), "half of it");
  EXPECT_EQ(run("failing"), OR_E_UNREACHABLE);
  EXPECT_EQ(made.message(), "the mailbox is away");
  EXPECT_EQ(run("throw"), OR_E_INTERNAL);
  EXPECT_THAT(made.message(), HasSubstr("the plugin threw: job"));
}

TEST_F(Calls, APageCrossesAsBlocksThatOwnTheirText) {
  Arena arena;
  const or_value query = arena.object({{"q", "two"}}).raw();
  or_page_request request{};
  request.page = to_abi(std::string_view("queue"));
  request.query = &query;
  ASSERT_EQ(render(request), OR_OK);
  const Value root = reply.root();
  EXPECT_EQ(root["status"].integer(), 202);
  EXPECT_EQ(root["title"].text(), "Waiting leads");
  const Value blocks = root["blocks"];
  std::vector<std::string> kinds;
  for (const Value block : blocks.items()) kinds.emplace_back(block["block"].text());
  EXPECT_THAT(kinds, ElementsAre("heading", "text", "note", "figures", "table", "form", "link"));
  EXPECT_EQ(blocks.at(1)["text"].text(), "asked: two");
  EXPECT_EQ(blocks.at(2)["level"].text(), "warn");
  EXPECT_EQ(blocks.at(3)["figures"].at(0)["value"].text(), "12");
  const Value table = blocks.at(4);
  EXPECT_EQ(table["columns"].at(2).text(), "Points");
  ASSERT_EQ(table["rows"].size(), 2U);
  EXPECT_EQ(table["rows"].at(0).at(0)["text"].text(), "Anna") << "copied, though its string has changed since";
  EXPECT_EQ(table["rows"].at(0).at(0)["to"].text(), "lead/42");
  EXPECT_EQ(table["rows"].at(0).at(2).integer(), 3);
  EXPECT_EQ(table["rows"].at(1).at(0).text(), "Anna");
  EXPECT_TRUE(table["rows"].at(1).at(1).is_null());
  const Value form = blocks.at(5);
  EXPECT_EQ(form["to"].text(), "assign");
  EXPECT_EQ(form["submit"].text(), "Assign");
  EXPECT_TRUE(form["fields"].at(0)["required"].truthy());
  EXPECT_EQ(form["fields"].at(0)["options"].at(0)["text"].text(), "North");
  EXPECT_EQ(blocks.at(6)["to"].text(), "leads");
}

TEST_F(Calls, APageMayLeadElsewhereOrBeABody) {
  ASSERT_EQ(render("queue", "POST"), OR_OK);
  EXPECT_EQ(reply.root()["redirect"].text(), "queue");
  EXPECT_FALSE(reply.root().has("blocks"));
  ASSERT_EQ(render("calendar"), OR_OK);
  EXPECT_EQ(reply.root()["type"].text(), "text/calendar");
  EXPECT_EQ(reply.root()["body"].kind(), Kind::kBytes);
  EXPECT_EQ(reply.root()["body"].text().size(), 9U);
  EXPECT_EQ(render("missing"), OR_E_MISSING);
  EXPECT_EQ(render("throw"), OR_E_INTERNAL);
  EXPECT_THAT(made.message(), HasSubstr("page"));
}

TEST_F(Calls, AWebhookHasOneOutcome) {
  Arena arena;
  const or_value text = arena.array({arena.array({"content-type", "text/plain"})}).raw();
  ASSERT_EQ(receive("orders", "x", &text), OR_OK);
  EXPECT_TRUE(reply.root().is_null());
  ASSERT_EQ(receive("orders", ""), OR_OK);
  EXPECT_EQ(reply.root()["outcome"].text(), "reject");
  ASSERT_EQ(receive("orders", "x"), OR_OK) << "without headers";
  EXPECT_EQ(reply.root()["outcome"].text(), "retry");
  const or_value odd = arena.array({"content-type", arena.array({1}), nullptr}).raw();
  ASSERT_EQ(receive("orders", "x", &odd), OR_OK) << "headers that are none";
  EXPECT_EQ(reply.root()["after_ms"].integer(), 1000);
  EXPECT_EQ(receive("orders", "x", &text, "fail"), OR_E_LIMIT);
  EXPECT_EQ(receive("throw", "x"), OR_E_INTERNAL);
  EXPECT_THAT(made.message(), HasSubstr("not a std::exception"));
  ASSERT_EQ(receive("each", "x"), OR_OK);
  EXPECT_EQ(reply.root()["outcome"].text(), "retry") << "outcomes for changes say nothing of a webhook";
}

TEST_F(Calls, HealthIsAListOfFindings) {
  ASSERT_EQ(check("en"), OR_OK);
  ASSERT_EQ(reply.root().size(), 3U);
  EXPECT_EQ(reply.root().at(0)["level"].text(), "ok");
  EXPECT_EQ(reply.root().at(1)["remedy"].text(), "empty it");
  EXPECT_EQ(reply.root().at(2)["level"].text(), "fail");
  EXPECT_EQ(reply.root().at(2)["text"].text(), "no key");
  ASSERT_EQ(check("well"), OR_OK);
  EXPECT_TRUE(reply.root().is_null());
  EXPECT_EQ(check("error"), OR_E_AUTH);
  EXPECT_EQ(check("throw"), OR_E_INTERNAL);
}

struct Configured final : Plugin {
  using Plugin::Plugin;
  Result<void> prepare(Value next) override {
    if (next["limit"].integer() < 0) return Error{Code::kInvalid, "limit: take 0 or more"};
    if (next["limit"].integer() == 13) throw std::runtime_error("thirteen");
    prepared = next["limit"].integer();
    return {};
  }
  void commit() override {
    limit = prepared;
    ++commits;
    if (limit == 99) throw std::runtime_error("too late");
  }
  void abandon() override { ++abandoned; }
  Result<Document> on_command(Command&) override {
    return Document::build([&](Arena& a) {
      return a.object(
          {{"config", config()["limit"].integer()}, {"limit", limit}, {"commits", commits}, {"abandoned", abandoned}});
    });
  }
  int64_t prepared = 0, limit = 0;
  int commits = 0, abandoned = 0;
};

struct Reconfigure : testing::Test {
  FakeHost host;
  Arena arena;
  Made<Configured> made{host, arena.object({{"limit", 1}})};
  const or_reconfigure_v1* table = made.extension<or_reconfigure_v1>(OR_RECONFIGURE_ID);

  or_status prepare(int64_t limit) {
    Arena passing;  // only borrowed for the call
    const or_value config = passing.object({{"limit", limit}}).raw();
    made.error = empty_error();
    return table->prepare(made.self, &config, &made.error);
  }
  Document state() {
    Document result;
    EXPECT_EQ(made.run(call_of("state"), result), OR_OK);
    return result;
  }
};

TEST_F(Reconfigure, CommitSwitchesToWhatWasPreparedLast) {
  ASSERT_NE(table, nullptr);
  ASSERT_EQ(prepare(5), OR_OK);
  ASSERT_EQ(prepare(6), OR_OK);
  EXPECT_EQ(state().root()["config"].integer(), 1) << "nothing has changed yet";
  table->commit(made.self);
  EXPECT_EQ(state().root()["config"].integer(), 6);
  EXPECT_EQ(state().root()["limit"].integer(), 6);
}

TEST_F(Reconfigure, ARefusedOrAbandonedConfigurationChangesNothing) {
  EXPECT_EQ(prepare(-1), OR_E_INVALID);
  EXPECT_EQ(made.message(), "limit: take 0 or more");
  EXPECT_EQ(prepare(13), OR_E_INTERNAL);
  table->commit(made.self);
  EXPECT_EQ(state().root()["commits"].integer(), 0) << "there is nothing to switch to";
  ASSERT_EQ(prepare(5), OR_OK);
  table->abandon(made.self);
  table->commit(made.self);
  EXPECT_EQ(state().root()["config"].integer(), 1);
  EXPECT_EQ(state().root()["abandoned"].integer(), 1);
}

TEST_F(Reconfigure, AnExceptionInCommitDoesNotCross) {
  ASSERT_EQ(prepare(99), OR_OK);
  table->commit(made.self);
  EXPECT_EQ(state().root()["config"].integer(), 99);
  const or_value* none = nullptr;
  EXPECT_EQ(table->prepare(made.self, none, nullptr), OR_OK) << "a plugin without a configuration";
}

}  // namespace
}  // namespace outrigger
