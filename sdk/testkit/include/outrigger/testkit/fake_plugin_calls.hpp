// How a FakePlugin calls the extensions of a plugin. Included by fake_plugin.hpp.
#pragma once

#include "fake_plugin.hpp"

namespace outrigger::testkit {

inline Result<Document> FakePlugin::command(const std::string& name, const Object& args,
                                            const CommandOptions& options) {
  said_.clear();
  const auto* table = find<or_commands_v1>(OR_COMMANDS_ID);
  if (!error_ && !stopped_ && !OR_HAS(or_commands_v1, table, run)) return lacks(OR_COMMANDS_ID);
  struct Ear {
    FakePlugin& plugin;
  } ear{*this};
  or_command_sink sink{};
  sink.struct_size = sizeof sink;
  sink.ctx = &ear;
  sink.text = [](void* ctx, or_str text) {
    FakePlugin& plugin = static_cast<Ear*>(ctx)->plugin;
    const std::lock_guard lock(plugin.services_->core->mutex);
    if (plugin.host_->port().admit("a command's text", text)) plugin.said_ += from_abi(text);
  };
  sink.progress = [](void* ctx, uint64_t, uint64_t, or_str label) {
    (void)static_cast<Ear*>(ctx)->plugin.host_->port().admit("a command's progress", label);
  };
  const or_value given = args.value().raw();
  or_command_call call{};
  call.struct_size = sizeof call;
  call.flags = (options.plan ? OR_COMMAND_PLAN : 0U) | (options.json ? OR_COMMAND_JSON : 0U);
  call.name = to_abi(name);
  call.args = &given;
  call.locale = to_abi(options.locale);
  call.sink = &sink;
  const size_t kept = services_->store.lasting();
  const size_t asked = services_->http.requests().size();
  const auto plan = [&](void (FakeOdoo::*step)()) {
    const std::lock_guard lock(services_->core->mutex);
    if (options.plan) (services_->odoo.*step)();
  };
  plan(&FakeOdoo::begin_plan);
  Result<Document> result = this->call(
      "the command " + name, [&](or_doc* reply, or_error* error) { return table->run(self_, &call, reply, error); });
  plan(&FakeOdoo::end_plan);
  const bool lasts = services_->store.lasting() != kept || services_->http.requests().size() != asked;
  if (options.plan && lasts)
    host_->port().problem("the command " + name + " kept data or asked the web although it was asked for its plan " +
                          "only; look at command.plan() first.");
  return result;
}

inline Result<std::vector<Said>> FakePlugin::changes(const std::string& model, std::vector<Changed> batch,
                                                     const std::string& subscription) {
  const auto* table = find<or_changes_v1>(OR_CHANGES_ID);
  if (!error_ && !stopped_ && !OR_HAS(or_changes_v1, table, deliver)) return lacks(OR_CHANGES_ID);
  Arena arena;
  std::vector<Value> list;
  for (Changed& change : batch) {
    if (change.delivery().empty()) change.delivery("test/" + std::to_string(services_->next_delivery++));
    list.push_back(change.to_value(arena, services_->clock.now().time_since_epoch().count()));
  }
  const or_value all = arena.array(list).raw();
  or_change_batch raw{};
  raw.struct_size = sizeof raw;
  raw.subscription = to_abi(subscription);
  raw.model = to_abi(model);
  raw.changes = &all;
  const Result<Document> reply = call("a delivery of " + model, [&](or_doc* outcomes, or_error* error) {
    return table->deliver(self_, &raw, outcomes, error);
  });
  if (!reply) return reply.error();
  std::vector<Said> said;
  for (size_t i = 0; i < batch.size(); ++i) {
    const Value root = reply->root();
    Said one = root.is_null() ? Said{} : i < root.size() ? Said::of(root.at(i)) : Said{"retry", "nothing was said", -1};
    const Object kept = services_->store.outcome(batch[i].delivery());
    if (kept.value().size() != 0) one = Said::of(kept.value());
    said.push_back(std::move(one));
  }
  return said;
}

inline Result<Document> FakePlugin::job(const std::string& name, int64_t attempt) {
  const auto* table = find<or_jobs_v1>(OR_JOBS_ID);
  if (!error_ && !stopped_ && !OR_HAS(or_jobs_v1, table, run)) return lacks(OR_JOBS_ID);
  const std::string delivery = "test/" + std::to_string(services_->next_delivery++);
  or_job_call raw{};
  raw.struct_size = sizeof raw;
  raw.attempt = static_cast<uint32_t>(attempt);
  raw.job = to_abi(name);
  raw.delivery = to_abi(delivery);
  raw.due = services_->clock.now().time_since_epoch().count();
  return call("the job " + name, [&](or_doc* reply, or_error* error) { return table->run(self_, &raw, reply, error); });
}

inline Result<Document> FakePlugin::page(const std::string& name, const PageOptions& options) {
  const auto* table = find<or_pages_v1>(OR_PAGES_ID);
  if (!error_ && !stopped_ && !OR_HAS(or_pages_v1, table, render)) return lacks(OR_PAGES_ID);
  const or_value query = options.query.value().raw();
  const or_value form = options.form ? options.form->value().raw() : or_value{};
  const std::string method = options.form ? "POST" : options.method;
  or_page_request raw{};
  raw.struct_size = sizeof raw;
  raw.page = to_abi(name);
  raw.method = to_abi(method);
  raw.path = to_abi(options.path);
  raw.locale = to_abi(options.locale);
  raw.reader = to_abi(options.reader);
  raw.query = &query;
  raw.form = options.form ? &form : nullptr;
  return call("the page " + name,
              [&](or_doc* reply, or_error* error) { return table->render(self_, &raw, reply, error); });
}

inline Result<Said> FakePlugin::webhook(const std::string& endpoint, const std::string& body,
                                        const std::vector<std::pair<std::string, std::string>>& headers) {
  const auto* table = find<or_webhook_v1>(OR_WEBHOOK_ID);
  if (!error_ && !stopped_ && !OR_HAS(or_webhook_v1, table, receive)) return lacks(OR_WEBHOOK_ID);
  const std::string delivery = "test/" + std::to_string(services_->next_delivery++);
  Arena arena;
  std::vector<Value> list;
  for (const auto& [name, value] : headers)
    list.push_back(arena.array({arena.text(domain_detail::lower(name)), arena.text(value)}));
  const or_value all = arena.array(list).raw();
  or_webhook_call raw{};
  raw.struct_size = sizeof raw;
  raw.attempt = 1;
  raw.endpoint = to_abi(endpoint);
  raw.delivery = to_abi(delivery);
  raw.at = services_->clock.now().time_since_epoch().count();
  raw.headers = &all;
  raw.body = to_abi(body);
  const Result<Document> reply = call("the endpoint " + endpoint, [&](or_doc* outcome, or_error* error) {
    return table->receive(self_, &raw, outcome, error);
  });
  if (!reply) return reply.error();
  const Object kept = services_->store.outcome(delivery);
  return Said::of(kept.value().size() != 0 ? kept.value() : reply->root());
}

inline Result<Document> FakePlugin::health(const std::string& locale) {
  const auto* table = find<or_health_v1>(OR_HEALTH_ID);
  if (!error_ && !stopped_ && !OR_HAS(or_health_v1, table, check)) return Document();
  const size_t before = services_->odoo.writes().size();
  host_->port().checking(true);
  Result<Document> found = call("health", [&](or_doc* findings, or_error* error) {
    return table->check(self_, to_abi(locale), findings, error);
  });
  host_->port().checking(false);
  if (services_->odoo.writes().size() != before)
    host_->port().problem("health wrote to Odoo: it may only read, since it is asked also before activate.");
  return found;
}

inline Result<void> FakePlugin::reconfigure(const Object& config) {
  const auto* table = find<or_reconfigure_v1>(OR_RECONFIGURE_ID);
  if (!error_ && !stopped_ && !OR_HAS(or_reconfigure_v1, table, prepare)) return lacks(OR_RECONFIGURE_ID);
  const or_value raw = config.value().raw();
  const Result<Document> prepared =
      call("prepare", [&](or_doc*, or_error* error) { return table->prepare(self_, &raw, error); });
  if (!prepared) return prepared.error();
  (void)guarded("commit", [&] { table->commit(self_); });
  return {};
}

}  // namespace outrigger::testkit
