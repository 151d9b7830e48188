// Setting up against the sandbox: what is asked of whom, and what happens without a key. The same on real Odoos:
// tests/contract/setup_test.cpp.
#include "host/setup/setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/tests/texts.hpp"
#include "host/secrets/vault.hpp"
#include "host/services/odoo_operations.hpp"
#include "integration/sandbox/tests/rig.hpp"

namespace outrigger::host {
namespace {

using sandbox::Rig;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kArch[] =
    "<xpath expr=\"//field[@name='priority']\" position=\"after\"><field name=\"x_note\"/></xpath>";

class SetupTest : public testing::TestWithParam<int> {
 protected:
  SetupTest() : rig_({.major = GetParam(), .leads = 20}), run_(rig_.connect("demo")) {}

  // Of the plugin crm; the run key is that of demo.
  Result<Document> ensure(const char* operation, const std::string& args, const char* login = "admin",
                          const std::string& plugin = "crm") {
    SetupAccess access("main", *run_, login, login[0] == '\0' ? "" : rig_.database.user(login).key);
    return ensure_with(access, operation, args, plugin);
  }
  Result<Document> ensure_with(SetupAccess& access, const char* operation, const std::string& args,
                               const std::string& plugin = "crm") {
    host::Setup setup(plugin, access, record_);
    OdooOperations odoo(*run_);
    odoo.setup(&setup);
    return odoo.call(operation, value::read_json(args)->root(), {});
  }
  static std::string show(const Result<Document>& result) {
    return result ? value::to_json(result->root())
                  : std::string(to_string(result.error().code)) + ": " + result.error().message;
  }
  std::string field(const std::string& more, const char* login = "admin") {
    return show(ensure("ensure_field", R"({"model": "crm.lead", "string": "Note", )" + more + "}", login));
  }
  std::string view(const std::string& arch = kArch, const char* login = "admin", const std::string& name = "panel") {
    const Value text = Value::of(std::string_view(arch));
    return show(ensure(
        "ensure_view",
        R"({"name": ")" + name + R"(", "inherits": "crm.crm_lead_view_form", "arch": )" + value::to_json(text) + "}",
        login));
  }

