// The command line, as groups of commands add themselves to it. Only sources of this room that parse it include this.
//
//     CommandLine line(stop);
//     add_events(line);                       // arguments_work.cpp: its options, and what to call
//     return line.run(argc, argv);            // the exit code of the command that was given
//
// A command's options live as long as the line, in what its function holds. Threads: one.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/cli/commands.hpp"

namespace outrigger::host {

class CommandLine {
 public:
  explicit CommandLine(StopSignal& until);

  // One that does something: `run` is called when it was given.
  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& help, std::function<int()> run);
  CLI::App* command(const std::string& name, const std::string& help, std::function<int()> run) {
    return command(app, name, help, std::move(run));
  }
  // One of which another has to be given with it.
  CLI::App& group(const std::string& name, const std::string& help) {
    return *app.add_subcommand(name, help)->require_subcommand(1);
  }
  // A command or group of its own.
  [[nodiscard]] bool has(const std::string& name) const;
  int run(int argc, char** argv);

  CLI::App app;
  CommonOptions common;
  StopSignal& stop;

 private:
  struct Command {
    CLI::App* app;
    std::function<int()> run;
  };
  std::vector<Command> commands_;
  std::string config_;
};

// arguments_start.cpp
void add_demo(CommandLine& line);
void add_sandbox(CommandLine& line);
void add_service(CommandLine& line);  // run, reload, doctor, status, audit
// arguments_plugins.cpp
void add_plugin(CommandLine& line);
void add_packages(CommandLine& line, CLI::App& plugin);
// arguments_odoo.cpp
void add_secrets(CommandLine& line);
void add_setup(CommandLine& line);
void add_webhooks(CommandLine& line);
void add_database(CommandLine& line);
// arguments_work.cpp
void add_events(CommandLine& line);
void add_writes(CommandLine& line);
void add_jobs(CommandLine& line);
void add_keeping(CommandLine& line);  // backup, restore, privacy

}  // namespace outrigger::host
