#include "host/grants/permissions.hpp"

#include <algorithm>

#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

bool names(const std::vector<FieldAsk>& list, std::string_view field) {
  return std::any_of(list.begin(), list.end(), [&](const FieldAsk& ask) {
    return std::find(ask.names.begin(), ask.names.end(), field) != ask.names.end();
  });
}

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

bool ModelPermission::may_read(std::string_view field) const {
  if (!read_bar(model, field).empty()) return false;
  return read_all || names(read, field) || (reads() && is_basic_field(field));
}

bool ModelPermission::may_write(std::string_view field) const {
  return change_bar(model, field).empty() && names(write, field);
}

bool ModelPermission::may_create(std::string_view field) const {
  return write_bar(model, field).empty() && names(create, field);
}

bool ModelPermission::may_call(std::string_view method) const {
  return model_rule(model).reach == Reach::kFull && method_bar(method).empty() && has(methods, method);
}

const ModelPermission* Permissions::model(std::string_view name) const {
  for (const ModelPermission& one : models)
    if (one.model == name) return &one;
  return nullptr;
}

bool Permissions::may(std::string_view host_operation) const { return has(host, host_operation); }

bool Permissions::may_use_secret(std::string_view name) const {
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& one) {
    return one.ends_with('*') ? name.starts_with(std::string_view(one).substr(0, one.size() - 1)) : one == name;
  });
}

}  // namespace outrigger::host
