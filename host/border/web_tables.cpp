// Domains and requests to the web.
#include "host/border/host_tables.hpp"
#include "host/border/marshal.hpp"

namespace outrigger::host {
namespace {

using marshal::Args;
using marshal::caller;
using marshal::guarded;

or_status compile(void* ctx, or_str model, const or_value* domains, int32_t meaning, int64_t* set,
                  or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.text("model", model).tree("domains", domains).number("meaning", meaning);
    return marshal::give_number(caller(ctx).call("domain.compile", args.value()), set, error);
  });
}

or_status fields_of(void* ctx, int64_t set, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.number("set", set);
    return marshal::give(caller(ctx).call("domain.fields", args.value()), reply, error);
  });
}

or_status match(void* ctx, int64_t set, const or_value* columns, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.number("set", set).tree("columns", columns);
    return marshal::give(caller(ctx).call("domain.match", args.value()), reply, error);
  });
}

void release(void* ctx, int64_t set) noexcept {
  (void)guarded(nullptr, [&] {
    Args args;
    args.number("set", set);
    (void)caller(ctx).call("domain.release", args.value());
    return OR_OK;
  });
}

or_status print(void* ctx, const or_value* domain, int32_t form, or_doc* text, or_error* error) noexcept {
  return guarded(error, [&] {
    Args args;
    args.tree("domain", domain).number("form", form);
    return marshal::give(caller(ctx).call("domain.print", args.value()), text, error);
  });
}

or_status request(void* ctx, const or_http_request* given, or_doc* reply, or_error* error) noexcept {
  return guarded(error, [&] {
    const or_http_request request = marshal::whole(given);
    Args args;
    args.text("method", request.method).text("url", request.url).tree("headers", request.headers);
    args.bytes("body", request.body).text("secret", request.secret).text("secret_as", request.secret_as);
    args.number("deadline_ms", request.deadline_ms).number("largest_reply", request.largest_reply);
    return marshal::give(caller(ctx).call("http.request", args.value()), reply, error);
  });
}

}  // namespace

or_domain_v1 domain_table(HostCaller& host) {
  or_domain_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.compile = &compile;
  table.fields = &fields_of;
  table.match = &match;
  table.release = &release;
  table.print = &print;
  return table;
}

or_http_v1 http_table(HostCaller& host) {
  or_http_v1 table{};
  table.struct_size = sizeof table;
  table.ctx = &host;
  table.request = &request;
  return table;
}

}  // namespace outrigger::host
