// What a FakeHost finds wrong with a plugin, each as the sentence that the author reads.
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include <outrigger/testkit/fake_host.hpp>

namespace outrigger::testkit {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

class Rogue final : public Plugin {
 public:
  explicit Rogue(Context context) : Plugin(std::move(context)) {
    if (config()["early"].truthy()) (void)odoo().search_count({.model = "crm.lead"});
  }
  ~Rogue() override {
    if (config()["late"].truthy()) (void)store().put("key", "value");
  }
  Result<Document> on_command(Command& command) override {
    Arena arena;
    const Value values = arena.object({{"name", "x"}});
    if (command.name() == "no-company") (void)odoo().write("crm.lead", {1}, values, {});
    if (command.name() == "not-utf8") log().info("{}", std::string_view("\xFF"));
    if (command.name() == "unknown-field") (void)odoo().read("crm.lead", {1}, {"nonsense"});
    if (command.name() == "unknown-model") (void)odoo().search_count({.model = "res.nonsense"});
    if (command.name() == "write") {
      (void)odoo().write(Record{"crm.lead", 1}, values,
                         {.company_id = 1, .context = arena.object({{"tracking_disable", true}})});
      const auto rows = odoo().read("crm.lead", {1}, {"name"});
      if (!rows) return rows.error();
      return Document::build([&](Arena& a) { return a.text(rows->root().at(0)["name"].text()); });
    }
    if (command.name() == "keep") (void)store().put("key", "value");
    if (command.name() == "keep-planned") (void)store().put("crm.lead:1:planned/2", "why");
    if (command.name() == "answer") return Document::build([](Arena& a) { return a.text("\xC0\x80"); });
    if (command.name() == "web") (void)http().request({.url = "https://example.com"});
    if (command.name() == "same-key") {
      (void)odoo().write("crm.lead", {1}, values, {.company_id = 1, .idempotency_key = "k"});
      (void)odoo().write("crm.lead", {2}, values, {.company_id = 1, .idempotency_key = "k"});
    }
    return Document();
  }
};

std::vector<std::string> problems_of(const std::string& command, const CommandOptions& options = {}) {
  FakeHost host;
  host.odoo().rows("crm.lead", {{{"id", 1}, {"name", "Anna"}}, {{"id", 2}, {"name", "Ben"}}});
  auto plugin = host.start<Rogue>();
  (void)plugin.command(command, {}, options);
  return host.problems();
}

TEST(Misuse, CallBeforeActivate) {
  FakeHost host;
  auto plugin = host.start<Rogue>({{"early", true}});
  EXPECT_THAT(host.problems(), ElementsAre("odoo.search_count was called before activate: in the constructor only log "
                                           "and clock may be called."));
}

TEST(Misuse, CallAfterStop) {
  FakeHost host;
  { auto plugin = host.start<Rogue>({{"late", true}}); }
  EXPECT_THAT(host.problems(), ElementsAre("store.commit was called after stop: end what is running in stop and join "
                                           "its threads."));
  EXPECT_EQ(host.store().size(), 0U);
}

TEST(Misuse, WriteWithoutCompany) {
  EXPECT_THAT(problems_of("no-company"), ElementsAre("write of crm.lead names no company: every write sets company_id "
                                                     "in its scope (kAllCompanies for all)."));
}

TEST(Misuse, TextThatIsNotUtf8) {
  EXPECT_THAT(problems_of("not-utf8"), ElementsAre("log.write was handed text that is not UTF-8."));
  EXPECT_THAT(problems_of("answer"), ElementsAre("the answer to the command answer holds text that is not UTF-8 (use "
                                                 "bytes for raw data)."));
}

TEST(Misuse, UnknownFieldsAndModels) {
  EXPECT_THAT(problems_of("unknown-field"), ElementsAre("the plugin asked crm.lead for unknown fields: nonsense; name "
                                                        "them in a row or with host.odoo().fields()."));
  EXPECT_THAT(problems_of("unknown-model"), ElementsAre(StartsWith("the plugin called search_count of res.nonsense")));
}

TEST(Misuse, PlanThatKeepsData) {
  EXPECT_THAT(
      problems_of("keep", {.plan = true}),
      ElementsAre("the command keep kept data or asked the web although it was asked for its plan only; look at "
                  "command.plan() first."));
  EXPECT_TRUE(problems_of("keep").empty());
  EXPECT_TRUE(problems_of("keep-planned", {.plan = true}).empty()) << "what a plan says may be kept beside it";
}

TEST(Plan, WritesToOdooAreCollectedAndReadBack) {
  FakeHost host;
  host.odoo().rows("crm.lead", {{{"id", 1}, {"name", "Anna"}}});
  auto plugin = host.start<Rogue>();
  const Result<Document> seen = plugin.command("write", {}, {.plan = true});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->root().text(), "x") << "read back within the command";
  EXPECT_EQ(host.odoo().row("crm.lead", 1)["name"].text(), "Anna") << "nothing was sent";
  EXPECT_TRUE(host.writes().empty());
  ASSERT_EQ(host.odoo().planned().size(), 1U);
  EXPECT_EQ(host.odoo().planned()[0].values["name"].text(), "x");
  ASSERT_TRUE(plugin.command("write"));
  ASSERT_EQ(host.writes().size(), 1U);
  EXPECT_TRUE(host.writes()[0].context["tracking_disable"].truthy());
  EXPECT_EQ(host.odoo().row("crm.lead", 1)["name"].text(), "x");
}

TEST(Misuse, KeyUsedTwice) {
  EXPECT_THAT(problems_of("same-key"), ElementsAre("the idempotency key k was used again with other arguments."));
}

TEST(Misuse, RequestWithoutReply) {
  EXPECT_THAT(problems_of("web"), ElementsAre(StartsWith("the test has no reply for GET https://example.com")));
}

TEST(Misuse, WellFormedText) {
  EXPECT_TRUE(is_utf8("V\xC4\x83n \xE2\x82\xAC \xF0\x9F\x94\x94"));
  for (const char* bad : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82"})
    EXPECT_FALSE(is_utf8(bad));
}

// What nobody looks at fails the test by itself.
TEST(Misuse, UnseenProblemsFail) {
  testing::TestPartResultArray failures;
  {
    testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    FakeHost host;
    auto plugin = host.start<Rogue>({{"early", true}});
  }
  EXPECT_EQ(failures.size(), 1);
}

}  // namespace
}  // namespace outrigger::testkit
