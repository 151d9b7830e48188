#include "host/journal/backup.hpp"

#include <chrono>
#include <cstdio>

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

fs::path beside(const fs::path& file, const std::string& suffix) {
  fs::path other = file;
  other += suffix;
  return other;
}

void remove_database(const fs::path& file) {
  std::error_code error;
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(beside(file, part), error);
}

std::string when(int64_t micros) {
  const auto time = std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(micros));
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(time - day).count();
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d UTC", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(minutes / 60),
                static_cast<int>(minutes % 60));
  return text;
}

bool has_table(Database& in, std::string_view name) {
  return in.statement("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", name).step();
}

BackupInfo describe(Database& in) {
  BackupInfo info;
  for (Statement of = in.statement("SELECT name, version FROM tables"); of.step();)
    info.tables[std::string(of.text(0))] = of.integer(1);
  if (!has_table(in, "epoch")) return info;
  Statement of = in.statement("SELECT number, uuid FROM epoch ORDER BY number DESC LIMIT 1");
  if (!of.step()) return info;
  info.epoch = of.integer(0);
  info.uuid = of.text(1);
  return info;
}

Result<BackupInfo> look_into(Database& in, const fs::path& file) {
  if (!has_table(in, "backup") || !has_table(in, "tables"))
    return refuse(Code::kInvalid, file.string() + " is not a backup: `outrigger backup FILE` makes one");
  Statement check = in.statement("PRAGMA quick_check(1)");
  if (!check.step() || check.text(0) != "ok")
    return refuse(Code::kInvalid, file.string() + " is damaged: use another backup");
  BackupInfo info = describe(in);
  Statement of = in.statement("SELECT program, at FROM backup");
  if (of.step()) {
    info.program = of.text(0);
    info.at = of.integer(1);
  }
  return info;
}

Result<void> fits(const BackupInfo& info, const std::vector<const Tables*>& tables) {
  for (const auto& [name, version] : info.tables) {
    size_t known = 0;
    for (const Tables* one : tables)
      if (one->name == name) known = one->steps.size();
    if (version > static_cast<int64_t>(known))
      return refuse(Code::kUnsupported, "the backup was written by Outrigger " + info.program + " (" + name + " " +
                                            std::to_string(version) + "), which is newer: update, then restore");
  }
  return {};
}

// The database of a journal that may be damaged; empty: not known.
std::string uuid_of(const fs::path& journal) {
  try {
    if (!fs::exists(journal)) return {};
    Database in(journal);
    return describe(in).uuid;
  } catch (const StorageError&) {
    return {};
  }
}

void move_aside(const fs::path& journal) {
  int number = 1;
  while (fs::exists(beside(journal, ".before-restore-" + std::to_string(number)))) ++number;
  const fs::path aside = beside(journal, ".before-restore-" + std::to_string(number));
  for (const char* part : {"-wal", "-shm", ""})
    if (fs::exists(beside(journal, part))) fs::rename(beside(journal, part), beside(aside, part));
}

}  // namespace

Result<BackupInfo> backup_journal(JournalFile& file, const fs::path& target, std::string_view program, int64_t now) {
  std::error_code ignored;
  if (fs::exists(target, ignored))
    return refuse(Code::kConflict, target.string() + " is there already: name another file");
  const fs::path part = beside(target, ".part");
  remove_database(part);
  BackupInfo info;
  try {
    if (Result<void> copied = file.copy_to(part); !copied) return copied.error();
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write);
    {
      Database copy(part);
      copy.run("CREATE TABLE backup (program TEXT NOT NULL, at INTEGER NOT NULL)");
      copy.statement("INSERT INTO backup VALUES (?1, ?2)", program, now).run();
      info = describe(copy);
    }
    info.program = program;
    info.at = now;
    if (Result<void> safe = make_durable(part); !safe) return safe.error();
    fs::rename(part, target);
    if (Result<void> safe = make_durable(target); !safe) return safe.error();
    return info;
  } catch (const StorageError& error) {
    remove_database(part);
    return error.error();
  } catch (const fs::filesystem_error& error) {
    remove_database(part);
    return refuse(Code::kInternal, std::string(error.what()) + ": look at the folder's rights and the disk");
  }
}

Result<BackupInfo> read_backup(const fs::path& backup) {
  std::error_code ignored;
  if (!fs::is_regular_file(backup, ignored))
    return refuse(Code::kMissing, backup.string() + " is not there: name a file that `outrigger backup` made");
  try {
    Database in(backup);
    return look_into(in, backup);
  } catch (const StorageError&) {
    return refuse(Code::kInvalid, backup.string() + " is not a backup, or it is damaged: use another one");
  }
}

Result<BackupInfo> restore_journal(const fs::path& backup, const fs::path& journal,
                                   const std::vector<const Tables*>& tables, bool other_database) {
  const Result<std::unique_ptr<JournalLock>> lock = JournalLock::take(journal);
  if (!lock) return lock.error();
  Result<BackupInfo> info = read_backup(backup);
  if (!info) return info;
  if (Result<void> ok = fits(*info, tables); !ok) return ok.error();
  const std::string there = uuid_of(journal);
  if (!other_database && !there.empty() && !info->uuid.empty() && there != info->uuid)
    return refuse(Code::kConflict, "the backup is of another database (uuid " + info->uuid + ", here it is " + there +
                                       "): say so if it is meant");
  const fs::path part = beside(journal, ".restoring");
  try {
    remove_database(part);
    fs::copy_file(backup, part);
    fs::permissions(part, fs::perms::owner_read | fs::perms::owner_write);
    {
      Database copy(part);
      copy.run("DROP TABLE backup");
      if (has_table(copy, "meta"))
        copy.statement("INSERT INTO meta VALUES ('restored', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1",
                       std::string_view("restored from the backup of " + when(info->at)))
            .run();
    }
    if (Result<void> safe = make_durable(part); !safe) return safe.error();
    move_aside(journal);
    fs::rename(part, journal);
    if (Result<void> safe = make_durable(journal); !safe) return safe.error();
    return info;
  } catch (const StorageError& error) {
    remove_database(part);
    return error.error();
  } catch (const fs::filesystem_error& error) {
    remove_database(part);
    return refuse(Code::kInternal, std::string(error.what()) + ": look at the folder's rights and the disk");
  }
}

}  // namespace outrigger::host
