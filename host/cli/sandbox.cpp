// `outrigger sandbox`: an Odoo to try things on.
#include "integration/sandbox/server.hpp"

#include "host/cli/commands.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

int run_sandbox(const CommonOptions& common, const SandboxOptions& options, StopSignal& stop) {
  sandbox::Database database(
      {.major = options.series, .leads = options.leads, .seed = options.seed, .name = "sandbox", .now = &now_micros});
  sandbox::Service service(database);
  const Result<std::unique_ptr<sandbox::Server>> server = sandbox::Server::start(service, options.port);
  if (!server) return report_error(server.error(), common.json);
  Arena arena;
  if (common.json) {
    std::vector<Value> users;
    for (const sandbox::User& user : database.users())
      users.push_back(arena.object({{"login", Value::of(std::string_view(user.login))},
                                    {"password", Value::of(std::string_view(user.password))},
                                    {"key", Value::of(std::string_view(user.key))}}));
    print(value::to_json(arena.object(
              {{"url", arena.text((*server)->url())}, {"database", "sandbox"}, {"users", arena.array(users)}})) +
          "\n");
  } else {
    print("A sandbox that answers as Odoo " + std::to_string(options.series) + " does, with " +
          std::to_string(options.leads) + " leads\n  url       " + (*server)->url() + "\n  database  sandbox\n");
    for (const sandbox::User& user : database.users())
      print("  " + user.login + std::string(10 - std::min<size_t>(9, user.login.size()), ' ') + "password " +
            (user.password.empty() ? "-" : user.password) + ", key " + user.key +
            (user.key_expired ? " (expired)"
             : user.all_leads ? ""
                              : " (sees a part of the leads)") +
            "\n");
    print(
        "Faults: POST /sandbox/faults {\"match\": \"crm.lead/write\", \"kind\": \"cut_after_commit\"}. Ctrl-C ends "
        "it.\n");
  }
  stop.wait();
  return kExitOk;
}

}  // namespace outrigger::host
