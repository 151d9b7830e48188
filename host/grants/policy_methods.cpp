// Of policy.hpp: methods, parameters, keys of the context.
#include <algorithm>
#include <iterator>
#include <string>

#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

struct MethodRule {
  std::string_view pattern;
  std::string_view use;
};
constexpr std::string_view kUseWrite = "use odoo.write with a grant of the fields";
constexpr std::string_view kUseCreate = "use odoo.create with a grant of the fields";
constexpr std::string_view kUseUnlink = "use odoo.unlink";
constexpr std::string_view kUseRead = "use odoo.search_read or odoo.read with a grant of the fields";
constexpr std::string_view kUseGroup = "use odoo.read_group with a grant of the fields";
constexpr std::string_view kUsePost = "use odoo.message_post";
constexpr std::string_view kUseScope = "use the scope of the call: company, language, principal";
constexpr MethodRule kMethods[] = {
    {"_*", "methods that begin with _ are private to Odoo; call a public one"},
    {"write", kUseWrite},
    {"update", kUseWrite},
    {"update_field_translations", kUseWrite},
    {"toggle_active", "use odoo.write on `active`"},
    {"create", kUseCreate},
    {"new", kUseCreate},
    {"copy", kUseCreate},
    {"copy_data", kUseRead},
    {"copy_multi", kUseCreate},
    {"copy_translations", kUseWrite},
    {"name_create", kUseCreate},
    {"load", kUseCreate},
    {"import_data", kUseCreate},
    {"unlink", kUseUnlink},
    {"unlink_archived", kUseUnlink},
    {"export_data", kUseRead},
    {"search", kUseRead},
    {"search_*", kUseRead},
    {"read", kUseRead},
    {"read_group", kUseGroup},
    {"read_progress_bar", kUseGroup},
    {"read_*", kUseRead},
    {"formatted_read_*", kUseGroup},
    {"web_read_group", kUseGroup},
    {"web_save", kUseWrite},
    {"web_save_multi", kUseWrite},
    {"web_override_translations", kUseWrite},
    {"web_update_field_translations", kUseWrite},
    {"web_resequence", kUseWrite},
    {"web_*", kUseRead},
    {"name_search", kUseRead},
    {"name_get", "use odoo.names"},
    {"default_get", kUseRead},
    {"onchange", kUseRead},
    {"onchange_*", kUseRead},
    {"get_field_translations", kUseRead},
    {"get_property_definition", kUseRead},
    {"get_metadata", kUseRead},
    {"fields_get", "use odoo.fields_get"},
    {"fields_view_get", "use odoo.fields_get"},
    {"get_view", "use odoo.fields_get"},
    {"get_views", "use odoo.fields_get"},
    {"load_views", "use odoo.fields_get"},
    {"mapped", kUseRead},
    {"filtered*", kUseRead},
    {"sorted", kUseRead},
    {"grouped", kUseRead},
    {"browse", kUseRead},
    {"exists", kUseRead},
    {"fetch", kUseRead},
    {"message_post*", kUsePost},
    {"message_notify", kUsePost},
    {"message_mail_*", kUsePost},
    {"message_*", "use odoo.message_post, or odoo.search_read on mail.message"},
    {"activity_*", "use odoo.create, odoo.write and odoo.unlink on mail.activity"},
    {"with_*", kUseScope},
    {"sudo", kUseScope},
    {"env", kUseScope},
    {"init", "it changes tables"},
    {"flush*", "it belongs to Odoo's own machinery"},
    {"invalidate_*", "it belongs to Odoo's own machinery"},
};

// Silence for other people, and where and how to read. Not here, among others: default_* (writes fields past the
// grant), *_view_ref, install_mode, no_reset_password, show_email and its like (put fields into display names),
// force_*.
constexpr std::string_view kContext[] = {"lang",
                                         "tz",
                                         "active_test",
                                         "allowed_company_ids",
                                         "bin_size",
                                         "prefetch_fields",
                                         "mail_create_nosubscribe",
                                         "mail_create_nolog",
                                         "mail_auto_subscribe_no_notify"};
constexpr std::string_view kHistory[] = {"tracking_disable", "mail_notrack"};

bool fits(std::string_view pattern, std::string_view text) {
  if (!pattern.ends_with('*')) return pattern == text;
  return text.starts_with(pattern.substr(0, pattern.size() - 1));
}

constexpr std::string_view kCredential = "credentials are never given to a plugin";

}  // namespace

std::string_view method_bar(std::string_view method) {
  for (const MethodRule& rule : kMethods)
    if (fits(rule.pattern, method)) return rule.use;
  return {};
}

std::string_view parameter_bar(std::string_view key) {
  constexpr std::string_view kWords[] = {"secret", "password", "passwd",     "token", "private",
                                         "apikey", "api_key",  "credential", "_key",  ".key"};
  std::string small(key);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const bool hit = std::any_of(std::begin(kWords), std::end(kWords),
                               [&](std::string_view word) { return small.find(word) != std::string::npos; });
  return hit ? kCredential : std::string_view{};
}

ContextKey context_key(std::string_view key) {
  if (std::find(std::begin(kContext), std::end(kContext), key) != std::end(kContext)) return ContextKey::kAllowed;
  const bool history = std::find(std::begin(kHistory), std::end(kHistory), key) != std::end(kHistory);
  return history ? ContextKey::kUntracked : ContextKey::kRefused;
}

}  // namespace outrigger::host
