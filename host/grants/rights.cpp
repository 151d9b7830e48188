#include "host/grants/rights.hpp"

#include <algorithm>

#include "host/config/json_tree.hpp"
#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

Result<OdooRight> right_of(Value json, const std::string& where) {
  constexpr std::string_view kKeys[] = {"feature", "model", "operations", "group"};
  constexpr std::string_view kOperations[] = {"read", "write", "create", "unlink"};
  if (!json.is_object()) return invalid(where + " must be an object in braces");
  for (const Field field : json.fields())
    if (std::find(std::begin(kKeys), std::end(kKeys), field.key) == std::end(kKeys)) {
      const std::string near = nearest(field.key, kKeys);
      return invalid(
          "unknown key `" + std::string(field.key) + "` in " + where +
          (near.empty() ? "; known keys: feature, model, operations, group" : "; did you mean `" + near + "`?"));
    }
  OdooRight right{
      std::string(json["feature"].text()), std::string(json["model"].text()), {}, std::string(json["group"].text())};
  if (right.feature.empty()) return invalid(where + ".feature must be a text that says what needs the right");
  if (!is_model_name(right.model)) return invalid(where + ".model must be the name of a model such as crm.lead");
  if (json.has("group") && !is_xml_id(right.group))
    return invalid(where + ".group must be like sales_team.group_sale_manager");
  for (const Value item : json["operations"].items()) {
    if (std::find(std::begin(kOperations), std::end(kOperations), item.text()) == std::end(kOperations))
      return invalid(where + ".operations must be of read, write, create and unlink");
    right.operations.emplace_back(item.text());
  }
  if (right.operations.empty()) return invalid(where + ".operations must be a list of read, write, create and unlink");
  return right;
}

}  // namespace

Result<std::vector<OdooRight>> odoo_rights(Value manifest) {
  const Value list = manifest["rights"];
  std::vector<OdooRight> result;
  if (!list.is_null() && !list.is_array()) return invalid("rights must be a list");
  for (const Value item : list.items()) {
    Result<OdooRight> right = right_of(item, "rights[" + std::to_string(result.size()) + "]");
    if (!right) return right.error();
    result.push_back(*std::move(right));
  }
  return result;
}

}  // namespace outrigger::host
