// `outrigger plugin list` and `plugin info`.
#include "host/cli/asked.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/config/json_tree.hpp"
#include "host/control/control.hpp"
#include "host/grants/describe.hpp"
#include "host/grants/ledger.hpp"
#include "host/grants/sha256.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

// The configured folders when there is a configuration; without one, the default folders.
Result<Discovery> find_plugins(const CommonOptions& common, Config& config) {
  std::error_code error;
  if (std::filesystem::exists(common.config, error)) {
    Result<Config> read = read_config(common.config);
    if (!read) return read.error();
    config = *std::move(read);
  }
  return discover(plugin_folders(config));
}

// What the running host says of its plugins; null when none runs, or there is no configuration.
Document live_states(const Config& config) {
  if (config.file.empty()) return {};
  Arena arena;
  Result<Document> answer = ask_control(control_socket(config), arena.object({{"do", "status"}}));
  return answer ? *std::move(answer) : Document();
}

// How a plugin stands on one database: running, quarantined and the like from the host, else from the ledger.
struct Standing {
  std::string database;
  std::string state;
  std::string reason;
};

std::vector<Standing> standings(const Manifest& manifest, const Config& config, Value live) {
  std::vector<Standing> all;
  for (const DatabaseConfig& database : config.databases) {
    Standing standing{database.name, "not running", {}};
    for (const Value row : live.items())
      if (row["plugin"].text() == manifest.id && row["database"].text() == database.name)
        standing = {database.name, std::string(row["state"].text()), std::string(row["reason"].text())};
    const Result<Permissions> asked = asked_by(manifest, config);
    const Result<std::string> hash = sha256_of_file(manifest.folder / "manifest.json");
    const Result<Ledger> ledger = Ledger::load(ledger_file(config));
    if (!asked || !hash || !ledger) {
      standing.state = "unknown";
      standing.reason = !asked ? asked.error().message : !hash ? hash.error().message : ledger.error().message;
    } else if (const auto recorded = ledger->standing(database.name, manifest.id, *hash, *asked);
               recorded.state != GrantState::kEnabled) {
      standing.state = "not enabled";
      standing.reason = recorded.sentence(manifest.id);
    }
    all.push_back(std::move(standing));
  }
  return all;
}

}  // namespace

int run_plugin_list(const CommonOptions& common) {
  Config config;
  Result<Discovery> found = find_plugins(common, config);
  if (!found) {
    report_error(found.error(), common.json);
    return kExitUsage;
  }
  Arena arena;
  std::vector<Value> rows;
  const Document live = live_states(config);
  for (const Manifest& manifest : found->plugins) {
    const PluginConfig* configured = config.plugin(manifest.id);
    const char* state = configured == nullptr ? "not configured" : configured->enabled ? "enabled" : "disabled";
    const std::vector<Standing> on = standings(manifest, config, live.root());
    std::vector<Value> databases;
    for (const Standing& one : on)
      databases.push_back(arena.object({{"database", arena.text(one.database)},
                                        {"state", arena.text(one.state)},
                                        {"reason", arena.text(one.reason)}}));
    rows.push_back(arena.object({{"id", arena.text(manifest.id)},
                                 {"version", arena.text(manifest.version)},
                                 {"state", state},
                                 {"summary", arena.text(manifest.summary)},
                                 {"folder", arena.text(manifest.folder.string())},
                                 {"databases", arena.array(databases)}}));
    if (common.json) continue;
    print(manifest.id + " " + manifest.version + " (" + state + "): " + manifest.summary + "\n");
    for (const Standing& one : on)
      print("  " + one.database + ": " + one.state + (one.reason.empty() ? "" : ": " + one.reason) + "\n");
  }
  for (const Error& problem : found->problems) print_error(problem.message);
  if (common.json)
    print(value::to_pretty_json(arena.array(rows)) + "\n");
  else if (rows.empty())
    print("no plugins found; name a folder with `plugin_folders` in the configuration\n");
  return found->problems.empty() ? kExitOk : kExitFailed;
}

int run_plugin_info(const CommonOptions& common, const std::string& id) {
  Config config;
  Result<Discovery> found = find_plugins(common, config);
  if (!found) {
    report_error(found.error(), common.json);
    return kExitUsage;
  }
  for (const Manifest& manifest : found->plugins) {
    if (manifest.id != id) continue;
    if (common.json) {
      print(value::to_pretty_json(manifest.document.root()) + "\n");
      return kExitOk;
    }
    print(manifest.name + " (" + manifest.id + " " + manifest.version + ")\n" + manifest.summary + "\n  library  " +
          manifest.library.string() + "\n  Odoo     " + (manifest.odoo.empty() ? "any" : manifest.odoo) + "\n");
    const Locale locale = locale_of(common.locale);
    const Result<Permissions> asked = asked_by(manifest, config);
    const Result<Permissions> most = Permissions::parse(manifest.document.root()["permissions"], manifest.id);
    if (!asked) print("  asks     " + asked.error().message + "\n");
    if (asked && most) {
      for (const std::string& line : describe(*asked, locale)) print("  asks     " + line + "\n");
      for (const std::string& line : changes(*asked, *most, locale)) print("  if it is configured so, " + line + "\n");
    }
    for (const CommandDeclaration& command : manifest.commands)
      print("  command  " + manifest.id + " " + command.name + ": " + command.summary + "\n");
    for (const Field property : manifest.document.root()["config_schema"]["properties"].fields())
      print("  config   " + std::string(property.key) + " (" + std::string(property.value["type"].text()) +
            "): " + std::string(property.value["description"].text()) + "\n");
    Log log("warn", false);
    const Result<void> loads = try_load(manifest, config, log);
    print(loads ? "  loads\n" : "  " + loads.error().message + "\n");
    return loads ? kExitOk : kExitFailed;
  }
  return report_error({Code::kMissing, "there is no plugin " + id + "; `outrigger plugin list` shows what is there",
                       Source::kHost, Effect::kNone, -1},
                      common.json);
}

}  // namespace outrigger::host
