// Odoo, as a plugin reaches it: odoo().search_read({.model = "crm.lead", .fields = {"name"}}).
//
//     Arena arena;
//     Query query{.model = "crm.lead", .domain = arena.array({arena.array({"type", "=", "lead"})}),
//                 .fields = {"name", "stage_id"}};
//     auto done = odoo().each_page(query, [&](Value rows) { for (Value row : rows.items()) use(row); return
//     Result<void>(); });
//
// Calls block until answered, cancelled or past their deadline; they may be made from any thread. Every failure is a
// Result with a code to act on; for writes, error().effect says whether Odoo may have done it. See abi/odoo.h.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "abi/odoo.h"
#include "arena.hpp"
#include "result.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

enum class Lane : int32_t {
  kDefault = OR_LANE_DEFAULT,
  kInteractive = OR_LANE_INTERACTIVE,
  kWrites = OR_LANE_WRITES,
  kFeed = OR_LANE_FEED,
  kSweeps = OR_LANE_SWEEPS,
};

// In whose name and how patiently; all defaults are sensible. The text is borrowed for the call.
struct Scope {
  Lane lane = Lane::kDefault;
  int64_t company_id = 0;
  std::string_view principal = {};
  std::string_view idempotency_key = {};
  std::string_view lang = {};
  int64_t deadline_ms = 0;
};

// What to read. The text and the domain are borrowed for the call.
struct Query {
  std::string_view model;
  Value domain = {};  // null: all records
  std::vector<std::string_view> fields = {};
  std::string_view order = {};
  bool archived = false;  // archived records too
  bool names = false;     // many2one as [id, name]
  int64_t offset = 0;
  int64_t limit = 0;  // 0: the host's page size
};

class Odoo {
 public:
  // Called with the rows of one page (an array of objects); an error stops the reading and is returned.
  using PageReader = std::function<Result<void>(Value rows)>;

