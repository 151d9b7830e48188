// A copy of a journal's file while it is in use, and what has to be known of one before it is put in place.
//
//     Result<void> copied = copy_journal(folder / "journal.db", "/var/backups/main.db");
//     Result<JournalFacts> facts = look_into_journal("/var/backups/main.db");
//     Result<void> marked = mark_restored("/var/backups/main.db", "restored from the backup of yesterday");
//
// A copy is consistent whatever the host that runs does meanwhile, and is made by any process: SQLite's own locks see
// to that, not the lock of JournalFile. After mark_restored the next Journal::open begins a new epoch: what was
// undelivered then is held for a person, because it may have been delivered since, and all records are read anew
// without telling anybody. What the plugins keep is as old as the copy. host/backup makes and restores whole
// deployments of this.
//
// Threads: any. Nothing may have a copy open.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "host/journal/journal_file.hpp"

namespace outrigger::host {

struct JournalFacts {
  std::string uuid;  // of the database; empty: none was known yet
  int64_t epoch = 0;
  std::map<std::string, int64_t> tables;  // and their versions
};

// Asked now and then, with the bytes that were copied; false: give it up.
using CopyWatch = std::function<bool(uint64_t bytes)>;

// The target must not be there; what fails or is given up (kCancelled) leaves nothing of it. kLimit: no room.
Result<void> copy_journal(const std::filesystem::path& journal, const std::filesystem::path& target,
                          const CopyWatch& watch = {});
// Reads all of the file. kMissing, kInvalid: it is not there, or no journal, or a damaged one.
Result<JournalFacts> look_into_journal(const std::filesystem::path& file);
// The same of a journal that may not be there or be readable, without reading all of it: what can be told.
JournalFacts facts_of(const std::filesystem::path& journal);
// kUnsupported: some of it is of a newer version than `tables`.
Result<void> check_versions(const JournalFacts& facts, const std::vector<const Tables*>& tables);
Result<void> mark_restored(const std::filesystem::path& copy, std::string_view reason);

}  // namespace outrigger::host
