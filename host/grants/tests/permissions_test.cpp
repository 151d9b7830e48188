// Permissions: read whole, and every mistake with its key and remedy; the rights of a manifest.
#include "host/grants/permissions.hpp"

#include "host/grants/policy.hpp"
#include "host/grants/reading.hpp"
#include "host/grants/rights.hpp"
#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string flaw(const std::string& permissions) {
  const Result<Permissions> parsed = Permissions::parse(json(permissions).root(), "probe");
  return parsed ? "accepted" : parsed.error().message;
}
std::string flaw_of_lead(const std::string& asked) { return flaw(on_lead(asked)); }

TEST(Permissions, AreReadWhole) {
  const Result<Permissions> parsed = Permissions::parse(json(R"({
    "odoo": {"crm.stage": {"read": "*"}, "crm.lead": {"read": ["name", {"any": ["won_status", "x_won"], "optional": true}],
      "write": ["name"], "create": [], "unlink": true, "methods": ["action_set_lost"], "message_post": "anyone",
      "why": {"en": "because", "vi": "vì"}}},
    "host": ["ensure_field", "ensure_view", "install_webhook", "untracked", "parameter:crm.pls_fields", "group:a.b",
             "endpoint:orders"],
    "http": ["api.example.com", {"host": "10.0.0.7", "private": true}], "secrets": ["crm_token", "user-*"],
    "shared": {"publish": ["probe.score"], "read": ["scoring.score"]}})")
                                                            .root(),
                                                        "probe");
  ASSERT_TRUE(parsed) << parsed.error().message;
  ASSERT_EQ(parsed->models.size(), 2U);
  const ModelPermission& lead = *parsed->model("crm.lead");
  EXPECT_TRUE(lead.may_read("won_status"));
  EXPECT_TRUE(lead.may_read("x_won")) << "each name counts as asked for";
  EXPECT_TRUE(lead.read[1].optional);
  EXPECT_FALSE(lead.may_read("stage_id"));
  EXPECT_TRUE(lead.creates);
  EXPECT_FALSE(lead.may_create("name"));
  EXPECT_TRUE(lead.unlink);
  EXPECT_EQ(lead.posting, Posting::kAnyone);
  EXPECT_EQ(lead.why_vi, "vì");
  EXPECT_TRUE(parsed->model("crm.stage")->may_read("anything"));
  EXPECT_EQ(parsed->model("crm.team"), nullptr);
  EXPECT_TRUE(parsed->may("parameter:crm.pls_fields"));
  EXPECT_FALSE(parsed->may("parameter:other"));
  EXPECT_TRUE(parsed->may("endpoint:orders"));
  EXPECT_FALSE(parsed->may("endpoint:other"));
  EXPECT_TRUE(parsed->http[1].private_network);
  EXPECT_TRUE(parsed->may_use_secret("user-7"));
  EXPECT_FALSE(parsed->may_use_secret("crm_token2"));
}

TEST(Permissions, ForAnAuditAreThoseThatRead) {
  const Result<Permissions> asked = Permissions::parse(json(R"({
    "odoo": {"crm.lead": {"read": ["name"], "write": ["name"], "create": ["name"], "unlink": true,
                          "methods": ["action_set_lost"], "message_post": "anyone", "why": "because"},
             "mail.activity": {"create": ["summary"]}},
    "host": ["ensure_field", "untracked", "parameter:a.b", "group:a.b", "endpoint:orders"], "http": ["api.example.com"],
    "secrets": ["token"], "shared": {"publish": ["probe.score"], "read": ["scoring.score"]}})")
                                                           .root(),
                                                       "probe");
  ASSERT_TRUE(asked) << asked.error().message;
  const Permissions reading = reads_only(*asked);
  ASSERT_EQ(reading.models.size(), 1U);
  const ModelPermission& lead = reading.models[0];
  EXPECT_TRUE(lead.may_read("name"));
  EXPECT_FALSE(lead.may_write("name") || lead.may_create("name") || lead.creates || lead.unlink);
  EXPECT_FALSE(lead.may_call("action_set_lost"));
  EXPECT_EQ(lead.posting, Posting::kNone);
  EXPECT_TRUE(reading.may("parameter:a.b") && reading.may("group:a.b"));
  EXPECT_FALSE(reading.may("endpoint:orders"));
  EXPECT_FALSE(reading.may("ensure_field") || reading.may("untracked") || reading.may_use_secret("token"));
  EXPECT_TRUE(reading.http.empty() && reading.publish.empty());
}

TEST(Permissions, OfAManifestWithoutAnyAskNothing) {
  const Result<Permissions> none = Permissions::parse(Value{}, "probe");
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->models.empty());
}

