#include "tests/contract/target.hpp"

#include <cstdlib>
#include <fstream>

namespace outrigger::contract {
namespace {

std::unique_ptr<Target> sandbox_target(const std::string& name, int major) {
  auto target = std::make_unique<Target>();
  target->name = name;
  target->database = std::make_unique<sandbox::Database>(sandbox::Options{.major = major, .leads = 300, .seed = 3});
  target->service = std::make_unique<sandbox::Service>(*target->database);
  target->server = std::move(*sandbox::Server::start(*target->service, 0));
  for (const bool admin : {true, false}) {
    odoo::Connection& connection = admin ? target->admin : target->demo;
    const sandbox::User& user = target->database->user(admin ? "admin" : "demo");
    connection.url = target->server->url();
    connection.database = target->database->options().name;
    connection.login = user.login;
    connection.secret = user.key;
  }
  return target;
}

std::unique_ptr<Target> real_target(const std::string& name, const char* variable) {
  const char* path = std::getenv(variable);
  if (path == nullptr || *path == '\0') return nullptr;
  std::map<std::string, std::string> env = read_env_file(path);
  auto target = std::make_unique<Target>();
  target->name = name;
  target->real = true;
  for (const bool admin : {true, false}) {
    odoo::Connection& connection = admin ? target->admin : target->demo;
    connection.url = env["OUTRIGGER_REAL_URL"];
    connection.database = env["OUTRIGGER_REAL_DB"];
    connection.login = env[admin ? "OUTRIGGER_REAL_LOGIN" : "OUTRIGGER_REAL_DEMO_LOGIN"];
    connection.secret = env[admin ? "OUTRIGGER_REAL_KEY" : "OUTRIGGER_REAL_DEMO_KEY"];
    connection.allow_untested = true;
  }
  if (env.count("OUTRIGGER_REAL_PSQL") != 0)
    target->postgres = {{"PSQL", env["OUTRIGGER_REAL_PSQL"]},
                        {"PGHOST", "127.0.0.1"},
                        {"PGPORT", env["OUTRIGGER_REAL_PGPORT"]},
                        {"PGUSER", env["OUTRIGGER_REAL_PGUSER"]},
                        {"PGPASSWORD", env["OUTRIGGER_REAL_PGPASSWORD"]},
                        {"PGDATABASE", env["OUTRIGGER_REAL_DB"]}};
  return target;
}

}  // namespace

std::map<std::string, std::string> read_env_file(const std::string& path) {
  std::map<std::string, std::string> values;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t equals = line.find('=');
    if (equals == std::string::npos || line.empty() || line[0] == '#') continue;
    std::string value = line.substr(equals + 1);
    if (value.size() >= 2 && (value.front() == '\'' || value.front() == '"')) value = value.substr(1, value.size() - 2);
    values[line.substr(0, equals)] = value;
  }
  return values;
}

Target* find_target(const std::string& name) {
  static std::map<std::string, std::unique_ptr<Target>> targets;
  const auto known = targets.find(name);
  if (known != targets.end()) return known->second.get();
  std::unique_ptr<Target> target;
  if (name == "Sandbox19") target = sandbox_target(name, 19);
  if (name == "Sandbox14") target = sandbox_target(name, 14);
  if (name == "Real19") target = real_target(name, "OUTRIGGER_REAL_19");
  if (name == "Real14") target = real_target(name, "OUTRIGGER_REAL_14");
  if (name == "RealSource") target = real_target(name, "OUTRIGGER_REAL_SOURCE");
  return (targets[name] = std::move(target)).get();
}

}  // namespace outrigger::contract
