#include "host/plugins/instance.hpp"

#include <atomic>

#include "host/border/host_tables.hpp"
#include "host/border/strand.hpp"

#ifndef OUTRIGGER_VERSION
#define OUTRIGGER_VERSION "0"
#endif

namespace outrigger::host {
namespace {

Error stopped() { return {Code::kCancelled, "the instance is stopped", Source::kHost, Effect::kNone, -1}; }

class InprocInstance final : public Instance {
 public:
  InprocInstance(const or_plugin_v1& table, std::string id, std::unique_ptr<Services> services)
      : id_(std::move(id)),
        services_(std::move(services)),
        tables_(*services_, OUTRIGGER_VERSION, services_->offered()),
        plugin_(table) {}
  ~InprocInstance() override { InprocInstance::stop(); }

  Result<void> start(const InstanceOptions& options) {
    const NewInstance fresh{options.roles, options.database, id_ + "@" + options.database, options.config};
    Result<void> created;
    strand_.run([&] { created = plugin_.create(tables_.host(), fresh); });
    if (!created) return named(id_, created.error());
    return options.standby ? Result<void>() : activate();
  }

  Result<void> activate() override {
    services_->allow_calls();
    Result<void> activated;
    strand_.run([&] { activated = plugin_.activate(); });
    if (!activated) return named(id_, activated.error());
    return {};
  }

  Result<Document> call(std::string_view operation, Value args, const Sink& sink) override {
    if (stopped_) return stopped();
    Result<Document> result = stopped();
    strand_.run([&] { result = plugin_.call(operation, args, sink); });
    return with_name(id_, std::move(result));
  }

  void cancel() override { services_->cancel(); }

  void stop() override {
    if (stopped_.exchange(true)) return;
    services_->cancel();
    strand_.run([this] {
      plugin_.stop();
      plugin_.destroy();
    });
  }

 private:
  std::string id_;
  std::unique_ptr<Services> services_;
  HostTables tables_;
  PluginCalls plugin_;
  Strand strand_;
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
