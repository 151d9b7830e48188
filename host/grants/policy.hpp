// What no plugin gets, whatever its manifest asks and whatever an admin recorded: models, fields, methods, parameters
// and context keys through which a caller could run code in Odoo, raise rights, read credentials or write elsewhere.
//
//     if (model_rule("ir.cron").reach == Reach::kNone) ...        // model_rule(...).why says it in words
//     if (const std::string_view why = write_bar("crm.lead", "write_uid"); !why.empty()) ...
//
// The lists were made from Odoo 14 to 19 and its usual apps; a third party's app may have a model that runs code under
// another name, so an admin still reads what is asked. Threads: constants.
#pragma once

#include <string_view>

namespace outrigger::host {

enum class Reach {
  kFull,      // whatever is asked for and granted
  kReadOnly,  // its fields may be read; it is never created, changed, deleted, posted on or called
  kListed,    // as kReadOnly, and only the fields of kUserFields
  kNone,
};

struct ModelRule {
  std::string_view pattern;  // a trailing * stands for any rest
  Reach reach = Reach::kFull;
  std::string_view why;  // "it ...", empty for kFull
};
const ModelRule& model_rule(std::string_view model);

// Readable on every model of which anything may be read: they say that a record exists, and when it changed.
bool is_basic_field(std::string_view field);

// Each of these: empty when there is nothing against it, else why not and what to do instead.
std::string_view read_bar(std::string_view model, std::string_view field);
std::string_view write_bar(std::string_view model, std::string_view field);   // on creating and on changing
std::string_view change_bar(std::string_view model, std::string_view field);  // on changing what is there
std::string_view method_bar(std::string_view method);
std::string_view parameter_bar(std::string_view key);

enum class ContextKey { kRefused, kAllowed, kUntracked };
// kUntracked: silences Odoo's own history of a record; allowed with the host permission "untracked".
ContextKey context_key(std::string_view key);

// Shapes of names, so that nothing but a name can stand where one is expected.
bool is_model_name(std::string_view text);  // "crm.lead"
bool is_identifier(std::string_view text);  // "stage_id"
bool is_xml_id(std::string_view text);      // "sales_team.group_sale_manager"

}  // namespace outrigger::host
