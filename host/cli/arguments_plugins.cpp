// `outrigger plugin ...`.
#include "host/cli/command_line.hpp"

namespace outrigger::host {
namespace {

struct PluginOptions {
  std::string id;
  std::string folder;
  bool yes = false;
  bool pin = false;
};

struct PackageOptions {
  std::string file;
  std::string key;
  std::string to;
  bool yes = false;
  bool older = false;
};

void add_validate(CommandLine& line, CLI::App& plugin) {
  const auto options = std::make_shared<ValidateOptions>();
  CLI::App* validate = line.command(plugin, "validate", "Try a plugin on everything that a host may do to it",
                                    [&line, options] { return run_plugin_validate(line.common, *options); });
  validate->add_option("path", options->path, "the plugin's folder or its library");
  validate->add_option("--seed", options->seed, "other random calls")->capture_default_str();
  validate->add_option("--only", options->only, "this check alone; may be repeated");
  validate->add_flag("--list", options->list, "name the checks");
  validate->add_option("--library", options->library)->group("");  // hidden, as the next
  validate->add_option("--child", options->child)->group("");
}

}  // namespace

void add_plugin(CommandLine& line) {
  CLI::App& plugin = line.group("plugin", "What plugins there are");
  const auto options = std::make_shared<PluginOptions>();
  const auto add = [&](const char* name, const char* help, std::function<int()> run) {
    CLI::App* one = line.command(plugin, name, help, std::move(run));
    one->add_option("id", options->id, "the plugin's id")->required();
    return one;
  };
  line.command(plugin, "list", "All plugins that were found", [&line] { return run_plugin_list(line.common); });
  add("info", "What one plugin is, may do and takes as configuration",
      [&line, options] { return run_plugin_info(line.common, options->id); });
  CLI::App* enable = add("enable", "Show what a plugin asks for, and grant it", [&line, options] {
    return run_plugin_enable(line.common, options->id, options->yes, options->pin);
  });
  enable->add_flag("-y,--yes", options->yes, "grant without being asked");
  enable->add_flag("--pin", options->pin, "for this very library: another build has to be enabled again");
  add("disable", "Take the grant back", [&line, options] { return run_plugin_disable(line.common, options->id); });
  add("reload", "Let the running host take a plugin as it is on disk",
      [&line, options] { return run_plugin_reload(line.common, options->id); });
  CLI::App* fresh =
      line.command(plugin, "new", "Begin a plugin: a project with a manifest, code and a test",
                   [&line, options] { return run_plugin_new(line.common, options->id, options->folder); });
  fresh->add_option("name", options->id, "its id: small letters, digits, - and _")->required();
  fresh->add_option("--folder", options->folder, "where to put the project; default: a folder of that name");
  add_validate(line, plugin);
  add_packages(line, plugin);
}

void add_packages(CommandLine& line, CLI::App& plugin) {
  const auto options = std::make_shared<PackageOptions>();
  line.command(plugin, "keygen", "Make a key to sign packages with",
               [&line, options] { return run_plugin_keygen(line.common, options->file); })
      ->add_option("file", options->file, "where to put it")
      ->required();
  CLI::App* pack = line.command(plugin, "pack", "Make a signed package of a built plugin", [&line, options] {
    return run_plugin_pack(line.common, options->file, options->key, options->to);
  });
  pack->add_option("folder", options->file, "with manifest.json and the library")->required();
  pack->add_option("--key", options->key, "file with the signing key")->required();
  pack->add_option("--to", options->to, "the package; default: FOLDER.plugin here");
  CLI::App* install =
      line.command(plugin, "install", "Install or upgrade a plugin from a signed package",
                   [&line, options] { return run_plugin_install(line.common, options->file, options->older); });
  CLI::App* upgrade = line.command(
      plugin, "upgrade", "Put a newer package in the place of an installed plugin",
      [&line, options] { return run_plugin_upgrade(line.common, options->file, options->yes, options->older); });
  upgrade->add_flag("-y,--yes", options->yes, "grant what it asks without being asked");
  for (CLI::App* one : {install, upgrade}) {
    one->add_option("package", options->file, "the file")->required();
    one->add_flag("--older", options->older, "although a newer version is there");
  }
  line.command(plugin, "remove", "Remove a plugin that was installed from a package",
               [&line, options] { return run_plugin_remove(line.common, options->file); })
      ->add_option("id", options->file, "the plugin's id")
      ->required();
}

}  // namespace outrigger::host