  TemporaryFolder folder_;
  Rig rig_;
  std::unique_ptr<odoo::Session> run_;
  SetupRecord record_{folder_.path() / "setup.json"};
};

INSTANTIATE_TEST_SUITE_P(Odoo, SetupTest, testing::Values(14, 19),
                         [](const auto& one) { return "Like" + std::to_string(one.param); });

TEST_P(SetupTest, AFieldIsMadeOnceAndTheSetupKeyMayGo) {
  EXPECT_EQ(field(R"("name": "x_note", "type": "char", "help": "What was said")"), R"({"created":true})");
  EXPECT_EQ(field(R"("name": "x_note", "type": "char")"), R"({"created":false})");
  EXPECT_EQ(field(R"("name": "x_note", "type": "char", "string": "Other")", ""), R"({"created":false})");
  const auto fields = run_->fields("crm.lead");
  ASSERT_TRUE(fields);
  EXPECT_EQ((*fields)->root()["x_note"]["string"].text(), "Note") << "the run key sees it, past its cache";
}

TEST_P(SetupTest, WithoutAKeyItSaysWhatToDo) {
  EXPECT_THAT(field(R"("name": "x_note", "type": "char")", ""),
              AllOf(HasSubstr("access: crm.lead.x_note is not there"), HasSubstr("`setup_key` of databases.main")));
  EXPECT_THAT(view(kArch, ""), AllOf(HasSubstr("access: the view panel of plugin crm"), HasSubstr("`setup_key`")));
}

TEST_P(SetupTest, AKeyThatIsRefusedOrOfNoAdministratorIsSaid) {
  SetupAccess wrong("main", *run_, "admin", "ffffffffffffffffffffffffffffffffffffffff");
  const std::string refused = show(
      ensure_with(wrong, "ensure_field", R"({"model": "crm.lead", "name": "x_a", "type": "char", "string": "A"})"));
  EXPECT_THAT(refused, AllOf(HasSubstr("access: "), HasSubstr("Odoo refuses the setup key of database main"),
                             HasSubstr("renew `setup_key`"), Not(HasSubstr("ffffffff"))));
  EXPECT_THAT(field(R"("name": "x_note", "type": "char")", "demo"),
              AllOf(HasSubstr("access: "), HasSubstr("is no administrator")));
}

TEST_P(SetupTest, AKeyThatIsRevokedMeanwhileIsSaidToo) {
  SetupAccess access("main", *run_, "admin", rig_.database.user("admin").key);
  const std::string one = R"({"model": "crm.lead", "name": "x_one", "type": "char", "string": "A"})";
  const std::string two = R"({"model": "crm.lead", "name": "x_two", "type": "char", "string": "A"})";
  EXPECT_EQ(show(ensure_with(access, "ensure_field", one)), R"({"created":true})");
  const std::string key = rig_.database.user("admin").key;
  rig_.database.replace_key("admin", "ffffffffffffffffffffffffffffffffffffffff");
  const auto refused = AllOf(HasSubstr("access: "), HasSubstr("Odoo refuses the setup key of database main"));
  EXPECT_THAT(show(ensure_with(access, "ensure_field", two)), refused);
  EXPECT_EQ(show(ensure_with(access, "ensure_field", one)), R"({"created":false})") << "what is there needs no key";
  rig_.database.replace_key("admin", key);
  EXPECT_EQ(show(ensure_with(access, "ensure_field", two)), R"({"created":true})");
  rig_.database.replace_key("admin", "ffffffffffffffffffffffffffffffffffffffff");
  const Value arch = Value::of(std::string_view(kArch));
  EXPECT_THAT(show(ensure_with(
                  access, "ensure_view",
                  R"({"name": "panel", "inherits": "crm.crm_lead_view_form", "arch": )" + value::to_json(arch) + "}")),
              refused);
}

TEST_P(SetupTest, AnotherTypeIsAConflict) {
  ASSERT_EQ(field(R"("name": "x_note", "type": "char")"), R"({"created":true})");
  for (const char* login : {"admin", ""})
    EXPECT_THAT(field(R"("name": "x_note", "type": "integer")", login),
                AllOf(HasSubstr("conflict: crm.lead.x_note"), HasSubstr("as char and not as integer")));
  ASSERT_EQ(field(R"("name": "x_who", "type": "many2one", "relation": "res.partner")"), R"({"created":true})");
  EXPECT_THAT(field(R"("name": "x_who", "type": "many2one", "relation": "res.users")"),
              HasSubstr("to res.partner and not to res.users"));
}

TEST_P(SetupTest, ASelectionGetsTheOptionsThatItLacks) {
  const std::string name = R"("name": "x_kind", "type": "selection", "selection": )";
  EXPECT_EQ(field(name + R"([["a", "A's"], ["b", "B"]])"), R"({"created":true})");
  EXPECT_EQ(field(name + R"([["b", "B"]])", ""), R"({"created":false})") << "further options are no conflict";
  EXPECT_THAT(field(name + R"([["c", "C"]])", ""), AllOf(HasSubstr("access: "), HasSubstr("lacks options")));
  EXPECT_EQ(field(name + R"([["a", "Other"], ["c", "C"]])"), R"({"created":false})");
  const auto fields = run_->fields("crm.lead");
  EXPECT_EQ(value::to_json((*fields)->root()["x_kind"]["selection"]), R"([["a","A's"],["b","B"],["c","C"]])");
}

TEST_P(SetupTest, ASelectionOfSomebodyElsesIsLeftAlone) {
  rig_.answer("ir.model.fields", "create",
              R"([{"name": "x_kind", "ttype": "selection", "field_description": "Kind", "selection": "[('a', 'A')]",
                   "model_id": )" +
                  std::to_string(
                      rig_.answer("ir.model", "search", R"([[["model", "=", "crm.lead"]]])").root().at(0).integer()) +
                  "}]");
  EXPECT_THAT(field(R"("name": "x_kind", "type": "selection", "selection": [["b", "B"]])"),
              AllOf(HasSubstr("conflict: "), HasSubstr("made by somebody else and lacks the options b")));
}

TEST_P(SetupTest, WhatIsAskedForIsLookedThrough) {
  EXPECT_THAT(field(R"("name": "note", "type": "char")"), HasSubstr("is x_ and small letters"));
  EXPECT_THAT(field(R"("name": "x_Note", "type": "char")"), HasSubstr("invalid: "));
  for (const char* type : {"monetary", "one2many", "reference", "json", "properties", "serialized", ""})
    EXPECT_THAT(field(std::string(R"("name": "x_a", "type": ")") + type + "\""),
                HasSubstr("use one of binary, boolean"));
  EXPECT_THAT(field(R"("name": "x_a", "type": "many2one")"), HasSubstr("needs `relation`"));
  EXPECT_THAT(field(R"("name": "x_a", "type": "char", "relation": "res.partner")"), HasSubstr("leave it out"));
  EXPECT_THAT(field(R"("name": "x_a", "type": "many2one", "relation": "ir.cron")"), HasSubstr("access: no plugin may"));
  EXPECT_THAT(field(R"("name": "x_a", "type": "selection")"), HasSubstr("1 to 200 options"));
  EXPECT_THAT(field(R"("name": "x_a", "type": "selection", "selection": [["a"]])"), HasSubstr("[key, label]"));
  EXPECT_THAT(field(R"("name": "x_a", "type": "char", "string": "two\nlines")"), HasSubstr("one line"));
  EXPECT_THAT(field(R"("name": "x_a", "type": "many2one", "relation": "no.such")"),
              AllOf(HasSubstr("validation: Odoo: "), HasSubstr("no.such")));
  EXPECT_THAT(show(ensure("ensure_field", R"({"model": "crm.lead", "name": "x_a", "type": "char", "string": "A",
                                              "scope": {"principal": "x"}})")),
              HasSubstr("leave `principal` empty"));
}

TEST_P(SetupTest, AViewIsMadeOnceAndChangedOnlyWithItsArch) {
  const auto loads = [&] { return rig_.service.calls()["ir.ui.view/load"]; };
  const std::string made = view();
  EXPECT_THAT(made, HasSubstr(R"("created":true,"id":)"));
  const std::string same = R"({"created":false)" + made.substr(made.find(','));
  EXPECT_EQ(view(), same);
  EXPECT_EQ(view("<!-- the same --> <xpath position='after'  expr=\"//field[@name='priority']\">\n<field "
                 "name='x_note'/></xpath>"),
            same);
  EXPECT_EQ(loads(), 1);
  const std::string other = std::string(kArch).replace(std::string(kArch).find("after"), 5, "before");
  EXPECT_EQ(view(other), same) << "the same record, with another arch";
  EXPECT_EQ(loads(), 2);
  EXPECT_EQ(view(kArch, "admin", "second").find(made.substr(made.find("id"))), std::string::npos);
}

TEST_P(SetupTest, AViewThatWasSetUpNeedsNoKeyAfterwards) {
  const std::string made = view();
  const std::string same = R"({"created":false)" + made.substr(made.find(','));
  EXPECT_EQ(view(kArch, ""), same);
  EXPECT_EQ(view(kArch, "demo"), same) << "nor does a key that no longer is an administrator's hurt";
  EXPECT_THAT(view(std::string(kArch).replace(std::string(kArch).find("after"), 5, "before"), ""),
              HasSubstr("access: "))
      << "another arch does";
}

TEST_P(SetupTest, EveryPluginHasNamesOfItsOwn) {
  const std::string args = R"({"name": "panel", "inherits": "crm.crm_lead_view_form", "arch": )" +
                           value::to_json(Value::of(std::string_view(kArch))) + "}";
  const std::string one = show(ensure("ensure_view", args));
  const std::string two = show(ensure("ensure_view", args, "admin", "sales"));
  EXPECT_THAT(two, HasSubstr(R"("created":true)"));
  EXPECT_NE(one, two);
}

TEST_P(SetupTest, OnlyViewsThatMayBeExtended) {
  const auto extend = [&](const char* parent) {
    return show(ensure("ensure_view", R"({"name": "panel", "inherits": ")" + std::string(parent) + R"(", "arch": )" +
                                          value::to_json(Value::of(std::string_view(kArch))) + "}"));
  };
  EXPECT_THAT(extend("crm.no_such_view"),
              AllOf(HasSubstr("missing: Odoo has no view crm.no_such_view"), HasSubstr("not installed")));
  EXPECT_THAT(extend("nothing"), HasSubstr("invalid: "));
  const auto parent = [&](const char* name, const char* model, const char* type) {
    const std::string id = std::to_string(rig_.answer("ir.ui.view", "create",
                                                      R"([[{"name": "p", "model": ")" + std::string(model) +
                                                          R"(", "type": ")" + type + R"(", "arch_base": "<x/>"}]])")
                                              .root()
                                              .at(0)
                                              .integer());
    rig_.answer("ir.model.data", "create",
                R"([[{"module": "base", "name": ")" + std::string(name) + R"(", "model": "ir.ui.view", "res_id": )" +
                    id + "}]]");
  };
  parent("page", "crm.lead", "qweb");
  parent("users", "res.users", "form");
  EXPECT_THAT(extend("base.page"), AllOf(HasSubstr("access: "), HasSubstr("a page that Odoo renders")));
  EXPECT_THAT(extend("base.users"), AllOf(HasSubstr("access: "), HasSubstr("a view of res.users")));
  EXPECT_THAT(view("<script/>"), HasSubstr("access: the arch"));
}

