// One instance of a plugin: its life, its thread, what its commands give, what it does wrong. See also cancel_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/prctl.h>

#include <set>
#include <thread>

#include "host/plugins/tests/instance_rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_P(InstanceTest, ACommandGetsWhatWasGivenAndItsResultComesBack) {
  const auto instance = probe(R"({"colour": "red"})");
  Arena arena;
  CommandRun run = run_of("echo");
  run.args = arena.object({{"text", "hallo"}, {"number", 7}});
  run.plan = run.json = true;
  run.locale = "vi";
  run.width = 132;
  const Result<Document> result = instance->run_command(run);
  ASSERT_TRUE(result) << result.error().message;
  const Value root = result->root();
  EXPECT_EQ(value::to_json(root["args"]), R"({"text":"hallo","number":7})");
  EXPECT_TRUE(root["plan"].truthy());
  EXPECT_TRUE(root["json"].truthy());
  EXPECT_EQ(root["locale"].text(), "vi");
  EXPECT_EQ(root["width"].integer(), 132);
  EXPECT_EQ(root["config"]["colour"].text(), "red");
  EXPECT_EQ(root["database"].text(), "main");
  EXPECT_THAT(std::string(root["instance"].text()), HasSubstr("probe"));
  EXPECT_EQ(root["roles"].integer(), OR_ROLE_COMMANDS);
  EXPECT_EQ(root["host"].text(), "outrigger");
  EXPECT_FALSE(root["odoo"].truthy()) << "without a session there is no Odoo";
  EXPECT_FALSE(root["unknown_extension"].truthy()) << "an extension that does not exist is NULL";
}

TEST_P(InstanceTest, TheResultOutlivesTheInstance) {
  auto instance = probe();
  const Result<Document> result = instance->run_command(run_of("speak"));
  instance.reset();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->root().text(), "spoken");
}

TEST_P(InstanceTest, TextAndProgressReachTheHostWhileTheCommandRuns) {
  const auto instance = probe();
  std::string text;
  std::vector<std::string> progress;
  CommandRun run = run_of("speak");
  run.text = [&](std::string_view piece) { text += piece; };
  run.progress = [&](uint64_t done, uint64_t total, std::string_view label) {
    progress.push_back(std::to_string(done) + "/" + std::to_string(total) + " " + std::string(label));
  };
  ASSERT_TRUE(instance->run_command(run));
  EXPECT_EQ(text, "first line\nfrom another thread\n");
  EXPECT_THAT(progress, ElementsAre("1/2 half way", "2/2 there"));
}

TEST_P(InstanceTest, ACommandThatNobodyListensToRunsToo) { EXPECT_TRUE(probe()->run_command(run_of("speak"))); }