TEST(Permissions, ModelsThatNoPluginGets) {
  for (const char* model : {"ir.actions.server",
                            "ir.actions.report",
                            "ir.cron",
                            "ir.cron.trigger",
                            "ir.model",
                            "ir.model.fields",
                            "ir.model.data",
                            "ir.model.access",
                            "ir.rule",
                            "ir.ui.view",
                            "ir.default",
                            "ir.mail_server",
                            "ir.config_parameter",
                            "ir.module.module",
                            "ir.translation",
                            "ir.new.thing",
                            "base.automation",
                            "base.module.upgrade",
                            "base_import.import",
                            "res.users.apikeys",
                            "res.users.role",
                            "res.groups",
                            "res.groups.privilege",
                            "res.config.settings",
                            "change.password.wizard",
                            "mail.template",
                            "mail.compose.message",
                            "website.page",
                            "sms.template",
                            "mailing.mailing",
                            "fetchmail.server",
                            "auth.oauth.provider",
                            "payment.provider",
                            "bus.bus"})
    EXPECT_THAT(flaw(R"({"odoo": {")" + std::string(model) + R"(": {"read": ["id"]}}})"),
                AllOf(HasSubstr("permissions.odoo.\"" + std::string(model) + "\" can never be granted: "),
                      HasSubstr("leave it out")));
}

TEST(Permissions, ModelsThatMayOnlyBeRead) {
  for (const char* model :
       {"res.users", "mail.message", "mail.mail", "mail.followers", "mail.alias", "website", "mailing.trace"}) {
    EXPECT_EQ(flaw(R"({"odoo": {")" + std::string(model) + R"(": {"read": ["name"]}}})"), "accepted");
    for (const char* asked : {R"("write": ["name"])", R"("create": [])", R"("unlink": true)", R"("methods": ["go"])",
                              R"("message_post": true)"})
      EXPECT_THAT(flaw(R"({"odoo": {")" + std::string(model) + "\": {" + asked + "}}}"),
                  HasSubstr("it may only be read"))
          << asked;
  }
}

TEST(Permissions, FieldsThatNoPluginGets) {
  const auto of = [](const std::string& model, const std::string& kind, const std::string& field) {
    return flaw(R"({"odoo": {")" + model + R"(": {")" + kind + R"(": [")" + field + "\"]}}}");
  };
  EXPECT_THAT(of("res.users", "read", "login"), HasSubstr("of users a plugin may read only"));
  EXPECT_EQ(of("res.users", "read", "tz"), "accepted");
  EXPECT_THAT(of("res.partner", "read", "signup_token"), HasSubstr("can never be granted"));
  EXPECT_THAT(of("ir.attachment", "read", "db_datas"), HasSubstr("can never be granted"));
  EXPECT_EQ(of("ir.attachment", "create", "datas"), "accepted");
  EXPECT_THAT(of("ir.attachment", "write", "datas"), HasSubstr("a file is created, not changed"));
  for (const char* field : {"url", "public", "type", "mimetype", "res_field", "access_token"})
    EXPECT_THAT(of("ir.attachment", "create", field), HasSubstr("can never be granted")) << field;
  EXPECT_THAT(of("account.tax", "write", "python_compute"), HasSubstr("can never be granted"));
  EXPECT_THAT(of("res.company", "write", "user_ids"), HasSubstr("it changes users"));
  EXPECT_THAT(of("res.partner", "write", "user_ids"), HasSubstr("it changes users"));
  for (const char* field :
       {"id", "create_uid", "write_date", "display_name", "message_follower_ids", "alias_name", "x_token"})
    EXPECT_THAT(of("crm.lead", "write", field), HasSubstr("can never be granted")) << field;
}

TEST(Permissions, EveryFieldIsNotThoseThatNoPluginGets) {
  const Result<Permissions> parsed =
      Permissions::parse(json(R"({"odoo": {"res.partner": {"read": "*"}}})").root(), "probe");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->model("res.partner")->may_read("email"));
  EXPECT_FALSE(parsed->model("res.partner")->may_read("signup_token"));
}

