// Running one command of one instance, with its output where it belongs.
#pragma once

#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"

namespace outrigger::host {

// The typed arguments of a command; kInvalid names the argument and what it takes.
Result<Document> typed_arguments(const CommandDeclaration& command, const std::vector<GivenArgument>& given);
// In this process, with these arguments: runs, prints, returns the exit code. `stop` cancels the instance.
int run_command_here(Deployment& deployment, const CommonOptions& common, const std::string& plugin,
                     const CommandDeclaration& command, Value args, StopSignal& stop);

}  // namespace outrigger::host
