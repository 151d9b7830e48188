// A deployment with a session of the setup key, for what an admin does in Odoo from the command line.
//
//     Result<SetupSession> opened = open_setup(common, stop.token());
//     if (opened) list_made(*opened->setup);
//
// Threads: one.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/setup/setup_access.hpp"

namespace outrigger::host {

struct SetupSession {
  std::unique_ptr<Deployment> deployment;
  std::string database;
  std::shared_ptr<odoo::Session> run;
  std::unique_ptr<SetupAccess> access;
  std::shared_ptr<odoo::Session> setup;  // null where it was not needed and there is no key
};

// kAccess: no setup key, or one that Odoo refuses; with `needed` false that is no error.
Result<SetupSession> open_setup(const CommonOptions& common, const std::stop_token& stop, bool needed = true);

}  // namespace outrigger::host
