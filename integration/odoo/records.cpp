#include "integration/odoo/records.hpp"

#include <algorithm>
#include <map>

#include "integration/value/json.hpp"

namespace outrigger::odoo {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Value with_flag(Arena& arena, Value context, bool archived) {
  if (!archived) return context;
  std::vector<Field> fields;
  for (const Field field : context.fields()) fields.push_back(field);
  fields.push_back({"active_test", Value::of(false)});
  return arena.object(fields);
}

// Names that share a beginning with the unknown one: most often a version's new name.
std::string nearest(std::string_view name, Value fields) {
  std::string_view best;
  size_t longest = 3;
  for (const Field field : fields.fields()) {
    size_t same = 0;
    while (same < std::min(name.size(), field.key.size()) && name[same] == field.key[same]) ++same;
    if (same > longest) {
      longest = same;
      best = field.key;
    }
  }
  return std::string(best);
}

Value names_array(Arena& arena, const std::vector<std::string_view>& names) {
  std::vector<Value> items;
  for (const std::string_view name : names) items.push_back(Value::of(name));
  return arena.array(items);
}

}  // namespace

Result<void> Records::check_fields(std::string_view model, const std::vector<std::string_view>& names,
                                   const CallOptions& options) {
  if (names.empty())
    return refuse(Code::kInvalid,
                  "name the fields to read; reading all of them costs the server seventy times as much");
  Result<std::shared_ptr<const Document>> fields = session_.fields(std::string(model), options);
  if (!fields) return fields.error();
  std::string unknown;
  for (const std::string_view name : names) {
    if (name == "id" || (*fields)->root().has(name)) continue;
    const std::string near = nearest(name, (*fields)->root());
    unknown += (unknown.empty() ? "" : ", ") + std::string(name) + (near.empty() ? "" : " (there is " + near + ")");
  }
  if (unknown.empty()) return {};
  return refuse(Code::kMissing, std::string(model) + " in Odoo " + session_.info().series + " has no field " + unknown);
}

// In rows of this model, `false` means "empty" for every field that is not a boolean.
Result<CallOptions> Records::with_nulls(std::string_view model, const CallOptions& options) {
  Result<std::shared_ptr<const Document>> fields = session_.fields(std::string(model), options);
  if (!fields) return fields.error();
  CallOptions result = options;
  result.false_is_null = [kept = *fields](std::string_view name) {
    const Value field = kept->root()[name];
    return field.is_object() && field["type"].text() != "boolean";
  };
  return result;
}

Result<Document> Records::search_read(const Query& query, const CallOptions& options, Value context) {
  if (Result<void> known = check_fields(query.model, query.fields, options); !known) return known.error();
  Result<CallOptions> reading = with_nulls(query.model, options);
  if (!reading) return reading.error();
  Arena arena;
  const bool loads = session_.info().search_read_takes_load();
  const int64_t limit = query.limit <= 0 ? kPage : std::min(query.limit, kPage);
  std::vector<Field> named{
      {"domain", query.domain.is_null() ? arena.array(std::initializer_list<Item>{}) : query.domain},
      {"limit", Value::of(limit)}};
  if (query.offset > 0) named.push_back({"offset", Value::of(query.offset)});
  if (!query.order.empty()) named.push_back({"order", Value::of(query.order)});
  Call call{.model = std::string(query.model), .method = "search_read", .read_only = true};
  call.context = with_flag(arena, context, query.archived);
  if (!loads && !query.names) {
    // Odoo 14 reads without names only by ids; its search calls the domain `args`.
    call.method = "search";
    call.args = arena.array({named.front().value});
    named.erase(named.begin());
    call.kwargs = arena.object(named);
    Result<Document> found = session_.call(call, options);
    if (!found) return found.error();
    std::vector<int64_t> ids;
    for (const Value id : found->root().items()) ids.push_back(id.integer());
    if (ids.empty()) return found;
    return read(query.model, ids, query.fields, options, call.context);
  }
  named.push_back({"fields", names_array(arena, query.fields)});
  if (!query.names) named.push_back({"load", Value{}});
  call.kwargs = arena.object(named);
  return session_.call(call, *reading);
}

Result<int64_t> Records::search_count(const Query& query, const CallOptions& options, Value context) {
  Arena arena;
  Call call{.model = std::string(query.model), .method = "search_count", .read_only = true};
  call.args = arena.array({query.domain.is_null() ? arena.array(std::initializer_list<Item>{}) : query.domain});
  call.context = with_flag(arena, context, query.archived);
  Result<Document> count = session_.call(call, options);
  if (!count) return count.error();
  if (!count->root().as_integer())
    return Error{Code::kProtocol, "search_count answered without a number", Source::kOdoo, Effect::kNone, -1};
  return *count->root().as_integer();
}

Result<Document> Records::read(std::string_view model, const std::vector<int64_t>& ids,
                               const std::vector<std::string_view>& fields, const CallOptions& options, Value context) {
  if (Result<void> known = check_fields(model, fields, options); !known) return known.error();
  Result<CallOptions> reading = with_nulls(model, options);
  if (!reading) return reading.error();
  Arena arena;
  Call call{.model = std::string(model), .method = "read", .ids = ids, .read_only = true};
  call.kwargs = arena.object({{"fields", names_array(arena, fields)}, {"load", Value{}}});
  call.context = context;
  return session_.call(call, *reading);
}

Result<Document> Records::create(std::string_view model, Value values, const CallOptions& options, Value context) {
  if (!values.is_array() || values.size() == 0)
    return refuse(Code::kInvalid, "create takes a list of at least one record");
  Arena arena;
  Call call{.model = std::string(model), .method = "create", .args = arena.array({values}), .context = context};
  Result<Document> ids = session_.call(call, options);
  if (!ids) return ids;
  if (ids->root().is_array()) return ids;
  return Document::build([&](Arena& a) { return a.array({ids->root()}); });
}

