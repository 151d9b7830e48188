// Operations and their arguments, methods, context, messages.
#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kLead[] = R"({"odoo": {"crm.lead": {"read": ["name"], "write": ["name"], "methods": ["action_set_lost"],
  "message_post": true}}})";

std::string call(const std::string& more, const std::string& permissions = kLead) {
  return verdict(grant_of(permissions), "odoo.call", R"({"model": "crm.lead", "ids": [1])" + more + "}");
}

TEST(Operations, UnknownOnesAreRefused) {
  for (const char* name : {"odoo.sudo", "odoo", "", "odoo.search_read ", "http.get", "secrets.read", "Odoo.read"})
    EXPECT_EQ(code_of(grant_of(kLead), name), Code::kAccess) << name;
}

TEST(Operations, ThoseOfThePluginItselfNeedNoGrant) {
  for (const char* name :
       {"store.put", "schedule.at", "domain.parse", "metrics.add", "log.write", "clock.now", "odoo.info"})
    EXPECT_EQ(verdict(grant_of("{}"), name), "allowed") << name;
}

TEST(Operations, ArgumentsThatNobodyChecksAreRefused) {
  EXPECT_THAT(
      verdict(grant_of(kLead), "odoo.search_read", R"({"model": "crm.lead", "fields": ["name"], "context": {}})"),
      HasSubstr("odoo.search_read has no argument `context`"));
  EXPECT_THAT(verdict(grant_of(kLead), "odoo.read", R"({"model": "crm.lead", "fields": ["name"], "ids": [[1, {}]]})"),
              HasSubstr("must be a list of ids"));
  EXPECT_THAT(
      verdict(grant_of(kLead), "odoo.read", R"({"model": "crm.lead", "fields": ["name"], "scope": {"su": true}})"),
      HasSubstr("does not know `su` in a scope"));
  EXPECT_THAT(verdict(grant_of(kLead), "odoo.read", "[]"), HasSubstr("must be an object"));
}

TEST(Operations, ASentenceIsOneLineWhateverAPluginNames) {
  const std::string sentence =
      verdict(grant_of(kLead), "odoo.read", R"({"model": "crm.lead", "ids": [1], "fields": ["a\nerror: \u001b[2K"]})");
  EXPECT_THAT(sentence, AllOf(HasSubstr("a?error: ?[2K"), Not(HasSubstr("\n"))));
}

TEST(Methods, OnlyThoseThatAreListed) {
  EXPECT_EQ(call(R"(, "method": "action_set_lost", "args": {"lost_reason_id": 1})"), "allowed");
  EXPECT_THAT(call(R"(, "method": "action_set_won")"),
              lacks(R"("odoo": {"crm.lead": {"methods": ["action_set_won"]}})"));
  EXPECT_THAT(call(R"(, "method": "action set")"), HasSubstr("is not the name of a method"));
}

TEST(Methods, ThatWriteOrReadElsewhereAreRefusedHoweverTheyWereRecorded) {
  Permissions forged;
  ModelPermission model;
  model.model = "crm.lead";
  model.methods = {"write",
                   "create",
                   "unlink",
                   "copy",
                   "web_save",
                   "web_save_multi",
                   "load",
                   "export_data",
                   "search",
                   "search_read",
                   "read",
                   "read_group",
                   "message_post",
                   "message_subscribe",
                   "with_context",
                   "with_user",
                   "sudo",
                   "_write",
                   "__init__",
                   "update",
                   "name_create",
                   "default_get",
                   "web_read",
                   "onchange",
                   "formatted_read_group",
                   "activity_schedule",
                   "message_notify",
                   "update_field_translations"};
  forged.models.push_back(model);
  const Grant grant("probe", forged, fields_of_odoo());
  for (const std::string& method : model.methods) {
    EXPECT_THAT(verdict(grant, "odoo.call", R"({"model": "crm.lead", "ids": [1], "method": ")" + method + "\"}"),
                AllOf(StartsWith("plugin probe may not call crm.lead." + method), Not(HasSubstr("the grant lacks"))));
    const Result<Permissions> parsed =
        Permissions::parse(json(on_lead(R"("methods": [")" + method + "\"]")).root(), "probe");
    ASSERT_FALSE(parsed) << method;
    EXPECT_THAT(parsed.error().message, HasSubstr("cannot be called as a method"));
  }
}