TEST(Permissions, MistakesNameKeyAndRemedy) {
  EXPECT_THAT(flaw(R"({"odo": {}})"), AllOf(HasSubstr("`odo` in permissions"), HasSubstr("did you mean `odoo`?")));
  EXPECT_THAT(flaw(R"({"parameters": ["a"]})"), HasSubstr("\"parameter:KEY\" under permissions.host"));
  EXPECT_THAT(flaw("[]"), HasSubstr("permissions must be an object"));
  EXPECT_THAT(flaw(R"({"odoo": {"Crm Lead": {}}})"), HasSubstr("is not the name of a model such as crm.lead"));
  EXPECT_THAT(flaw_of_lead(R"("raed": ["name"])"),
              AllOf(HasSubstr("permissions.odoo.\"crm.lead\""), HasSubstr("did you mean `read`?")));
  EXPECT_THAT(flaw_of_lead(R"("read": "name")"), HasSubstr("permissions.odoo.\"crm.lead\".read must be a list"));
  EXPECT_THAT(flaw_of_lead(R"("read": ["*"])"), HasSubstr("write \"read\": \"*\""));
  EXPECT_THAT(flaw_of_lead(R"("read": [])"), HasSubstr("name at least `id`"));
  EXPECT_THAT(flaw_of_lead(R"("write": "*")"), HasSubstr("write must be a list of field names"));
  EXPECT_THAT(flaw_of_lead(R"("write": ["*"])"), HasSubstr("name each field"));
  EXPECT_THAT(flaw_of_lead(R"("read": ["stage_id.name"])"), HasSubstr("is not the name of a field"));
  EXPECT_THAT(flaw_of_lead(R"("read": [{"any": []}])"), HasSubstr("`any` must be a list of the names"));
  EXPECT_THAT(flaw_of_lead(R"("read": [{"any": ["a"], "optional": 1}])"),
              HasSubstr("`optional` must be true or false"));
  EXPECT_THAT(flaw_of_lead(R"("unlink": 1)"), HasSubstr("unlink must be true or false"));
  EXPECT_THAT(flaw_of_lead(R"("message_post": "all")"), HasSubstr("or \"anyone\""));
  EXPECT_THAT(flaw_of_lead(R"("methods": ["write"])"), HasSubstr("use odoo.write"));
  EXPECT_THAT(flaw_of_lead(R"("methods": ["_x"])"), HasSubstr("private to Odoo"));
  EXPECT_THAT(flaw(R"({"odoo": {"res.users": {"read": "*"}}})"), HasSubstr("name the fields"));
  EXPECT_THAT(flaw(R"({"host": ["sudo"]})"), HasSubstr("`sudo` is not an operation of the host"));
  EXPECT_THAT(flaw(R"({"host": ["endpoint:a/b"]})"), HasSubstr("must be like endpoint:orders"));
  EXPECT_THAT(flaw(R"({"host": ["group:base"]})"), HasSubstr("must be like group:"));
  EXPECT_THAT(flaw(R"({"host": ["parameter:database.secret"]})"), HasSubstr("can never be granted"));
  EXPECT_THAT(flaw(R"({"secrets": ["*"]})"), HasSubstr("permissions.secrets"));
  EXPECT_THAT(flaw(R"({"shared": {"publish": ["scoring.score"]}})"), HasSubstr("must begin with probe."));
  for (const char* host : {"*", "*.com", "https://a.com/path", "a b", "user@a.com", "config:", ""})
    EXPECT_THAT(flaw(R"({"http": [")" + std::string(host) + "\"]}"), HasSubstr("permissions.http: ")) << host;
}

TEST(Permissions, NothingThatAnAdminReadsMovesTheCursor) {
  EXPECT_THAT(flaw_of_lead(R"("why": "a\u001b[2Kb")"), HasSubstr("must be one line"));
  EXPECT_THAT(flaw_of_lead(R"("why": {"en": "a\nb"})"), HasSubstr("must be one line"));
  EXPECT_THAT(flaw(R"({"odoo": {"a\u001b[2K": {}}})"), HasSubstr("`a?[2K`"));
  EXPECT_NE(flaw(R"({"http": ["config:\u001b[2K"]})"), "accepted");
  EXPECT_NE(flaw(R"({"host": ["parameter:a\u001bb"]})"), "accepted");
  EXPECT_NE(flaw(R"({"shared": {"read": ["a.\u001bb"]}})"), "accepted");
}

TEST(Rights, AreReadAndChecked) {
  const Document manifest =
      json(R"({"rights": [{"feature": "Write scores", "model": "crm.lead", "operations": ["read", "write"],
    "group": "sales_team.group_sale_salesman_all_leads"}]})");
  const Result<std::vector<OdooRight>> rights = odoo_rights(manifest.root());
  ASSERT_TRUE(rights) << rights.error().message;
  ASSERT_EQ(rights->size(), 1U);
  EXPECT_EQ(rights->front().feature, "Write scores");
  EXPECT_THAT(rights->front().operations, ElementsAre("read", "write"));
  EXPECT_EQ(rights->front().group, "sales_team.group_sale_salesman_all_leads");
  EXPECT_TRUE(odoo_rights(json("{}").root())->empty());
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"rights": {}})", "rights must be a list"},
      {R"({"rights": [{"featur": "x"}]})", "did you mean `feature`?"},
      {R"({"rights": [{"feature": "x", "model": "Lead", "operations": ["read"]}]})", "rights[0].model"},
      {R"({"rights": [{"feature": "x", "model": "crm.lead", "operations": ["raed"]}]})", "rights[0].operations"},
      {R"({"rights": [{"feature": "x", "model": "crm.lead"}]})", "rights[0].operations"},
      {R"({"rights": [{"feature": "x", "model": "crm.lead", "operations": ["read"], "group": "all"}]})",
       "rights[0].group"}};
  for (const auto& [text, says] : wrong)
    EXPECT_THAT(odoo_rights(json(text).root()).error().message, HasSubstr(says)) << text;
}

}  // namespace
}  // namespace outrigger::host