Result<void> Records::write(std::string_view model, const std::vector<int64_t>& ids, Value values,
                            const CallOptions& options, Value context) {
  // Odoo answers `true` to a write on no records.
  if (ids.empty()) return refuse(Code::kInvalid, "write was given no ids");
  Arena arena;
  Call call{
      .model = std::string(model), .method = "write", .ids = ids, .args = arena.array({values}), .context = context};
  Result<Document> done = session_.call(call, options);
  if (!done) return done.error();
  return {};
}

Result<void> Records::unlink(std::string_view model, const std::vector<int64_t>& ids, const CallOptions& options) {
  if (ids.empty()) return refuse(Code::kInvalid, "unlink was given no ids");
  Call call{.model = std::string(model), .method = "unlink", .ids = ids};
  Result<Document> done = session_.call(call, options);
  if (!done) return done.error();
  return {};
}

Result<int64_t> Records::message_post(std::string_view model, int64_t id, std::string_view body, bool is_html,
                                      const CallOptions& options) {
  Arena arena;
  Call call{.model = std::string(model), .method = "message_post", .ids = std::vector<int64_t>{id}};
  std::vector<Field> named{{"body", Value::of(body)}};
  if (is_html && session_.info().major >= 17) named.push_back({"body_is_html", Value::of(true)});
  call.kwargs = arena.object(named);
  Result<Document> message = session_.call(call, options);
  if (!message) return message.error();
  return message->root().integer();
}

Result<RowsWritten> Records::write_rows(std::string_view model, Value rows, const CallOptions& options, Value context) {
  // Small enough to stay far below Odoo's time limit for one request (120 s): 0.7 ms a record, 6 ms where Odoo notes
  // down a new salesperson.
  constexpr size_t kChunk = 500;
  for (const Value row : rows.items())
    if (row["id"].integer() == 0) return refuse(Code::kInvalid, "a row of write_rows has no id");
  const bool different = session_.info().web_save_multi();
  // Before 19 one call writes the same values to many records, so equal rows go together.
  std::map<std::string, std::vector<Value>> groups;
  for (const Value row : rows.items()) {
    Arena arena;
    std::vector<Field> written;
    for (const Field field : row.fields())
      if (field.key != "id") written.push_back(field);
    groups[different ? "" : value::to_json(arena.object(written))].push_back(row);
  }
  RowsWritten report;
  std::optional<Error> stopped;
  for (const auto& [values, group] : groups)
    for (size_t first = 0; first < group.size(); first += kChunk) {
      const std::vector<Value> chunk(
          group.begin() + static_cast<std::ptrdiff_t>(first),
          group.begin() + static_cast<std::ptrdiff_t>(std::min(group.size(), first + kChunk)));
      if (!stopped)
        stopped = write_chunk(model, chunk, options, context, report);
      else
        for (const Value row : chunk) report.failed.push_back({row["id"].integer(), *stopped});
    }
  const bool all_alike = stopped && report.done.empty() && report.unknown.empty() &&
                         std::all_of(report.failed.begin(), report.failed.end(),
                                     [&](const auto& row) { return row.error.code == stopped->code; });
  if (all_alike) return *stopped;
  return report;
}

std::optional<Error> Records::write_chunk(std::string_view model, const std::vector<Value>& rows,
                                          const CallOptions& options, Value context, RowsWritten& report) {
  Arena arena;
  std::vector<int64_t> ids;
  std::vector<Value> values;
  for (const Value row : rows) {
    ids.push_back(row["id"].integer());
    std::vector<Field> fields;
    for (const Field field : row.fields())
      if (field.key != "id") fields.push_back(field);
    values.push_back(arena.object(fields));
  }
  Call call{.model = std::string(model), .method = "write", .ids = ids, .context = context};
  if (session_.info().web_save_multi()) {
    call.method = "web_save_multi";
    call.kwargs =
        arena.object({{"vals_list", arena.array(values)},
                      {"specification", arena.object(std::initializer_list<std::pair<std::string_view, Item>>{})}});
  } else {
    call.args = arena.array({values.front()});
  }
  const Result<Document> sent = session_.call(call, options);
  if (sent) {
    report.done.insert(report.done.end(), ids.begin(), ids.end());
    return std::nullopt;
  }
  const Error& error = sent.error();
  const bool of_a_row =
      error.effect == Effect::kNone && (error.code == Code::kValidation || error.code == Code::kMissing ||
                                        error.code == Code::kInvalid || error.code == Code::kConflict);
  // One bad row takes the whole call down: halve until it stands alone.
  if (of_a_row && rows.size() > 1) {
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
    const std::vector<Value> second(middle, rows.end());
    const std::optional<Error> stopped = write_chunk(model, {rows.begin(), middle}, options, context, report);
    if (!stopped) return write_chunk(model, second, options, context, report);
    for (const Value row : second) report.failed.push_back({row["id"].integer(), *stopped});
    return stopped;
  }
  if (error.effect == Effect::kNone) {
    for (const int64_t id : ids) report.failed.push_back({id, error});
  } else {
    report.unknown.insert(report.unknown.end(), ids.begin(), ids.end());
  }
  // Rights, keys and stopping concern every further row; a lost reply only its own.
  const bool useless = error.code == Code::kAccess || error.code == Code::kAuth || error.code == Code::kCancelled ||
                       (error.code == Code::kUnreachable && error.effect == Effect::kNone);
  if (!useless) return std::nullopt;
  Error rest = error;
  rest.effect = Effect::kNone;
  return rest;
}

}  // namespace outrigger::odoo
