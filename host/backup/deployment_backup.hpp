// One file of all that a deployment keeps, made while it runs, and going back to one.
//
//     Result<BackupReport> made = make_backup({.data = config.data_folder}, "monday.backup", options, progress);
//     Result<RestoreReport> back = restore_backup({.data = config.data_folder}, "monday.backup", options, progress);
//
// In it: the journal of each database (databases/NAME/journal.db: what was seen, deliveries, what plugins keep, jobs,
// intents), grants.json, setup.json, secrets.vault and installed/. Left out: secrets.key and admin.token, which open
// what the others hold, unless `with_keys`; what is made anew (plugins/, sockets, locks); the configuration, which is
// the admin's. Each journal is consistent in itself; nothing in one refers to another.
//
// A restore looks at all of the file before anything is changed: it is unpacked into DATA/restoring.part and checked
// there. Then that folder is renamed to DATA/restoring, and from there on the restore is a fact: finish_restore() moves
// what was there to DATA/before-restore-N and puts the new in its place, and does so again after a crash, until it is
// done. Whoever opens a journal asks restore_pending() first. What the backup does not have (another database, the
// keys) stays as it is; a grant or a package that came after the backup goes with the state that it belonged to.
//
// The caller sees to it that no host runs. Threads: one. Times: microseconds UTC. Errors: kInvalid (no backup, cut off,
// damaged), kUnsupported (newer), kConflict (of another deployment; a file that is there; a journal in use), kMissing,
// kLimit (no room), kCancelled: each one sentence, and nothing was changed.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "host/journal/journal_file.hpp"

namespace outrigger::host {

// done and total in bytes, total 0: unknown; false: give it up.
using BackupProgress = std::function<bool(uint64_t done, uint64_t total, std::string_view what)>;

struct DeploymentPlace {
  std::filesystem::path data;
  std::vector<std::string> databases = {};  // of the configuration
  std::string secrets_key = {};             // of the configuration; empty: the file
};

struct BackupOptions {
  std::string program;  // the version
  int64_t now = 0;
  bool with_keys = false;
};

struct BackupReport {
  uint64_t bytes = 0;
  std::vector<std::string> databases;
  std::vector<std::string> others;    // files beside the journals
  std::vector<std::string> left_out;  // keys that are there and are not in it
};

Result<BackupReport> make_backup(const DeploymentPlace& place, const std::filesystem::path& target,
                                 const BackupOptions& options, const BackupProgress& progress = {});

struct RestoreReport {
  std::string program;  // that made the backup
  int64_t at = 0;       // when
  std::vector<std::string> databases;
  std::vector<std::string> others;
  std::vector<std::string> stay;   // databases that the backup does not have
  std::filesystem::path aside;     // where the former state is kept; empty: there was none
  std::vector<std::string> notes;  // what a person has to see to
};

struct RestoreOptions {
  std::vector<const Tables*> tables = {};
  std::string database = {};      // this one alone, and nothing beside it; empty: all
  bool other_deployment = false;  // it is meant although it is of another one
  bool plan = false;              // look at everything, change nothing
  // Asked when all was looked at and nothing changed yet; false: kCancelled.
  std::function<bool(const RestoreReport& report)> agreed = {};
};

Result<RestoreReport> restore_backup(const DeploymentPlace& place, const std::filesystem::path& backup,
                                     const RestoreOptions& options, const BackupProgress& progress = {});
// A restore began to take effect and did not come to its end.
bool restore_pending(const std::filesystem::path& data);
// Brings it to its end; nothing happens where none is pending.
Result<void> finish_restore(const std::filesystem::path& data);

}  // namespace outrigger::host
