// Running one command of one instance, with its output where it belongs.
#pragma once

#include "host/cli/command_run.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"

namespace outrigger::host {

// The typed arguments of a command; kInvalid names the argument and what it takes.
Result<Document> typed_arguments(const CommandDeclaration& command, const std::vector<GivenArgument>& given);
// Prints what run_command or plan_job reported, keeps plan and page in the files of the options; the exit code. odoo:
// its address, for links to records.
int finish_command(const Result<Document>& report, const CommonOptions& common, const PluginCommandOptions& options,
                   const std::string& odoo);
// In this process, with these arguments: runs, prints, returns the exit code. `stop` cancels the instance.
int run_command_here(Deployment& deployment, const CommonOptions& common, const std::string& plugin,
                     const CommandDeclaration& command, Value args, StopSignal& stop);

// What run_command takes, from a command line.
Document command_request(const CommonOptions& common, const std::string& plugin, const CommandDeclaration& command,
                         Value args, bool plan);
// In the host that runs, which has the journal and the call budget; else here.
Result<Document> run_somewhere(Config config, Value request, const Sink& sink, StopSignal& stop);
// The report as a page in a file, which is there as a whole or not at all. odoo: its address, for links to records.
Result<void> save_page(const std::string& file, Value report, std::string_view locale, std::string_view odoo);
// The address of the Odoo that the options mean; empty when they mean none.
std::string odoo_address(const Config& config, const CommonOptions& common);

}  // namespace outrigger::host
