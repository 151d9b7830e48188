// Service: packages, installed and removed while the host runs.
#include "host/cli/regrant.hpp"
#include "host/cli/service.hpp"
#include "host/cli/service_roles.hpp"
#include "host/packages/package.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

// A version that was put in the place of another on disk takes over everywhere, or nowhere.
class Service::Upgrade {
 public:
  Upgrade(Service& of, std::string plugin) : of_(of), plugin_(std::move(plugin)) {}

  Result<void> run() {
    for (const auto& [key, supervisor] : of_.running())
      if (key.second == plugin_)
        if (Result<void> ready = make_ready(key, supervisor); !ready) return ready;
    for (size_t i = 0; i < steps_.size(); ++i)
      if (Result<void> taken = take(steps_[i]); !taken) {
        go_back(i);
        return taken;
      }
    return {};
  }

  Value report(Arena& arena) const {
    std::vector<Value> rows;
    for (const Step& step : steps_) rows.push_back(row(arena, step.key, "replaced", {}));
    for (const auto& [key, reason] : waiting_) rows.push_back(row(arena, key, "waiting", reason));
    return arena.array(rows);
  }

 private:
  struct Step {
    Key key;
    std::shared_ptr<Supervisor> supervisor;
    Supervisor::Maker before;
    Supervisor::Maker make;
    std::shared_ptr<Instance> fresh;
  };

  static Value row(Arena& arena, const Key& key, const char* done, const std::string& reason) {
    return arena.object({{"database", arena.text(key.first)},
                         {"plugin", arena.text(key.second)},
                         {"done", done},
                         {"reason", arena.text(reason)}});
  }

  Result<void> make_ready(const Key& key, const std::shared_ptr<Supervisor>& supervisor) {
    Result<Supervisor::Maker> make = of_.deployment_.maker(plugin_, key.first, kServiceRoles, of_.stop_);
    if (!make && make.error().code == Code::kAccess) {
      // It asks for more or is another library than what was pinned: the old one works on until the admin agrees.
      waiting_.emplace_back(key, make.error().message);
      return {};
    }
    if (!make) return make.error();
    Result<std::shared_ptr<Instance>> fresh = Supervisor::stand_by(*make);
    if (!fresh) return fresh.error();
    steps_.push_back({key, supervisor, supervisor->maker(), *std::move(make), *std::move(fresh)});
    return {};
  }

  Result<void> take(Step& step) {
    Result<void> taken = step.supervisor->take(std::move(step.fresh), step.make);
    of_.say(step.key, bool(taken), taken ? "upgraded" : "not upgraded: " + taken.error().message);
    if (taken) of_.join(step.key);
    return taken;
  }

  // The step that failed has gone back by itself.
  void go_back(size_t failed) {
    for (size_t i = 0; i < failed; ++i) {
      const Result<void> again = steps_[i].supervisor->replace(steps_[i].before);
      if (again) of_.join(steps_[i].key);
      of_.say(steps_[i].key, bool(again),
              again ? "back to the version before"
                    : "not back to the version before: " + again.error().message + "; it runs the new one until then");
    }
  }

  Service& of_;
  std::string plugin_;
  std::vector<Step> steps_;
  std::vector<std::pair<Key, std::string>> waiting_;
};

Result<void> Service::granted_upgrade(Upgrade& upgrade, const Manifest& manifest, const std::string& agreed) {
  Result<Regrant> grants = Regrant::record(deployment_.config(), manifest, agreed, now_micros());
  if (!grants) return grants.error();
  Result<void> taken = upgrade.run();
  if (taken) grants->keep();
  return taken;
}

Result<Document> Service::upgrade(const std::filesystem::path& file, const std::string& agreed) {
  // Who is trusted stands in the file as it is now: an admin has just added the author's key.
  const Result<Config> config = read_config(deployment_.config().file);
  if (!config) return config.error();
  const Result<Package> package = read_package(file, config->trusted_keys);
  if (!package) return package.error();
  const std::filesystem::path folder = installed_plugins(deployment_.config());
  const Manifest* before = deployment_.manifest(package->id);
  const std::string version_before = before == nullptr ? "" : before->version;
  const Result<Manifest> manifest = install(*package, folder);
  if (!manifest) return manifest.error();
  deployment_.rediscover();
  Upgrade upgrade(*this, manifest->id);
  Result<void> taken;
  if (const Manifest* found = deployment_.manifest(manifest->id);
      found == nullptr || found->folder != folder / manifest->id)
    taken = refuse(Code::kConflict, "there is a plugin " + manifest->id + " in " +
                                        (found == nullptr ? folder : found->folder).string() +
                                        ", which comes first; take that away, or leave it out of `plugin_folders`");
  else if (taken = try_load(*manifest, deployment_.config(), deployment_.log()); taken)
    taken = granted_upgrade(upgrade, *manifest, agreed);
  if (!taken) {
    Error error = taken.error();
    if (const Result<void> back = reinstate(manifest->id, folder); !back) error.message += "; " + back.error().message;
    deployment_.rediscover();
    error.message = "plugin " + manifest->id + " " + manifest->version + " was not installed: " + error.message;
    if (!version_before.empty()) error.message += "; " + version_before + " stays";
    return error;
  }
  settle(manifest->id, folder);
  return Document::build([&](Arena& arena) {
    return arena.object({{"plugin", arena.text(manifest->id)},
                         {"version", arena.text(manifest->version)},
                         {"before", arena.text(version_before)},
                         {"plugins", upgrade.report(arena)}});
  });
}

Result<Document> Service::remove(const std::string& plugin) {
  const std::filesystem::path folder = installed_plugins(deployment_.config());
  if (!is_installed(plugin, folder)) return uninstall(plugin, folder).error();
  std::vector<Key> stopped;
  for (const auto& [key, supervisor] : running()) {
    if (key.second != plugin) continue;
    supervisor->retire();
    deployment_.take_away(key.second, key.first);
    leave(key);
    (void)extract(key);
    stopped.push_back(key);
    say(key, true, "stopped: it is removed");
  }
  const Result<void> gone = uninstall(plugin, folder);
  deployment_.rediscover();
  if (!gone) return gone.error();
  const PluginConfig* configured = deployment_.config().plugin(plugin);
  return Document::build([&](Arena& arena) {
    std::vector<Value> databases;
    for (const Key& key : stopped) databases.push_back(arena.text(key.first));
    return arena.object({{"removed", arena.text(plugin)},
                         {"stopped_on", arena.array(databases)},
                         {"still_configured", configured != nullptr && configured->enabled}});
  });
}

}  // namespace outrigger::host
