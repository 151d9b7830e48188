// Write a plugin: derive from Plugin, override what it takes part in, name it in OUTRIGGER_PLUGIN.
//
//     #include <outrigger/plugin.hpp>
//
//     class WonBell final : public outrigger::Plugin {
//      public:
//       using Plugin::Plugin;
//       outrigger::Outcome on_changes(const outrigger::Changes& batch) override {
//         for (const auto& change : batch)
//           if (change.became("won_status", "won"))
//             odoo().message_post(change.record(), "Ring the bell for " + change.after<std::string>("name"));
//         return outrigger::done();
//       }
//     };
//     OUTRIGGER_PLUGIN(WonBell)
//
// The plugin's id and version come from its manifest.json by way of outrigger_add_plugin() in CMake. What a class
// overrides is what the host sees: a plugin without on_job has no jobs, whatever its manifest says.
//
// Threads: the host makes one call at a time, on the instance's own thread. Services may be called from any thread.
// Errors: return them. An exception that escapes is caught at the border and reported as a bug of the plugin.
// Ownership: the host owns the instance; the instance owns what it creates and has freed it when its destructor ends.
// What is passed to a function here is borrowed until it returns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abi.h"
#include "abi/reconfigure.h"
#include "arena.hpp"
#include "change.hpp"
#include "clock.hpp"
#include "command.hpp"
#include "domain.hpp"
#include "health.hpp"
#include "http.hpp"
#include "job.hpp"
#include "links.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "odoo.hpp"
#include "outcome.hpp"
#include "page.hpp"
#include "result.hpp"
#include "schedule.hpp"
#include "secrets.hpp"
#include "shared.hpp"
#include "store.hpp"
#include "webhook.hpp"

namespace outrigger {
inline namespace v1 {

inline constexpr char kSdkVersion[] = "1.0.0";

// What the host gave the instance at its creation. Copyable; valid as long as the instance.
struct Context {
  const or_host* host = nullptr;
  std::string database;  // the deployment's name of the database
  std::string instance;  // for messages
  uint32_t roles = 0;    // OR_ROLE_*
  Document config;       // an object; checked and with defaults filled in

  // A host extension, or nullptr when it is absent or not granted.
  template <typename Table>
  [[nodiscard]] const Table* extension(std::string_view id) const {
    return OR_HAS(or_host, host, get_extension) ? static_cast<const Table*>(host->get_extension(host->ctx, to_abi(id)))
                                                : nullptr;
  }
};

class Plugin {
 public:
  explicit Plugin(Context context)
      : context_(std::move(context)),
        log_(context_.extension<or_log_v1>(OR_LOG_ID)),
        metrics_(context_.extension<or_metrics_v1>(OR_METRICS_ID)),
        clock_(context_.extension<or_clock_v1>(OR_CLOCK_ID)),
        odoo_(context_.extension<or_odoo_v1>(OR_ODOO_ID)),
        domains_(context_.extension<or_domain_v1>(OR_DOMAIN_ID)),
        store_(context_.extension<or_store_v1>(OR_STORE_ID)),
        shared_(context_.extension<or_shared_v1>(OR_SHARED_ID)),
        schedule_(context_.extension<or_schedule_v1>(OR_SCHEDULE_ID)),
        http_(context_.extension<or_http_v1>(OR_HTTP_ID)),
        secrets_(context_.extension<or_secrets_v1>(OR_SECRETS_ID)) {}
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  virtual ~Plugin() = default;

  // From here on every granted service may be called; in the constructor only log() and clock().
  virtual Result<void> activate() { return {}; }
  // Ends what is running; the host calls nothing afterwards.
  virtual void stop() {}

  // One of the manifest's commands. See command.hpp.
  virtual Result<Document> on_command(Command& command) {
    return Error{Code::kUnsupported, "this plugin has no command " + std::string(command.name())};
  }
  // Changed records that the manifest subscribes to. See change.hpp.
  virtual Outcome on_changes(const Changes& batch) {
    return Error{Code::kUnsupported, "this plugin takes no changes of " + std::string(batch.model())};
  }
  // One of the manifest's jobs. See job.hpp.
  virtual JobResult on_job(const JobCall& call) {
    return Error{Code::kUnsupported, "this plugin has no job " + std::string(call.name())};
  }
  // One of the manifest's pages. See page.hpp.
  virtual Result<Page> on_page(const PageRequest& request) {
    return Error{Code::kUnsupported, "this plugin has no page " + std::string(request.page())};
  }
  // What another system sent. See webhook.hpp.
  virtual Outcome on_webhook(const WebhookCall& call) {
    return Error{Code::kUnsupported, "this plugin has no endpoint " + std::string(call.endpoint())};
  }
  // What the admin should know, in the reader's language; asked also before activate. See health.hpp.
  virtual Result<std::vector<Finding>> health(std::string_view locale) {
    (void)locale;
    return std::vector<Finding>{};
  }

  // A new configuration without a restart: prepare checks it, and overriding it is what offers this. Then commit, from
  // which on config() is the new one, or abandon. What an instance derived from its configuration, commit replaces.
  virtual Result<void> prepare(Value config) {
    (void)config;
    return {};
  }
  virtual void commit() {}
  virtual void abandon() {}

 protected:
  [[nodiscard]] const Context& context() const { return context_; }
  // Valid until the next commit.
  [[nodiscard]] Value config() const { return context_.config.root(); }
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] const Metrics& metrics() const { return metrics_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] const Odoo& odoo() const { return odoo_; }
  [[nodiscard]] const Domains& domains() const { return domains_; }
  [[nodiscard]] const Store& store() const { return store_; }
  [[nodiscard]] const Shared& shared() const { return shared_; }
  [[nodiscard]] const Schedule& schedule() const { return schedule_; }
  [[nodiscard]] const Http& http() const { return http_; }
  [[nodiscard]] const Secrets& secrets() const { return secrets_; }

 private:
  template <typename T>
  friend class Border;

  Context context_;
  std::optional<Document> prepared_;  // the configuration between prepare and commit
  Log log_;
  Metrics metrics_;
  Clock clock_;
  Odoo odoo_;
  Domains domains_;
  Store store_;
  Shared shared_;
  Schedule schedule_;
  Http http_;
  Secrets secrets_;
};

}  // namespace v1
}  // namespace outrigger

#include "border.hpp"
