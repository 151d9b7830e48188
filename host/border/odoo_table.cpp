#include "host/border/host_tables.hpp"
#include "host/border/marshal.hpp"

namespace outrigger::host {
namespace {

using marshal::Args;
using marshal::caller;
using marshal::guarded;

void add_scope(Args& args, const or_odoo_scope* given) {
  const or_odoo_scope scope = marshal::whole(given);
  std::vector<Field> fields;
  if (scope.lane != OR_LANE_DEFAULT) fields.push_back({"lane", Value::of(int64_t{scope.lane})});
  if (scope.company_id != OR_COMPANY_DEFAULT) fields.push_back({"company_id", Value::of(scope.company_id)});
  if (scope.principal.len != 0) fields.push_back({"principal", Value::of(from_abi(scope.principal))});
  if (scope.idempotency_key.len != 0) fields.push_back({"idempotency_key", Value::of(from_abi(scope.idempotency_key))});
  if (scope.delivery.len != 0) fields.push_back({"delivery", Value::of(from_abi(scope.delivery))});
  if (scope.lang.len != 0) fields.push_back({"lang", Value::of(from_abi(scope.lang))});
  if (scope.context != nullptr) fields.push_back({"context", Value(*scope.context)});
  if (scope.deadline_ms > 0) fields.push_back({"deadline_ms", Value::of(scope.deadline_ms)});
  if (!fields.empty()) args.add("scope", args.arena().object(fields));
}

// Which records; the rest of a query is for those operations that read them.
void add_selection(Args& args, const or_odoo_query& query) {
  args.text("model", query.model).tree("domain", query.domain);
  args.flag("archived", (query.flags & OR_QUERY_ARCHIVED) != 0);
}

void add_query(Args& args, const or_odoo_query* given) {
  const or_odoo_query query = marshal::whole(given);
  add_selection(args, query);
  if (query.field_count != 0) args.names("fields", query.fields, query.field_count);
  args.text("order", query.order).number("offset", query.offset).number("limit", query.limit);
  args.flag("names", (query.flags & OR_QUERY_NAMES) != 0);
}

or_status info(void* ctx, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] { return marshal::give(caller(ctx).call("odoo.info", Args().value()), reply, error); });
}

or_status fields_get(void* ctx, const or_odoo_scope* scope, or_str model, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.fields_get", args.value()), reply, error);
  });
}

or_status search_read(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, or_doc* reply,
                      or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    add_query(args, query);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.search_read", args.value()), reply, error);
  });
}

or_status search_count(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, int64_t* count,
                       or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    add_selection(args, marshal::whole(query));
    add_scope(args, scope);
    return marshal::give_number(caller(ctx).call("odoo.search_count", args.value()), count, error);
  });
}

or_status read_group(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, const or_str* groupby,
                     uint64_t groupby_count, const or_str* aggregates, uint64_t aggregate_count, or_doc* reply,
                     or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    add_selection(args, marshal::whole(query));
    args.names("groupby", groupby, groupby_count).names("aggregates", aggregates, aggregate_count);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.read_group", args.value()), reply, error);
  });
}

or_status has_group(void* ctx, const or_odoo_scope* scope, or_str group, int32_t* member, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("group", group);
    add_scope(args, scope);
    const Result<Document> is = caller(ctx).call("odoo.has_group", args.value());
    if (is && member != nullptr) *member = is->root().truthy() ? 1 : 0;
    return marshal::done(is, error);
  });
}

or_status parameter(void* ctx, const or_odoo_scope* scope, or_str key, or_doc* value, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("key", key);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.parameter", args.value()), value, error);
  });
}

or_status read(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
               const or_str* fields, uint64_t field_count, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).ids("ids", ids, id_count).names("fields", fields, field_count);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.read", args.value()), reply, error);
  });
}

or_status create(void* ctx, const or_odoo_scope* scope, or_str model, const or_value* values, or_doc* reply,
                 or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).tree("values", values);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.create", args.value()), reply, error);
  });
}

