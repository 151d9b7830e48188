#include "integration/odoo/argument_names.hpp"

namespace outrigger::odoo {
namespace {

struct Known {
  std::string_view method;
  std::vector<std::string> names;
};

const std::vector<Known>& built_in() {
  static const std::vector<Known> table = {
      {"create", {"vals_list"}},
      {"write", {"vals"}},
      {"read", {"fields", "load"}},
      {"search", {"domain", "offset", "limit", "order"}},
      {"search_read", {"domain", "fields", "offset", "limit", "order"}},
      {"search_count", {"domain", "limit"}},
      {"fields_get", {"allfields", "attributes"}},
      {"default_get", {"fields_list"}},
      {"name_search", {"name", "domain", "operator", "limit"}},
      {"read_group", {"domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"}},
      {"formatted_read_group", {"domain", "groupby", "aggregates", "having", "offset", "limit", "order"}},
      {"load", {"fields", "data"}},
      {"has_group", {"group_ext_id"}},
      {"check_access_rights", {"operation", "raise_exception"}},
      {"has_access", {"operation"}},
      {"web_save_multi", {"vals_list", "specification"}},
      {"copy", {"default"}},
      {"get_param", {"key", "default"}},
      {"set_param", {"key", "value"}},
  };
  return table;
}

}  // namespace

std::vector<std::string> ArgumentNames::find(const std::string& model, const std::string& method) const {
  {
    const std::lock_guard lock(mutex_);
    if (const auto of_model = learned_.find(model); of_model != learned_.end())
      if (const auto names = of_model->second.find(method); names != of_model->second.end()) return names->second;
  }
  for (const Known& known : built_in())
    if (known.method == method) return known.names;
  return {};
}

void ArgumentNames::learn(const std::string& model, Value documentation) {
  std::map<std::string, std::vector<std::string>> methods;
  for (const Field method : documentation["methods"].fields()) {
    std::vector<std::string> names;
    for (const Field parameter : method.value["parameters"].fields()) {
      const std::string_view kind = parameter.value["kind"].text();
      if (kind == "VAR_KEYWORD" || kind == "VAR_POSITIONAL" || kind == "KEYWORD_ONLY") break;
      names.emplace_back(parameter.key);
    }
    methods.emplace(method.key, std::move(names));
  }
  const std::lock_guard lock(mutex_);
  learned_[model] = std::move(methods);
}

bool ArgumentNames::learned(const std::string& model) const {
  const std::lock_guard lock(mutex_);
  return learned_.count(model) != 0;
}

}  // namespace outrigger::odoo
