// What a call reads, also by sorting, grouping and counting.
#include <algorithm>
#include <vector>

#include "host/grants/check.hpp"
#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t at = 0;; at = at + parts.back().size() + 1) {
    if (at > text.size()) return parts;
    parts.push_back(text.substr(at, text.find(separator, at) - at));
  }
}

// Without the empty parts.
std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> parts = split(text, ' ');
  std::erase(parts, std::string_view{});
  return parts;
}

std::string small(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

Result<void> Check::any_read(std::string_view model) {
  if (Result<void> ok = reach(model, "read", false); !ok) return ok;
  const ModelPermission* granted = granted_.model(model);
  if (granted != nullptr && granted->reads()) return {};
  return lacks("read " + std::string(model), odoo_line(model, "read", "id"));
}

Result<void> Check::readable(std::string_view model, std::string_view field) {
  if (Result<void> ok = reach(model, "read", false); !ok) return ok;
  if (!is_identifier(field)) return invalid("`" + std::string(field.substr(0, 80)) + "` is not the name of a field");
  const std::string verb = "read " + dotted(model, field);
  if (const std::string_view why = read_bar(model, field); !why.empty()) return never(verb, why);
  const ModelPermission* granted = granted_.model(model);
  if (granted != nullptr && granted->may_read(field)) return {};
  return lacks(verb, odoo_line(model, "read", field));
}

Result<PathEnd> Check::path(std::string_view model, std::string_view dotted_path) {
  const std::vector<std::string_view> hops = split(dotted_path, '.');
  PathEnd end{std::string(model), {}, false};
  for (size_t i = 0; i < hops.size(); ++i) {
    end.field = hops[i];
    if (Result<void> ok = readable(end.model, end.field); !ok) return ok.error();
    if (i + 1 == hops.size()) break;
    const Result<FieldInfo> here = info(end.model, end.field);
    if (!here) return here.error();
    const bool last = i + 2 == hops.size();
    if (last && is_identifier(hops[i + 1]) && is_one_of(here->type, {"properties", "date", "datetime"})) {
      end.part = true;
      break;
    }
    if (here->relation.empty())
      return invalid(dotted(end.model, end.field) + " is not a relation, so `" +
                     std::string(dotted_path.substr(0, 80)) + "` leads nowhere");
    end.model = here->relation;
  }
  return end;
}

Result<void> Check::fields(std::string_view model, Value list) {
  // Odoo reads every field when it is given none.
  if (!list.is_array() || list.size() == 0) return invalid("name the fields to read of " + std::string(model));
  for (const Value field : list.items()) {
    if (!field.is_string()) return invalid("the fields to read must be names");
    if (Result<void> ok = readable(model, field.text()); !ok) return ok;
  }
  return {};
}

Result<void> Check::order(std::string_view model, Value text) {
  if (text.is_null() || (text.is_string() && text.text().empty())) return {};
  const auto refuse = [&] {
    return invalid("`" + std::string(text.text().substr(0, 80)) + "` is not an order such as \"sequence, id desc\"");
  };
  if (!text.is_string()) return refuse();
  for (const std::string_view term : split(text.text(), ',')) {
    const std::vector<std::string_view> parts = words(term);
    if (parts.empty()) return refuse();
    size_t at = 1;
    if (at < parts.size() && is_one_of(small(parts[at]), {"asc", "desc"})) ++at;
    if (at + 1 < parts.size() && small(parts[at]) == "nulls" && is_one_of(small(parts[at + 1]), {"first", "last"}))
      at += 2;
    if (at != parts.size()) return refuse();
    const size_t colon = parts[0].find(':');  // of a read_group: field:sum, date:month
    if (colon != std::string_view::npos && !is_identifier(parts[0].substr(colon + 1))) return refuse();
    if (parts[0] == "__count") continue;
    if (Result<PathEnd> ok = path(model, parts[0].substr(0, colon)); !ok) return ok.error();
  }
  return {};
}

Result<void> Check::groupby(std::string_view model, Value list) {
  if (!list.is_null() && !list.is_array()) return invalid("`groupby` must be a list of fields");
  for (const Value item : list.items()) {
    const std::string_view text = item.text();
    const size_t colon = text.find(':');
    if (!item.is_string() || (colon != std::string_view::npos && !is_identifier(text.substr(colon + 1))))
      return invalid("`" + std::string(text.substr(0, 80)) + "` is not a field to group by, such as create_date:month");
    if (Result<PathEnd> ok = path(model, text.substr(0, colon)); !ok) return ok.error();
  }
  return {};
}

Result<void> Check::aggregates(std::string_view model, Value list) {
  if (!list.is_null() && !list.is_array()) return invalid("`aggregates` must be a list such as [\"__count\"]");
  for (const Value item : list.items()) {
    const std::string_view text = item.text();
    if (item.is_string() && text == "__count") continue;
    // Odoo also takes NAME:function(FIELD), in which the field stands elsewhere: only the plain form passes.
    const size_t colon = text.find(':');
    if (!item.is_string() || colon == std::string_view::npos ||
        !is_one_of(text.substr(colon + 1),
                   {"sum", "avg", "min", "max", "count", "count_distinct", "bool_and", "bool_or", "array_agg"}))
      return invalid("`" + std::string(text.substr(0, 80)) + "` is not an aggregate such as probability:sum");
    if (Result<void> ok = readable(model, text.substr(0, colon)); !ok) return ok;
  }
  return {};
}

Result<void> Check::names_of(std::string_view model) {
  if (Result<void> ok = reach(model, "read the names of", false); !ok) return ok;
  if (const ModelPermission* own = granted_.model(model); own != nullptr && own->reads()) return {};
  for (const ModelPermission& other : granted_.models) {
    const Result<Value> all = described(other.model);
    // A model that this Odoo lacks stands in nobody's way; a broken connection does.
    if (!all && all.error().code != Code::kAccess && all.error().code != Code::kMissing) return all.error();
    if (!all) continue;
    for (const Field field : all->fields())
      if (field.value["relation"].text() == model && other.may_read(field.key)) return {};
  }
  return lacks("read the names of " + std::string(model), odoo_line(model, "read", "display_name"));
}

}  // namespace outrigger::host
