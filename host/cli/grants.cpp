// `outrigger plugin enable`, `disable` and `reload`: what the admin lets a plugin do, per database.
#include <unistd.h>

#include <iostream>

#include "host/cli/asked.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/control/control.hpp"
#include "host/grants/describe.hpp"
#include "host/grants/ledger.hpp"
#include "host/grants/sha256.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

// What a decision about one plugin on one database needs.
struct Case {
  Config config;
  std::string database;
  Manifest manifest;
  Permissions asked;
  std::string manifest_sha256;
  Ledger ledger;
};

Result<Case> open_case(const CommonOptions& common, const std::string& id) {
  Result<Config> config = read_config(common.config);
  if (!config) return config.error();
  const Result<const DatabaseConfig*> database = find_database(*config, common.database);
  if (!database) return database.error();
  for (Manifest& manifest : discover(plugin_folders(*config)).plugins) {
    if (manifest.id != id) continue;
    Result<Permissions> asked = asked_by(manifest, *config);
    if (!asked) return asked.error();
    Result<std::string> hash = sha256_of_file(manifest.folder / "manifest.json");
    if (!hash) return hash.error();
    std::error_code cannot;  // the ledger says it better
    std::filesystem::create_directories(config->data_folder, cannot);
    Result<Ledger> ledger = Ledger::load(ledger_file(*config));
    if (!ledger) return ledger.error();
    std::string name = (*database)->name;
    return Case{*std::move(config), std::move(name), std::move(manifest), *std::move(asked), *hash, *std::move(ledger)};
  }
  return Error{Code::kMissing, "there is no plugin " + id + "; `outrigger plugin list` shows what is there",
               Source::kHost, Effect::kNone, -1};
}

Result<void> record(Case& one, bool pin) {
  GrantRecord granted;
  granted.manifest_sha256 = one.manifest_sha256;
  granted.when = now_micros();
  granted.permissions = one.asked.json;
  if (pin) {
    const Result<std::string> hash = sha256_of_file(one.manifest.library);
    if (!hash) return hash.error();
    granted.library_sha256 = *hash;
  }
  return one.ledger.grant(one.database, one.manifest.id, std::move(granted));
}

// A host that runs takes the change in; one that does not reads it when it starts.
Result<void> tell_host(const Config& config, const char* what, const std::string& plugin, const std::string& database) {
  Arena arena;
  const Result<Document> answer =
      ask_control(control_socket(config),
                  arena.object({{"do", what}, {"plugin", arena.text(plugin)}, {"database", arena.text(database)}}));
  if (!answer && answer.error().code != Code::kMissing) return answer.error();
  return {};
}

// The host knows only plugins that its configuration names.
bool runs_in_host(const Config& config, const std::string& plugin) {
  const PluginConfig* configured = config.plugin(plugin);
  return configured != nullptr && configured->enabled;
}

int usage_error(const Error& error, bool json) {
  const int code = report_error(error, json);
  return error.code == Code::kInvalid ? static_cast<int>(kExitUsage) : code;
}

}  // namespace

bool agreed(bool yes) {
  if (yes) return true;
  if (::isatty(STDIN_FILENO) == 0) {
    print_error("nothing was changed; say --yes to grant this without being asked");
    return false;
  }
  print("Grant this? [y/N] ");
  std::cout.flush();
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int run_plugin_enable(const CommonOptions& common, const std::string& id, bool yes, bool pin) {
  Result<Case> one = open_case(common, id);
  if (!one) return usage_error(one.error(), common.json);
  const Locale locale = locale_of(common.locale);
  const Ledger::Standing standing =
      one->ledger.standing(one->database, id, one->manifest_sha256, one->asked, {}, locale);
  const std::vector<std::string> lines = describe(one->asked, locale);
  if (!common.json) {
    print("plugin " + id + " " + one->manifest.version + " on database " + one->database + " asks to:\n");
    for (const std::string& line : lines) print("  " + line + "\n");
    if (!standing.changes.empty()) print("compared with what was granted before:\n");
    for (const std::string& line : standing.changes) print("  " + line + "\n");
  }
  if (standing.state == GrantState::kEnabled && !pin) {
    if (!common.json) print("this is granted already\n");
  } else {
    // A program that only looks must not grant by looking.
    if (common.json && !yes)
      return report_error({Code::kInvalid, "nothing was granted; --json does not ask, so say --yes as well",
                           Source::kHost, Effect::kNone, -1},
                          true);
    if (!agreed(yes)) return kExitFailed;
    if (const Result<void> done = record(*one, pin); !done) return report_error(done.error(), common.json);
  }
  if (runs_in_host(one->config, id))
    if (const Result<void> told = tell_host(one->config, "enable", id, one->database); !told)
      return report_error(told.error(), common.json);
  if (common.json) {
    Arena arena;
    std::vector<Value> texts;
    for (const std::string& line : lines) texts.push_back(Value::of(std::string_view(line)));
    print(value::to_pretty_json(arena.object({{"plugin", arena.text(id)},
                                              {"database", arena.text(one->database)},
                                              {"manifest_sha256", arena.text(one->manifest_sha256)},
                                              {"pinned", pin},
                                              {"granted", arena.array(texts)}})) +
          "\n");
  } else {
    print("enabled" + std::string(pin ? " and pinned to this library" : "") + "\n");
    if (!runs_in_host(one->config, id))
      print("its commands can be called; for the service to run it, name it under `plugins` in " +
            one->config.file.string() + ", then `outrigger reload`\n");
  }
  return kExitOk;
}

int run_plugin_disable(const CommonOptions& common, const std::string& id) {
  Result<Config> config = read_config(common.config);
  if (!config) return usage_error(config.error(), common.json);
  const Result<const DatabaseConfig*> database = find_database(*config, common.database);
  if (!database) return usage_error(database.error(), common.json);
  Result<Ledger> ledger = Ledger::load(ledger_file(*config));
  if (!ledger) return report_error(ledger.error(), common.json);
  if (const Result<void> done = ledger->disable((*database)->name, id, now_micros()); !done)
    return report_error(done.error(), common.json);
  if (const Result<void> told = tell_host(*config, "disable", id, (*database)->name); !told)
    return report_error(told.error(), common.json);
  const bool waits = runs_in_host(*config, id);
  return report_done("plugin " + id + " is disabled on database " + (*database)->name +
                         (waits ? "; what it subscribed to is kept for it until it is enabled again, or taken out of "
                                  "`plugins` in " +
                                      config->file.string()
                                : ""),
                     common.json);
}

int run_plugin_reload(const CommonOptions& common, const std::string& id) {
  Result<Config> config = read_config(common.config);
  if (!config) return usage_error(config.error(), common.json);
  Arena arena;
  const Result<Document> answer =
      ask_control(control_socket(*config), arena.object({{"do", "reload"},
                                                         {"plugin", Value::of(std::string_view(id))},
                                                         {"database", Value::of(std::string_view(common.database))}}));
  if (!answer) return report_error(answer.error(), common.json);
  print(common.json ? value::to_pretty_json(answer->root()) + "\n" : "plugin " + id + " is reloaded\n");
  return kExitOk;
}

}  // namespace outrigger::host
