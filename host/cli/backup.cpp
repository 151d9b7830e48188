// `outrigger backup FILE` and `outrigger restore FILE`: all that the deployment keeps, in one file.
#include <unistd.h>

#include <iostream>

#include "host/backup/deployment_backup.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/table.hpp"
#include "host/control/control.hpp"
#include "host/services/clock.hpp"
#include "host/tenant/tenant.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

Value list_of(const std::vector<std::string>& words, Arena& arena) {
  std::vector<Value> all;
  for (const std::string& word : words) all.push_back(arena.text(word));
  return arena.array(all);
}

DeploymentPlace place_of(const Config& config) {
  DeploymentPlace place{config.data_folder, {}, config.secrets_key};
  for (const DatabaseConfig& database : config.databases) place.databases.push_back(database.name);
  return place;
}

std::string size_text(uint64_t bytes) {
  return bytes < 10'000'000 ? std::to_string(bytes / 1000) + " kB" : std::to_string(bytes / 1'000'000) + " MB";
}

void print_restore(const RestoreReport& report) {
  print("backup of " + utc_text(report.at) + " UTC, made by Outrigger " + report.program + "\n");
  if (!report.databases.empty()) print("  databases: " + joined(report.databases) + "\n");
  if (!report.others.empty())
    print("  " + std::to_string(report.others.size()) + " other files: " + joined(report.others) + "\n");
  if (!report.stay.empty()) print("  not in it, and left as they are: " + joined(report.stay) + "\n");
  for (const std::string& note : report.notes) print("  note: " + note + "\n");
}

Document json_of(const RestoreReport& report, bool done) {
  return Document::build([&](Arena& arena) {
    return arena.object({{"restored", done},
                         {"program", arena.text(report.program)},
                         {"at", report.at},
                         {"databases", list_of(report.databases, arena)},
                         {"others", list_of(report.others, arena)},
                         {"stay", list_of(report.stay, arena)},
                         {"aside", arena.text(report.aside.string())},
                         {"notes", list_of(report.notes, arena)}});
  });
}

bool wanted(const RestoreReport& report) {
  print_restore(report);
  print("Put this in the place of what is here? What is here is kept aside. [y/N] ");
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

// No host runs and none may start, and whoever asks for something is told why.
Result<std::unique_ptr<ControlServer>> hold_off(const Config& config) {
  Result<std::unique_ptr<ControlServer>> held = ControlServer::start(control_socket(config), [](Value) {
    return Result<Document>(refuse(Code::kConflict, "a backup is being restored; ask again when that is over"));
  });
  if (!held && held.error().code == Code::kConflict)
    return refuse(Code::kConflict, "a host runs with " + config.data_folder.string() + ": stop it first");
  return held;
}

}  // namespace

int run_backup(const CommonOptions& common, const std::filesystem::path& file, bool with_keys, StopSignal& stop) {
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  ProgressBar bar;
  const Result<BackupReport> made = make_backup(place_of(*config), file, {OUTRIGGER_VERSION, now_micros(), with_keys},
                                                [&](uint64_t done, uint64_t total, std::string_view what) {
                                                  bar.show(done, total, what);
                                                  return !stop.requested();
                                                });
  bar.clear();
  if (!made) return report_error(made.error(), common.json);
  if (common.json) {
    Arena arena;
    print(value::to_pretty_json(arena.object({{"file", arena.text(file.string())},
                                              {"bytes", static_cast<int64_t>(made->bytes)},
                                              {"databases", list_of(made->databases, arena)},
                                              {"others", list_of(made->others, arena)},
                                              {"left_out", list_of(made->left_out, arena)}})) +
          "\n");
    return kExitOk;
  }
  print(file.string() + ": " + size_text(made->bytes) + ", databases " +
        (made->databases.empty() ? "none" : joined(made->databases)) +
        (made->others.empty() ? "" : ", " + joined(made->others)) + "\n");
  if (!made->left_out.empty())
    print("not in it: " + joined(made->left_out) + ", which open what is in it; keep them apart, or say --with-keys\n");
  return kExitOk;
}

int run_restore(const CommonOptions& common, const RestoreCommand& options, StopSignal& stop) {
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  const bool ask = !options.yes && !options.plan;
  if (ask && (common.json || ::isatty(STDIN_FILENO) == 0)) {
    report_error(refuse(Code::kInvalid, "nothing was restored; look with --plan, then say --yes"), common.json);
    return kExitUsage;
  }
  const Result<std::unique_ptr<ControlServer>> held = hold_off(*config);
  if (!held) return report_error(held.error(), common.json);
  ProgressBar bar;
  RestoreOptions restore{Tenant::tables(), common.database, options.other_deployment, options.plan};
  bool refused = false;
  if (ask)
    restore.agreed = [&](const RestoreReport& report) {
      bar.clear();
      refused = !wanted(report);
      return !refused;
    };
  const Result<RestoreReport> done =
      restore_backup(place_of(*config), options.file, restore, [&](uint64_t at, uint64_t total, std::string_view what) {
        bar.show(at, total, what);
        return !stop.requested();
      });
  bar.clear();
  if (refused) return kExitFailed;
  if (!done) return report_error(done.error(), common.json);
  if (common.json) {
    print(value::to_pretty_json(json_of(*done, !options.plan).root()) + "\n");
    return done->notes.empty() ? kExitOk : kExitPartly;
  }
  if (!ask) print_restore(*done);
  if (options.plan) {
    print("nothing was changed\n");
    return kExitOk;
  }
  print(
      "restored" + (done->aside.empty() ? std::string() : "; what was here is in " + done->aside.string()) +
      "\nThe next start begins a new epoch: what was undelivered then is held (`outrigger events list --state held`),\n"
      "all records are read anew without telling anybody, and jobs wait for their next time.\n");
  return done->notes.empty() ? kExitOk : kExitPartly;
}

}  // namespace outrigger::host