TEST_P(SetupTest, WhatIsMadeCanBeFound) {
  ASSERT_EQ(field(R"("name": "x_note", "type": "char")"), R"({"created":true})");
  ASSERT_THAT(view(), HasSubstr("true"));
  const Document found = rig_.answer("ir.model.data", "search_read", R"([[["module", "=", "outrigger"]]])",
                                     R"({"fields": ["name", "model"], "order": "model"})");
  ASSERT_EQ(found.root().size(), 2U);
  EXPECT_THAT(std::string(found.root().at(0)["name"].text()), HasSubstr("field_crm_lead_x_note_"));
  EXPECT_THAT(std::string(found.root().at(1)["name"].text()), HasSubstr("view_crm_panel_"));
}

TEST_P(SetupTest, ALostReplyIsRepeatedWithoutASecondEffect) {
  rig_.service.inject({.match = "ir.model.fields/load", .kind = sandbox::Injection::Kind::kCutAfterCommit});
  const std::string args = R"({"model": "crm.lead", "name": "x_note", "type": "char", "string": "Note"})";
  const Result<Document> first = ensure("ensure_field", args);
  EXPECT_TRUE(first) << "it looks, and the field is there: " << show(first);
  EXPECT_EQ(field(R"("name": "x_note", "type": "char")", ""), R"({"created":false})");
  rig_.service.inject({.match = "ir.ui.view/load", .kind = sandbox::Injection::Kind::kCutAfterCommit});
  const Value arch = Value::of(std::string_view(kArch));
  const Result<Document> lost =
      ensure("ensure_view",
             R"({"name": "panel", "inherits": "crm.crm_lead_view_form", "arch": )" + value::to_json(arch) + "}");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().effect, Effect::kUnknown);
  EXPECT_THAT(view(), HasSubstr(R"("created":false)"));
  EXPECT_EQ(rig_.answer("ir.ui.view", "search_count", R"([[["name", "=", "outrigger.crm.panel"]]])").root().integer(),
            1);
}

