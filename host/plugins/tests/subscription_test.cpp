#include "host/plugins/subscription.hpp"

#include <gmock/gmock.h>

#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<std::vector<Subscription>> read(std::string_view subscriptions) {
  const Result<Document> manifest = value::read_json(R"({"permissions": {"odoo": {"crm.lead": {"read": ["name",
      {"any": ["won_status", "x_won"], "optional": true}]}}, "shared": {"read": ["scoring.score"]}},
      "subscriptions": )" + std::string(subscriptions) +
                                                     "}");
  const Result<Permissions> asked = Permissions::parse(manifest->root()["permissions"], "bell");
  return read_subscriptions(manifest->root(), *asked);
}

std::string refusal(std::string_view subscriptions) {
  const auto result = read(subscriptions);
  return result ? "it was taken" : result.error().message;
}

TEST(Subscription, IsReadWithItsDomainInOneForm) {
  const auto all = read(R"([{"name": "won", "model": "crm.lead", "fields": ["name"], "initial": "snapshot",
                             "domain": "[('name', 'ilike', 'desk')]"},
                            {"name": "scores", "model": "fact:scoring.score"}])");
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].domain, R"([["name","ilike","desk"]])");
  EXPECT_TRUE((*all)[0].snapshot);
  EXPECT_TRUE((*all)[1].is_fact());
}

TEST(Subscription, NamesTheLineThatIsMissing) {
  EXPECT_EQ(refusal(R"([{"name": "won", "model": "crm.lead", "fields": ["phone"]}])"),
            "subscriptions[0].fields: `phone` is not asked for; add it to permissions.odoo[\"crm.lead\"].read");
  EXPECT_THAT(refusal(R"([{"name": "won", "model": "fact:other.fact"}])"), HasSubstr("permissions.shared.read"));
  EXPECT_THAT(refusal(R"([{"name": "won", "model": "crm.lead", "fields": []}])"), HasSubstr("not empty"));
  EXPECT_THAT(refusal(R"([{"name": "won", "model": "crm.lead", "fields": ["name"], "domain": [["name"]]}])"),
              HasSubstr(".domain: "));
  EXPECT_THAT(refusal(R"([{"name": "won", "model": "crm.lead", "fields": ["name"], "inital": "none"}])"),
              HasSubstr("did you mean `initial`"));
  EXPECT_THAT(refusal(R"([{"name": "a", "model": "crm.lead", "fields": ["name"]},
                          {"name": "a", "model": "crm.lead", "fields": ["name"]}])"),
              HasSubstr("declared twice"));
}

TEST(Subscription, TakesTheNameThatThisOdooHas) {
  const auto all = read(R"([{"name": "won", "model": "crm.lead",
                             "fields": ["name", {"any": ["won_status", "x_won"], "optional": true}]}])");
  ASSERT_TRUE(all) << all.error().message;
  const auto with = [&](std::vector<std::string> there) {
    return resolve((*all)[0], "bell", [there](std::string_view field) {
      return std::find(there.begin(), there.end(), field) != there.end();
    });
  };
  EXPECT_THAT(with({"name", "won_status"})->fields, ElementsAre("name", "won_status"));
  EXPECT_THAT(with({"name", "x_won"})->fields, ElementsAre("name", "x_won"));
  EXPECT_THAT(with({"name"})->fields, ElementsAre("name"));
  EXPECT_EQ(with({"name"})->name, "bell/won");
  EXPECT_THAT(with({"won_status"}).error().message, HasSubstr("crm.lead.name, which this Odoo does not have"));
}

}  // namespace
}  // namespace outrigger::host
