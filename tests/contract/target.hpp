// The Odoos that the contract tests run against: the sandbox as 14 and as 19, a real 19, a real 14, and a checkout.
//
// A real one is described by an env file, whose path is in OUTRIGGER_REAL_19, _14 or _SOURCE (tests/real/lab writes
// it).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "integration/odoo/records.hpp"
#include "integration/sandbox/server.hpp"

namespace outrigger::contract {

struct Target {
  std::string name;  // "Sandbox19", "Real14"
  bool real = false;
  odoo::Connection admin;
  odoo::Connection demo;  // a salesperson who sees a part of the leads
  // Of a real one: how to reach its PostgreSQL; see psql().
  std::map<std::string, std::string> postgres;
  std::unique_ptr<sandbox::Database> database;
  std::unique_ptr<sandbox::Service> service;
  std::unique_ptr<sandbox::Server> server;
};

// nullptr when a real target is not described in the environment. Made once per process.
Target* find_target(const std::string& name);
// "KEY=VALUE" lines.
std::map<std::string, std::string> read_env_file(const std::string& path);

}  // namespace outrigger::contract
