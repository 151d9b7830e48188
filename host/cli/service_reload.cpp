// Service: the configuration file as it is now, taken while the host runs.
//
// All of it is made ready first: the file is checked, new sessions are connected, other versions stand by, new
// configurations are prepared. An error in any of that changes nothing. Then it counts, and only the activation of
// another version can still fail, which leaves the old one at work on what it had.
#include <optional>

#include "host/cli/changes.hpp"
#include "host/cli/service.hpp"
#include "host/cli/service_roles.hpp"
#include "host/config/json_tree.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {

using Kind = Change::Kind;

class Service::Reconfiguration {
 public:
  Reconfiguration(Service& of, Outline next, std::vector<Change> changes)
      : of_(of), next_(std::move(next)), changes_(std::move(changes)) {}

  Result<void> make_ready() {
    if (Result<void> connected = of_.deployment_.connect_changed(next_, of_.stop_); !connected) return connected;
    plan_steps();
    for (Step& step : steps_)
      if (Result<void> ready = make_ready(step); !ready) return ready;
    // Last, since calls wait from here on.
    for (Step& step : steps_)
      if (Result<void> prepared = prepare(step); !prepared) return prepared;
    return {};
  }

  void apply() {
    for (const PluginConfig& plugin : of_.deployment_.config().plugins) before_.push_back(plugin);
    of_.deployment_.adopt(std::move(next_));
    of_.admit_hints();
    of_.admit_endpoints();
    for (Step& step : steps_)
      if (step.prepared) commit(step);
    for (Step& step : steps_)
      if (!step.done) finish(step);
    for (const Change& change : changes_)
      if (change.kind == Kind::kDatabaseRemoved) {
        of_.deployment_.facilities().forget(change.name);
        of_.away_.back(change.name);
      }
    for (const DatabaseConfig& database : of_.deployment_.config().databases) {
      if (of_.away_.has(database.name) && !of_.deployment_.connected(database.name)) continue;
      const Result<void> up = of_.away_.has(database.name) ? of_.bring_up(database) : of_.serve(database.name);
      if (!up) of_.deployment_.log().write(LogLevel::kError, database.name, up.error().message);
    }
  }

  Value report(Arena& arena) const {
    std::vector<Value> rows;
    for (const Step& step : steps_)
      rows.push_back(arena.object({{"database", arena.text(step.key.first)},
                                   {"plugin", arena.text(step.key.second)},
                                   {"done", arena.text(step.outcome)},
                                   {"reason", arena.text(step.reason)}}));
    return arena.array(rows);
  }

 private:
  enum class Deed { kStart, kConfigure, kReplace, kStop };
  struct Step {
    Key key;
    Deed deed = Deed::kStart;
    std::shared_ptr<Supervisor> supervisor = {};
    Supervisor::Maker make = {};
    std::shared_ptr<Instance> fresh = {};
    std::function<void()> enforce = {};
    std::optional<Supervisor::Prepared> prepared = {};
    bool done = false;
    std::string outcome = {};
    std::string reason = {};
  };

  [[nodiscard]] bool changed(Kind kind, const std::string& name) const { return has(changes_, kind, name); }

  void plan_steps() {
    const Supervisors running = of_.running();
    for (const auto& [key, supervisor] : running)
      if (changed(Kind::kDatabaseRemoved, key.first) || changed(Kind::kPluginRemoved, key.second))
        steps_.push_back({key, Deed::kStop, supervisor});
    for (const DatabaseConfig& database : next_.config.databases)
      for (const PluginConfig& plugin : next_.config.plugins) {
        if (!plugin.enabled || of_.away_.has(database.name)) continue;  // bring_up starts all of it
        const Key key{database.name, plugin.id};
        const auto at = running.find(key);
        if (at != running.end()) {
          if (changed(Kind::kPluginReplaced, key.second))
            steps_.push_back({key, Deed::kReplace, at->second});
          else if (changed(Kind::kPluginConfigured, key.second))
            steps_.push_back({key, Deed::kConfigure, at->second});
        } else if (changed(Kind::kDatabaseAdded, key.first) || changed(Kind::kPluginAdded, key.second)) {
          steps_.push_back({key, Deed::kStart});
        }
      }
  }

  static Error about(const Key& key, Error error) {
    error.message = key.second + "@" + key.first + ": " + error.message;
    return error;
  }

  Result<void> make_ready(Step& step) {
    if (step.deed == Deed::kStart) return make_startable(step);
    if (step.deed == Deed::kReplace) return stand_by(step);
    return {};
  }

  // As the start of the host does it: one that is not enabled or does not fit this Odoo holds up nothing.
  Result<void> make_startable(Step& step) {
    Result<Supervisor::Maker> make =
        of_.deployment_.maker(next_, step.key.second, step.key.first, kServiceRoles, of_.stop_);
    if (make) {
      step.make = *std::move(make);
      return {};
    }
    const Error& error = make.error();
    if (error.code != Code::kAccess && error.code != Code::kUnsupported) return about(step.key, error);
    step.done = true;
    step.outcome = "waiting";
    step.reason = error.message;
    return {};
  }