// The plugin crm subscribes to names and stages of leads, on a host with a listener.
class WebhookTest : public SetupTest {
 protected:
  std::string install(const std::string& fields, const std::string& more = "", const char* login = "admin") {
    SetupAccess access("main", *run_, login, login[0] == '\0' ? "" : rig_.database.user(login).key);
    HintHome home{{vault_, "main", base_}, {{"crm.lead", {"name", "stage_id"}}}};
    host::Setup setup("crm", access, record_, &home);
    OdooOperations odoo(*run_);
    odoo.setup(&setup);
    const Result<Document> args = value::read_json(R"({"model": "crm.lead", "fields": )" + fields + more + "}");
    EXPECT_TRUE(args) << fields << more;
    return show(odoo.call("install_webhook", args->root(), {}));
  }
  int64_t count(const std::string& model) { return rig_.answer(model, "search_count", "[[]]").root().integer(); }

  std::string base_ = "https://hooks.example.com";
  Vault vault_{{.folder = folder_.path(), .now = [] { return int64_t{1}; }}};
};
INSTANTIATE_TEST_SUITE_P(Odoo, WebhookTest, testing::Values(19), testing::PrintToStringParamName());

TEST_P(WebhookTest, IsMadeOnceAnAdminHasTurnedWebhooksOn) {
  EXPECT_THAT(install(R"(["name"])"), AllOf(HasSubstr("unsupported: "), HasSubstr("`outrigger webhooks install`")));
  EXPECT_EQ(count("base.automation"), 0);
  ASSERT_TRUE((HintAddress(vault_, "main", base_).make()));
  EXPECT_EQ(install(R"(["name"])"), R"({"created":true,"id":1})");
  EXPECT_EQ(install(R"(["name"])"), R"({"created":false,"id":1})");
  EXPECT_EQ(install(R"(["stage_id"])"), R"({"created":true,"id":1})") << "the same rule watches that too";
  EXPECT_EQ(install(R"(["stage_id", "name"])"), R"({"created":false,"id":1})");
  EXPECT_EQ(count("base.automation"), 1);
  EXPECT_EQ(count("ir.actions.server"), 1);
  EXPECT_EQ(install(R"(["name"])", "", ""), R"({"created":false,"id":1})") << "what is set up needs no key";
  const Document action = rig_.answer("ir.actions.server", "search_read", R"([[], ["state", "webhook_url"]])");
  EXPECT_EQ(action.root().at(0)["state"].text(), "webhook");
  EXPECT_EQ(std::string(action.root().at(0)["webhook_url"].text()), *HintAddress(vault_, "main", base_).url());
}

