#include "host/services/odoo_service.hpp"

namespace outrigger::host {
namespace {

std::vector<std::string_view> names(const or_str* list, uint64_t count) {
  std::vector<std::string_view> result;
  for (uint64_t i = 0; i < count; ++i) result.push_back(from_abi(list[i]));
  return result;
}

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

or_status give(Result<Document>&& result, or_doc* out, or_error* error) {
  if (!result) return fill_error(error, result.error());
  *out = result->hand_over();
  return OR_OK;
}

// A scope that the caller compiled against an older header may be shorter; what it lacks is zero.
or_odoo_scope scope_of(const or_odoo_scope* scope) {
  or_odoo_scope full{};
  if (scope != nullptr) std::memcpy(&full, scope, std::min<size_t>(sizeof full, scope->struct_size));
  return full;
}

}  // namespace

struct OdooService::Entry {
  // One call on behalf of the plugin: the service behind ctx, the options and the context that the scope asks for.
  struct Invocation {
    Invocation(void* ctx, const or_odoo_scope* raw, Lane usual)
        : service(*static_cast<OdooService*>(ctx)), scope(scope_of(raw)) {
      options.lane = scope.lane == OR_LANE_DEFAULT ? usual : static_cast<Lane>(scope.lane);
      options.deadline = std::chrono::milliseconds(std::max<int64_t>(0, scope.deadline_ms));
      options.stop = service.stop_.get_token();
      std::vector<Field> fields;
      if (scope.lang.len != 0) fields.push_back({"lang", Value::of(from_abi(scope.lang))});
      if (scope.company_id != 0) fields.push_back({"allowed_company_ids", arena.array({scope.company_id})});
      context = arena.object(fields);
    }
    [[nodiscard]] Result<void> allowed() const {
      if (!service.allowed_) return refuse(Code::kInvalid, "Odoo may be called from activate on, not in create");
      if (scope.principal.len != 0)
        return refuse(Code::kUnsupported, "this host keeps no users' keys yet; leave `principal` empty");
      return {};
    }

    OdooService& service;
    or_odoo_scope scope;
    Arena arena;
    odoo::CallOptions options;
    Value context;
  };

  static Query query_of(const or_odoo_query* raw) {
    Query query;
    query.model = from_abi(raw->model);
    if (raw->domain != nullptr) query.domain = *raw->domain;
    query.fields = names(raw->fields, raw->field_count);
    query.order = from_abi(raw->order);
    query.offset = raw->offset;
    query.limit = raw->limit;
    query.archived = (raw->flags & OR_QUERY_ARCHIVED) != 0;
    query.names = (raw->flags & OR_QUERY_NAMES) != 0;
    return query;
  }

  // No exception crosses the border.
  template <typename Body>
  static or_status guarded(or_error* error, Body&& body) noexcept {
    try {
      return body();
    } catch (const std::exception& problem) {
      return fill_error(error, {Code::kInternal, std::string("the host failed: ") + problem.what(), Source::kHost,
                                Effect::kUnknown, -1});
    } catch (...) {
      return OR_E_INTERNAL;
    }
  }