or_status write(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                const or_value* values, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).ids("ids", ids, id_count).tree("values", values);
    add_scope(args, scope);
    return marshal::done(caller(ctx).call("odoo.write", args.value()), error);
  });
}

// The report says what became of each row; the status, whether all is well.
or_status write_rows(void* ctx, const or_odoo_scope* scope, or_str model, const or_value* rows, or_doc* reply,
                     or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).tree("rows", rows);
    add_scope(args, scope);
    Result<Document> report = caller(ctx).call("odoo.write_rows", args.value());
    if (!report) return fill_error(error, report.error());
    or_status status = OR_OK;
    const Value failed = report->root()["failed"];
    if (report->root()["unknown"].size() != 0)
      status = fill_error(
          error, {Code::kUnreachable, "the reply for some rows was lost", Source::kNetwork, Effect::kUnknown, -1});
    else if (failed.size() != 0)
      status = fill_error(error, {static_cast<Code>(failed.at(0)["code"].integer()),
                                  std::string(failed.at(0)["message"].text()), Source::kOdoo, Effect::kNone, -1});
    if (reply != nullptr) *reply = report->hand_over();
    return status;
  });
}

or_status unlink(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                 or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).ids("ids", ids, id_count);
    add_scope(args, scope);
    return marshal::done(caller(ctx).call("odoo.unlink", args.value()), error);
  });
}

or_status message_post(void* ctx, const or_odoo_scope* scope, or_str model, int64_t id, or_str body, int32_t is_html,
                       int64_t* message_id, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).number("id", id).text("body", body).flag("html", is_html != 0);
    add_scope(args, scope);
    return marshal::give_number(caller(ctx).call("odoo.message_post", args.value()), message_id, error);
  });
}

or_status method(void* ctx, const or_odoo_scope* scope, or_str model, or_str name, const int64_t* ids,
                 uint64_t id_count, const or_value* given, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).text("method", name);
    if (id_count != 0) args.ids("ids", ids, id_count);
    args.tree("args", given);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.call", args.value()), reply, error);
  });
}

or_status names(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).ids("ids", ids, id_count);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call("odoo.names", args.value()), reply, error);
  });
}

or_status ensure(void* ctx, std::string_view operation, const or_odoo_scope* scope, const or_value* what, or_doc* reply,
                 or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    if (what != nullptr)
      for (const Field field : Value(*what).fields()) args.add(field.key, field.value);
    add_scope(args, scope);
    return marshal::give(caller(ctx).call(operation, args.value()), reply, error);
  });
}

}  // namespace

or_odoo_v1 odoo_table(HostCaller& host) {
  or_odoo_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.info = &info;
  table.fields_get = &fields_get;
  table.search_read = &search_read;
  table.search_count = &search_count;
  table.read_group = &read_group;
  table.has_group = &has_group;
  table.parameter = &parameter;
  table.read = &read;
  table.create = &create;
  table.write = &write;
  table.write_rows = &write_rows;
  table.unlink = &unlink;
  table.message_post = &message_post;
  table.call = &method;
  table.names = &names;
  table.ensure_field = [](void* ctx, const or_odoo_scope* scope, const or_value* field, or_doc* reply,
                          or_error* error) { return ensure(ctx, "odoo.ensure_field", scope, field, reply, error); };
  table.ensure_view = [](void* ctx, const or_odoo_scope* scope, const or_value* view, or_doc* reply, or_error* error) {
    return ensure(ctx, "odoo.ensure_view", scope, view, reply, error);
  };
  table.install_webhook = [](void* ctx, const or_odoo_scope* scope, const or_value* webhook, or_doc* reply,
                             or_error* error) {
    return ensure(ctx, "odoo.install_webhook", scope, webhook, reply, error);
  };
  return table;
}

}  // namespace outrigger::host