TEST_P(InstanceTest, TheErrorOfACommandComesBackAsItIs) {
  const Result<Document> result = probe()->run_command(run_of("refuse"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kValidation);
  EXPECT_EQ(result.error().source, Source::kPlugin);
  EXPECT_THAT(result.error().message, HasSubstr("not on a Sunday"));
}

TEST_P(InstanceTest, AnExceptionInACommandIsABugOfThePluginThatIsNamed) {
  const auto instance = probe();
  const Result<Document> exception = instance->run_command(run_of("throw-exception"));
  ASSERT_FALSE(exception);
  EXPECT_EQ(exception.error().code, Code::kInternal);
  EXPECT_EQ(exception.error().source, Source::kPlugin);
  EXPECT_THAT(exception.error().message, AllOf(HasSubstr("plugin probe"), HasSubstr("the cat sat on it")));
  const Result<Document> seven = instance->run_command(run_of("throw-seven"));
  ASSERT_FALSE(seven);
  EXPECT_EQ(seven.error().code, Code::kInternal);
  EXPECT_THAT(seven.error().message, AllOf(HasSubstr("plugin probe"), HasSubstr("not a std::exception")));
  EXPECT_TRUE(instance->run_command(run_of("speak"))) << "the instance still works";
}

TEST_P(InstanceTest, ACommandThatThePluginDoesNotKnowIsUnsupported) {
  const Result<Document> result = probe()->run_command(run_of("dance"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kUnsupported);
  EXPECT_THAT(result.error().message, HasSubstr("dance"));
}

TEST_P(InstanceTest, APluginWithoutCommandsSaysSo) {
  const Result<std::unique_ptr<Instance>> plain = make("plain");
  ASSERT_TRUE(plain) << plain.error().message;
  const Result<Document> result = (*plain)->run_command(run_of("go"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kUnsupported);
  EXPECT_THAT(result.error().message, HasSubstr("plugin plain: it does not have the extension outrigger.commands/1"));
}

TEST_P(InstanceTest, AFailureToCreateNamesThePluginAndWhy) {
  EXPECT_THAT(failure("probe", R"({"create": "throw"})"),
              AllOf(HasSubstr("plugin probe"), HasSubstr("no coffee in create")));
  EXPECT_THAT(journal(), ElementsAre("create")) << "neither activated nor destroyed";
  EXPECT_THAT(failure("refusing"), AllOf(HasSubstr("plugin refusing"), HasSubstr("the licence has ended; renew it")));
  EXPECT_THAT(failure("hollow"), HasSubstr("plugin hollow: create reported success and made nothing"));
}

TEST_P(InstanceTest, AFailureToActivateNamesThePluginAndDestroysIt) {
  EXPECT_THAT(failure("probe", R"({"activate": "refuse"})"),
              AllOf(HasSubstr("plugin probe"), HasSubstr("`start_date` is not set")));
  EXPECT_EQ(journal().back(), "destroy");
  EXPECT_THAT(failure("probe", R"({"activate": "throw"})"),
              AllOf(HasSubstr("plugin probe"), HasSubstr("no coffee in activate")));
  EXPECT_EQ(journal().back(), "destroy");
}

TEST_P(InstanceTest, OdooCalledInCreateIsRefused) {
  const auto instance = probe(R"({"create": "odoo"})", connect());
  const Result<Document> result = instance->run_command(run_of("echo"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(std::string(result->root()["odoo_in_create"].text()),
              HasSubstr("services may be called from activate on, not in create"));
}

TEST_P(InstanceTest, OdooAnswersFromActivateOn) {
  const auto instance = probe("{}", connect());
  const Result<Document> result = instance->run_command(run_of("count"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(result->root()["count"].integer(), 0);
}

TEST_P(InstanceTest, AllCallsRunOnOneThreadThatIsNotTheCallers) {
  auto instance = probe();
  ASSERT_TRUE(instance->run_command(run_of("speak")));
  std::thread([&] { EXPECT_TRUE(instance->run_command(run_of("speak"))); }).join();
  instance->stop();
  EXPECT_THAT(journal(), ElementsAre("create", "activate", "command", "command", "stop", "destroy"));
  std::set<std::string> threads;
  for (const Event& event : events()) threads.insert(event.thread);
  EXPECT_EQ(threads.size(), 1U);
  EXPECT_EQ(threads.count(std::to_string(static_cast<unsigned long>(pthread_self()))), 0U);
}

TEST_P(InstanceTest, TwoInstancesHaveTwoThreads) {
  const auto one = probe();
  const auto two = probe();
  if (isolated()) {  // where a thread of one process may have the address of another's
    EXPECT_NE(one->pid(), two->pid());
    return;
  }
  std::set<std::string> threads;
  for (const Event& event : events()) threads.insert(event.thread);
  EXPECT_EQ(threads.size(), 2U);
}

TEST_P(InstanceTest, StoppingTwiceStopsOnce) {
  auto instance = probe();
  instance->stop();
  instance->stop();
  instance.reset();
  EXPECT_THAT(journal(), ElementsAre("create", "activate", "stop", "destroy"));
}

TEST_P(InstanceTest, AnExceptionInStopIsKeptInside) {
  probe(R"({"stop": "throw"})").reset();
  EXPECT_THAT(journal(), ElementsAre("create", "activate", "stop", "destroy"));
}

// A runner of the same user could read the host's keys through /proc otherwise.
TEST_P(InstanceTest, TheMemoryOfAHostThatKeepsPluginsApartIsItsOwn) {
  if (!isolated()) GTEST_SKIP() << "in process it shares all memory";
  ASSERT_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
  const auto instance = probe();
  EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
}

INSTANTIATE_TEST_SUITE_P(Isolation, InstanceTest, testing::Values("inproc", "process"),
                         [](const auto& mode) { return std::string(mode.param); });

}  // namespace
}  // namespace outrigger::host
