// Plugins of other times on today's host, in its process and in one of their own: one built with the frozen headers of
// ABI 1.0, one with headers that have grown since. Both are plain C11.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/plugins/cache.hpp"
#include "host/plugins/instance.hpp"
#include "host/process/process_instance.hpp"
#include "host/process/user_lease.hpp"
#include "integration/sandbox/server.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

struct Case {
  const char* name;
  const char* plugin;
  bool isolated;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class OtherTimes : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    setenv("no_proxy", "*", 1);
    Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(
        loop_, {.url = server_->url(), .database = "sandbox", .login = "admin", .secret = database_.user("admin").key});
    ASSERT_TRUE(session) << session.error().message;
    session_ = *std::move(session);
    const Result<Manifest> manifest = read_manifest(std::filesystem::path(OUTRIGGER_ABI_FIXTURES) / GetParam().plugin);
    ASSERT_TRUE(manifest) << manifest.error().message;
    const Document config = *value::read_json(R"({"number": 41, "refuse": false})");
    const InstanceOptions options{"main", OR_ROLE_COMMANDS | OR_ROLE_CHANGES, config.root()};
    auto services = std::make_unique<Services>("fixture@main", log_, session_.get());
    Result<std::unique_ptr<Instance>> made = Error{};
    if (GetParam().isolated) {
      const auto cache =
          std::filesystem::temp_directory_path() / ("outrigger-test-plugins-" + std::to_string(::getuid()));
      RunnerOptions runner;
      runner.program = OUTRIGGER_RUNNER;
      runner.folder = cache_plugin(*manifest, cache)->folder;
      runner.uid = uid_of(manifest->id);
      made = make_process(*manifest, std::move(services), options, runner);
    } else {
      made = make_inproc(*load_library(*manifest), *manifest, std::move(services), options);
    }
    ASSERT_TRUE(made) << made.error().message;
    instance_ = *std::move(made);
  }

  Result<Document> call(const char* operation, const std::string& args) {
    return instance_->call(operation, value::read_json(args)->root(), {});
  }
  Document answer(const char* operation, const std::string& args) {
    const Result<Document> result = call(operation, args);
    EXPECT_TRUE(result) << result.error().message;
    return result ? *result : Document();
  }

  Log log_{[](LogLevel, std::string_view, std::string_view) {}};
  sandbox::Database database_{{.leads = 30}};
  sandbox::Service service_{database_};
  std::unique_ptr<sandbox::Server> server_ = *sandbox::Server::start(service_, 0);
  transport::Loop loop_;
  std::unique_ptr<odoo::Session> session_;
  std::unique_ptr<Instance> instance_;
};

TEST_P(OtherTimes, CommandsAndServicesWork) {
  const Document report = answer("commands.run", R"({"name": "report", "args": {}, "locale": "en"})");
  const Value root = report.root();
  EXPECT_TRUE(root["log"].truthy());
  EXPECT_TRUE(root["clock"].truthy());
  EXPECT_TRUE(root["odoo"].truthy());
  EXPECT_FALSE(root["future_slot"].truthy()) << "no host of today has it, whatever lies behind its table";
  EXPECT_TRUE(root["decimal"].is_null()) << "a kind that is not known is null";
  EXPECT_GT(root["leads"].integer(), 0);
  const Result<Document> failed = call("commands.run", R"({"name": "fail", "args": {}, "locale": "en"})");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kValidation);
  EXPECT_EQ(failed.error().message, "refused on purpose");
}

TEST_P(OtherTimes, ChangesComeBackWithAnOutcomeEach) {
  const Document outcomes = answer("changes.deliver", R"({"subscription": "all", "model": "crm.lead", "changes": [
      {"delivery": "a", "kind": "changed", "id": 1, "after": {"name": "retry"}},
      {"delivery": "b", "kind": "changed", "id": 2, "after": {"name": "reject"}},
      {"delivery": "c", "kind": "changed", "id": 3, "after": {"name": "anything"}}]})");
  ASSERT_EQ(outcomes.root().size(), 3U);
  EXPECT_EQ(outcomes.root().at(0)["outcome"].text(), "retry");
  EXPECT_EQ(outcomes.root().at(0)["after_ms"].integer(), 1500);
  EXPECT_EQ(outcomes.root().at(1)["outcome"].text(), "reject");
  EXPECT_EQ(outcomes.root().at(2)["outcome"].text(), "done");
}

TEST_P(OtherTimes, JobsPagesWebhooksAndHealthAnswer) {
  const std::string job = R"({"job": "nightly", "delivery": "d", "due": 1, "attempt": 1})";
  EXPECT_TRUE(answer("jobs.run", job).root()["again"].truthy());
  EXPECT_FALSE(answer("jobs.run", job).root()["again"].truthy());
  const std::string moved = R"({"page": "moved", "method": "GET", "path": "", "locale": "en", "query": {}})";
  EXPECT_EQ(answer("pages.render", moved).root()["redirect"].text(), "here");
  const std::string hook =
      R"({"endpoint": "in", "delivery": "d", "at": 1, "attempt": 1, "headers": [], "body": "fail"})";
  EXPECT_FALSE(call("webhook.receive", hook));
  EXPECT_EQ(answer("health.check", R"({"locale": "en"})").root().at(0)["level"].text(), "ok");
}

TEST_P(OtherTimes, ANewConfigurationIsInForceFromCommitOn) {
  const std::string report = R"({"name": "report", "args": {}, "locale": "en"})";
  EXPECT_FALSE(call("reconfigure.prepare", R"({"config": {"number": 7, "refuse": true}})"));
  answer("reconfigure.prepare", R"({"config": {"number": 42, "refuse": false}})");
  EXPECT_EQ(answer("commands.run", report).root()["number"].integer(), 41);
  answer("reconfigure.commit", "{}");
  EXPECT_EQ(answer("commands.run", report).root()["number"].integer(), 42);
}

INSTANTIATE_TEST_SUITE_P(Abi, OtherTimes,
                         testing::Values(Case{"FrozenInproc", "abi-v1-0", false},
                                         Case{"FrozenProcess", "abi-v1-0", true},
                                         Case{"FutureInproc", "abi-future", false},
                                         Case{"FutureProcess", "abi-future", true}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace outrigger::host