TEST_P(WebhookTest, WhatCannotBeIsSaid) {
  ASSERT_TRUE((HintAddress(vault_, "main", base_).make()));
  EXPECT_THAT(install(R"(["name"])", R"(, "endpoint": "won")"),
              AllOf(HasSubstr("unsupported: "), HasSubstr("leave `endpoint` empty")));
  EXPECT_THAT(install(R"(["probability"])"), AllOf(HasSubstr("invalid: "), HasSubstr("add it to `subscriptions`")));
  EXPECT_THAT(install("[]"), HasSubstr("invalid: "));
  EXPECT_THAT(install(R"(["name"])", "", ""), AllOf(HasSubstr("access: "), HasSubstr("`setup_key`")));
  base_.clear();
  EXPECT_THAT(install(R"(["name"])"), AllOf(HasSubstr("unsupported: "), HasSubstr("set `public`")));
  EXPECT_THAT(show(ensure("install_webhook", R"({"model": "crm.lead", "fields": ["name"]})")),
              AllOf(HasSubstr("unsupported: "), HasSubstr("no listener")));
}

TEST_P(WebhookTest, ARuleWhoseReplyWasLostIsMadeOnce) {
  ASSERT_TRUE((HintAddress(vault_, "main", base_).make()));
  for (const char* match : {"base.automation/load", "ir.actions.server/load"}) {
    rig_.service.inject({.match = match, .kind = sandbox::Injection::Kind::kCutAfterCommit});
    EXPECT_THAT(install(R"(["name"])"), Not(HasSubstr("created")));
  }
  EXPECT_THAT(install(R"(["name"])"), HasSubstr("\"id\":1}"));
  EXPECT_EQ(count("base.automation"), 1);
  EXPECT_EQ(count("ir.actions.server"), 1);
}

}  // namespace
}  // namespace outrigger::host
