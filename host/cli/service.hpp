// The service: every enabled plugin on every database, kept alive, and changed while it runs.
//
//     Service service(deployment);
//     if (Result<void> started = service.start(stop.token()); !started) return started.error();
//     ... service.tend() now and then, service.handle(request) for the control socket ...
//     service.stop();
//
// A plugin that does not start is tried again and holds up no other; so is a database whose Odoo is away, whose key is
// refused, or which is not there (away.hpp), which comes up when it can. A change is made without losing or doubling
// what is under way: a call that has begun ends as it began, one that comes meanwhile waits, and a change that fails
// leaves everything as it was, or says what it left.
//
// Requests of the control socket, which wait until the start is over:
//   {do: "status"}                                       each plugin on each database; answered at any time
//   {do: "databases"}                                    those that are away: why, and when they are asked again;
//                                                        likewise
//   {do: "enable" | "disable" | "reload", plugin, database}
//   {do: "configuration", plan: true | false}            the file as it is now; with plan: only what would change
//   {do: "upgrade", package: PATH, agreed: SHA256}       installs a signed package; it takes over where it runs;
//                                                        agreed: the manifest's, which is granted where the one
//                                                        before was
//   {do: "remove", plugin}                               stops it everywhere and removes what was installed
//   {do: "hints"}                                        webhooks of a database: on or off, heard
//   {do: "hints.admit"}                                  their tokens have changed
//   and those of a tenant (host/tenant/requests.hpp)
//
// Threads: any.
#pragma once

#include <json/value.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "host/cli/away.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/key_findings.hpp"
#include "host/services/clock.hpp"
#include "host/web/endpoint_desk.hpp"
#include "host/web/hint_desk.hpp"
#include "host/web/monitoring.hpp"

namespace outrigger::host {

class Service {
 public:
  explicit Service(Deployment& deployment);
  ~Service() { stop(); }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Connects to the databases and starts the plugins of the configuration. An error, which is one of the configuration
  // or of this machine, ends the program. A database that has not answered after ten seconds is left for later.
  Result<void> start(const std::stop_token& stop);
  // Starts again what is due.
  void tend();
  // Ends what is blocked in plugins; then stop().
  void cancel();
  // False: a call of a plugin in this process does not end, so that the program is to be ended without tidying up.
  bool stop();
  Result<Document> handle(Value request);
  // {do: "command", ...}: see command_run.hpp. Events: {text} and {done, total, label}.
  // {do: "job", plugin, database, job, plan}: job_run.hpp, or run_job of tenant/job_requests.hpp.
  Result<Document> stream(Value request, const std::function<void(Value event)>& emit, const std::stop_token& stop);
  // Takes the file as it is now, as `outrigger reload` and SIGHUP ask. {file, changes, plugins}: see reload.cpp.
  Result<Document> reload_configuration(bool plan);
  // For /healthz and /metrics.
  [[nodiscard]] Health health() const;
  void refresh(Metrics& metrics);
  // Where Odoo's webhooks go, of the databases whose tokens it knows.
  HintDesk& hints() { return hints_; }
  // Where other systems post to plugins, of the endpoints that are configured and granted.
  EndpointDesk& endpoints() { return endpoints_; }
  // Where the calls of a plugin on a database go; null: it does not run there. Keep it no longer than a call takes.
  [[nodiscard]] std::shared_ptr<Supervisor> find(const std::string& database, const std::string& plugin) const;

 private:
  using Key = std::pair<std::string, std::string>;  // database, plugin
  using Supervisors = std::map<Key, std::shared_ptr<Supervisor>>;
  class Reconfiguration;  // service_reload.cpp
  class Upgrade;          // service_packages.cpp
  struct Attempt {        // to reach a database
    Attempt(Deployment& deployment, DatabaseConfig of, const std::stop_token& stop);
    DatabaseConfig database;
    std::future<Result<std::shared_ptr<odoo::Session>>> session;
  };

  // Its subscriptions and jobs are those of the plugin as it runs now, or, where it does not run, as they were.
  void join(const Key& key);
  void leave(const Key& key);
  void pause(const Key& key);
  void note_joined(const Key& key, bool joined);
  void join_late();
  Result<void> serve(const std::string& database);
  Result<Document> ask_tenant(Value request);
  Result<Document> ask_job(Value request, const std::stop_token& stop);
  Result<void> check_plugins() const;
  Result<void> start_all();
  Result<void> bring_up_all();
  Result<void> bring_up(const DatabaseConfig& database);
  Result<void> finish_attempts(bool starting);
  void try_again(const std::string& database);
  void note_away(const std::string& database, const Error& why);
  void work_late(const std::stop_token& stop);
  Result<void> check_there(std::string_view database);
  [[nodiscard]] Document databases() const;
  Result<void> start_plugin(const Key& key);
  Result<Document> status();
  Result<Document> enable(Value request);
  Result<Document> disable(Value request);
  Result<Document> reload(Value request);
  Result<Document> configure(bool plan);
  Result<Document> upgrade(const std::filesystem::path& package, const std::string& agreed);
  Result<void> granted_upgrade(Upgrade& upgrade, const Manifest& manifest, const std::string& agreed);
  Result<Document> remove(const std::string& plugin);
  Result<Key> key_of(Value request) const;
  std::shared_ptr<Supervisor> find(const Key& key) const;
  std::shared_ptr<Supervisor> extract(const Key& key);
  void insert(const Key& key, std::shared_ptr<Supervisor> supervisor);
  Supervisors running() const;
  void admit_hints();
  EndpointDesk::Options endpoint_options();
  void admit_endpoints();
  Result<EndpointDesk::Admission> admission(const PluginConfig& plugin, const EndpointConfig& endpoint) const;
  Result<std::string> keep_letter(const EndpointDesk::Letter& letter);
  Result<Document> hint_figures(Value request) const;
  Result<void> await_start();
  void say(const Key& key, bool good, const std::string& what);
  void tell_supervisors(Metrics& metrics);
  void tell_keys(Metrics& metrics, int64_t now);

  Deployment& deployment_;
  std::stop_source ending_;
  const std::stop_token stop_ = ending_.get_token();
  std::optional<std::stop_callback<std::function<void()>>> outer_;
  mutable std::mutex mutex_;  // of the map
  std::mutex change_mutex_;   // one change at a time
  Supervisors supervisors_;
  std::set<Key> unjoined_;
  std::map<Key, uint64_t> crashes_told_;  // the thread of tend()
  Away away_{&monotonic_micros};
  std::list<Attempt> attempts_;  // the thread of the start, then late_
  // The thread of refresh().
  std::map<Key, uint64_t> avoided_told_;
  std::map<Key, uint64_t> restarts_told_;
  std::set<Key> lags_told_;                             // by database and stream
  std::map<std::string, std::vector<KeyExpiry>> keys_;  // by database
  std::future<std::map<std::string, std::vector<KeyExpiry>>> asking_keys_;
  int64_t keys_asked_at_ = 0;
  mutable std::mutex start_mutex_;
  std::condition_variable started_;
  enum class Start { kAhead, kDone, kFailed } start_ = Start::kAhead;
  Json::Value file_at_start_;
  std::map<std::string, std::string> hint_problems_;      // as they were told; under change_mutex_
  std::map<std::string, std::string> endpoint_problems_;  // likewise
  std::map<std::string, DatabaseConfig> endpoint_databases_;
  HintDesk hints_;
  EndpointDesk endpoints_;
  std::jthread late_;
};

}  // namespace outrigger::host