TEST(Methods, ArgumentsCannotTakeThePlaceOfWhatWasChecked) {
  for (const char* name : {"ids", "model", "method", "self"})
    EXPECT_THAT(call(R"(, "method": "action_set_lost", "args": {")" + std::string(name) + "\": [9]}"),
                HasSubstr("cannot be an argument"));
  EXPECT_THAT(call(R"(, "method": "action_set_lost", "args": [1])"), HasSubstr("must be an object"));
}

TEST(Context, OnlyTheListInAScope) {
  const auto with =
      [](const std::string& key, const std::string& value) {
        return verdict(grant_of(kLead), "odoo.write", R"({"model": "crm.lead", "ids": [1], "values": {"name": "x"},
      "scope": {"context": {")" + key + "\": " + value + "}}}");
      };
  EXPECT_EQ(with("lang", "\"vi_VN\""), "allowed");
  EXPECT_EQ(with("active_test", "false"), "allowed");
  EXPECT_EQ(with("allowed_company_ids", "[1, 2]"), "allowed");
  for (const char* key : {"default_user_id", "form_view_ref", "install_mode", "no_reset_password", "show_email", "uid",
                          "force_company", "mail_notify_force_send", "import_file", "su", "module"})
    EXPECT_THAT(with(key, "1"), HasSubstr("may not set the context key " + std::string(key))) << key;
  EXPECT_THAT(with("lang", R"({"a": 1})"), HasSubstr("takes a single value"));
  EXPECT_THAT(with("allowed_company_ids", R"(["1"])"), HasSubstr("must be a list of ids"));
}

TEST(Context, OnlyTheListInTheArgumentsOfAMethod) {
  EXPECT_EQ(call(R"(, "method": "action_set_lost", "args": {"context": {"tz": "UTC"}})"), "allowed");
  EXPECT_THAT(call(R"(, "method": "action_set_lost", "args": {"context": {"default_name": "x"}})"),
              HasSubstr("may not set the context key default_name"));
  EXPECT_THAT(call(R"(, "method": "action_set_lost", "args": {"context": [1]})"), HasSubstr("must be an object"));
}

TEST(Context, SilencingTheHistoryIsAPermissionOfItsOwn) {
  constexpr char kWrite[] = R"({"model": "crm.lead", "ids": [1], "values": {"name": "x"},
    "scope": {"context": {"tracking_disable": true}}})";
  EXPECT_THAT(verdict(grant_of(kLead), "odoo.write", kWrite), lacks(R"("host": ["untracked"])"));
  EXPECT_EQ(
      verdict(grant_of(R"({"odoo": {"crm.lead": {"write": ["name"]}}, "host": ["untracked"]})"), "odoo.write", kWrite),
      "allowed");
}

TEST(Principal, IsASecretOfThePlugin) {
  constexpr char kRead[] = R"({"model": "crm.lead", "ids": [1], "fields": ["name"], "scope": {"principal": "user-7"}})";
  EXPECT_THAT(verdict(grant_of(kLead), "odoo.read", kRead), lacks(R"("secrets": ["user-7"])"));
  EXPECT_EQ(
      verdict(grant_of(R"({"odoo": {"crm.lead": {"read": ["name"]}}, "secrets": ["user-*"]})"), "odoo.read", kRead),
      "allowed");
}

TEST(MessagePost, NotesAndMessagesToOutsiders) {
  const auto post = [](const std::string& more, const std::string& asked) {
    return verdict(grant_of(on_lead(asked)), "odoo.message_post",
                   R"({"model": "crm.lead", "id": 1, "body": "x", "html": false)" + more + "}");
  };
  EXPECT_EQ(post("", R"("message_post": true)"), "allowed");
  EXPECT_EQ(post(R"(, "subtype": "mail.mt_note", "partner_ids": [])", R"("message_post": true)"), "allowed");
  EXPECT_THAT(post("", R"("read": ["name"])"), lacks(R"("odoo": {"crm.lead": {"message_post": true}})"));
  for (const char* more : {R"(, "partner_ids": [3])", R"(, "subtype": "mail.mt_comment")", R"(, "email_to": "a@b.c")",
                           R"(, "email_cc": "a@b.c")"}) {
    EXPECT_THAT(post(more, R"("message_post": true)"), lacks(R"("odoo": {"crm.lead": {"message_post": "anyone"}})"))
        << more;
    EXPECT_EQ(post(more, R"("message_post": "anyone")"), "allowed") << more;
  }
  EXPECT_THAT(post(R"(, "email_from": "ceo@b.c")", R"("message_post": "anyone")"),
              HasSubstr("no argument `email_from`"));
}

}  // namespace
}  // namespace outrigger::host
