// `outrigger jobs list|run`: with a host and without one, planned and done, and a job that fails.
#include <fstream>

#include "host/cli/tests/keeping_rig.hpp"
#include "host/web/tests/client.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class JobsTest : public KeepingTest {
 protected:
  [[nodiscard]] Ended praise(const Arguments& more = {}) const {
    Arguments given{"jobs", "run", "notes", "praise"};
    given.insert(given.end(), more.begin(), more.end());
    return outrigger(given);
  }
  [[nodiscard]] Ended list() const { return outrigger({"jobs", "list"}); }
  // One of `jobs list --json`.
  [[nodiscard]] Document job(const std::string& name) const {
    const Document all = outrigger({"jobs", "list", "--json"}).json();
    for (const Value one : all.root().items())
      if (one["job"].text() == name) return Document::build([&](Arena& arena) { return arena.copy(one); });
    ADD_FAILURE() << "there is no job " << name;
    return {};
  }
  std::string name_of(int64_t lead) { return std::string(rig_.lead(lead, "name").text()); }
  [[nodiscard]] bool keeps_praise() const { return dump().contains("praised"); }
};

TEST_F(JobsTest, WithoutAHostAJobRunsByItself) {
  EXPECT_THAT(list().out, HasSubstr("no plugin has jobs here"));
  Ended ended = praise();
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("enable")) << "it is not granted yet";
  enable();
  ended = outrigger({"jobs", "run", "notes", "prase"});
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("plugin notes has no job prase; there are: praise, nightly"));
  EXPECT_THAT(list().out, HasSubstr("no plugin has jobs here")) << "what was refused has left nothing behind";

  ended = praise();
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              StartsWith("notes praise is done: praised 1 times\n2 writes: `outrigger writes show notes-pra"));
  EXPECT_EQ(name_of(4), "praised 1");
  EXPECT_EQ(name_of(5), "praised 1");
  const size_t from = ended.out.find("notes-praise-");
  const std::string run = ended.out.substr(from, ended.out.find('`', from) - from);
  EXPECT_THAT(outrigger({"writes", "show", run}).out, HasSubstr("\"praised 1\""));

  EXPECT_THAT(list().out, testing::MatchesRegex("(.|\n)*notes +praise +when asked, once its plugin runs +20[^n]*0 "
                                                "+praised 1 times(.|\n)*"));
  EXPECT_THAT(list().out, testing::MatchesRegex("(.|\n)*nightly +cron 30 2 . . . +20.*02:30.* never +0(.|\n)*"));
  EXPECT_FALSE(job("praise").root()["last"].is_null());
  EXPECT_TRUE(job("nightly").root()["last"].is_null());
}

TEST_F(JobsTest, TheHostThatRunsDoesItAndSaysWhatBecameOfIt) {
  enable();
  start();
  Ended ended = praise({"--json"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  const Document report = ended.json();
  EXPECT_EQ(report.root()["job"]["note"].text(), "praised 1 times");
  EXPECT_FALSE(report.root()["failed"].truthy());
  EXPECT_EQ(report.root()["writes"].integer(), 2) << "both writes of the job are one run";
  const std::string run(report.root()["run"].text());
  EXPECT_THAT(outrigger({"writes", "list"}).out, HasSubstr(run));
  EXPECT_THAT(outrigger({"writes", "undo", run, "--yes"}).out, HasSubstr("done")) << "and are taken back as one";
  EXPECT_NE(name_of(4), "praised 1");

  ended = praise();
  EXPECT_THAT(ended.out, StartsWith("notes praise is done: praised 2 times\n"));
  EXPECT_THAT(list().out, HasSubstr("praised 2 times"));
  EXPECT_THAT(outrigger({"jobs", "run", "notes", "none"}).err, HasSubstr("plugin notes has no job none; there are:"));
  EXPECT_THAT(outrigger({"jobs", "run", "nobody", "none"}).err, HasSubstr("plugin nobody runs no jobs on main now"));
  stop();
  EXPECT_EQ(name_of(4), "praised 2");
  EXPECT_THAT(list().out, HasSubstr("praised 2 times")) << "also where no host runs";
}

TEST_F(JobsTest, APlanSendsNothingAndKeepsNothing) {
  enable();
  const std::string before = name_of(4);
  const std::string file = (folder_.path() / "praise.plan").string();
  for (const bool hosted : {false, true}) {
    if (hosted) start();
    const Ended ended = praise({"--plan", "--save", file});
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, testing::ContainsRegex("crm.lead 4 +name +.*" + before + ".* -> .*praised 1"));
    EXPECT_THAT(ended.out, HasSubstr("2 writes"));
    EXPECT_THAT(ended.out, HasSubstr("what the job keeps in its store is not kept"));
    EXPECT_EQ(name_of(4), before);
    EXPECT_FALSE(keeps_praise());
    EXPECT_THAT(outrigger({"writes", "list"}).out, HasSubstr("nothing was written yet"));
  }
  EXPECT_TRUE(job("praise").root()["last"].is_null()) << "the schedule does not know of it";
  const Document json = praise({"--plan", "--json"}).json();
  EXPECT_EQ(json.root()["result"]["note"].text(), "praised 1 times");
  EXPECT_EQ(json.root()["plan"]["writes"].size(), 2U);

  const Ended applied = outrigger({"writes", "apply", file});
  EXPECT_EQ(applied.code, 0) << applied.out << applied.err;
  EXPECT_EQ(name_of(4), "praised 1");
  EXPECT_FALSE(keeps_praise()) << "a plan is the writes to Odoo alone";
  EXPECT_EQ(outrigger({"jobs", "run", "notes", "praise", "--save", file}).code, 2) << "--save belongs to --plan";
  stop();
}

TEST_F(JobsTest, AJobThatFailsIsSeen) {
  const uint16_t port = free_port();
  configure(folder_.path() / "data", R"(, "admin": {"listen": "127.0.0.1:)" + std::to_string(port) + R"("})");
  const auto health = [&] {
    Client client(port);
    (void)client.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    return client.answer();
  };
  enable();
  start();
  EXPECT_THAT(outrigger({"status"}).out, Not(HasSubstr("job ")));
  const std::string before = name_of(4);
  rename(4, "sour");
  Ended ended = praise();
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.out, StartsWith("notes praise failed: "));
  EXPECT_THAT(ended.out, HasSubstr("lead 4 is sour\nit is tried again at 20"));
  EXPECT_THAT(outrigger({"status"}).out, testing::ContainsRegex("  job notes praise failed once: .*lead 4 is sour"));
  EXPECT_THAT(health(), HasSubstr("200 OK")) << "once may be an accident";
  EXPECT_EQ(praise().code, 1);
  EXPECT_EQ(praise({"--json"}).code, 1);
  EXPECT_GE(job("praise").root()["failures"].integer(), 3);
  EXPECT_THAT(outrigger({"status"}).out, testing::ContainsRegex("job notes praise failed [3-9] times in a row"));
  EXPECT_THAT(health(), HasSubstr("notes@main: job praise fails again and again: see `outrigger jobs list`"));
  const Document status = this->status();
  EXPECT_EQ(status.root()["databases"].at(0)["jobs"].size(), 2U);

  rename(4, before);
  EXPECT_EQ(praise().code, 0);
  EXPECT_THAT(outrigger({"status"}).out, Not(HasSubstr("job ")));
  EXPECT_THAT(health(), HasSubstr("200 OK"));
  stop();
}

}  // namespace
}  // namespace outrigger::host
