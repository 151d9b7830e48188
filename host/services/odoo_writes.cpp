#include "host/services/odoo_writes.hpp"

#include "integration/writes/values.hpp"

namespace outrigger::host {
namespace {

// The slots' arguments as the writer takes them.
writes::Request request_of(writes::Operation operation, Value args, Value context, Arena& arena) {
  writes::Request request;
  request.operation = operation;
  request.model = args["model"].text();
  request.context = context;
  switch (operation) {
    case writes::Operation::kCreate: request.values = args["values"]; break;
    case writes::Operation::kWriteRows: request.values = args["rows"]; break;
    case writes::Operation::kMessagePost:
      request.ids = {args["id"].integer()};
      request.values = arena.object({{"body", args["body"]}, {"html", args["html"].truthy()}});
      break;
    case writes::Operation::kCall:
      request.method = args["method"].text();
      request.ids = writes::ids_of(args["ids"]);
      request.values = args["args"];
      break;
    default: request.ids = writes::ids_of(args["ids"]); request.values = args["values"];
  }
  return request;
}

}  // namespace

void OdooWrites::run(std::string name) {
  const std::lock_guard lock(mutex_);
  run_ = std::move(name);
}

void OdooWrites::collect(writes::Plan* plan) {
  const std::lock_guard lock(mutex_);
  plan_ = plan;
}

Result<Document> OdooWrites::perform(std::string_view operation, Value args, Value context,
                                     const odoo::CallOptions& call, writes::Remote* as) {
  const std::optional<writes::Operation> known = writes::operation_of(operation);
  if (!known)
    return Error{Code::kUnsupported, "odoo." + std::string(operation) + " does not write", Source::kHost, Effect::kNone,
                 -1};
  Arena arena;
  writes::Request request = request_of(*known, args, context, arena);
  if (as != nullptr) request.principal = args["scope"]["principal"].text();
  request.as = as;
  writes::Origin origin{.plugin = plugin_,
                        .delivery = std::string(args["scope"]["delivery"].text()),
                        .key = std::string(args["scope"]["idempotency_key"].text()),
                        // Odoo refused it and nothing was done: an admin may have mended what was wrong.
                        .retry_failed = true};
  {
    const std::lock_guard lock(mutex_);
    if (plan_ != nullptr) return plan_->add(request, as != nullptr ? *as : writer_.remote(), call);
    origin.run = run_;
  }
  return writer_.perform(request, origin, call);
}

Result<Document> OdooWrites::seen(std::string_view operation, Value args, Result<Document> reply) const {
  const std::lock_guard lock(mutex_);
  if (plan_ == nullptr || !reply) return reply;
  const std::string_view model = args["model"].text();
  const bool searches = operation.starts_with("search") || operation == "read_group";
  if (searches && plan_->concerns(model))
    plan_->note("Searches of " + std::string(model) +
                " did not see what is planned for it: once it is written, they may find other records.");
  if (operation != "search_read" && operation != "read") return reply;
  const Document rows = plan_->overlay(model, *reply);
  if (operation != "read") return rows;
  std::vector<std::string_view> fields;
  for (const Value name : args["fields"].items()) fields.push_back(name.text());
  const Document made = plan_->provisional(model, writes::ids_of(args["ids"]), fields);
  if (made.root().size() == 0) return rows;
  return Document::build([&](Arena& arena) {
    std::vector<Value> all;
    for (const Document* part : {&rows, &made})
      for (const Value row : part->root().items()) all.push_back(arena.copy(row));
    return arena.array(all);
  });
}

}  // namespace outrigger::host
