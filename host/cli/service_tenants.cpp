// Service: what each database keeps and watches follows the plugins that run on it.
#include <algorithm>

#include "host/cli/command_run.hpp"
#include "host/cli/job_run.hpp"
#include "host/cli/plugin_health.hpp"
#include "host/cli/recipe.hpp"
#include "host/cli/service.hpp"
#include "host/cli/subscribed.hpp"
#include "host/services/clock.hpp"
#include "host/tenant/job_requests.hpp"
#include "host/tenant/requests.hpp"

namespace outrigger::host {
// The plugin that is not there takes its deliveries up again when it is.
void Service::join(const Key& key) {
  const Result<std::shared_ptr<Tenant>> tenant = deployment_.tenant(key.first, stop_);
  if (!tenant) return say(key, false, tenant.error().message);
  const std::shared_ptr<Supervisor> supervisor = find(key);
  const Supervisor::Maker make = supervisor == nullptr ? Supervisor::Maker() : supervisor->maker();
  const Recipe* recipe = make ? Recipe::of(make) : nullptr;
  if (recipe == nullptr) {
    if (const Result<void> retained = (*tenant)->retain(key.second); !retained)
      say(key, false, retained.error().message);
    return;
  }
  Tenant::Attachment attachment{key.second, {}, {}, [supervisor](std::string_view operation, Value args) {
                                  return supervisor->call(operation, args);
                                }};
  Result<std::vector<JobDeclaration>> jobs = read_schedule(recipe->manifest.document.root()["schedule"]);
  Result<std::vector<Tenant::Subscribed>> watches =
      subscribed(recipe->manifest, *recipe->session->get(), *recipe->live->get());
  Result<void> attached;
  if (!jobs)
    attached = jobs.error();
  else if (!watches)
    attached = watches.error();
  else {
    attachment.jobs = *std::move(jobs);
    attachment.watches = *std::move(watches);
    attached = (*tenant)->attach(std::move(attachment));
  }
  note_joined(key, bool(attached));
  if (attached) return;
  say(key, false, "it hears of no changes until that is mended: " + attached.error().message);
  if (const Result<void> retained = (*tenant)->retain(key.second); !retained) say(key, false, retained.error().message);
}

void Service::note_joined(const Key& key, bool joined) {
  const std::lock_guard lock(mutex_);
  if (joined)
    unjoined_.erase(key);
  else
    unjoined_.insert(key);
}

// What could not take part, because Odoo or the network was away, is tried again.
void Service::join_late() {
  const std::unique_lock one_at_a_time(change_mutex_, std::try_to_lock);
  if (!one_at_a_time) return;
  admit_hints();  // a token may have run out, or changed while we could not be told
  std::set<Key> late;
  {
    const std::lock_guard lock(mutex_);
    late = unjoined_;
  }
  for (const Key& key : late) {
    if (find(key) == nullptr && !start_plugin(key)) continue;
    join(key);
  }
}

// It was switched off and may come back: what waits for it goes on waiting.
void Service::pause(const Key& key) {
  note_joined(key, true);
  if (const Result<std::shared_ptr<Tenant>> tenant = deployment_.tenant_offline(key.first); tenant)
    if (const Result<void> retained = (*tenant)->retain(key.second); !retained)
      say(key, false, retained.error().message);
}

void Service::leave(const Key& key) {
  note_joined(key, true);
  if (const Result<std::shared_ptr<Tenant>> tenant = deployment_.tenant_offline(key.first); tenant)
    (*tenant)->detach(key.second);
}

Result<void> Service::serve(const std::string& database) {
  const Result<std::shared_ptr<Tenant>> tenant = deployment_.tenant(database, stop_);
  if (!tenant) return tenant.error();
  if ((*tenant)->serving()) return {};
  for (const PluginConfig& plugin : deployment_.config().plugins)
    if (plugin.enabled) join({database, plugin.id});
  return (*tenant)->serve();
}

Result<Document> Service::ask_tenant(Value request) {
  std::unique_lock one_at_a_time(change_mutex_);
  const Result<const DatabaseConfig*> database = find_database(deployment_.config(), request["database"].text());
  if (!database) return database.error();
  const bool odoo = needs_odoo(request["do"].text());
  if (odoo)
    if (const Result<void> there = check_there((*database)->name); !there) return there.error();
  const Result<std::shared_ptr<Tenant>> tenant =
      odoo ? deployment_.tenant((*database)->name, stop_) : deployment_.tenant_offline((*database)->name);
  if (!tenant) return tenant.error();
  const std::string name = (*database)->name;
  const bool changes = request["do"].text() == "accept_epoch";
  if (!changes) one_at_a_time.unlock();
  Result<Document> answer = ::outrigger::host::handle(**tenant, request, stop_);
  if (!answer || !changes) return answer;
  // Instances write in the epoch in which they were made.
  for (const auto& [key, supervisor] : running())
    if (key.first == name)
      if (const Result<void> renewed = supervisor->replace(supervisor->maker()); !renewed)
        say(key, false, renewed.error().message);
  return answer;
}

Result<Document> Service::stream(Value request, const std::function<void(Value event)>& emit,
                                 const std::stop_token& stop) {
  if (const Result<void> started = await_start(); !started) return started.error();
  const std::string_view what = request["do"].text();
  if (what != "health" && what != "command" && what != "job")
    return Error{Code::kUnsupported, "this host does not know how to stream that; update it", Source::kHost,
                 Effect::kNone, -1};
  {
    const std::lock_guard one_at_a_time(change_mutex_);
    if (const Result<void> there = check_there(request["database"].text()); !there) return there.error();
  }
  Sink sink;
  sink.text = [&](std::string_view text) {
    Arena arena;
    emit(arena.object({{"text", text}}));
  };
  sink.progress = [&](uint64_t done, uint64_t total, std::string_view label) {
    Arena arena;
    emit(
        arena.object({{"done", static_cast<int64_t>(done)}, {"total", static_cast<int64_t>(total)}, {"label", label}}));
  };
  std::stop_source both;
  const std::stop_callback client(stop, [&] { both.request_stop(); });
  const std::stop_callback host(stop_, [&] { both.request_stop(); });
  if (what == "health") return check_health(deployment_, change_mutex_, request, both.get_token());
  if (what == "job") return ask_job(request, both.get_token());
  return run_command(deployment_, change_mutex_, request, sink, both.get_token());
}

Result<Document> Service::ask_job(Value request, const std::stop_token& stop) {
  if (request["plan"].truthy()) return plan_job(deployment_, change_mutex_, request, stop);
  std::unique_lock one_at_a_time(change_mutex_);
  const Result<std::shared_ptr<Tenant>> tenant = deployment_.tenant(request["database"].text(), stop);
  if (!tenant) return tenant.error();
  one_at_a_time.unlock();
  return run_job(**tenant, request, stop);
}

}  // namespace outrigger::host
