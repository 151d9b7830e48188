// Commands about what is kept in Odoo or decided about it: secrets, setup, webhooks, database.
#include "host/cli/command_line.hpp"

namespace outrigger::host {

void add_secrets(CommandLine& line) {
  CLI::App& secrets = line.group("secrets", "Tokens and keys that plugins use and nobody reads back");
  const auto options = std::make_shared<SecretsOptions>();
  line.command(secrets, "list", "What is kept, never its value",
               [&line, options] { return run_secrets_list(line.common, *options); })
      ->add_option("plugin", options->plugin, "of this plugin alone");
  CLI::App* put = line.command(secrets, "put", "Keep a value, read from standard input or a file",
                               [&line, options] { return run_secrets_put(line.common, *options, false); });
  CLI::App* rotate = line.command(secrets, "rotate", "Replace a value; the old one is tried for 24 hours more",
                                  [&line, options] { return run_secrets_put(line.common, *options, true); });
  CLI::App* erase = line.command(secrets, "erase", "Delete a value",
                                 [&line, options] { return run_secrets_erase(line.common, *options); });
  for (CLI::App* one : {put, rotate, erase}) {
    one->add_option("plugin", options->plugin, "the plugin's id")->required();
    one->add_option("name", options->name, "as the plugin's manifest names it")->required();
  }
  for (CLI::App* one : {put, rotate}) {
    one->add_option("--from", options->from, "file with the value; default: standard input");
    one->add_option("--expires", options->expires, "the day it expires, such as 2026-12-31; doctor warns before");
  }
}

void add_setup(CommandLine& line) {
  struct Options {
    std::vector<std::string> names;
    bool all = false;
    bool yes = false;
  };
  CLI::App& setup = line.group("setup", "Fields and views that plugins had made in Odoo");
  const auto options = std::make_shared<Options>();
  line.command(setup, "list", "What was made; needs the setup key",
               [&line] { return run_setup_list(line.common, line.stop); });
  CLI::App* remove = line.command(setup, "remove", "Remove it, with the values of fields", [&line, options] {
    return run_setup_remove(line.common, options->names, options->all, options->yes, line.stop);
  });
  remove->add_option("names", options->names, "as `setup list` prints them");
  remove->add_flag("--all", options->all, "everything that was made");
  remove->add_flag("-y,--yes", options->yes, "yes, with the values of fields in all records");
}

void add_webhooks(CommandLine& line) {
  CLI::App& webhooks = line.group("webhooks", "Let Odoo say at once what changed; needs the setup key");
  const auto options = std::make_shared<WebhooksOptions>();
  const auto add = [&](const char* name, const char* help) {
    return line.command(webhooks, name, help,
                        [&line, options, name] { return run_webhooks(line.common, name, *options, line.stop); });
  };
  CLI::App* install = add("install", "An automation rule in Odoo for each model that is watched");
  install->add_flag("--new-token", options->new_token, "another secret in the address; the old one for a day");
  for (CLI::App* one : {install, add("remove", "Take them away again, all that we made")}) {
    one->add_flag("-y,--yes", options->yes, "without being asked");
    one->add_flag("--plan", options->plan, "say what would change, change nothing");
  }
  add("status", "Whether they are there, as they should be, and heard");
}

void add_database(CommandLine& line) {
  CLI::App& database = line.group("database", "Decisions about a database that the host watches");
  const auto model = std::make_shared<std::string>();
  const auto add = [&](const char* name, const char* help) {
    return line.command(database, name, help, [&line, model, name] { return run_database(line.common, name, *model); });
  };
  add("accept", "It is the one that is meant, although it is another one than before");
  add("moved", "It has another address now and is the same: all goes on as it was");
  add("recheck", "Compare all that is watched with Odoo, now");
  add("confirm-deletions", "So many records were deleted on purpose")
      ->add_option("model", *model, "such as crm.lead")
      ->required();
}

}  // namespace outrigger::host
