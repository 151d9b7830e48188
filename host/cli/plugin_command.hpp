// Running one command of one instance, with its output where it belongs.
#pragma once

#include "host/cli/commands.hpp"
#include "host/plugins/instance.hpp"

namespace outrigger::host {

// The typed arguments of a command; kInvalid names the argument and what it takes.
Result<Document> typed_arguments(const CommandDeclaration& command, const std::vector<GivenArgument>& given);
// Runs, prints, returns the exit code. While it runs, `stop` cancels the instance.
int run_and_print(Instance& instance, const CommandDeclaration& command, Value args, const CommonOptions& common,
                  bool plan, StopSignal& stop);

}  // namespace outrigger::host
