// Grouped reads, group membership and parameters: the calls whose form differs most between versions.
#include "integration/odoo/records.hpp"

namespace outrigger::odoo {
namespace {

struct Aggregate {
  std::string field;
  std::string function;
};

Aggregate split(std::string_view name) {
  const size_t colon = name.find(':');
  return {std::string(name.substr(0, colon)),
          colon == std::string_view::npos ? "sum" : std::string(name.substr(colon + 1))};
}

// The id of [id, name]; everything else as it is, with null for false.
Value group_key(Value value) {
  if (value.is_array()) return value.size() > 0 ? value.at(0) : Value{};
  return value.kind() == outrigger::Kind::kBool && !value.truthy() ? Value{} : value;
}

}  // namespace

Result<Document> Records::read_group(const Query& query, const std::vector<std::string_view>& groupby,
                                     const std::vector<std::string_view>& aggregates, const CallOptions& options,
                                     Value context) {
  std::vector<std::string_view> names;
  for (const std::string_view name : groupby) names.push_back(name.substr(0, name.find(':')));
  for (const std::string_view name : aggregates)
    if (name != "__count") names.push_back(name.substr(0, name.find(':')));
  if (!names.empty())
    if (Result<void> known = check_fields(query.model, names, options); !known) return known.error();

  Arena arena;
  const bool formatted = session_.info().major >= 19;
  const auto array = [&](const std::vector<Value>& values) { return arena.array(values); };
  std::vector<Value> by;
  for (const std::string_view name : groupby) by.push_back(Value::of(name));
  std::vector<Value> asked;
  std::vector<std::string_view> reply_names;  // under which name each aggregate comes back
  for (size_t i = 0; i < aggregates.size(); ++i) {
    if (aggregates[i] == "__count" || formatted) {
      reply_names.push_back(aggregates[i]);
      if (formatted) asked.push_back(Value::of(aggregates[i]));
      continue;
    }
    const Aggregate one = split(aggregates[i]);
    const std::string_view alias = arena.keep("a" + std::to_string(i));
    asked.push_back(arena.text(std::string(alias) + ":" + one.function + "(" + one.field + ")"));
    reply_names.push_back(alias);
  }
  const Value domain = query.domain.is_null() ? arena.array(std::initializer_list<Item>{}) : query.domain;
  Call call{.model = std::string(query.model),
            .method = formatted ? "formatted_read_group" : "read_group",
            .read_only = true};
  call.kwargs =
      formatted ? arena.object({{"domain", domain}, {"groupby", array(by)}, {"aggregates", array(asked)}})
                : arena.object({{"domain", domain}, {"fields", array(asked)}, {"groupby", array(by)}, {"lazy", false}});
  std::vector<Field> fields;
  for (const Field field : context.fields()) fields.push_back(field);
  if (query.archived) fields.push_back({"active_test", Value::of(false)});
  call.context = arena.object(fields);
  Result<Document> rows = session_.call(call, options);
  if (!rows) return rows;
  return Document::build([&](Arena& out) {
    std::vector<Value> result;
    for (const Value row : rows->root().items()) {
      std::vector<Field> kept;
      for (const std::string_view name : groupby) kept.push_back({out.keep(name), out.copy(group_key(row[name]))});
      for (size_t i = 0; i < aggregates.size(); ++i)
        kept.push_back({out.keep(aggregates[i]), out.copy(row[reply_names[i]])});
      result.push_back(out.object(kept));
    }
    return out.array(result);
  });
}

Result<bool> Records::has_group(std::string_view group, const CallOptions& options) {
  Arena arena;
  Call call{.model = "res.users", .method = "has_group", .read_only = true};
  call.args = arena.array({Value::of(group)});
  // A method of the user's own record in 19, of the model in 14; which one, the signature tells and not the version.
  call.ids = std::vector<int64_t>{session_.info().uid};
  Result<Document> answer = session_.call(call, options);
  if (!answer && answer.error().code == Code::kInvalid) {
    call.ids.reset();
    answer = session_.call(call, options);
  }
  if (!answer) return answer.error();
  return answer->root().truthy();
}

Result<Document> Records::parameter(std::string_view key, const CallOptions& options) {
  Arena arena;
  Call call{.model = "ir.config_parameter", .method = "search_read", .read_only = true};
  call.kwargs = arena.object({{"domain", arena.array({arena.array({"key", "=", Value::of(key)})})},
                              {"fields", arena.array({"value"})},
                              {"limit", 1}});
  Result<Document> rows = session_.call(call, options);
  if (!rows) return rows;
  return Document::build([&](Arena& out) {
    const Value value = rows->root().size() == 0 ? Value{} : rows->root().at(0)["value"];
    return value.is_string() ? out.copy(value) : Value{};
  });
}

}  // namespace outrigger::odoo
