#include "host/border/plugin_calls.hpp"

#include "host/border/tree.hpp"
#include "outrigger/abi/changes.h"
#include "outrigger/abi/commands.h"
#include "outrigger/abi/health.h"
#include "outrigger/abi/jobs.h"
#include "outrigger/abi/pages.h"
#include "outrigger/abi/reconfigure.h"
#include "outrigger/abi/webhook.h"

namespace outrigger::host {
namespace {

Error lacks(std::string_view what) {
  return {Code::kUnsupported, "it does not have the extension " + std::string(what), Source::kPlugin, Effect::kNone,
          -1};
}

Error failure(or_status status, const or_error& error) { return checked(to_error(status, error)); }

// What a call handed out, whatever its status: it has to be released in any case.
Result<Document> outcome(or_status status, or_doc& doc, const or_error& error) {
  Document document = Document::adopt(doc);
  if (status != OR_OK) return failure(status, error);
  if (const Result<void> sound = check_tree(document.root()); !sound)
    return Error{Code::kInternal, "its answer cannot be used: " + sound.error().message, Source::kPlugin,
                 Effect::kUnknown, -1};
  return document;
}

or_str text(Value args, std::string_view key) { return to_abi(args[key].text()); }

}  // namespace

Result<void> PluginCalls::create(const or_host* host, const NewInstance& instance) {
  or_create_info info{};
  info.struct_size = sizeof info;
  info.roles = instance.roles;
  info.database = to_abi(instance.database);
  info.instance = to_abi(instance.instance);
  const or_value config = instance.config.raw();
  info.config = &config;
  or_error error = empty_error();
  const or_status status = table_.create(host, &info, &self_, &error);
  if (status != OR_OK) {
    self_ = nullptr;
    return failure(status, error);
  }
  if (self_ == nullptr)
    return Error{Code::kInternal, "create reported success and made nothing", Source::kPlugin, Effect::kNone, -1};
  return {};
}

Result<void> PluginCalls::activate() {
  or_error error = empty_error();
  const or_status status = table_.activate(self_, &error);
  if (status != OR_OK) return failure(status, error);
  return {};
}

void PluginCalls::stop() {
  if (self_ != nullptr) table_.stop(self_);
}

void PluginCalls::destroy() {
  if (self_ != nullptr) table_.destroy(self_);
  self_ = nullptr;
}

Result<Document> PluginCalls::call(std::string_view operation, Value args, const Sink& sink) {
  if (self_ == nullptr) return Error{Code::kCancelled, "the instance is stopped", Source::kHost, Effect::kNone, -1};
  if (operation == "commands.run") return run_command(args, sink);
  if (operation == "changes.deliver") return deliver(args);
  if (operation == "jobs.run") return run_job(args);
  if (operation == "pages.render") return render(args);
  if (operation == "webhook.receive") return receive(args);
  if (operation == "health.check") return health(args);
  if (operation.rfind("reconfigure.", 0) == 0) return reconfigure(operation.substr(12), args);
  return Error{Code::kUnsupported, "no plugin knows the call " + std::string(operation), Source::kHost, Effect::kNone,
               -1};
}

Result<Document> PluginCalls::run_command(Value args, const Sink& sink) {
  const auto* commands = extension<or_commands_v1>(OR_COMMANDS_ID);
  if (!OR_HAS(or_commands_v1, commands, run)) return lacks(OR_COMMANDS_ID);
  or_command_sink out{};
  out.struct_size = sizeof out;
  out.width = static_cast<uint32_t>(args["width"].integer());
  out.ctx = const_cast<Sink*>(&sink);
  out.text = [](void* ctx, or_str text) {
    const auto& owner = *static_cast<const Sink*>(ctx);
    if (owner.text && check_tree(Value::of(from_abi(text)))) owner.text(from_abi(text));
  };
  out.progress = [](void* ctx, uint64_t done, uint64_t total, or_str label) {
    const auto& owner = *static_cast<const Sink*>(ctx);
    if (owner.progress && check_tree(Value::of(from_abi(label)))) owner.progress(done, total, from_abi(label));
  };
  or_command_call call{};
  call.struct_size = sizeof call;
  call.flags = (args["plan"].truthy() ? OR_COMMAND_PLAN : 0U) | (args["json"].truthy() ? OR_COMMAND_JSON : 0U);
  call.name = text(args, "name");
  const or_value given = args["args"].raw();
  call.args = &given;
  call.locale = text(args, "locale");
  call.sink = &out;
  or_doc result{};
  or_error error = empty_error();
  const or_status status = commands->run(self_, &call, &result, &error);
  return outcome(status, result, error);
}

Result<Document> PluginCalls::deliver(Value args) {
  const auto* changes = extension<or_changes_v1>(OR_CHANGES_ID);
  if (!OR_HAS(or_changes_v1, changes, deliver)) return lacks(OR_CHANGES_ID);
  or_change_batch batch{};
  batch.struct_size = sizeof batch;
  batch.subscription = text(args, "subscription");
  batch.model = text(args, "model");
  const or_value list = args["changes"].raw();
  batch.changes = &list;
  or_doc outcomes{};
  or_error error = empty_error();
  const or_status status = changes->deliver(self_, &batch, &outcomes, &error);
  return outcome(status, outcomes, error);
}

Result<Document> PluginCalls::run_job(Value args) {
  const auto* jobs = extension<or_jobs_v1>(OR_JOBS_ID);
  if (!OR_HAS(or_jobs_v1, jobs, run)) return lacks(OR_JOBS_ID);
  or_job_call call{};
  call.struct_size = sizeof call;
  call.attempt = static_cast<uint32_t>(args["attempt"].integer());
  call.job = text(args, "job");
  call.delivery = text(args, "delivery");
  call.due = args["due"].integer();
  or_doc result{};
  or_error error = empty_error();
  const or_status status = jobs->run(self_, &call, &result, &error);
  return outcome(status, result, error);
}

Result<Document> PluginCalls::render(Value args) {
  const auto* pages = extension<or_pages_v1>(OR_PAGES_ID);
  if (!OR_HAS(or_pages_v1, pages, render)) return lacks(OR_PAGES_ID);
  or_page_request request{};
  request.struct_size = sizeof request;
  request.page = text(args, "page");
  request.method = text(args, "method");
  request.path = text(args, "path");
  request.locale = text(args, "locale");
  request.reader = text(args, "reader");
  const or_value query = args["query"].raw();
  const or_value form = args["form"].raw();
  request.query = &query;
  request.form = form.kind == OR_OBJECT ? &form : nullptr;
  or_doc reply{};
  or_error error = empty_error();
  const or_status status = pages->render(self_, &request, &reply, &error);
  return outcome(status, reply, error);
}

Result<Document> PluginCalls::receive(Value args) {
  const auto* webhook = extension<or_webhook_v1>(OR_WEBHOOK_ID);
  if (!OR_HAS(or_webhook_v1, webhook, receive)) return lacks(OR_WEBHOOK_ID);
  or_webhook_call call{};
  call.struct_size = sizeof call;
  call.attempt = static_cast<uint32_t>(args["attempt"].integer());
  call.endpoint = text(args, "endpoint");
  call.delivery = text(args, "delivery");
  call.at = args["at"].integer();
  const or_value headers = args["headers"].raw();
  call.headers = &headers;
  call.query = text(args, "query");
  call.body = text(args, "body");
  or_doc result{};
  or_error error = empty_error();
  const or_status status = webhook->receive(self_, &call, &result, &error);
  return outcome(status, result, error);
}

Result<Document> PluginCalls::health(Value args) {
  const auto* health = extension<or_health_v1>(OR_HEALTH_ID);
  if (!OR_HAS(or_health_v1, health, check)) return Document();
  or_doc findings{};
  or_error error = empty_error();
  const or_status status = health->check(self_, text(args, "locale"), &findings, &error);
  return outcome(status, findings, error);
}

Result<Document> PluginCalls::reconfigure(std::string_view step, Value args) {
  const auto* table = extension<or_reconfigure_v1>(OR_RECONFIGURE_ID);
  if (!OR_HAS(or_reconfigure_v1, table, prepare) || !OR_HAS(or_reconfigure_v1, table, commit) ||
      !OR_HAS(or_reconfigure_v1, table, abandon))
    return lacks(OR_RECONFIGURE_ID);
  if (step == "commit") {
    table->commit(self_);
    return Document();
  }
  if (step == "abandon") {
    table->abandon(self_);
    return Document();
  }
  const or_value config = args["config"].raw();
  or_error error = empty_error();
  const or_status status = table->prepare(self_, &config, &error);
  if (status != OR_OK) return failure(status, error);
  return Document();
}

}  // namespace outrigger::host
