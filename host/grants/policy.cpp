#include "host/grants/policy.hpp"

#include <algorithm>
#include <span>

namespace outrigger::host {
namespace {

constexpr std::string_view kCode = "it holds code or templates that Odoo runs";
constexpr std::string_view kRights = "it decides who may do what";
constexpr std::string_view kSecrets = "it holds credentials";
constexpr std::string_view kSystem = "it is part of Odoo's own machinery";
constexpr std::string_view kMail = "it sends messages past the rules of message_post";
constexpr std::string_view kImports = "it writes into any other model";

// The first that fits decides. Of ir.* nothing but attachments is left open: actions, crons and views run code,
// ir.model* and ir.rule make rights, ir.default and ir.property write values of other models, ir.mail_server holds
// passwords, and ir.translation (to 15) changes views.
constexpr ModelRule kRules[] = {
    {"ir.attachment", Reach::kFull, {}},
    {"ir.actions.*", Reach::kNone, kCode},
    {"ir.cron*", Reach::kNone, kCode},
    {"ir.model*", Reach::kNone, kRights},
    {"ir.rule", Reach::kNone, kRights},
    {"ir.ui.view*", Reach::kNone, kCode},
    {"ir.mail_server", Reach::kNone, kSecrets},
    {"ir.config_parameter", Reach::kNone, "it holds credentials; ask for \"parameter:KEY\" under \"host\""},
    {"ir.*", Reach::kNone, kSystem},
    {"base.*", Reach::kNone, "it is part of Odoo's own machinery: automations, modules, imports, merges"},
    {"base_*", Reach::kNone, kImports},
    {"server.action.*", Reach::kNone, kCode},
    {"studio.*", Reach::kNone, kCode},
    // Who a lead belongs to, in which company and zone: plugins need that of a user, and nothing else.
    {"res.users", Reach::kListed, "of users a plugin may read only the name, company, language and zone"},
    {"res.users*", Reach::kNone, kSecrets},
    {"res.groups*", Reach::kNone, kRights},
    {"res.config*", Reach::kNone, "its methods install modules, grant groups and write parameters"},
    {"res.company.ldap", Reach::kNone, kSecrets},
    {"change.password.*", Reach::kNone, kSecrets},
    {"auth.*", Reach::kNone, kSecrets},
    {"auth_*", Reach::kNone, kSecrets},
    {"fetchmail.server", Reach::kNone, kSecrets},
    {"iap.account*", Reach::kNone, kSecrets},
    {"payment.provider*", Reach::kNone, kSecrets},
    {"payment.acquirer*", Reach::kNone, kSecrets},
    {"google.*", Reach::kNone, kSecrets},
    {"microsoft.*", Reach::kNone, kSecrets},
    {"bus.*", Reach::kNone, kMail},
    // A template's expressions reach every record that the sender may read, and a composer renders them.
    {"mail.template*", Reach::kNone, kCode},
    {"mail.compose.message", Reach::kNone, kCode},
    // Who opened and clicked which mail: an outcome, no template.
    {"mailing.trace", Reach::kReadOnly, kMail},
    {"mailing.*", Reach::kNone, kCode},
    {"sms.*", Reach::kNone, kMail},
    {"whatsapp.*", Reach::kNone, kMail},
    {"mail.mail", Reach::kReadOnly, kMail},
    {"mail.message*", Reach::kReadOnly, kMail},
    {"mail.notification", Reach::kReadOnly, kMail},
    {"mail.followers", Reach::kReadOnly, kMail},
    {"mail.wizard.invite", Reach::kNone, kMail},
    {"mail.alias*", Reach::kReadOnly, "it decides where incoming mail goes"},
    // A page is a view by delegation, a theme holds views, a site holds scripts for its visitors.
    {"website.page*", Reach::kNone, kCode},
    {"website.controller.page", Reach::kNone, kCode},
    {"theme.*", Reach::kNone, kCode},
    {"website", Reach::kReadOnly, kCode},
    {"hr.salary.rule*", Reach::kReadOnly, kCode},
    {"gamification.goal.definition", Reach::kReadOnly, kCode},
};
constexpr ModelRule kOpen{};

constexpr std::string_view kBasic[] = {"id", "display_name", "create_date", "write_date"};
// Not the login: it is half of a credential. `share` tells portal users from employees, which assignment needs.
constexpr std::string_view kUserFields[] = {"id",    "display_name", "create_date", "write_date", "name", "active",
                                            "share", "company_id",   "company_ids", "partner_id", "lang", "tz"};
constexpr std::string_view kOdooKeeps[] = {"id",         "display_name", "create_date", "create_uid",
                                           "write_date", "write_uid",    "parent_path", "__last_update"};

constexpr std::string_view kCredential =
    "credentials are never given to a plugin; ask for something else or leave it out";
constexpr std::string_view kCredentialEnds[] = {"password", "passwd",      "smtp_pass", "secret",     "secret_key",
                                                "api_key",  "private_key", "token",     "totp_secret"};

struct FieldRule {
  std::string_view model;
  std::string_view field;
  bool read;  // reading is refused too
  std::string_view why;
};
constexpr std::string_view kFile = "that is how Odoo stores files; read and write `datas`";
constexpr std::string_view kServed = "it decides who on the web gets the file, and as what";
constexpr FieldRule kFields[] = {
    // A signup address holds the token that resets a password.
    {"res.partner", "signup_url", true, kCredential},
    {"ir.attachment", "db_datas", true, kFile},
    {"ir.attachment", "store_fname", true, kFile},
    {"ir.attachment", "checksum", false, kFile},
    // A file with a url of /web/assets/ replaces Odoo's scripts.
    {"ir.attachment", "url", false, kServed},
    {"ir.attachment", "type", false, kServed},
    {"ir.attachment", "mimetype", false, kServed},
    {"ir.attachment", "public", false, kServed},
    {"ir.attachment", "res_field", false, kFile},
    {"account.tax", "python_compute", false, kCode},
    {"account.tax", "python_applicable", false, kCode},
    {"account.tax", "formula", false, kCode},
    // Links from the other side: these change users and their companies.
    {"res.partner", "user_ids", false, "it changes users, which no plugin may"},
    {"res.company", "user_ids", false, "it changes users, which no plugin may"},
};

bool contains(std::span<const std::string_view> list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool fits(std::string_view pattern, std::string_view text) {
  if (!pattern.ends_with('*')) return pattern == text;
  return text.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

const ModelRule& model_rule(std::string_view model) {
  for (const ModelRule& rule : kRules)
    if (fits(rule.pattern, model)) return rule;
  return kOpen;
}

bool is_basic_field(std::string_view field) { return contains(kBasic, field); }

std::string_view read_bar(std::string_view model, std::string_view field) {
  const ModelRule& rule = model_rule(model);
  if (rule.reach == Reach::kNone) return rule.why;
  if (rule.reach == Reach::kListed && !contains(kUserFields, field)) return rule.why;
  for (const FieldRule& one : kFields)
    if (one.read && one.model == model && one.field == field) return one.why;
  for (const std::string_view end : kCredentialEnds)
    if (field == end || (field.ends_with(end) && field[field.size() - end.size() - 1] == '_')) return kCredential;
  return {};
}

std::string_view write_bar(std::string_view model, std::string_view field) {
  if (const ModelRule& rule = model_rule(model); rule.reach != Reach::kFull) return rule.why;
  if (const std::string_view why = read_bar(model, field); !why.empty()) return why;
  for (const FieldRule& one : kFields)
    if (one.model == model && one.field == field) return one.why;
  if (contains(kOdooKeeps, field)) return "Odoo keeps it by itself; leave it out";
  // message_partner_ids makes anybody a follower, alias_* sends incoming mail elsewhere.
  if (field.starts_with("message_")) return "use odoo.message_post";
  if (field.starts_with("alias_")) return "it decides where incoming mail goes";
  return {};
}

std::string_view change_bar(std::string_view model, std::string_view field) {
  if (const std::string_view why = write_bar(model, field); !why.empty()) return why;
  // Among the files that are there are Odoo's own scripts.
  if (model == "ir.attachment" && (field == "datas" || field == "raw"))
    return "a file is created, not changed; create a new one";
  return {};
}

bool is_model_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && is_small(text.front()) && text.back() != '.' &&
         text.find("..") == std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return is_small(c) || is_digit(c) || c == '_' || c == '.';
         });
}

bool is_identifier(std::string_view text) {
  const auto letter = [](char c) { return is_small(c) || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && text.size() <= 128 && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || is_digit(c); });
}

bool is_xml_id(std::string_view text) {
  const size_t dot = text.find('.');
  return dot != std::string_view::npos && is_identifier(text.substr(0, dot)) && is_identifier(text.substr(dot + 1));
}

}  // namespace outrigger::host
