// What one instance may ask of the host, whichever process it runs in: log, Odoo, and the engines that are added.
//
//     auto services = std::make_unique<Services>("scoring@main", log, session);
//     services->gate([&](std::string_view operation, Value args) { return grant.check(operation, args); });
//     Result<Document> rows = services->call("odoo.search_read", args);
//
// Each call is looked through (host/border/tree.hpp), then asked of the gate, then done. Lines beyond the rate of the
// log are dropped and counted. Threads: any. Lifetime: as long as the instance; the log must outlive it, and so must a
// session that is given as a pointer.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "host/border/host_caller.hpp"
#include "host/journal/troubles.hpp"
#include "host/services/call_observer.hpp"
#include "host/services/engine.hpp"
#include "host/services/live_session.hpp"
#include "host/services/log.hpp"
#include "host/services/log_rate.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

class OdooOperations;
class Principals;
class Setup;
class OdooWrites;

// What calls to Odoo may need besides a session.
struct OdooAids {
  std::shared_ptr<Principals> principals;
  std::shared_ptr<Setup> setup;
};

class Services final : public HostCaller {
 public:
  // Lets an operation through, or says what is missing.
  using Gate = std::function<Result<void>(std::string_view operation, Value args)>;

  // `session` may be null: then there is no Odoo extension.
  Services(std::string instance, Log& log, odoo::Session* session);
  // Each call goes to the session that is in place when it begins.
  Services(std::string instance, Log& log, std::shared_ptr<LiveSession> session);
  ~Services() override;
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  void gate(Gate gate) { gate_ = std::move(gate); }
  // Before the first call. One engine an extension.
  void add(std::unique_ptr<Engine> engine);
  // Puts something around each engine that was added so far.
  void wrap(const std::function<std::unique_ptr<Engine>(std::unique_ptr<Engine>)>& around);
  // Something that engines refer to, held as long as they are.
  void hold(std::shared_ptr<const void> what) { held_.push_back(std::move(what)); }
  // For calls with a principal, and for ensure_field and its kind; before the first call. See odoo_operations.hpp. Made
  // for each session that takes its place in the LiveSession.
  void aids(std::function<OdooAids(const std::shared_ptr<odoo::Session>&)> make) { make_aids_ = std::move(make); }
  // Before the first call; null for none. It must outlive this.
  void observe(CallObserver* observer) { observer_ = observer; }
  // Is told of each call that failed. Before the first call.
  void troubles(std::shared_ptr<Troubles> troubles) { troubles_ = std::move(troubles); }
  // From now on Odoo is written this way (services/odoo_writes.hpp). Before the first call.
  void writes(std::shared_ptr<OdooWrites> writes);
  // The plugin gets these extensions alone, besides log and clock: those that its manifest names. Before the first call.
  void only(std::set<std::string, std::less<>> extensions) { asked_ = std::move(extensions); }
  // The ids of the extensions that this host has an engine for, and that the plugin asked for.
  [[nodiscard]] std::set<std::string, std::less<>> offered() const;
  // Until then only log and clock answer: the plugin is being created.
  void allow_calls() { allowed_ = Allowed::kAll; }
  // It stands by: asked for its health it may read, and changes nothing.
  void allow_reads() { allowed_ = Allowed::kReads; }
  // Ends every call that is blocked and refuses further ones.
  void cancel() { stop_.request_stop(); }
  // About the instance, into the host's log: what it logs and what it is refused share one rate (log_rate.hpp).
  void say(LogLevel level, std::string_view text);
  // Calls that are being answered at this moment.
  [[nodiscard]] int under_way() const { return under_way_; }
  // Calls refused by the gate so far.
  [[nodiscard]] uint64_t refused() const { return refused_; }

  Result<Document> call(std::string_view operation, Value args) override;
  void notify(std::string_view operation, Value args) override;
  [[nodiscard]] bool log_enabled(int32_t level) const override;

 private:
  Result<Document> answer(std::string_view operation, Value args, bool& refused);
  Result<Document> dispatch(std::string_view operation, Value args);
  void write_log(Value line);
  Result<Document> call_odoo(std::string_view operation, Value args);
  Engine* engine_of(std::string_view operation) const;

  std::string instance_;
  Log& log_;
  LogRate rate_;
  Gate gate_;
  std::optional<std::set<std::string, std::less<>>> asked_;  // nothing: all
  std::shared_ptr<LiveSession> session_;                     // null: no Odoo
  std::mutex odoo_mutex_;
  struct Working;
  std::shared_ptr<Working> working_;  // with the session of this generation
  uint64_t odoo_generation_ = 0;
  std::function<OdooAids(const std::shared_ptr<odoo::Session>&)> make_aids_;
  std::shared_ptr<OdooWrites> writes_;
  CallObserver* observer_ = nullptr;
  std::shared_ptr<Troubles> troubles_;
  std::vector<std::shared_ptr<const void>> held_;
  std::map<std::string, std::unique_ptr<Engine>, std::less<>> engines_;  // by the prefix of their operations
  std::stop_source stop_;
  enum class Allowed { kNothing, kReads, kAll };
  std::atomic<Allowed> allowed_{Allowed::kNothing};
  std::atomic<int> under_way_{0};
  std::atomic<uint64_t> refused_{0};
};

}  // namespace outrigger::host
