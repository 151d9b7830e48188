// outrigger.odoo/1 of a FakeHost: from the functions of the ABI to a FakeOdoo. A test needs none of this.
#pragma once

#include <cstring>

#include "odoo.hpp"

namespace outrigger::testkit {

class OdooTable {
 public:
  OdooTable(Port& port, FakeOdoo& odoo) : port_(port), odoo_(odoo) {
    table_.struct_size = sizeof table_;
    table_.ctx = this;
    reading();
    writing();
    setting_up();
  }
  OdooTable(const OdooTable&) = delete;
  OdooTable& operator=(const OdooTable&) = delete;
  [[nodiscard]] const or_odoo_v1* get() const { return &table_; }

 private:
  static OdooTable& at(void* ctx) { return *static_cast<OdooTable*>(ctx); }
  template <typename T>
  static T whole(const T* given) {
    T full{};
    if (given != nullptr) std::memcpy(&full, given, std::min<size_t>(sizeof full, given->struct_size));
    return full;
  }

  Result<OdooCall> start(const char* name, const or_odoo_scope* scope, or_str model, const or_value* values = nullptr) {
    OdooCall call;
    call.scope = whole(scope);
    if (Result<void> ok = port_.admit(name, model, values, call.scope.principal, call.scope.idempotency_key,
                                      call.scope.lang, call.scope.delivery);
        !ok)
      return ok.error();
    call.method = std::string_view(name).substr(5);  // without "odoo."
    call.model = from_abi(model);
    if (values != nullptr) call.values = Value(*values);
    return call;
  }
  static void add(std::vector<std::string>& names, const or_str* list, uint64_t count) {
    for (uint64_t i = 0; list != nullptr && i < count; ++i) names.emplace_back(from_abi(list[i]));
  }
  static std::vector<int64_t> ids(const int64_t* list, uint64_t count) {
    return list == nullptr ? std::vector<int64_t>{} : std::vector<int64_t>(list, list + count);
  }
  Result<OdooCall> start(const char* name, const or_odoo_scope* scope, const or_odoo_query* given) {
    const or_odoo_query query = whole(given);
    Result<OdooCall> call = start(name, scope, query.model, query.domain);
    if (!call) return call;
    call->domain = call->values;
    call->values = {};
    add(call->fields, query.fields, query.field_count);
    call->order = from_abi(query.order);
    call->archived = (query.flags & OR_QUERY_ARCHIVED) != 0;
    call->offset = query.offset;
    call->limit = query.limit;
    return call;
  }
  // What every call does once its arguments are read.
  template <typename Fill>
  Result<Document> run(Result<OdooCall> call, bool writes, Fill&& fill) {
    if (!call) return call.error();
    fill(*call);
    return writes ? odoo_.write(*call) : odoo_.read(*call);
  }
  static Result<void> number(const Result<Document>& reply, int64_t* to) {
    if (!reply) return reply.error();
    if (to != nullptr) *to = reply->root().integer();
    return {};
  }
  static constexpr auto kNothing = [](OdooCall&) {};

  void reading();
  void writing();
  void setting_up();

  Port& port_;
  FakeOdoo& odoo_;
  or_odoo_v1 table_{};
};

inline void OdooTable::reading() {
  table_.info = [](void* ctx, or_doc* reply, or_error* error) {
    return at(ctx).port_.give("odoo.info", reply, error, []() -> Result<Document> {
      return Document::build([](Arena& arena) {
        return arena.object({{"version", "19.0"},
                             {"series", "19.0"},
                             {"major", 19},
                             {"database", "fake"},
                             {"transport", "fake"},
                             {"uid", 2},
                             {"lang", "en_US"},
                             {"tz", "UTC"},
                             {"company_ids", arena.array({1})},
                             {"system_tz", "UTC"}});
      });
    });
  };
  table_.fields_get = [](void* ctx, const or_odoo_scope* scope, or_str model, or_doc* reply, or_error* error) {
    OdooTable& self = at(ctx);
    return self.port_.give("odoo.fields_get", reply, error, [&]() -> Result<Document> {
      const Result<OdooCall> call = self.start("odoo.fields_get", scope, model);
      return call ? self.odoo_.fields_get(call->model) : Result<Document>(call.error());
    });
  };
  table_.search_read = [](void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, or_doc* reply,
                          or_error* error) {
    constexpr const char* kName = "odoo.search_read";
    return at(ctx).port_.give(kName, reply, error,
                              [&] { return at(ctx).run(at(ctx).start(kName, scope, query), false, kNothing); });
  };
  table_.search_count = [](void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, int64_t* count,
                           or_error* error) {
    constexpr const char* kName = "odoo.search_count";
    return at(ctx).port_.perform(
        kName, error, [&] { return number(at(ctx).run(at(ctx).start(kName, scope, query), false, kNothing), count); });
  };
  table_.read_group = [](void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, const or_str* groupby,
                         uint64_t groupby_count, const or_str* aggregates, uint64_t aggregate_count, or_doc* reply,
                         or_error* error) {
    constexpr const char* kName = "odoo.read_group";
    (void)groupby, (void)groupby_count, (void)aggregates, (void)aggregate_count;
    return at(ctx).port_.give(kName, reply, error,
                              [&] { return at(ctx).run(at(ctx).start(kName, scope, query), false, kNothing); });
  };
  table_.has_group = [](void* ctx, const or_odoo_scope* scope, or_str group, int32_t* member, or_error* error) {
    OdooTable& self = at(ctx);
    return self.port_.perform("odoo.has_group", error, [&]() -> Result<void> {
      const Result<OdooCall> call = self.start("odoo.has_group", scope, group);
      if (!call) return call.error();
      if (member != nullptr) *member = self.odoo_.in_group(call->model) ? 1 : 0;
      return {};
    });
  };
  table_.parameter = [](void* ctx, const or_odoo_scope* scope, or_str key, or_doc* value, or_error* error) {
    OdooTable& self = at(ctx);
    return self.port_.give("odoo.parameter", value, error, [&]() -> Result<Document> {
      const Result<OdooCall> call = self.start("odoo.parameter", scope, key);
      return call ? Result<Document>(self.odoo_.parameter_value(call->model)) : Result<Document>(call.error());
    });
  };
  table_.read = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* list, uint64_t id_count,
                   const or_str* fields, uint64_t field_count, or_doc* reply, or_error* error) {
    constexpr const char* kName = "odoo.read";
    return at(ctx).port_.give(kName, reply, error, [&] {
      return at(ctx).run(at(ctx).start(kName, scope, model), false, [&](OdooCall& call) {
        call.ids = ids(list, id_count);
        add(call.fields, fields, field_count);
      });
    });
  };
  table_.names = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* list, uint64_t id_count,
                    or_doc* reply, or_error* error) {
    constexpr const char* kName = "odoo.names";
    return at(ctx).port_.give(kName, reply, error, [&] {
      return at(ctx).run(at(ctx).start(kName, scope, model), false,
                         [&](OdooCall& call) { call.ids = ids(list, id_count); });
    });
  };
}

