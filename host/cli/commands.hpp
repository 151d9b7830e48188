// The subcommands of the program, one file each; cli/main.cpp parses the command line and calls them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/cli/stop_signal.hpp"
#include "host/cli/terminal.hpp"
#include "host/plugins/manifest.hpp"

namespace outrigger::host {

// What every command may be given.
struct CommonOptions {
  std::filesystem::path config = "outrigger.json";
  std::string database;
  std::string locale = "en";
  bool json = false;
};

struct DemoOptions {
  size_t leads = 500;
  uint64_t seed = 1;
  int64_t limit = 20;
  int series = 19;
  bool keep = false;  // leave the sandbox running until interrupted
};

struct SandboxOptions {
  size_t leads = 500;
  uint64_t seed = 1;
  int series = 19;
  uint16_t port = 8069;
};

struct ValidateOptions {
  std::string path;  // a plugin's folder or its library
  uint64_t seed = 1;
  std::vector<std::string> only;
  bool list = false;
  std::string library;  // of a child: the library, when it is not the one that the manifest names
  std::string child;    // the check that this process is to run
};

// Which deliveries; what is empty or 0 matches all.
struct EventsOptions {
  std::string delivery;
  std::string subscriber;  // "scoring/leads"
  std::string model;
  int64_t id = 0;
  std::string state;  // ready, working, waiting, dead, skipped, held
  int64_t limit = 100;
};

struct SecretsOptions {
  std::string plugin;
  std::string name;
  std::string from;     // file with the value; empty: standard input
  std::string expires;  // a day, "2026-12-31"; empty: unknown
};

struct WritesOptions {
  std::string run;  // of show and undo; of apply the file, of decide the key
  int64_t limit = 50;
  bool yes = false;
  bool done = false;  // of decide
};

struct JobsOptions {
  std::string plugin;  // of run, as what follows
  std::string job;
  bool plan = false;
  std::string save;  // the plan's file
};

// What a plugin's command is given beside its arguments.
struct PluginCommandOptions {
  bool plan = false;
  std::string save;  // file for the plan
  std::string html;  // file for the page of its report
};

struct WebhooksOptions {
  bool yes = false;
  bool plan = false;       // say what would change, change nothing
  bool new_token = false;  // of install: another secret in the address
};

struct RestoreCommand {
  std::string file;
  bool plan = false;
  bool yes = false;
  bool other_deployment = false;
};

struct PrivacyOptions {
  std::string who;  // the id of a res.partner, or an e-mail address
  std::string to;   // of export: the file; empty: standard output
  bool plan = false;
  bool yes = false;
};

// An argument of a plugin's command as it was typed.
struct GivenArgument {
  std::string name;
  std::string text;
};

int run_demo(const CommonOptions& common, const DemoOptions& options, StopSignal& stop);
int run_sandbox(const CommonOptions& common, const SandboxOptions& options, StopSignal& stop);
int run_service(const CommonOptions& common, StopSignal& stop);
// The host that runs takes the configuration file as it is now; plan: says what differs, changes nothing.
int run_reload(const CommonOptions& common, bool plan);
// What became of each plugin on each database, as a running host reports it.
void print_steps(Value steps);
// rights: also what each plugin's features need of the key.
int run_doctor(const CommonOptions& common, bool rights, StopSignal& stop);
int run_plugin_list(const CommonOptions& common);
int run_plugin_info(const CommonOptions& common, const std::string& id);
// A stand-alone project from the template, in `folder` (empty: one of that name here), which must not be there yet.
int run_plugin_new(const CommonOptions& common, const std::string& name, const std::string& folder);
// Asks the checks of host/validate; kExitOk only when none failed.
int run_plugin_validate(const CommonOptions& common, const ValidateOptions& options);
// Asks on the terminal; without one only `yes` agrees.
bool agreed(bool yes);
// Shows what the plugin asks for, asks unless `yes`, and records the grant; pin: for this very library only.
int run_plugin_enable(const CommonOptions& common, const std::string& id, bool yes, bool pin);
// A key to sign packages with, in a new file.
int run_plugin_keygen(const CommonOptions& common, const std::filesystem::path& file);
int run_plugin_pack(const CommonOptions& common, const std::filesystem::path& folder, const std::filesystem::path& key,
                    std::filesystem::path to);
// Where it runs, the new version takes over as soon as it is granted what it asks.
int run_plugin_install(const CommonOptions& common, const std::filesystem::path& file, bool may_be_older);
// The same for a plugin that is installed already, all at once: shows what the new version asks and how that differs,
// asks unless `yes`, and grants it wherever the one before was. If it does not work, all is as before.
int run_plugin_upgrade(const CommonOptions& common, const std::filesystem::path& file, bool yes, bool may_be_older);
// A host that runs ends its calls and stops it first.
int run_plugin_remove(const CommonOptions& common, const std::string& id);
// The host that runs takes the plugin as it is on disk now.
int run_plugin_reload(const CommonOptions& common, const std::string& id);
int run_plugin_disable(const CommonOptions& common, const std::string& id);
int run_status(const CommonOptions& common);
// All that the deployment keeps, while a host runs or not. with_keys: also what opens it.
int run_backup(const CommonOptions& common, const std::filesystem::path& file, bool with_keys, StopSignal& stop);
// Asks on the terminal unless `yes`; no host may run.
int run_restore(const CommonOptions& common, const RestoreCommand& options, StopSignal& stop);
// what: export or erase.
int run_privacy(const CommonOptions& common, const std::string& what, const PrivacyOptions& options);
// what: accept, recheck or confirm-deletions.
int run_database(const CommonOptions& common, const std::string& what, const std::string& model);
// what: list, show, replay or discard.
int run_events(const CommonOptions& common, const std::string& what, const EventsOptions& options);
// Secrets of plugins, on one database. The value comes from a file or standard input, never from the command line.
int run_secrets_list(const CommonOptions& common, const SecretsOptions& options);
int run_secrets_put(const CommonOptions& common, const SecretsOptions& options, bool rotate);
int run_secrets_erase(const CommonOptions& common, const SecretsOptions& options);
// The fields and views that were made with the setup key; names: external ids, or what they are.
int run_setup_list(const CommonOptions& common, StopSignal& stop);
int run_setup_remove(const CommonOptions& common, const std::vector<std::string>& names, bool all, bool yes,
                     StopSignal& stop);
// Odoo's automation rules that post to this host; what: install, remove or status.
int run_webhooks(const CommonOptions& common, const std::string& what, const WebhooksOptions& options,
                 StopSignal& stop);
// What a host that runs says of them, as a sentence.
std::string hints_text(Value figures);
// what: list, show, undo, apply or decide.
int run_writes(const CommonOptions& common, const std::string& what, const WritesOptions& options);
// what: list or run.
int run_jobs(const CommonOptions& common, const std::string& what, const JobsOptions& options, StopSignal& stop);
int run_plugin_command(const CommonOptions& common, const std::string& plugin, const CommandDeclaration& command,
                       const std::vector<GivenArgument>& arguments, const PluginCommandOptions& options,
                       StopSignal& stop);
// What every plugin with a part in it finds, as one report; nothing is written in Odoo. html: file for the page.
int run_audit(const CommonOptions& common, const std::string& html, StopSignal& stop);

}  // namespace outrigger::host
