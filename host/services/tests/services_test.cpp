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

// As abi/health.h promises, or nothing whose health asks Odoo could be reloaded.
TEST_F(ServicesTest, AnInstanceThatStandsByReadsAndDoesNothingElse) {
  services_.allow_reading();
  EXPECT_TRUE(count_leads());
  Arena arena;
  const auto refused = [&](std::string_view operation) {
    const Result<Document> answer = services_.call(operation, arena.object({{"model", "crm.lead"}}));
    return answer ? "answered" : answer.error().message;
  };
  for (const char* operation : {"odoo.write", "odoo.call", "odoo.ensure_field", "store.commit", "http.request"})
    EXPECT_THAT(refused(operation), HasSubstr(" may be called from activate on: the instance stands by"));
  services_.allow_calls();
  EXPECT_THAT(refused("store.commit"), testing::Not(HasSubstr("stands by")));
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
