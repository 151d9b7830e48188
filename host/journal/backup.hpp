// A copy of a journal's file while it is in use, and going back to one.
//
//     Result<BackupInfo> made = backup_journal(*file, "/var/backups/main.db", "0.1.0", now_micros());
//     Result<BackupInfo> back = restore_journal("/var/backups/main.db", folder / "journal.db", {&kDeliveryTables,
//     ...});
//
// The backup is one SQLite file with a table that says what it is. After a restore the next Journal::open begins a new
// epoch: what was undelivered at the time of the backup is held for a person, because it may have been delivered since,
// and all records are read anew without telling anybody. What the plugins keep is as old as the backup.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/journal/journal_file.hpp"

namespace outrigger::host {

struct BackupInfo {
  std::string program;  // the version that wrote it
  int64_t at = 0;       // microseconds UTC
  std::string uuid;     // of the database; empty: none was known yet
  int64_t epoch = 0;
  std::map<std::string, int64_t> tables;  // and their versions
};

// kConflict: the target is there already. It appears whole or not at all.
Result<BackupInfo> backup_journal(JournalFile& file, const std::filesystem::path& target, std::string_view program,
                                  int64_t now);
// kInvalid: not a backup, or a damaged one.
Result<BackupInfo> read_backup(const std::filesystem::path& backup);
// No host may have the journal open (kConflict). A newer version is refused (kUnsupported), and so is a backup of
// another database than the journal's (kConflict) unless `other_database`. The journal that was there is kept beside,
// as FILE.before-restore-N.
Result<BackupInfo> restore_journal(const std::filesystem::path& backup, const std::filesystem::path& journal,
                                   const std::vector<const Tables*>& tables, bool other_database = false);

}  // namespace outrigger::host