inline void OdooTable::writing() {
  table_.create = [](void* ctx, const or_odoo_scope* scope, or_str model, const or_value* values, or_doc* reply,
                     or_error* error) {
    constexpr const char* kName = "odoo.create";
    return at(ctx).port_.give(kName, reply, error,
                              [&] { return at(ctx).run(at(ctx).start(kName, scope, model, values), true, kNothing); });
  };
  table_.write = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* list, uint64_t id_count,
                    const or_value* values, or_error* error) {
    constexpr const char* kName = "odoo.write";
    return at(ctx).port_.perform(kName, error, [&] {
      return number(at(ctx).run(at(ctx).start(kName, scope, model, values), true,
                                [&](OdooCall& call) { call.ids = ids(list, id_count); }),
                    nullptr);
    });
  };
  table_.write_rows = [](void* ctx, const or_odoo_scope* scope, or_str model, const or_value* rows, or_doc* reply,
                         or_error* error) {
    constexpr const char* kName = "odoo.write_rows";
    return at(ctx).port_.give(kName, reply, error, [&] {
      return at(ctx).run(at(ctx).start(kName, scope, model, rows), true, [](OdooCall& call) {
        for (const Value row : call.values.items()) call.ids.push_back(row["id"].integer());
      });
    });
  };
  table_.unlink = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* list, uint64_t id_count,
                     or_error* error) {
    constexpr const char* kName = "odoo.unlink";
    return at(ctx).port_.perform(kName, error, [&] {
      return number(at(ctx).run(at(ctx).start(kName, scope, model), true,
                                [&](OdooCall& call) { call.ids = ids(list, id_count); }),
                    nullptr);
    });
  };
  table_.message_post = [](void* ctx, const or_odoo_scope* scope, or_str model, int64_t id, or_str body, int32_t,
                           int64_t* message_id, or_error* error) {
    constexpr const char* kName = "odoo.message_post";
    OdooTable& self = at(ctx);
    return self.port_.perform(kName, error, [&]() -> Result<void> {
      if (Result<void> ok = self.port_.admit(kName, body); !ok) return ok;
      return number(self.run(self.start(kName, scope, model), true,
                             [&](OdooCall& call) {
                               call.ids = {id};
                               call.body = from_abi(body);
                             }),
                    message_id);
    });
  };
  table_.call = [](void* ctx, const or_odoo_scope* scope, or_str model, or_str method, const int64_t* list,
                   uint64_t id_count, const or_value* args, or_doc* reply, or_error* error) {
    OdooTable& self = at(ctx);
    return self.port_.give("odoo.call", reply, error, [&]() -> Result<Document> {
      if (Result<void> ok = self.port_.admit("odoo.call", method); !ok) return ok.error();
      return self.run(self.start("odoo.call", scope, model, args), true, [&](OdooCall& call) {
        call.method = from_abi(method);
        call.ids = ids(list, id_count);
      });
    });
  };
}

inline void OdooTable::setting_up() {
  // Always made anew, and written down as a write of the model "setup".
  static constexpr auto kMake = [](void* ctx, const char* name, const or_odoo_scope* scope, const or_value* spec,
                                   or_doc* reply, or_error* error) {
    OdooTable& self = at(ctx);
    return self.port_.give(name, reply, error, [&]() -> Result<Document> {
      self.odoo_.fields("setup", {});
      const std::string method = std::string_view(name).substr(5).data();
      if (!self.odoo_.has_answer("setup", method))
        self.odoo_.answers("setup", method, Object{{"created", true}, {"id", 1}}.value());
      return self.run(self.start(name, scope, to_abi(std::string_view("setup")), spec), true, kNothing);
    });
  };
  table_.ensure_field = [](void* ctx, const or_odoo_scope* scope, const or_value* spec, or_doc* reply,
                           or_error* error) { return kMake(ctx, "odoo.ensure_field", scope, spec, reply, error); };
  table_.ensure_view = [](void* ctx, const or_odoo_scope* scope, const or_value* spec, or_doc* reply, or_error* error) {
    return kMake(ctx, "odoo.ensure_view", scope, spec, reply, error);
  };
  table_.install_webhook = [](void* ctx, const or_odoo_scope* scope, const or_value* spec, or_doc* reply,
                              or_error* error) {
    return kMake(ctx, "odoo.install_webhook", scope, spec, reply, error);
  };
}

}  // namespace outrigger::testkit
