#include "host/tenant/tests/memory_odoo.hpp"

namespace outrigger::host {
namespace {

Value everything(Arena& arena, Value domain) {
  return domain.is_null() ? arena.array(std::initializer_list<Item>{}) : domain;
}

std::vector<int64_t> ids_of(Value rows) {
  std::vector<int64_t> ids;
  for (const Value row : rows.items()) ids.push_back(row.is_object() ? row["id"].integer() : row.integer());
  return ids;
}

}  // namespace

Result<Document> MemoryReader::call(const std::string& model, const std::string& method, Value named) {
  constexpr int64_t kTakes = 20;  // milliseconds
  ++calls[model];
  odoo_.now += kTakes;
  Arena arena;
  transport::Call call{.model = model, .method = method, .kwargs = named, .read_only = true};
  call.context = arena.object({{"active_test", false}});
  return odoo_.call(call, {});
}

Result<std::shared_ptr<const Document>> MemoryReader::fields(const std::string& model, const feed::Manner&) {
  ++calls[model];
  return odoo_.fields(model, {});
}

Result<Document> MemoryReader::rows(const feed::Question& question) {
  Arena arena;
  std::vector<Value> names;
  for (const std::string& name : question.fields) names.push_back(Value::of(std::string_view(name)));
  const auto definitions = odoo_.fields(question.model, {});
  if (!definitions) return definitions.error();
  const Result<Document> found =
      call(question.model, "search_read",
           arena.object({{"domain", everything(arena, question.domain)},
                         {"fields", arena.array(names)},
                         {"limit", question.limit},
                         {"order", question.newest_first ? Value::of("id desc") : Value::of("id")},
                         {"load", nullptr}}));
  if (!found) return found.error();
  return Document::build([&](Arena& out) {
    std::vector<Value> rows;
    for (const Value row : found->root().items()) {
      std::vector<Field> fields;
      for (const Field field : row.fields()) {
        const bool is_empty = field.value.kind() == Kind::kBool && !field.value.truthy() &&
                              (*definitions)->root()[field.key]["type"].text() != "boolean";
        fields.push_back({out.keep(field.key), is_empty ? Value{} : out.copy(field.value)});
      }
      rows.push_back(out.object(fields));
    }
    return out.array(rows);
  });
}

Result<feed::Page> MemoryReader::page(const feed::Question& question, const feed::Manner&) {
  Result<Document> found = rows(question);
  if (!found) return found.error();
  const bool last = static_cast<int64_t>(found->root().size()) < question.limit;
  return feed::Page{*std::move(found), last};
}

Result<std::vector<int64_t>> MemoryReader::search(const std::string& model, Value domain, const feed::Manner&) {
  Arena arena;
  const Result<Document> found = call(model, "search", arena.object({{"domain", domain}, {"order", "id"}}));
  if (!found) return found.error();
  return ids_of(found->root());
}

Result<std::vector<int64_t>> MemoryReader::existing(const std::string& model, const std::vector<int64_t>& ids,
                                                    const feed::Manner&) {
  Arena arena;
  const Value domain = arena.array({arena.array({"id", "in", arena.ids(ids)})});
  const Result<Document> found = call(model, "search", arena.object({{"domain", domain}, {"order", "id"}}));
  if (!found) return found.error();
  return ids_of(found->root());
}

Result<int64_t> MemoryReader::count(const std::string& model, const feed::Manner&) {
  Arena arena;
  const Result<Document> found =
      call(model, "search_count", arena.object({{"domain", arena.array(std::initializer_list<Item>{})}}));
  if (!found) return found.error();
  return found->root().integer();
}

}  // namespace outrigger::host
