// What a plugin keeps and shares: store, shared, schedule, secrets.
#include "host/border/host_tables.hpp"
#include "host/border/marshal.hpp"

namespace outrigger::host {
namespace {

using marshal::Args;
using marshal::caller;
using marshal::guarded;

or_status store_get(void* ctx, const or_value* keys, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.tree("keys", keys);
    return marshal::give(caller(ctx).call("store.get", args.value()), reply, error);
  });
}

or_status store_scan(void* ctx, or_str from, or_str to, uint32_t flags, int64_t limit, or_doc* reply,
                     or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.bytes("from", from).bytes("to", to).number("limit", limit);
    args.flag("reverse", (flags & OR_STORE_REVERSE) != 0).flag("keys", (flags & OR_STORE_KEYS) != 0);
    return marshal::give(caller(ctx).call("store.scan", args.value()), reply, error);
  });
}

or_status store_commit(void* ctx, const or_store_commit* given, or_error* error) noexcept {
  return guarded(error, [&] {
    const or_store_commit commit = marshal::whole(given);
    Args args;
    args.number("schema_version", commit.schema_version).tree("expected", commit.expected);
    args.tree("changes", commit.changes).text("delivery", commit.delivery).tree("outcome", commit.outcome);
    return marshal::done(caller(ctx).call("store.commit", args.value()), error);
  });
}

or_status publish(void* ctx, or_str fact, or_str model, const int64_t* ids, uint64_t id_count, const or_value* values,
                  or_error* error) noexcept {
  return guarded(error, [&] {
    or_value list{OR_ARRAY, static_cast<uint32_t>(id_count), {}};
    list.as.items = values;
    Args args;
    args.text("fact", fact).text("model", model).ids("ids", ids, id_count).tree("values", &list);
    return marshal::done(caller(ctx).call("shared.publish", args.value()), error);
  });
}

or_status read_fact(void* ctx, or_str fact, or_str model, const int64_t* ids, uint64_t id_count, or_doc* reply,
                    or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("fact", fact).text("model", model).ids("ids", ids, id_count);
    return marshal::give(caller(ctx).call("shared.read", args.value()), reply, error);
  });
}

or_status schedule_set(void* ctx, or_str job, const or_schedule_when* given, or_error* error) noexcept {
  return guarded(error, [&] {
    const or_schedule_when when = marshal::whole(given);
    Args args;
    args.text("job", job).number("missed", when.missed).number("every_ms", when.every_ms).number("at", when.at);
    args.text("cron", when.cron).text("zone", when.zone);
    return marshal::done(caller(ctx).call("schedule.set", args.value()), error);
  });
}

or_status of_job(void* ctx, std::string_view operation, or_str job, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("job", job);
    return marshal::done(caller(ctx).call(operation, args.value()), error);
  });
}

or_status keep_secret(void* ctx, std::string_view operation, or_str name, or_str value, int64_t expires,
                      or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("name", name).bytes("value", value).number("expires", expires);
    return marshal::done(caller(ctx).call(operation, args.value()), error);
  });
}

or_status without_arguments(void* ctx, std::string_view operation, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] { return marshal::give(caller(ctx).call(operation, Args().value()), reply, error); });
}

}  // namespace

or_store_v1 store_table(HostCaller& host) {
  or_store_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.get = &store_get;
  table.scan = &store_scan;
  table.commit = &store_commit;
  table.info = [](void* ctx, or_doc* reply, or_error* error) {
    return without_arguments(ctx, "store.info", reply, error);
  };
  return table;
}

or_shared_v1 shared_table(HostCaller& host) {
  or_shared_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.publish = &publish;
  table.read = &read_fact;
  return table;
}

or_schedule_v1 schedule_table(HostCaller& host) {
  or_schedule_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.set = &schedule_set;
  table.cancel = [](void* ctx, or_str job, or_error* error) { return of_job(ctx, "schedule.cancel", job, error); };
  table.run_now = [](void* ctx, or_str job, or_error* error) { return of_job(ctx, "schedule.run_now", job, error); };
  table.list = [](void* ctx, or_doc* reply, or_error* error) {
    return without_arguments(ctx, "schedule.list", reply, error);
  };
  return table;
}

or_secrets_v1 secrets_table(HostCaller& host) {
  or_secrets_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.put = [](void* ctx, or_str name, or_str value, int64_t expires, or_error* error) {
    return keep_secret(ctx, "secrets.put", name, value, expires, error);
  };
  table.rotate = [](void* ctx, or_str name, or_str value, int64_t expires, or_error* error) {
    return keep_secret(ctx, "secrets.rotate", name, value, expires, error);
  };
  table.erase = [](void* ctx, or_str name, or_error* error) {
    return keep_secret(ctx, "secrets.erase", name, {}, 0, error);
  };
  table.list = [](void* ctx, or_doc* reply, or_error* error) {
    return without_arguments(ctx, "secrets.list", reply, error);
  };
  return table;
}

}  // namespace outrigger::host
