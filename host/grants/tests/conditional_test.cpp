// What a plugin asks for under some configurations alone.
#include "host/grants/conditional.hpp"

#include "host/config/tests/texts.hpp"
#include "host/grants/describe.hpp"
#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::HasSubstr;

constexpr char kAsked[] = R"({
  "odoo": {"crm.lead": {"read": "*", "write": ["user_id"], "message_post": "anyone", "why": {"en": "give leads", "vi": "giao"}}},
  "host": ["parameter:crm.delay"],
  "when": [
    {"set": ["quiet"], "host": ["untracked"]},
    {"equals": {"duplicates": "merge"},
     "odoo": {"crm.lead": {"read": ["name"], "methods": ["merge_opportunity"], "message_post": true, "why": {"en": "merge them", "vi": "gộp"}},
              "mail.message": {"read": ["res_id"]}}},
    {"set": ["live", "tell"], "equals": {"size": 3}, "secrets": ["token"]}
  ]})";

Permissions under(const std::string& settings) {
  const Document now = permissions_under(json(kAsked).root(), json(settings).root());
  EXPECT_FALSE(now.root().has("when"));
  return *Permissions::parse(now.root(), "assignment");
}

TEST(Conditional, APartCountsWhereTheConfigurationSaysSo) {
  EXPECT_FALSE(under("{}").may("untracked"));
  EXPECT_FALSE(under(R"({"quiet": false})").may("untracked"));
  EXPECT_TRUE(under(R"({"quiet": true})").may("untracked"));
  EXPECT_TRUE(under(R"({"quiet": true})").may("parameter:crm.delay"));
  EXPECT_FALSE(under(R"({"duplicates": "report"})").model("crm.lead")->may_call("merge_opportunity"));
  EXPECT_TRUE(under(R"({"duplicates": "merge"})").model("crm.lead")->may_call("merge_opportunity"));
  EXPECT_EQ(under("{}").model("mail.message"), nullptr);
  EXPECT_NE(under(R"({"duplicates": "merge"})").model("mail.message"), nullptr);
  EXPECT_FALSE(under(R"({"live": true, "size": 3})").may_use_secret("token")) << "both keys of `set`, and `equals`";
  EXPECT_TRUE(under(R"({"live": true, "tell": true, "size": 3})").may_use_secret("token"));
}

TEST(Conditional, APartAddsAndTakesNothingAway) {
  const Permissions all = under(R"({"duplicates": "merge"})");
  const ModelPermission& lead = *all.model("crm.lead");
  EXPECT_TRUE(lead.may_read("phone")) << "still every field";
  EXPECT_TRUE(lead.may_write("user_id"));
  EXPECT_EQ(lead.posting, Posting::kAnyone);
  EXPECT_EQ(lead.why_en, "give leads; merge them");
  EXPECT_EQ(lead.why_vi, "giao; gộp");
}

TEST(Conditional, AManifestIsCheckedWithAllItsParts) {
  const Result<Permissions> most = Permissions::parse(json(kAsked).root(), "assignment");
  ASSERT_TRUE(most) << most.error().message;
  EXPECT_TRUE(most->may("untracked"));
  EXPECT_TRUE(most->may_use_secret("token"));
  EXPECT_TRUE(asks_more(under("{}"), *most));
  EXPECT_FALSE(asks_more(*most, under("{}")));
}

TEST(Conditional, FlawsAreNamed) {
  const std::pair<const char*, const char*> bad[] = {
      {R"({"when": {}})", "permissions.when must be a list"},
      {R"({"when": [{"host": ["untracked"]}]})", "a part needs `set` or `equals`"},
      {R"({"when": [{"set": [], "equals": {}, "host": []}]})", "a part needs `set` or `equals`"},
      {R"({"when": [{"set": "quiet"}]})", "permissions.when.set must be a list of texts"},
      {R"({"when": [{"equals": ["quiet"]}]})", "permissions.when.equals must be an object"},
      {R"({"when": [{"set": ["quiet"], "hosts": []}]})", "hosts"},
      {R"({"when": [{"set": ["quiet"], "host": ["sudo"]}]})", "is not an operation of the host"},
      {R"({"when": [{"set": ["a"], "when": []}]})", "when"},
      {R"({"when": [3]})", "permissions.when"}};
  for (const auto& [text, why] : bad) {
    const Result<Permissions> asked = Permissions::parse(json(text).root(), "assignment");
    ASSERT_FALSE(asked) << text;
    EXPECT_THAT(asked.error().message, HasSubstr(why));
  }
}

}  // namespace
}  // namespace outrigger::host
