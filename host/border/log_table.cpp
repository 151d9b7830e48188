#include "host/border/host_tables.hpp"
#include "host/border/marshal.hpp"

namespace outrigger::host {
namespace {

using marshal::Args;
using marshal::caller;

void write(void* ctx, int32_t level, or_str text, const or_value* fields) {
  (void)marshal::guarded(nullptr, [&] {
    if (!caller(ctx).log_enabled(level)) return OR_OK;
    Args args;
    args.number("level", level).text("text", text).tree("fields", fields);
    caller(ctx).notify("log.write", args.value());
    return OR_OK;
  });
}

void measure(void* ctx, std::string_view operation, or_str name, double number, const or_value* labels) {
  (void)marshal::guarded(nullptr, [&] {
    Args args;
    args.text("name", name).real("value", number).tree("labels", labels);
    caller(ctx).notify(operation, args.value());
    return OR_OK;
  });
}

}  // namespace

or_log_v1 log_table(HostCaller& host) {
  or_log_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.write = &write;
  table.enabled = [](void* ctx, int32_t level) -> int32_t { return caller(ctx).log_enabled(level) ? 1 : 0; };
  return table;
}

or_metrics_v1 metrics_table(HostCaller& host) {
  or_metrics_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.add = [](void* ctx, or_str name, double amount, const or_value* labels) {
    measure(ctx, "metrics.add", name, amount, labels);
  };
  table.set = [](void* ctx, or_str name, double value, const or_value* labels) {
    measure(ctx, "metrics.set", name, value, labels);
  };
  table.observe = [](void* ctx, or_str name, double value, const or_value* labels) {
    measure(ctx, "metrics.observe", name, value, labels);
  };
  return table;
}

}  // namespace outrigger::host
