// How a FakeOdoo reads: scripted answers first, then the rows of the test. Included by odoo.hpp.
#pragma once

#include "odoo.hpp"

namespace outrigger::testkit {

inline std::optional<Result<Document>> FakeOdoo::scripted(const OdooCall& call) {
  const auto at = scripts_.find({call.model, call.method});
  if (at == scripts_.end() || at->second.empty()) return std::nullopt;
  const Script script = at->second.front();
  if (at->second.size() > 1) at->second.pop_front();
  if (script.failure) return Result<Document>(*script.failure);
  return Result<Document>(script.reply);
}

inline Result<FakeOdoo::Table*> FakeOdoo::table_of(const OdooCall& call) {
  const auto at = tables_.find(call.model);
  if (at != tables_.end()) return &at->second;
  core_.problem("the plugin called " + call.method + " of " + call.model +
                ", for which the test has neither rows nor an answer: use host.odoo().rows() or answers().");
  return Error{Code::kMissing, "the fake Odoo has no model " + call.model, Source::kOdoo};
}

inline Result<void> FakeOdoo::check_fields(const OdooCall& call, const Table& table) const {
  std::vector<std::string> names = call.fields;
  fields_of(call.domain, names);
  if (table.rows.empty() && table.fields.size() == 1) return {};  // nothing is known of the model
  std::string unknown;
  for (const std::string& name : names)
    if (table.fields.count(name) == 0 && name.find('.') == std::string::npos)
      unknown += (unknown.empty() ? "" : ", ") + name;
  if (unknown.empty()) return {};
  core_.problem("the plugin asked " + call.model + " for unknown fields: " + unknown +
                "; name them in a row or with host.odoo().fields().");
  return Error{Code::kMissing, "the model " + call.model + " has no fields " + unknown, Source::kOdoo};
}

inline void sort_rows(std::vector<Object>& rows, std::string_view order) {
  std::vector<std::pair<std::string, bool>> keys;  // name, descending
  while (!order.empty()) {
    std::string_view part = order.substr(0, order.find(','));
    order.remove_prefix(std::min(order.size(), part.size() + 1));
    while (part.starts_with(' ')) part.remove_prefix(1);
    const std::string_view name = part.substr(0, part.find(' '));
    keys.emplace_back(name, domain_detail::lower(part).find(" desc") != std::string::npos);
  }
  std::stable_sort(rows.begin(), rows.end(), [&](const Object& a, const Object& b) {
    for (const auto& [name, descending] : keys)
      if (const int sign = domain_detail::order(a[name], b[name]); sign != 0) return descending ? sign > 0 : sign < 0;
    return false;
  });
}

inline Result<std::vector<Object>> FakeOdoo::select(const OdooCall& call, const Table& table) const {
  std::vector<std::string> asked;
  fields_of(call.domain, asked);
  const bool about_active = std::find(asked.begin(), asked.end(), "active") != asked.end();
  std::vector<Object> found;
  for (const auto& [id, row] : table.rows) {
    if (!call.archived && !about_active && row["active"].boolean() == false) continue;
    const Result<bool> is = matches(call.domain, [&row = row](std::string_view field) { return row[field]; });
    if (!is) {
      if (is.error().code == Code::kUnsupported) core_.problem(is.error().message + ".");
      return is.error();
    }
    if (*is) found.push_back(row);
  }
  sort_rows(found, call.order);
  return found;
}

inline Result<Document> FakeOdoo::read(const OdooCall& call) {
  if (auto answer = scripted(call)) return *std::move(answer);
  const Result<Table*> table = table_of(call);
  if (!table) return table.error();
  if (const Result<void> known = check_fields(call, **table); !known) return known.error();
  std::vector<Object> found;
  if (call.method == "read" || call.method == "names") {
    for (const int64_t id : call.ids)
      if (const auto at = (*table)->rows.find(id); at != (*table)->rows.end()) found.push_back(at->second);
  } else if (call.method == "search_read" || call.method == "search_count") {
    Result<std::vector<Object>> selected = select(call, **table);
    if (!selected) return selected.error();
    found = *std::move(selected);
  } else {
    core_.problem("the plugin called " + call.method + " of " + call.model +
                  ", which the fake Odoo cannot work out: script it with host.odoo().answers().");
    return Error{Code::kUnsupported, "the fake Odoo has no answer for " + call.method, Source::kOdoo};
  }
  if (call.method == "search_count") return keep(Value::of(static_cast<int64_t>(found.size())));
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    const size_t first = std::min(found.size(), static_cast<size_t>(std::max<int64_t>(call.offset, 0)));
    const size_t most = call.limit > 0 && call.limit < 2000 ? static_cast<size_t>(call.limit) : 2000;
    for (size_t i = first; i < found.size() && rows.size() < most; ++i) {
      if (call.method == "names") {
        rows.push_back(arena.array({found[i]["id"], arena.copy(found[i]["display_name"])}));
        continue;
      }
      std::vector<Field> fields{{"id", found[i]["id"]}};
      for (const std::string& name : call.fields)
        if (name != "id") fields.push_back({arena.keep(name), arena.copy(found[i][name])});
      rows.push_back(arena.object(fields));
    }
    return arena.array(rows);
  });
}

inline Result<Document> FakeOdoo::fields_get(const std::string& model) const {
  const auto at = tables_.find(model);
  if (at == tables_.end()) return Error{Code::kMissing, "the fake Odoo has no model " + model, Source::kOdoo};
  return Document::build([&](Arena& arena) {
    std::vector<Field> fields;
    for (const std::string& name : at->second.fields)
      fields.push_back({arena.keep(name), arena.object({{"type", "char"}, {"string", arena.text(name)}})});
    return arena.object(fields);
  });
}

}  // namespace outrigger::testkit
