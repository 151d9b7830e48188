#include "host/cli/command_line.hpp"

#include <cstdlib>

namespace outrigger::host {
namespace {

std::string default_locale() {
  const char* lang = std::getenv("LANG");
  return lang != nullptr && std::string_view(lang).rfind("vi", 0) == 0 ? "vi" : "en";
}

}  // namespace

CommandLine::CommandLine(StopSignal& until) : app("Outrigger: a plugin host beside your Odoo"), stop(until) {
  app.set_version_flag("--version", OUTRIGGER_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  common.locale = default_locale();
  config_ = common.config.string();
  app.add_option("-c,--config", config_, "configuration file")->capture_default_str();
  app.add_option("-d,--database", common.database, "which database of the configuration");
  app.add_option("--lang", common.locale, "language of what is printed")->check(CLI::IsMember({"en", "vi"}));
  app.add_flag("--json", common.json, "print one JSON value instead of text");
}

CLI::App* CommandLine::command(CLI::App& parent, const std::string& name, const std::string& help,
                               std::function<int()> run) {
  CLI::App* added = parent.add_subcommand(name, help);
  commands_.push_back({added, std::move(run)});
  return added;
}

bool CommandLine::has(const std::string& name) const {
  return !app.get_subcommands([&](const CLI::App* one) { return one->get_name() == name; }).empty();
}

int CommandLine::run(int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return code == 0 ? kExitOk : kExitUsage;
  }
  common.config = config_;
  for (const Command& one : commands_)
    if (*one.app) return one.run();
  return kExitUsage;
}

}  // namespace outrigger::host
