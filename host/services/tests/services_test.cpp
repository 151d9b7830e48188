// What one instance may ask of the host: the extensions that its manifest names, and no flood in the log.
#include "host/services/services.hpp"

#include <gmock/gmock.h>

#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ServicesTest : public testing::Test {
 protected:
  ServicesTest() { services_.allow_calls(); }

  Result<Document> count_leads() {
    Arena arena;
    return services_.call("odoo.search_count", arena.object({{"model", "crm.lead"}}));
  }

  std::vector<std::string> lines_;
  Log log_{[this](LogLevel, std::string_view, std::string_view text) { lines_.emplace_back(text); }};
  sandbox::Rig rig_{{.leads = 3}};
  std::unique_ptr<odoo::Session> session_ = rig_.connect();
  Services services_{"bell@main", log_, session_.get()};
};

TEST_F(ServicesTest, AnExtensionThatTheManifestDoesNotNameIsNotThere) {
  EXPECT_THAT(services_.offered(), ElementsAre("outrigger.odoo/1"));
  EXPECT_TRUE(count_leads());
  services_.only({"outrigger.store/1"});
  EXPECT_THAT(services_.offered(), IsEmpty());
  const Result<Document> refused = count_leads();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kUnsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("names outrigger.odoo/1 neither in `requires` nor in `optional`"));
}

TEST_F(ServicesTest, WhoStandsByReadsAndChangesNothing) {
  services_.allow_reads();
  EXPECT_TRUE(count_leads());
  Arena arena;
  const Result<Document> refused =
      services_.call("odoo.write", arena.object({{"model", "crm.lead"},
                                                 {"ids", arena.ids(std::vector<int64_t>{1})},
                                                 {"values", arena.object({{"name", "x"}})},
                                                 {"scope", arena.object({{"company_id", -1}})}}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("odoo.write is not for an instance that stands by"));
  services_.allow_calls();
  EXPECT_TRUE(count_leads());
}

TEST_F(ServicesTest, AWriteThatNamesNoCompanyIsRefused) {
  Arena arena;
  const auto write = [&](Value scope) {
    return services_.call("odoo.write", arena.object({{"model", "crm.lead"},
                                                      {"ids", arena.ids(std::vector<int64_t>{1})},
                                                      {"values", arena.object({{"name", "x"}})},
                                                      {"scope", scope}}));
  };
  const Result<Document> refused = write({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("company"));
  const Result<Document> written = write(arena.object({{"company_id", -1}}));
  EXPECT_TRUE(written) << written.error().message;
  EXPECT_EQ(rig_.lead(1, "name").text(), "x");
}

TEST_F(ServicesTest, RefusedCallsDoNotFloodTheLog) {
  services_.gate([](std::string_view, Value) -> Result<void> {
    return Error{Code::kAccess, "not granted", Source::kHost, Effect::kNone, -1};
  });
  constexpr size_t kCalls = 20'000;
  for (size_t i = 0; i < kCalls; ++i) EXPECT_EQ(count_leads().error().message, "not granted");
  EXPECT_EQ(services_.refused(), kCalls) << "each is counted";
  EXPECT_THAT(lines_, Contains("not granted"));
  EXPECT_LT(lines_.size(), kCalls / 4) << "few are said";
}

}  // namespace
}  // namespace outrigger::host
