// The program: parses the command line, then calls one of cli/*.cpp.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"

namespace outrigger::host {
namespace {

// The configuration file is needed before parsing: it may name folders with plugins, whose commands are subcommands.
std::filesystem::path config_of(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if ((word == "-c" || word == "--config") && i + 1 < argc) return argv[i + 1];
    if (word.rfind("--config=", 0) == 0) return std::string(word.substr(9));
  }
  return "outrigger.json";
}

Discovery known_plugins(const std::filesystem::path& file) {
  // A faulty configuration is reported by the command that needs it.
  const Result<Config> config = read_config(file);
  return discover(plugin_folders(config ? *config : Config{}));
}

std::string default_locale() {
  const char* lang = std::getenv("LANG");
  return lang != nullptr && std::string_view(lang).rfind("vi", 0) == 0 ? "vi" : "en";
}

bool is_built_in(std::string_view word) {
  constexpr std::string_view kWords[] = {"demo",    "sandbox", "run",     "reload",   "doctor", "plugin",
                                         "secrets", "setup",   "events",  "writes",   "status", "database",
                                         "backup",  "restore", "privacy", "webhooks", "jobs",   "audit"};
  return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

struct PluginCommand {
  std::string plugin;
  const CommandDeclaration* declaration = nullptr;
  CLI::App* app = nullptr;
  std::vector<std::unique_ptr<std::string>> texts;  // one per argument
  std::vector<CLI::Option*> options;
  PluginCommandOptions given;
};

void add_command(CLI::App& parent, PluginCommand& command) {
  const CommandDeclaration& declaration = *command.declaration;
  command.app = parent.add_subcommand(declaration.name, declaration.summary)->fallthrough();
  CLI::Option* plan = command.app->add_flag("--plan", command.given.plan, "say what would be written, write nothing");
  command.app->add_option("--save", command.given.save, "keep the plan in this file, for `outrigger writes apply`")
      ->needs(plan);
  if (declaration.report)
    command.app->add_option("--html", command.given.html, "put the report into this file, as one page for a browser");
  for (const CommandArgument& argument : declaration.arguments) {
    command.texts.push_back(std::make_unique<std::string>());
    const std::string name = argument.positional ? argument.name : "--" + argument.name;
    CLI::Option* option = command.app->add_option(name, *command.texts.back(), argument.help);
    if (argument.required) option->required();
    command.options.push_back(option);
  }
}

struct Jobs {
  JobsOptions options;
  std::string what;
  CLI::App* app = nullptr;
};

void add_jobs(CLI::App& parent, Jobs& jobs) {
  jobs.app = parent.add_subcommand("jobs", "What plugins do at set times: list, run")->require_subcommand(1);
  CLI::App* list = jobs.app->add_subcommand("list", "All jobs: when next, when last, failures and what they say");
  CLI::App* run = jobs.app->add_subcommand("run", "Run a job now, and wait for its end");
  run->add_option("plugin", jobs.options.plugin, "the plugin's id")->required();
  run->add_option("job", jobs.options.job, "as in list")->required();
  CLI::Option* plan = run->add_flag("--plan", jobs.options.plan, "say what would be written, write and keep nothing");
  run->add_option("--save", jobs.options.save, "keep the plan in this file, for `outrigger writes apply`")->needs(plan);
  for (CLI::App* one : {list, run}) one->callback([&jobs, one] { jobs.what = one->get_name(); });
}

int dispatch(int argc, char** argv, StopSignal& stop) {
  CLI::App app("Outrigger: a plugin host beside your Odoo");
  app.set_version_flag("--version", OUTRIGGER_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  CommonOptions common;
  common.config = config_of(argc, argv);
  common.locale = default_locale();
  std::string config_text = common.config.string();
  app.add_option("-c,--config", config_text, "configuration file")->capture_default_str();
  app.add_option("-d,--database", common.database, "which database of the configuration");
  app.add_option("--lang", common.locale, "language of what is printed")->check(CLI::IsMember({"en", "vi"}));
  app.add_flag("--json", common.json, "print one JSON value instead of text");

  DemoOptions demo;
  CLI::App* demo_app = app.add_subcommand("demo", "Score the leads of a sandbox Odoo; needs no configuration");
  demo_app->add_option("--leads", demo.leads, "how many leads")->check(CLI::Range(1, 1000000))->capture_default_str();
  demo_app->add_option("--seed", demo.seed, "other data")->capture_default_str();
  demo_app->add_option("--limit", demo.limit, "rows to print; 0 prints all")->capture_default_str();
  demo_app->add_option("--series", demo.series, "behave as Odoo 14 or 19")
      ->check(CLI::IsMember({14, 19}))
      ->capture_default_str();
  demo_app->add_flag("--keep", demo.keep, "leave the sandbox running until Ctrl-C");

  SandboxOptions sandbox;
  CLI::App* sandbox_app = app.add_subcommand("sandbox", "A server that answers as Odoo does, to try things on");
  sandbox_app->add_option("--leads", sandbox.leads, "how many leads")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  sandbox_app->add_option("--seed", sandbox.seed, "other data")->capture_default_str();
  sandbox_app->add_option("--series", sandbox.series, "behave as Odoo 14 or 19")
      ->check(CLI::IsMember({14, 19}))
      ->capture_default_str();
  sandbox_app->add_option("--port", sandbox.port, "port on 127.0.0.1; 0: any")->capture_default_str();

  CLI::App* run_app = app.add_subcommand("run", "The service: connect, load the plugins, work until stopped");
  CLI::App* config_app =
      app.add_subcommand("reload", "Let the running host take the configuration file as it is now, as SIGHUP does");
  bool reload_plan = false;
  config_app->add_flag("--plan", reload_plan, "say what differs, change nothing");
  CLI::App* doctor_app =
      app.add_subcommand("doctor", "Check connection, rights and plugins; each finding with its remedy");
  bool rights = false;
  doctor_app->add_flag("--rights", rights,
                       "also what each plugin's features need of the key, and which group gives it");
  CLI::App* plugin_app = app.add_subcommand("plugin", "What plugins there are")->require_subcommand(1);
  CLI::App* list_app = plugin_app->add_subcommand("list", "All plugins that were found");
  CLI::App* info_app = plugin_app->add_subcommand("info", "What one plugin is, may do and takes as configuration");
  std::string info_id;
  info_app->add_option("id", info_id, "the plugin's id")->required();

  bool yes = false;
  bool pin = false;
  CLI::App* enable_app = plugin_app->add_subcommand("enable", "Show what a plugin asks for, and grant it");
  enable_app->add_option("id", info_id, "the plugin's id")->required();
  enable_app->add_flag("-y,--yes", yes, "grant without being asked");
  enable_app->add_flag("--pin", pin, "for this very library: another build has to be enabled again");
  CLI::App* disable_app = plugin_app->add_subcommand("disable", "Take the grant back");
  disable_app->add_option("id", info_id, "the plugin's id")->required();

  std::string new_folder;
  CLI::App* new_app = plugin_app->add_subcommand("new", "Begin a plugin: a project with a manifest, code and a test");
  new_app->add_option("name", info_id, "its id: small letters, digits, - and _")->required();
  new_app->add_option("--folder", new_folder, "where to put the project; default: a folder of that name");

  std::string package;
  std::string signing_key;
  std::string package_to;
  CLI::App* keygen_app = plugin_app->add_subcommand("keygen", "Make a key to sign packages with");
  keygen_app->add_option("file", package, "where to put it")->required();
  CLI::App* pack_app = plugin_app->add_subcommand("pack", "Make a signed package of a built plugin");
  pack_app->add_option("folder", package, "with manifest.json and the library")->required();
  pack_app->add_option("--key", signing_key, "file with the signing key")->required();
  pack_app->add_option("--to", package_to, "the package; default: FOLDER.plugin here");
  CLI::App* install_app = plugin_app->add_subcommand("install", "Install or upgrade a plugin from a signed package");
  install_app->add_option("package", package, "the file")->required();
  bool older = false;
  install_app->add_flag("--older", older, "although a newer version is there");
  CLI::App* upgrade_app =
      plugin_app->add_subcommand("upgrade", "Put a newer package in the place of an installed plugin");
  upgrade_app->add_option("package", package, "the file")->required();
  upgrade_app->add_flag("-y,--yes", yes, "grant what it asks without being asked");
  upgrade_app->add_flag("--older", older, "although a newer version is there");
  CLI::App* remove_app = plugin_app->add_subcommand("remove", "Remove a plugin that was installed from a package");
  remove_app->add_option("id", info_id, "the plugin's id")->required();
  ValidateOptions validate;
  CLI::App* validate_app =
      plugin_app->add_subcommand("validate", "Try a plugin on everything that a host may do to it");
  validate_app->add_option("path", validate.path, "the plugin's folder or its library");
  validate_app->add_option("--seed", validate.seed, "other random calls")->capture_default_str();
  validate_app->add_option("--only", validate.only, "this check alone; may be repeated");
  validate_app->add_flag("--list", validate.list, "name the checks");
  validate_app->add_option("--library", validate.library)->group("");  // hidden, as the next
  validate_app->add_option("--child", validate.child)->group("");

  CLI::App* reload_app = plugin_app->add_subcommand("reload", "Let the running host take a plugin as it is on disk");
  reload_app->add_option("id", info_id, "the plugin's id")->required();

  SecretsOptions secrets;
  CLI::App* secrets_app =
      app.add_subcommand("secrets", "Tokens and keys that plugins use and nobody reads back")->require_subcommand(1);
  CLI::App* secrets_list_app = secrets_app->add_subcommand("list", "What is kept, never its value");
  secrets_list_app->add_option("plugin", secrets.plugin, "of this plugin alone");
  CLI::App* secrets_put_app = secrets_app->add_subcommand("put", "Keep a value, read from standard input or a file");
  CLI::App* secrets_rotate_app =
      secrets_app->add_subcommand("rotate", "Replace a value; the old one is tried for 24 hours more");
  CLI::App* secrets_erase_app = secrets_app->add_subcommand("erase", "Delete a value");
  for (CLI::App* one : {secrets_put_app, secrets_rotate_app, secrets_erase_app}) {
    one->add_option("plugin", secrets.plugin, "the plugin's id")->required();
    one->add_option("name", secrets.name, "as the plugin's manifest names it")->required();
  }
  for (CLI::App* one : {secrets_put_app, secrets_rotate_app}) {
    one->add_option("--from", secrets.from, "file with the value; default: standard input");
    one->add_option("--expires", secrets.expires, "the day it expires, such as 2026-12-31; doctor warns before");
  }

  CLI::App* setup_app =
      app.add_subcommand("setup", "Fields and views that plugins had made in Odoo")->require_subcommand(1);
  CLI::App* setup_list_app = setup_app->add_subcommand("list", "What was made; needs the setup key");
  CLI::App* setup_remove_app = setup_app->add_subcommand("remove", "Remove it, with the values of fields");
  std::vector<std::string> made;
  setup_remove_app->add_option("names", made, "as `setup list` prints them");
  bool all_made = false;
  setup_remove_app->add_flag("--all", all_made, "everything that was made");
  setup_remove_app->add_flag("-y,--yes", yes, "yes, with the values of fields in all records");

  WebhooksOptions webhooks;
  std::string webhooks_what;
  CLI::App* webhooks_app =
      app.add_subcommand("webhooks", "Let Odoo say at once what changed; needs the setup key")->require_subcommand(1);
  const auto add_webhooks = [&](const char* name, const char* help) {
    CLI::App* sub = webhooks_app->add_subcommand(name, help);
    sub->callback([&webhooks_what, name] { webhooks_what = name; });
    return sub;
  };
  CLI::App* webhooks_install = add_webhooks("install", "An automation rule in Odoo for each model that is watched");
  webhooks_install->add_flag("--new-token", webhooks.new_token, "another secret in the address; the old one for a day");
  for (CLI::App* sub : {webhooks_install, add_webhooks("remove", "Take them away again, all that we made")}) {
    sub->add_flag("-y,--yes", webhooks.yes, "without being asked");
    sub->add_flag("--plan", webhooks.plan, "say what would change, change nothing");
  }
  add_webhooks("status", "Whether they are there, as they should be, and heard");

  EventsOptions events;
  std::string events_what;
  CLI::App* events_app =
      app.add_subcommand("events", "What arrived and is not done: list, show, replay, discard")->require_subcommand(1);
  const auto add_filter = [&](CLI::App* sub) {
    sub->add_option("--for", events.subscriber, "of this subscription, such as scoring/leads");
    sub->add_option("--model", events.model, "of records of this model");
    sub->add_option("--id", events.id, "of the record with this id");
    sub->add_option("--state", events.state, "ready, working, waiting, dead, skipped or held")
        ->check(CLI::IsMember({"ready", "working", "waiting", "dead", "skipped", "held"}));
    sub->callback([&events_what, sub] { events_what = sub->get_name(); });
  };
  CLI::App* events_list = events_app->add_subcommand("list", "Deliveries that are not done, oldest first");
  add_filter(events_list);
  events_list->add_option("--limit", events.limit, "at most so many")->capture_default_str();
  CLI::App* events_dead = events_app->add_subcommand("dead", "Those that were given up");
  events_dead->add_option("--limit", events.limit, "at most so many")->capture_default_str();
  events_dead->callback([&] {
    events.state = "dead";
    events_what = "list";
  });
  CLI::App* events_show = events_app->add_subcommand("show", "One delivery, with its values");
  events_show->add_option("delivery", events.delivery, "its id")->required();
  events_show->callback([&] { events_what = "show"; });
  for (const char* name : {"replay", "discard"}) {
    CLI::App* sub = events_app->add_subcommand(
        name, std::string(name) == "replay" ? "Deliver dead, skipped and held ones once more" : "Forget them");
    sub->add_option("delivery", events.delivery, "its id; without it, all that the options name");
    add_filter(sub);
  }
  WritesOptions writes;
  std::string writes_what;
  CLI::App* writes_app =
      app.add_subcommand("writes", "What was written, and taking back what can be")->require_subcommand(1);
  const auto add_writes = [&](const char* name, const char* help, const char* argument, const char* argument_help) {
    CLI::App* sub = writes_app->add_subcommand(name, help);
    if (argument != nullptr) sub->add_option(argument, writes.run, argument_help)->required();
    sub->callback([&writes_what, name] { writes_what = name; });
    return sub;
  };
  add_writes("list", "Runs that wrote, newest first", nullptr, nullptr)
      ->add_option("--limit", writes.limit, "at most so many")
      ->capture_default_str();
  add_writes("show", "What one run wrote, before and after", "run", "its name, as in list");
  add_writes("undo", "Show what can be put back of a run, and do it", "run", "its name, as in list")
      ->add_flag("-y,--yes", writes.yes, "without being asked");
  add_writes("apply", "Send exactly what a saved plan says", "file", "made by --plan --save FILE")
      ->add_flag("-y,--yes", writes.yes, "what cannot be taken back, too, without being asked");
  add_writes("decide", "Say what became of a write whose outcome is unknown", "key", "its key, as in show")
      ->add_flag("--done,!--not-done", writes.done, "it was done, or was not and may be made again")
      ->required();
  Jobs jobs;
  add_jobs(app, jobs);
  std::string audit_html;
  CLI::App* audit_app =
      app.add_subcommand("audit", "What the plugins find in the sales data; reads, and writes nothing");
  audit_app->add_option("--html", audit_html, "put it into this file, as one page for a browser");
  CLI::App* status_app = app.add_subcommand("status", "What the running host does: plugins, streams, what waits");

  std::string database_what;
  std::string database_model;
  CLI::App* database_app =
      app.add_subcommand("database", "Decisions about a database that the host watches")->require_subcommand(1);
  const auto add_decision = [&](const char* name, const char* help) {
    CLI::App* sub = database_app->add_subcommand(name, help);
    sub->callback([&database_what, name] { database_what = name; });
    return sub;
  };
  add_decision("accept", "It is the one that is meant, although it is another one than before");
  add_decision("moved", "It has another address now and is the same: all goes on as it was");
  add_decision("recheck", "Compare all that is watched with Odoo, now");
  add_decision("confirm-deletions", "So many records were deleted on purpose")
      ->add_option("model", database_model, "such as crm.lead")
      ->required();

  std::string backup_file;
  bool with_keys = false;
  CLI::App* backup_app = app.add_subcommand("backup", "All that the deployment keeps, in one file; also while it runs");
  backup_app->add_option("file", backup_file, "the backup, which must not be there yet")->required();
  backup_app->add_flag("--with-keys", with_keys, "also secrets.key and admin.token, which open what is in it");
  RestoreCommand restore;
  CLI::App* restore_app = app.add_subcommand("restore", "Go back to a backup; what is here is kept aside");
  restore_app->add_option("file", restore.file, "made by `outrigger backup`")->required();
  restore_app->add_flag("--plan", restore.plan, "look at all of it, change nothing");
  restore_app->add_flag("-y,--yes", restore.yes, "without being asked");
  restore_app->add_flag("--other-deployment", restore.other_deployment, "it is meant although it is of another one");

  PrivacyOptions privacy;
  std::string privacy_what;
  CLI::App* privacy_app =
      app.add_subcommand("privacy", "What is kept of a person here: show it, or forget it")->require_subcommand(1);
  const auto add_privacy = [&](const char* name, const char* help) {
    CLI::App* sub = privacy_app->add_subcommand(name, help);
    sub->add_option("who", privacy.who, "the id of the contact (res.partner), or an e-mail address")->required();
    sub->callback([&privacy_what, name] { privacy_what = name; });
    return sub;
  };
  add_privacy("export", "All that is kept of the person, as JSON")
      ->add_option("--to", privacy.to, "into this file; default: standard output");
  CLI::App* erase_app = add_privacy("erase", "Forget what is kept of the person");
  erase_app->add_flag("--plan", privacy.plan, "say what would be forgotten, change nothing");
  erase_app->add_flag("-y,--yes", privacy.yes, "without being asked");

  const Discovery plugins = known_plugins(common.config);
  std::vector<std::unique_ptr<PluginCommand>> commands;
  for (const Manifest& manifest : plugins.plugins) {
    if (manifest.commands.empty() || is_built_in(manifest.id)) continue;
    CLI::App* parent = app.add_subcommand(manifest.id, manifest.summary)->require_subcommand(1);
    for (const CommandDeclaration& declaration : manifest.commands) {
      commands.push_back(std::make_unique<PluginCommand>());
      commands.back()->plugin = manifest.id;
      commands.back()->declaration = &declaration;
      add_command(*parent, *commands.back());
    }
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return code == 0 ? kExitOk : kExitUsage;
  }
  common.config = config_text;
  if (*demo_app) return run_demo(common, demo, stop);
  if (*sandbox_app) return run_sandbox(common, sandbox, stop);
  if (*run_app) return run_service(common, stop);
  if (*config_app) return run_reload(common, reload_plan);
  if (*doctor_app) return run_doctor(common, rights, stop);
  if (*list_app) return run_plugin_list(common);
  if (*info_app) return run_plugin_info(common, info_id);
  if (*new_app) return run_plugin_new(common, info_id, new_folder);
  if (*validate_app) return run_plugin_validate(common, validate);
  if (*enable_app) return run_plugin_enable(common, info_id, yes, pin);
  if (*keygen_app) return run_plugin_keygen(common, package);
  if (*pack_app) return run_plugin_pack(common, package, signing_key, package_to);
  if (*install_app) return run_plugin_install(common, package, older);
  if (*upgrade_app) return run_plugin_upgrade(common, package, yes, older);
  if (*remove_app) return run_plugin_remove(common, info_id);
  if (*reload_app) return run_plugin_reload(common, info_id);
  if (*disable_app) return run_plugin_disable(common, info_id);
  if (*setup_list_app) return run_setup_list(common, stop);
  if (*setup_remove_app) return run_setup_remove(common, made, all_made, yes, stop);
  if (*secrets_list_app) return run_secrets_list(common, secrets);
  if (*secrets_put_app) return run_secrets_put(common, secrets, false);
  if (*secrets_rotate_app) return run_secrets_put(common, secrets, true);
  if (*secrets_erase_app) return run_secrets_erase(common, secrets);
  if (*webhooks_app) return run_webhooks(common, webhooks_what, webhooks, stop);
  if (*events_app) return run_events(common, events_what, events);
  if (*writes_app) return run_writes(common, writes_what, writes);
  if (*jobs.app) return run_jobs(common, jobs.what, jobs.options, stop);
  if (*audit_app) return run_audit(common, audit_html, stop);
  if (*status_app) return run_status(common);
  if (*backup_app) return run_backup(common, backup_file, with_keys, stop);
  if (*restore_app) return run_restore(common, restore, stop);
  if (*privacy_app) return run_privacy(common, privacy_what, privacy);
  if (*database_app) return run_database(common, database_what, database_model);
  for (const auto& command : commands) {
    if (!*command->app) continue;
    std::vector<GivenArgument> given;
    for (size_t i = 0; i < command->options.size(); ++i)
      if (command->options[i]->count() > 0)
        given.push_back({command->declaration->arguments[i].name, *command->texts[i]});
    return run_plugin_command(common, command->plugin, *command->declaration, given, command->given, stop);
  }
  return kExitUsage;
}

}  // namespace
}  // namespace outrigger::host

int main(int argc, char** argv) try {
  outrigger::host::StopSignal stop;
  return outrigger::host::dispatch(argc, argv, stop);
} catch (const std::exception& problem) {
  std::fprintf(stderr, "outrigger: a bug ended the program: %s\n", problem.what());
  return outrigger::host::kExitFailed;
}
