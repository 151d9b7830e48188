// Odoo, as a plugin reaches it: odoo().search_read({.model = "crm.lead", .fields = {"name"}}).
//
//     Arena arena;
//     Query query{.model = "crm.lead", .domain = arena.array({arena.array({"type", "=", "lead"})}),
//                 .fields = {"name", "stage_id"}};
//     auto done = odoo().each_page(query, [&](Value rows) {
//       for (Value row : rows.items()) use(row);
//       return Result<void>();
//     });
//     auto ids = odoo().create("crm.lead", arena.object({{"name", "From the fair"}}), {.company_id = 2});
//
// Calls block until answered, cancelled or past their deadline; they may be made from any thread. Every failure is a
// Result with a code to act on; for writes, error().effect says whether Odoo may have done it. Every write names its
// company in the Scope; writes about a Record use the record's. See abi/odoo.h.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "abi/odoo.h"
#include "arena.hpp"
#include "odoo_types.hpp"
#include "record.hpp"
#include "result.hpp"
#include "slot.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

class Odoo {
 public:
  using Ids = std::vector<int64_t>;
  using Names = std::vector<std::string_view>;

  Odoo() = default;
  explicit Odoo(const or_odoo_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  [[nodiscard]] Result<Document> info() const { return ask(table_, &or_odoo_v1::info, kAbsent); }
  [[nodiscard]] Result<Document> fields_get(std::string_view model, const Scope& scope = {}) const {
    const or_odoo_scope raw = scope.raw();
    return ask(table_, &or_odoo_v1::fields_get, kAbsent, &raw, to_abi(model));
  }
  [[nodiscard]] Result<bool> has_group(std::string_view group, const Scope& scope = {}) const;
  // A system parameter; null when it is not set.
  [[nodiscard]] Result<Document> parameter(std::string_view key, const Scope& scope = {}) const {
    const or_odoo_scope raw = scope.raw();
    return ask(table_, &or_odoo_v1::parameter, kAbsent, &raw, to_abi(key));
  }

  // --- reading
  // One page, at most 2000 rows.
  [[nodiscard]] Result<Document> search_read(const Query& query, const Scope& scope = {}) const {
    const RawQuery raw_query(query);
    const or_odoo_scope raw = scope.raw();
    return ask(table_, &or_odoo_v1::search_read, kAbsent, &raw, raw_query.get());
  }
  // All matching records by ascending id, page by page; memory holds one page. query.order and offset are not used.
  // The reader gets the rows of a page (an array of objects); its error stops the reading and is returned.
  template <typename Reader>
  [[nodiscard]] Result<void> each_page(const Query& query, Reader&& reader, const Scope& scope = {}) const;

  [[nodiscard]] Result<int64_t> search_count(const Query& query, const Scope& scope = {}) const;
  // Aggregates such as "__count" and "probability:count", grouped by fields; one row in all when groupby is empty.
  [[nodiscard]] Result<Document> read_group(const Query& query, const Names& groupby, const Names& aggregates,
                                            const Scope& scope = {}) const;
  // An array of objects in the order of the ids; those that no longer exist are left out.
  [[nodiscard]] Result<Document> read(std::string_view model, const Ids& ids, const Names& fields,
                                      const Scope& scope = {}) const;
  // An array of [id, display name] for those ids that exist and may be seen.
  [[nodiscard]] Result<Document> names(std::string_view model, const Ids& ids, const Scope& scope = {}) const {
    const or_odoo_scope raw = scope.raw();
    return ask(table_, &or_odoo_v1::names, kAbsent, &raw, to_abi(model), ids.data(), ids.size());
  }

  // --- writing
  // values: an object, or an array with one object per record. The new ids, in the same order.
  [[nodiscard]] Result<Ids> create(std::string_view model, Value values, const Scope& scope) const;
  // The same values to all ids.
  [[nodiscard]] Result<void> write(std::string_view model, const Ids& ids, Value values, const Scope& scope) const {
    const or_odoo_scope raw = scope.raw();
    return perform(table_, &or_odoo_v1::write, kAbsent, &raw, to_abi(model), ids.data(), ids.size(), &values.raw());
  }
  // rows: an array of objects, each with id and the fields to write. The reply names done, unknown and failed rows;
  // an error is returned only when nothing can be said of any row.
  [[nodiscard]] Result<Document> write_rows(std::string_view model, Value rows, const Scope& scope = {}) const;
  // Ids that no longer exist are not an error.
  [[nodiscard]] Result<void> unlink(std::string_view model, const Ids& ids, const Scope& scope) const {
    const or_odoo_scope raw = scope.raw();
    return perform(table_, &or_odoo_v1::unlink, kAbsent, &raw, to_abi(model), ids.data(), ids.size());
  }
  // A public method by name; ids may be empty.
  [[nodiscard]] Result<Document> call(std::string_view model, std::string_view method, const Ids& ids, Value args = {},
                                      const Scope& scope = {}) const {
    const or_odoo_scope raw = scope.raw();
    return ask(table_, &or_odoo_v1::call, kAbsent, &raw, to_abi(model), to_abi(method), ids.data(), ids.size(),
               args.is_null() ? nullptr : &args.raw());
  }

  // --- writing about one record, for its company unless the scope names one
  [[nodiscard]] Result<void> write(const Record& record, Value values, const Scope& scope = {}) const {
    return write(record.model, {record.id}, values, about(record, scope));
  }
  [[nodiscard]] Result<void> unlink(const Record& record, const Scope& scope = {}) const {
    return unlink(record.model, {record.id}, about(record, scope));
  }
  // A note on the record; the id of the message.
  [[nodiscard]] Result<int64_t> message_post(const Record& record, Body body, const Scope& scope = {}) const;
  // The same for the record of a change: one effect per delivery, and a failure that is not looked at repeats it.
  Sent<void> write(const ChangedRecord& record, Value values, const Scope& scope = {}) const {
    const std::string key = record.next_key("write", Fingerprint().add(values).value());
    return {write(static_cast<const Record&>(record), values, keyed(scope, key, record)), record.delivery};
  }
  Sent<void> unlink(const ChangedRecord& record, const Scope& scope = {}) const {
    const std::string key = record.next_key("unlink", 0);
    return {unlink(static_cast<const Record&>(record), keyed(scope, key, record)), record.delivery};
  }
  Sent<int64_t> message_post(const ChangedRecord& record, Body body, const Scope& scope = {}) const {
    const std::string key = record.next_key("message_post", Fingerprint().add(body.text).value());
    return {message_post(static_cast<const Record&>(record), body, keyed(scope, key, record)), record.delivery};
  }

  // --- setting up; true when it was not there before. They need a setup key and their lines in the manifest
  [[nodiscard]] Result<bool> ensure_field(const FieldSpec& spec, const Scope& scope = kSetup) const {
    return ensure(&or_odoo_v1::ensure_field, spec, scope);
  }
  [[nodiscard]] Result<bool> ensure_view(const ViewSpec& spec, const Scope& scope = kSetup) const {
    return ensure(&or_odoo_v1::ensure_view, spec, scope);
  }
  [[nodiscard]] Result<bool> install_webhook(const WebhookSpec& spec, const Scope& scope = kSetup) const {
    return ensure(&or_odoo_v1::install_webhook, spec, scope);
  }

 private:
  static constexpr const char* kAbsent = "this host does not offer this call to Odoo, or the plugin was not granted it";
  static constexpr Scope kSetup{.company_id = kAllCompanies};

  static Scope about(const Record& record, Scope scope) {
    if (scope.company_id == OR_COMPANY_DEFAULT) scope.company_id = record.company_id;
    return scope;
  }
  static Scope keyed(Scope scope, std::string_view key, const ChangedRecord& record) {
    if (scope.idempotency_key.empty()) scope.idempotency_key = key;
    if (scope.delivery.empty() && record.delivery != nullptr) scope.delivery = record.delivery->id;
    return scope;
  }
  template <typename Function, typename Spec>
  Result<bool> ensure(Function or_odoo_v1::*member, const Spec& spec, const Scope& scope) const {
    Arena arena;
    const Value value = spec.to_value(arena);
    const or_odoo_scope raw = scope.raw();
    const Result<Document> reply = ask(table_, member, kAbsent, &raw, &value.raw());
    if (!reply) return reply.error();
    return reply->root()["created"].truthy();
  }

  const or_odoo_v1* table_ = nullptr;
};

inline Result<bool> Odoo::has_group(std::string_view group, const Scope& scope) const {
  const or_odoo_scope raw = scope.raw();
  int32_t member = 0;
  const Result<void> asked = perform(table_, &or_odoo_v1::has_group, kAbsent, &raw, to_abi(group), &member);
  if (!asked) return asked.error();
  return member != 0;
}

inline Result<int64_t> Odoo::search_count(const Query& query, const Scope& scope) const {
  const RawQuery raw_query(query);
  const or_odoo_scope raw = scope.raw();
  int64_t count = 0;
  const Result<void> asked = perform(table_, &or_odoo_v1::search_count, kAbsent, &raw, raw_query.get(), &count);
  if (!asked) return asked.error();
  return count;
}

inline Result<Document> Odoo::read_group(const Query& query, const Names& groupby, const Names& aggregates,
                                         const Scope& scope) const {
  const RawQuery raw_query(query);
  const or_odoo_scope raw = scope.raw();
  const std::vector<or_str> by = to_abi(groupby);
  const std::vector<or_str> of = to_abi(aggregates);
  return ask(table_, &or_odoo_v1::read_group, kAbsent, &raw, raw_query.get(), by.data(), by.size(), of.data(),
             of.size());
}

inline Result<Document> Odoo::read(std::string_view model, const Ids& ids, const Names& fields,
                                   const Scope& scope) const {
  const or_odoo_scope raw = scope.raw();
  const std::vector<or_str> names = to_abi(fields);
  return ask(table_, &or_odoo_v1::read, kAbsent, &raw, to_abi(model), ids.data(), ids.size(), names.data(),
             names.size());
}

inline Result<int64_t> Odoo::message_post(const Record& record, Body body, const Scope& scope) const {
  const Scope about_it = about(record, scope);
  const or_odoo_scope raw = about_it.raw();
  int64_t message = 0;
  const Result<void> posted = perform(table_, &or_odoo_v1::message_post, kAbsent, &raw, to_abi(record.model), record.id,
                                      to_abi(body.text), body.is_html ? 1 : 0, &message);
  if (!posted) return posted.error();
  return message;
}

inline Result<Odoo::Ids> Odoo::create(std::string_view model, Value values, const Scope& scope) const {
  const or_odoo_scope raw = scope.raw();
  Arena arena;
  const Value rows = values.is_object() ? arena.array({values}) : values;
  const Result<Document> reply = ask(table_, &or_odoo_v1::create, kAbsent, &raw, to_abi(model), &rows.raw());
  if (!reply) return reply.error();
  if (reply->root().size() != rows.size())
    return Error{Code::kProtocol,
                 "creating " + std::to_string(rows.size()) + " records of " + std::string(model) + " returned " +
                     std::to_string(reply->root().size()) + " ids",
                 Source::kHost, Effect::kUnknown};
  return as<Ids>(reply->root());
}

template <typename Reader>
Result<void> Odoo::each_page(const Query& query, Reader&& reader, const Scope& scope) const {
  static_assert(std::is_convertible_v<std::invoke_result_t<Reader&, Value>, Result<void>>,
                "the reader of each_page takes the rows as a Value and returns a Result<void>");
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
  const or_odoo_scope raw = scope.raw();
  or_error error = empty_error();
  or_doc doc{};
  const or_status status = table_->write_rows(table_->ctx, &raw, to_abi(model), &rows.raw(), &doc, &error);
  Document report = Document::adopt(doc);
  if (status != OR_OK && !report.root().is_object()) return to_error(status, error);
  return report;
}

}  // namespace v1
}  // namespace outrigger
