// The program: its own commands (command_line.hpp), and a group for each plugin that was found.
#include <cstdio>

#include "host/cli/command_line.hpp"
#include "host/cli/deployment.hpp"

namespace outrigger::host {
namespace {

// The configuration file is needed before parsing: it may name folders with plugins, whose commands are subcommands.
std::filesystem::path config_of(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if ((word == "-c" || word == "--config") && i + 1 < argc) return argv[i + 1];
    if (word.rfind("--config=", 0) == 0) return std::string(word.substr(9));
  }
  return "outrigger.json";
}

Discovery known_plugins(const std::filesystem::path& file) {
  // A faulty configuration is reported by the command that needs it.
  const Result<Config> config = read_config(file);
  return discover(plugin_folders(config ? *config : Config{}));
}

struct PluginCommand {
  std::string plugin;
  const CommandDeclaration* declaration = nullptr;
  std::vector<std::unique_ptr<std::string>> texts;  // one per argument
  std::vector<CLI::Option*> options;
  PluginCommandOptions given;

  int run(CommandLine& line) const {
    std::vector<GivenArgument> arguments;
    for (size_t i = 0; i < options.size(); ++i)
      if (options[i]->count() > 0) arguments.push_back({declaration->arguments[i].name, *texts[i]});
    return run_plugin_command(line.common, plugin, *declaration, arguments, given, line.stop);
  }
};

void add_command(CommandLine& line, CLI::App& parent, const std::string& plugin,
                 const CommandDeclaration& declaration) {
  const auto command = std::make_shared<PluginCommand>();
  command->plugin = plugin;
  command->declaration = &declaration;
  CLI::App* app =
      line.command(parent, declaration.name, declaration.summary, [&line, command] { return command->run(line); });
  app->fallthrough();
  CLI::Option* plan = app->add_flag("--plan", command->given.plan, "say what would be written, write nothing");
  app->add_option("--save", command->given.save, "keep the plan in this file, for `outrigger writes apply`")
      ->needs(plan);
  if (declaration.report)
    app->add_option("--html", command->given.html, "put the report into this file, as one page for a browser");
  for (const CommandArgument& argument : declaration.arguments) {
    command->texts.push_back(std::make_unique<std::string>());
    const std::string name = argument.positional ? argument.name : "--" + argument.name;
    CLI::Option* option = app->add_option(name, *command->texts.back(), argument.help);
    if (argument.required) option->required();
    if (argument.type == "file") option->type_name("FILE");
    command->options.push_back(option);
  }
}

int dispatch(int argc, char** argv, StopSignal& stop) {
  CommandLine line(stop);
  for (const auto add : {add_demo, add_sandbox, add_service, add_plugin, add_secrets, add_setup, add_webhooks,
                         add_events, add_writes, add_jobs, add_database, add_keeping})
    add(line);
  const Discovery plugins = known_plugins(config_of(argc, argv));
  for (const Manifest& manifest : plugins.plugins) {
    if (manifest.commands.empty() || line.has(manifest.id)) continue;
    CLI::App& parent = line.group(manifest.id, manifest.summary);
    for (const CommandDeclaration& declaration : manifest.commands) add_command(line, parent, manifest.id, declaration);
  }
  return line.run(argc, argv);
}

}  // namespace
}  // namespace outrigger::host

int main(int argc, char** argv) try {
  outrigger::host::StopSignal stop;
  return outrigger::host::dispatch(argc, argv, stop);
} catch (const std::exception& problem) {
  std::fprintf(stderr, "outrigger: a bug ended the program: %s\n", problem.what());
  return outrigger::host::kExitFailed;
}