  Result<void> stand_by(Step& step) {
    Result<Supervisor::Maker> make =
        of_.deployment_.maker(next_, step.key.second, step.key.first, kServiceRoles, of_.stop_);
    if (!make) return about(step.key, make.error());
    step.make = *std::move(make);
    Result<std::shared_ptr<Instance>> fresh = Supervisor::stand_by(step.make);
    if (!fresh) return about(step.key, fresh.error());
    step.fresh = *std::move(fresh);
    return {};
  }

  Result<void> prepare(Step& step) {
    if (step.deed != Deed::kConfigure) return {};
    Result<Deployment::Reconfigured> wanted = of_.deployment_.reconfigured(step.supervisor->maker(), next_);
    if (!wanted && wanted.error().code == Code::kUnsupported) {
      step.deed = Deed::kReplace;
      return stand_by(step);
    }
    if (!wanted) return about(step.key, wanted.error());
    Result<Supervisor::Prepared> prepared = step.supervisor->prepare(wanted->settings.root());
    if (!prepared && prepared.error().code == Code::kUnsupported) {
      step.deed = Deed::kReplace;
      return stand_by(step);
    }
    if (!prepared) return about(step.key, prepared.error());
    step.make = std::move(wanted->make);
    step.enforce = std::move(wanted->enforce);
    step.prepared.emplace(*std::move(prepared));
    return {};
  }

  void commit(Step& step) {
    step.enforce();
    step.prepared->commit(std::move(step.make));
    step.prepared.reset();
    of_.join(step.key);  // what it may watch follows its settings, too
    finish(step, "configured", {});
  }

  void finish(Step& step) {
    if (step.deed == Deed::kStop) {
      const std::shared_ptr<Supervisor> gone = of_.extract(step.key);
      of_.deployment_.take_away(step.key.second, step.key.first);
      of_.leave(step.key);
      if (gone != nullptr) gone->retire();
      return finish(step, "stopped", {});
    }
    if (step.deed == Deed::kReplace) {
      const Result<void> taken = step.supervisor->take(std::move(step.fresh), std::move(step.make));
      if (!taken) keep_as_it_was(step.key.second);
      if (taken) of_.join(step.key);
      return finish(step, "replaced", taken);
    }
    const auto supervisor = std::make_shared<Supervisor>(std::move(step.make), &monotonic_micros);
    const Result<void> started = supervisor->start();
    of_.insert(step.key, supervisor);
    of_.join(step.key);
    finish(step, "started", started);
  }

  void finish(Step& step, const std::string& outcome, const Result<void>& result) {
    step.done = true;
    step.outcome = result ? outcome : "failed";
    if (!result) step.reason = result.error().message;
    of_.say(step.key, bool(result), result ? outcome : "not " + outcome + ": " + step.reason);
  }

  // So that the next reload sees the difference again.
  void keep_as_it_was(const std::string& plugin) {
    for (const PluginConfig& before : before_)
      if (before.id == plugin) of_.deployment_.keep(before);
  }

  Service& of_;
  Outline next_;
  std::vector<Change> changes_;
  std::vector<PluginConfig> before_;
  std::vector<Step> steps_;
};

namespace {

Document report(const Config& config, const std::vector<Change>& changes, bool applied,
                const std::function<Value(Arena&)>& steps) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const Change& change : changes)
      rows.push_back(arena.object({{"change", to_string(change.kind)},
                                   {"name", arena.text(change.name)},
                                   {"what", arena.text(change.what)},
                                   {"text", arena.text(sentence(change))}}));
    return arena.object({{"file", arena.text(config.file.string())},
                         {"applied", applied},
                         {"changes", arena.array(rows)},
                         {"plugins", steps(arena)}});
  });
}

}  // namespace

Result<Document> Service::configure(bool plan) {
  const auto nothing = [](Arena& arena) { return arena.array(std::vector<Value>()); };
  Log& log = deployment_.log();
  const auto refused = [&](const Error& error) {
    log.write(LogLevel::kError, "reload", "nothing was changed: " + error.message);
    return error;
  };
  Result<JsonFile> file = JsonFile::read(deployment_.config().file);
  if (!file) return refused(file.error());
  Result<Config> config = parse_config(file->text, file->path);
  if (!config) return refused(config.error());
  Result<Outline> next = deployment_.draft(*std::move(config));
  if (!next) return refused(next.error());
  std::vector<Change> changes = differences(deployment_.config(), next->config);
  for (Change& later : differences_beyond(file_at_start_, file->root)) changes.push_back(std::move(later));
  if (plan || changes.empty()) return report(deployment_.config(), changes, false, nothing);
  Reconfiguration change(*this, *std::move(next), changes);
  if (Result<void> ready = change.make_ready(); !ready) return refused(ready.error());
  for (const Change& one : changes) log.write(LogLevel::kInfo, "reload", sentence(one));
  change.apply();
  return report(deployment_.config(), changes, true, [&](Arena& arena) { return change.report(arena); });
}

}  // namespace outrigger::host
