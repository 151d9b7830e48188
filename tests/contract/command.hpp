// A plugin's command as the program runs it: under a plan the host keeps the writes.
//
//     const Result<Document> done = run_command(deployment, "scoring", "recompute", args, plan);   // {result, run, plan}
//
// The deployment has one database. Threads: one at a time.
#pragma once

#include <mutex>
#include <string>

#include "host/cli/command_run.hpp"
#include "host/cli/deployment.hpp"

namespace outrigger::contract {

inline Result<Document> run_command(host::Deployment& deployment, const std::string& plugin, const std::string& name,
                                    Value args, bool plan) {
  std::mutex making;
  const Document request = Document::build([&](Arena& arena) {
    return arena.object({{"plugin", arena.text(plugin)},
                         {"database", ""},
                         {"command", arena.text(name)},
                         {"plan", plan},
                         {"json", true},
                         {"locale", "en"},
                         {"width", int64_t{0}},
                         {"args", arena.copy(args)}});
  });
  return host::run_command(deployment, making, request.root(), {}, {});
}

}  // namespace outrigger::contract
