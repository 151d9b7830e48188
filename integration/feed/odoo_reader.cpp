#include "integration/feed/odoo_reader.hpp"

#include <string_view>

namespace outrigger::feed {
namespace {

odoo::CallOptions options_of(const Manner& manner) {
  return {.lane = manner.lane, .deadline = manner.deadline, .stop = manner.stop};
}

std::string_view order_of(const Question& question) { return question.newest_first ? "id desc" : "id"; }

std::vector<std::string_view> views(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

Value everything(Arena& arena, Value domain) {
  return domain.is_null() ? arena.array(std::initializer_list<Item>{}) : domain;
}

std::vector<int64_t> ids_of(Value rows) {
  std::vector<int64_t> ids;
  ids.reserve(rows.size());
  for (const Value row : rows.items()) ids.push_back(row.is_object() ? row["id"].integer() : row.integer());
  return ids;
}

// Everything above relies on it: a page out of order would leave records out.
Result<Page> checked(Page page, const Question& question) {
  int64_t last = question.newest_first ? INT64_MAX : 0;
  for (const Value row : page.rows.root().items()) {
    const int64_t id = row["id"].integer();
    if (question.newest_first ? id >= last : id <= last)
      return Error{Code::kProtocol,
                   "Odoo answered with records of " + question.model +
                       " that are not in the order of their ids; a module of this database changes search()",
                   Source::kOdoo, Effect::kNone, -1};
    last = id;
  }
  return page;
}

}  // namespace

Result<std::shared_ptr<const Document>> OdooReader::fields(const std::string& model, const Manner& manner) {
  return session_.fields(model, options_of(manner));
}

Result<std::vector<int64_t>> OdooReader::find(const Question& question, const Manner& manner) {
  Arena arena;
  odoo::Call call{.model = question.model, .method = "search", .read_only = true};
  call.args = arena.array({everything(arena, question.domain)});
  std::vector<Field> named{{"order", Value::of(order_of(question))}};
  if (question.limit > 0) named.push_back({"limit", Value::of(question.limit)});
  call.kwargs = arena.object(named);
  call.context = arena.object({{"active_test", false}});
  const Result<Document> found = session_.call(call, options_of(manner));
  if (!found) return found.error();
  return ids_of(found->root());
}

// Since 15 in one call. Before, a search and a read, between which records may go: only the search says what is last.
Result<Page> OdooReader::page(const Question& question, const Manner& manner) {
  const auto limit = static_cast<size_t>(question.limit);
  if (!session_.info().search_read_takes_load()) {
    const Result<std::vector<int64_t>> ids = find(question, manner);
    if (!ids) return ids.error();
    if (ids->empty()) return Page{};
    Result<Document> rows = records_.read(question.model, *ids, views(question.fields), options_of(manner));
    if (!rows) return rows.error();
    return checked({*std::move(rows), ids->size() < limit}, question);
  }
  if (question.limit <= odoo::kPage) {
    Result<Document> rows = records_.search_read({.model = question.model,
                                                  .domain = question.domain,
                                                  .fields = views(question.fields),
                                                  .order = order_of(question),
                                                  .archived = true,
                                                  .limit = question.limit},
                                                 options_of(manner));
    if (!rows) return rows.error();
    const bool last = rows->root().size() < limit;
    return checked({*std::move(rows), last}, question);
  }
  // The pages of sweeps hold little and are long.
  Arena arena;
  odoo::Call call{.model = question.model, .method = "search_read", .read_only = true};
  std::vector<Value> names;
  for (const std::string& name : question.fields) names.push_back(Value::of(std::string_view(name)));
  call.kwargs = arena.object({{"domain", everything(arena, question.domain)},
                              {"fields", arena.array(names)},
                              {"limit", question.limit},
                              {"order", Value::of(order_of(question))},
                              {"load", nullptr}});
  call.context = arena.object({{"active_test", false}});
  odoo::CallOptions options = options_of(manner);
  options.false_is_null = [](std::string_view name) { return name == "write_date" || name == "create_date"; };
  Result<Document> rows = session_.call(call, options);
  if (!rows) return rows.error();
  const bool last = rows->root().size() < limit;
  return checked({*std::move(rows), last}, question);
}

Result<std::vector<int64_t>> OdooReader::search(const std::string& model, Value domain, const Manner& manner) {
  return find({.model = model, .domain = domain, .fields = {}, .limit = 0}, manner);
}

Result<std::vector<int64_t>> OdooReader::existing(const std::string& model, const std::vector<int64_t>& ids,
                                                  const Manner& manner) {
  // Another field than the id: reading ids alone would not ask the database.
  const Result<Document> rows = records_.read(model, ids, {"write_date"}, options_of(manner));
  if (!rows) return rows.error();
  return ids_of(rows->root());
}

Result<int64_t> OdooReader::count(const std::string& model, const Manner& manner) {
  return records_.search_count({.model = model, .archived = true}, options_of(manner));
}

}  // namespace outrigger::feed
