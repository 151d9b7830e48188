// A grant in plain words, and what changed between two.
#include "host/grants/describe.hpp"

#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Permissions of(const std::string& permissions) {
  const Result<Permissions> parsed = Permissions::parse(json(permissions).root(), "probe");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : Permissions{};
}

constexpr char kAll[] = R"({"odoo": {
    "crm.lead": {"read": ["name", {"any": ["won_status", "x_won"], "optional": true}], "write": ["name"], "create": ["name"],
                 "unlink": true, "methods": ["action_set_lost"], "message_post": true, "why": {"en": "to score", "vi": "để chấm"}},
    "x.other": {"read": "*", "create": [], "message_post": "anyone"}},
  "host": ["ensure_field", "parameter:crm.pls_fields"], "http": ["api.example.com", {"host": "config:url", "private": true}],
  "secrets": ["token"], "shared": {"publish": ["probe.score"], "read": ["scoring.score"]}})";

TEST(Describe, InEnglish) {
  EXPECT_THAT(
      describe(of(kAll), Locale::kEnglish),
      ElementsAre("Read leads/opportunities (crm.lead): name, won_status or x_won (where it exists) - to score",
                  "Change on leads/opportunities (crm.lead): name - to score",
                  "Create leads/opportunities (crm.lead): name - to score",
                  "Delete leads/opportunities (crm.lead) - to score",
                  "Call on leads/opportunities (crm.lead): action_set_lost - to score",
                  "Post internal notes on leads/opportunities (crm.lead) - to score",
                  "Read x.other: every field that the key may see, except passwords and access tokens",
                  "Create x.other: without giving any field",
                  "Send messages and e-mails to anyone, also outside the company, from x.other",
                  "Add custom fields (x_...) to the models above, with the setup key",
                  "Read the system parameter crm.pls_fields", "Exchange data with the web host api.example.com",
                  "Exchange data with the web host that the plugin's configuration names under url (also inside the "
                  "private network)",
                  "Keep and use the secret (never read it back): token", "Publish to other plugins: probe.score",
                  "Read what another plugin publishes: scoring.score",
                  "A grant covers what the plugin asks of Odoo, not what Odoo does in consequence: automations, "
                  "tracked changes, e-mails to followers"));
}

TEST(Describe, InVietnamese) {
  const std::vector<std::string> lines = describe(of(kAll), locale_of("vi_VN"));
  EXPECT_EQ(lines.size(), describe(of(kAll), Locale::kEnglish).size());
  EXPECT_EQ(lines.front(), "Đọc tiềm năng/cơ hội (crm.lead): name, won_status hoặc x_won (nếu có) - để chấm");
  EXPECT_THAT(lines.back(), StartsWith("Quyền này áp dụng cho những gì plugin yêu cầu Odoo"));
}

TEST(Describe, NothingIsLeftOutThatAGrantAllows) {
  for (const char* permission :
       {"ensure_field", "ensure_view", "install_webhook", "untracked", "parameter:a.b", "group:a.b", "endpoint:orders"})
    for (const Locale locale : {Locale::kEnglish, Locale::kVietnamese})
      EXPECT_EQ(describe(of(R"({"host": [")" + std::string(permission) + "\"]}"), locale).size(), 2U) << permission;
}

TEST(Changes, ArePlainToo) {
  const Permissions before =
      of(R"({"odoo": {"crm.lead": {"read": ["name", "stage_id"], "unlink": true}}, "secrets": ["a"]})");
  const Permissions after = of(R"({"odoo": {"crm.lead": {"read": ["name", "tag_ids"], "message_post": true},
    "crm.tag": {"read": "*"}}, "secrets": ["a"], "http": ["a.com"]})");
  EXPECT_THAT(
      changes(before, after, Locale::kEnglish),
      ElementsAre("new: Read leads/opportunities (crm.lead): tag_ids",
                  "new: Post internal notes on leads/opportunities (crm.lead)",
                  "new: Read CRM tags (crm.tag): every field that the key may see, except passwords and access tokens",
                  "new: Exchange data with the web host a.com", "gone: Read leads/opportunities (crm.lead): stage_id",
                  "gone: Delete leads/opportunities (crm.lead)"));
  EXPECT_THAT(changes(after, after, Locale::kEnglish), IsEmpty());
  EXPECT_THAT(changes({}, before, Locale::kVietnamese), Each(StartsWith("mới: ")));
}

TEST(Changes, SeeWhatGrowsWithinOneLine) {
  const auto grows = [](const std::string& before, const std::string& after) {
    return changes(of(before), of(after), Locale::kEnglish);
  };
  EXPECT_THAT(grows(on_lead(R"("message_post": true)"), on_lead(R"("message_post": "anyone")")),
              Contains(HasSubstr("new: Send messages")));
  EXPECT_THAT(grows(on_lead(R"("read": ["name"])"), on_lead(R"("read": "*")")), Contains(HasSubstr("new: Read")));
  EXPECT_THAT(grows(on_lead(R"("create": [])"), on_lead(R"("create": ["name"])")), Contains(HasSubstr("new: Create")));
  EXPECT_THAT(grows(on_lead(R"("read": [{"any": ["a"]}])"), on_lead(R"("read": [{"any": ["a", "b"]}])")),
              Contains(HasSubstr("crm.lead): b")));
  EXPECT_THAT(grows(R"({"http": ["a.com"]})", R"({"http": [{"host": "a.com", "private": true}]})"),
              Contains(HasSubstr("private network")));
}

}  // namespace
}  // namespace outrigger::host
