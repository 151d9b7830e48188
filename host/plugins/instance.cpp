#include "host/plugins/instance.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <vector>

#include "host/border/host_tables.hpp"
#include "host/border/strand.hpp"
#include "outrigger/abi/log.h"

#ifndef OUTRIGGER_VERSION
#define OUTRIGGER_VERSION "0"
#endif

namespace outrigger::host {
namespace {

Error stopped() { return {Code::kCancelled, "the instance is stopped", Source::kHost, Effect::kNone, -1}; }

// What a plugin that never comes back goes on using.
struct Body {
  Body(const or_plugin_v1& table, std::unique_ptr<Services> of)
      : services(std::move(of)), tables(*services, OUTRIGGER_VERSION, services->offered()), plugin(table) {}
  std::unique_ptr<Services> services;
  HostTables tables;
  PluginCalls plugin;
  Strand strand;
};

// Kept for as long as the program runs: its thread cannot be ended.
void abandon(std::shared_ptr<Body> body) {
  static auto* all = new std::vector<std::shared_ptr<Body>>;  // never destroyed
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  all->push_back(std::move(body));
}

class InprocInstance final : public Instance {
 public:
  InprocInstance(const or_plugin_v1& table, std::string id, std::unique_ptr<Services> services)
      : id_(std::move(id)), body_(std::make_shared<Body>(table, std::move(services))) {}
  ~InprocInstance() override { InprocInstance::stop(); }
  InprocInstance(const InprocInstance&) = delete;
  InprocInstance& operator=(const InprocInstance&) = delete;

  Result<void> start(const InstanceOptions& options) {
    const NewInstance fresh{options.roles, options.database, id_ + "@" + options.database, options.config};
    Result<void> created;
    body_->strand.run([&] { created = body_->plugin.create(body_->tables.host(), fresh); });
    if (!created) return named(id_, created.error());
    if (!options.standby) return activate();
    body_->services->allow_reads();
    return {};
  }

  Result<void> activate() override {
    body_->services->allow_calls();
    Result<void> activated;
    body_->strand.run([&] { activated = body_->plugin.activate(); });
    if (!activated) return named(id_, activated.error());
    return {};
  }

  Result<Document> call(std::string_view operation, Value args, const Sink& sink) override {
    if (stopped_) return stopped();
    const std::shared_ptr<Body> body = body_;
    Result<Document> result = stopped();
    body->strand.run([&] { result = body->plugin.call(operation, args, sink); });
    return with_name(id_, std::move(result));
  }

  void cancel() override { body_->services->cancel(); }

  void stop() override {
    if (stopped_.exchange(true)) return;
    body_->services->cancel();
    const auto over = std::make_shared<std::promise<void>>();
    body_->strand.post([body = body_.get(), over] {
      body->plugin.stop();
      body->plugin.destroy();
      over->set_value();
    });
    if (over->get_future().wait_for(kStopPatience) == std::future_status::ready) return;
    Arena arena;
    body_->services->notify("log.write", arena.object({{"level", int64_t{OR_LOG_ERROR}},
                                                       {"text",
                                                        "it does not stop, and in the host's own process it "
                                                        "cannot be ended: restart the host to be rid of it"}}));
    abandon(body_);
  }

 private:
  static constexpr std::chrono::seconds kStopPatience{5};

  std::string id_;
  std::shared_ptr<Body> body_;
  std::atomic<bool> stopped_{false};
};

}  // namespace

Error named(const std::string& plugin, Error error) {
  error.message = "plugin " + plugin + ": " + error.message;
  return error;
}

Result<Document> with_name(const std::string& plugin, Result<Document> result) {
  if (result || result.error().source != Source::kPlugin) return result;
  const bool of_the_plugin = result.error().code == Code::kInternal || result.error().code == Code::kUnsupported;
  return of_the_plugin ? named(plugin, result.error()) : std::move(result);
}

Result<std::unique_ptr<Instance>> make_inproc(const Library& library, const Manifest& manifest,
                                              std::unique_ptr<Services> services, const InstanceOptions& options) {
  auto instance = std::make_unique<InprocInstance>(library.table(), manifest.id, std::move(services));
  if (Result<void> started = instance->start(options); !started) return started.error();
  return std::unique_ptr<Instance>(std::move(instance));
}

Result<Document> Instance::run_command(const CommandRun& run) {
  Arena arena;
  const Value args = arena.object({{"name", Value::of(std::string_view(run.name))},
                                   {"plan", run.plan},
                                   {"json", run.json},
                                   {"locale", Value::of(std::string_view(run.locale))},
                                   {"width", int64_t{run.width}},
                                   {"args", run.args}});
  return call("commands.run", args, {run.text, run.progress});
}

}  // namespace outrigger::host