  Odoo() = default;
  explicit Odoo(const or_odoo_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  [[nodiscard]] Result<Document> info() const {
    return document([&](or_doc* doc, or_error* error) {
      return OR_HAS(or_odoo_v1, table_, info) ? table_->info(table_->ctx, doc, error) : absent(error);
    });
  }
  [[nodiscard]] Result<Document> fields_get(std::string_view model, const Scope& scope = {}) const {
    const or_odoo_scope raw = to_raw(scope);
    return document([&](or_doc* doc, or_error* error) {
      return OR_HAS(or_odoo_v1, table_, fields_get)
                 ? table_->fields_get(table_->ctx, &raw, outrigger::to_abi(model), doc, error)
                 : absent(error);
    });
  }
  // One page, at most 2000 rows.
  [[nodiscard]] Result<Document> search_read(const Query& query, const Scope& scope = {}) const {
    const RawQuery raw(query);
    const or_odoo_scope raw_scope = to_raw(scope);
    return document([&](or_doc* doc, or_error* error) {
      return OR_HAS(or_odoo_v1, table_, search_read)
                 ? table_->search_read(table_->ctx, &raw_scope, &raw.query, doc, error)
                 : absent(error);
    });
  }
  // All matching records by ascending id, page by page; memory holds one page. query.order and offset are not used.
  [[nodiscard]] Result<void> each_page(const Query& query, const PageReader& reader, const Scope& scope = {}) const;

  [[nodiscard]] Result<int64_t> search_count(const Query& query, const Scope& scope = {}) const {
    if (!OR_HAS(or_odoo_v1, table_, search_count)) return Error{Code::kUnsupported, kAbsent};
    const RawQuery raw(query);
    const or_odoo_scope raw_scope = to_raw(scope);
    or_error error = empty_error();
    int64_t count = 0;
    const or_status status = table_->search_count(table_->ctx, &raw_scope, &raw.query, &count, &error);
    if (status != OR_OK) return to_error(status, error);
    return count;
  }
  // Aggregates such as "__count" and "probability:count", grouped by fields; one row in all when groupby is empty.
  [[nodiscard]] Result<Document> read_group(const Query& query, const std::vector<std::string_view>& groupby,
                                            const std::vector<std::string_view>& aggregates,
                                            const Scope& scope = {}) const {
    const RawQuery raw(query);
    const or_odoo_scope raw_scope = to_raw(scope);
    const std::vector<or_str> by = to_abi(groupby);
    const std::vector<or_str> of = to_abi(aggregates);
    return document([&](or_doc* doc, or_error* error) {
      if (!OR_HAS(or_odoo_v1, table_, read_group)) return absent(error);
      return table_->read_group(table_->ctx, &raw_scope, &raw.query, by.data(), by.size(), of.data(), of.size(), doc,
                                error);
    });
  }
  [[nodiscard]] Result<bool> has_group(std::string_view group, const Scope& scope = {}) const {
    if (!OR_HAS(or_odoo_v1, table_, has_group)) return Error{Code::kUnsupported, kAbsent};
    const or_odoo_scope raw = to_raw(scope);
    or_error error = empty_error();
    int32_t member = 0;
    const or_status status = table_->has_group(table_->ctx, &raw, outrigger::to_abi(group), &member, &error);
    if (status != OR_OK) return to_error(status, error);
    return member != 0;
  }
  // A system parameter; null when it is not set.
  [[nodiscard]] Result<Document> parameter(std::string_view key, const Scope& scope = {}) const {
    const or_odoo_scope raw = to_raw(scope);
    return document([&](or_doc* doc, or_error* error) {
      return OR_HAS(or_odoo_v1, table_, parameter)
                 ? table_->parameter(table_->ctx, &raw, outrigger::to_abi(key), doc, error)
                 : absent(error);
    });
  }
  // rows: an array of objects, each with id and the fields to write. The reply names done, unknown and failed rows;
  // an error is returned only when nothing can be said of any row.
  [[nodiscard]] Result<Document> write_rows(std::string_view model, Value rows, const Scope& scope = {}) const;
  // A public method by name; ids may be empty.
  [[nodiscard]] Result<Document> call(std::string_view model, std::string_view method, const std::vector<int64_t>& ids,
                                      Value args = {}, const Scope& scope = {}) const {
    const or_odoo_scope raw = to_raw(scope);
    return document([&](or_doc* doc, or_error* error) {
      if (!OR_HAS(or_odoo_v1, table_, call)) return absent(error);
      return table_->call(table_->ctx, &raw, outrigger::to_abi(model), outrigger::to_abi(method), ids.data(),
                          ids.size(), args.is_null() ? nullptr : &args.raw(), doc, error);
    });
  }

 private:
  static constexpr const char* kAbsent = "this host does not offer this call to Odoo, or the plugin was not granted it";

  struct RawQuery {
    explicit RawQuery(const Query& from) : domain(from.domain.raw()) {
      fields = Odoo::to_abi(from.fields);
      query.struct_size = sizeof query;
      query.flags = (from.archived ? OR_QUERY_ARCHIVED : 0U) | (from.names ? OR_QUERY_NAMES : 0U);
      query.model = outrigger::to_abi(from.model);
      query.domain = from.domain.is_null() ? nullptr : &domain;
      query.fields = fields.data();
      query.field_count = fields.size();
      query.order = outrigger::to_abi(from.order);
      query.offset = from.offset;
      query.limit = from.limit;
    }
    RawQuery(const RawQuery&) = delete;
    RawQuery& operator=(const RawQuery&) = delete;
    or_value domain;
    std::vector<or_str> fields;
    or_odoo_query query{};
  };

  static std::vector<or_str> to_abi(const std::vector<std::string_view>& names) {
    std::vector<or_str> raw;
    raw.reserve(names.size());
    for (const std::string_view name : names) raw.push_back(outrigger::to_abi(name));
    return raw;
  }
  static or_odoo_scope to_raw(const Scope& scope) {
    or_odoo_scope raw{};
    raw.struct_size = sizeof raw;
    raw.lane = static_cast<int32_t>(scope.lane);
    raw.company_id = scope.company_id;
    raw.principal = outrigger::to_abi(scope.principal);
    raw.idempotency_key = outrigger::to_abi(scope.idempotency_key);
    raw.lang = outrigger::to_abi(scope.lang);
    raw.deadline_ms = scope.deadline_ms;
    return raw;
  }
  static or_status absent(or_error* error) { return fill_error(error, Error{Code::kUnsupported, kAbsent}); }

  template <typename Invoke>
  static Result<Document> document(Invoke&& invoke) {
    or_error error = empty_error();
    or_doc doc{};
    const or_status status = invoke(&doc, &error);
    if (status != OR_OK) return to_error(status, error);
    return Document::adopt(doc);
  }

  const or_odoo_v1* table_ = nullptr;
};

inline Result<void> Odoo::each_page(const Query& query, const PageReader& reader, const Scope& scope) const {
  constexpr int64_t kPage = 2000;  // what one search_read returns at most, see abi/odoo.h
  int64_t last = 0;
  for (;;) {
    Arena arena;
    std::vector<Value> terms;
    terms.push_back(arena.array({"id", ">", last}));
    for (const Value term : query.domain.items()) terms.push_back(term);
    Query page = query;
    page.domain = arena.array(terms);
    page.order = "id";
    page.offset = 0;
    page.limit = kPage;
    const Result<Document> rows = search_read(page, scope);
    if (!rows) return rows.error();
    const size_t count = rows->root().size();
    if (count == 0) return {};
    if (Result<void> read = reader(rows->root()); !read) return read;
    const int64_t end = rows->root().at(count - 1)["id"].integer();
    if (end <= last)
      return Error{Code::kProtocol,
                   "Odoo returned records of " + std::string(query.model) + " that are not in the order of their ids",
                   Source::kOdoo};
    if (count < kPage) return {};
    last = end;
  }
}

inline Result<Document> Odoo::write_rows(std::string_view model, Value rows, const Scope& scope) const {
  if (!OR_HAS(or_odoo_v1, table_, write_rows)) return Error{Code::kUnsupported, kAbsent};
  const or_odoo_scope raw = to_raw(scope);
  or_error error = empty_error();
  or_doc doc{};
  const or_status status = table_->write_rows(table_->ctx, &raw, outrigger::to_abi(model), &rows.raw(), &doc, &error);
  Document report = Document::adopt(doc);
  if (status != OR_OK && !report.root().is_object()) return to_error(status, error);
  return report;
}

}  // namespace v1
}  // namespace outrigger