  static or_status info(void* ctx, or_doc* reply, or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, nullptr, Lane::kInteractive);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      odoo::Session& session = call.service.session_;
      const Result<odoo::Session::Details> details = session.details(call.options);
      if (!details) return fill_error(error, details.error());
      const odoo::ServerInfo& server = session.info();
      return give(
          Document::build([&](Arena& arena) {
            return arena.object({{"version", arena.text(server.version)},
                                 {"series", arena.text(server.series)},
                                 {"major", server.major},
                                 {"database", arena.text(session.connection().database)},
                                 {"transport", arena.text(server.transport)},
                                 {"uid", server.uid},
                                 {"lang", arena.text(server.lang)},
                                 {"tz", arena.text(server.tz)},
                                 {"company_ids", arena.ids(details->company_ids)},
                                 {"system_tz", details->system_tz_known ? arena.text(details->system_tz) : Value{}}});
          }),
          reply, error);
    });
  }

  static or_status fields_get(void* ctx, const or_odoo_scope* scope, or_str model, or_doc* reply,
                              or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kInteractive);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      const auto fields = call.service.session_.fields(std::string(from_abi(model)), call.options,
                                                       std::string(from_abi(call.scope.lang)));
      if (!fields) return fill_error(error, fields.error());
      return give(Document(*fields, (*fields)->root()), reply, error);
    });
  }

  static or_status search_read(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, or_doc* reply,
                               or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kFeed);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      return give(call.service.records_.search_read(query_of(query), call.options, call.context), reply, error);
    });
  }

  static or_status search_count(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, int64_t* count,
                                or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kFeed);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      const Result<int64_t> counted = call.service.records_.search_count(query_of(query), call.options, call.context);
      if (!counted) return fill_error(error, counted.error());
      *count = *counted;
      return OR_OK;
    });
  }

  static or_status read_group(void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, const or_str* groupby,
                              uint64_t groupby_count, const or_str* aggregates, uint64_t aggregate_count, or_doc* reply,
                              or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kFeed);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      return give(call.service.records_.read_group(query_of(query), names(groupby, groupby_count),
                                                   names(aggregates, aggregate_count), call.options, call.context),
                  reply, error);
    });
  }

  static or_status has_group(void* ctx, const or_odoo_scope* scope, or_str group, int32_t* member,
                             or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kInteractive);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      const Result<bool> is = call.service.records_.has_group(from_abi(group), call.options);
      if (!is) return fill_error(error, is.error());
      *member = *is ? 1 : 0;
      return OR_OK;
    });
  }

  static or_status parameter(void* ctx, const or_odoo_scope* scope, or_str key, or_doc* value,
                             or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kInteractive);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      return give(call.service.records_.parameter(from_abi(key), call.options), value, error);
    });
  }

  static or_status read(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                        const or_str* fields, uint64_t field_count, or_doc* reply, or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kFeed);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      return give(call.service.records_.read(from_abi(model), {ids, ids + id_count}, names(fields, field_count),
                                             call.options, call.context),
                  reply, error);
    });
  }

  static or_status create(void* ctx, const or_odoo_scope* scope, or_str model, const or_value* values, or_doc* reply,
                          or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kWrites);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      return give(call.service.records_.create(from_abi(model), *values, call.options, call.context), reply, error);
    });
  }

  static or_status write(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                         const or_value* values, or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kWrites);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      const Result<void> done =
          call.service.records_.write(from_abi(model), {ids, ids + id_count}, *values, call.options, call.context);
      return done ? OR_OK : fill_error(error, done.error());
    });
  }

  static or_status write_rows(void* ctx, const or_odoo_scope* scope, or_str model, const or_value* rows, or_doc* reply,
                              or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kWrites);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      const Result<odoo::RowsWritten> written =
          call.service.records_.write_rows(from_abi(model), *rows, call.options, call.context);
      if (!written) return fill_error(error, written.error());
      Document report = Document::build([&](Arena& arena) {
        std::vector<Value> failed;
        for (const auto& row : written->failed)
          failed.push_back(arena.object({{"id", row.id}, {"message", arena.text(row.error.message)}}));
        return arena.object({{"done", arena.ids(written->done)},
                             {"unknown", arena.ids(written->unknown)},
                             {"failed", arena.array(failed)}});
      });
      *reply = report.hand_over();
      if (!written->unknown.empty())
        return fill_error(
            error, {Code::kUnreachable, "the reply for some rows was lost", Source::kNetwork, Effect::kUnknown, -1});
      return written->failed.empty() ? OR_OK : fill_error(error, written->failed.front().error);
    });
  }

  static or_status unlink(void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t id_count,
                          or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kWrites);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      const Result<void> done = call.service.records_.unlink(from_abi(model), {ids, ids + id_count}, call.options);
      return done ? OR_OK : fill_error(error, done.error());
    });
  }

  static or_status message_post(void* ctx, const or_odoo_scope* scope, or_str model, int64_t id, or_str body,
                                int32_t is_html, int64_t* message_id, or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kWrites);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      const Result<int64_t> message =
          call.service.records_.message_post(from_abi(model), id, from_abi(body), is_html != 0, call.options);
      if (!message) return fill_error(error, message.error());
      *message_id = *message;
      return OR_OK;
    });
  }

  static or_status method(void* ctx, const or_odoo_scope* scope, or_str model, or_str name, const int64_t* ids,
                          uint64_t id_count, const or_value* args, or_doc* reply, or_error* error) noexcept {
    return guarded(error, [&] {
      const Invocation call(ctx, scope, Lane::kWrites);
      if (const Result<void> ok = call.allowed(); !ok) return fill_error(error, ok.error());
      transport::Call remote{.model = std::string(from_abi(model)), .method = std::string(from_abi(name))};
      if (id_count != 0) remote.ids = std::vector<int64_t>(ids, ids + id_count);
      if (args != nullptr) remote.kwargs = *args;
      remote.context = call.context;
      return give(call.service.session_.call(remote, call.options), reply, error);
    });
  }
};

OdooService::OdooService(odoo::Session& session) : session_(session), records_(session) {
  table_.struct_size = sizeof table_;
  table_.ctx = this;
  table_.info = &Entry::info;
  table_.fields_get = &Entry::fields_get;
  table_.search_read = &Entry::search_read;
  table_.search_count = &Entry::search_count;
  table_.read_group = &Entry::read_group;
  table_.has_group = &Entry::has_group;
  table_.parameter = &Entry::parameter;
  table_.read = &Entry::read;
  table_.create = &Entry::create;
  table_.write = &Entry::write;
  table_.write_rows = &Entry::write_rows;
  table_.unlink = &Entry::unlink;
  table_.message_post = &Entry::message_post;
  table_.call = &Entry::method;
}

}  // namespace outrigger::host
