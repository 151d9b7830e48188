// `outrigger plugin list` and `plugin info`.
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/config/json_tree.hpp"
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
  return discover(plugin_folders(config.plugin_folders));
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
  for (const Manifest& manifest : found->plugins) {
    const PluginConfig* configured = config.plugin(manifest.id);
    const char* state = configured == nullptr ? "not configured" : configured->enabled ? "enabled" : "disabled";
    rows.push_back(arena.object({{"id", arena.text(manifest.id)},
                                 {"version", arena.text(manifest.version)},
                                 {"state", state},
                                 {"summary", arena.text(manifest.summary)},
                                 {"folder", arena.text(manifest.folder.string())}}));
    if (!common.json) print(manifest.id + " " + manifest.version + " (" + state + "): " + manifest.summary + "\n");
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
    for (const Field model : manifest.document.root()["permissions"]["odoo"].fields()) {
      print("  may      ");
      for (const Field operation : model.value.fields()) {
        std::string fields;
        for (const Value field : operation.value.items())
          fields += (fields.empty() ? "" : ", ") + std::string(field.text());
        print(std::string(operation.key) + " " + std::string(model.key) + " (" + fields + ") ");
      }
      print("\n");
    }
    for (const CommandDeclaration& command : manifest.commands)
      print("  command  " + manifest.id + " " + command.name + ": " + command.summary + "\n");
    for (const Field property : manifest.document.root()["config_schema"]["properties"].fields())
      print("  config   " + std::string(property.key) + " (" + std::string(property.value["type"].text()) +
            "): " + std::string(property.value["description"].text()) + "\n");
    const Result<Library> library = load_library(manifest);
    print(library ? "  loads\n" : "  " + library.error().message + "\n");
    return library ? kExitOk : kExitFailed;
  }
  return report_error({Code::kMissing, "there is no plugin " + id + "; `outrigger plugin list` shows what is there",
                       Source::kHost, Effect::kNone, -1},
                      common.json);
}

}  // namespace outrigger::host
