#include "host/journal/backup.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

void remove_database(const fs::path& file) {
  std::error_code error;
  for (const char* part : {"", "-journal", "-wal", "-shm"}) fs::remove(file.string() + part, error);
}

bool has_table(Database& in, std::string_view name) {
  return in.statement("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1", name).step();
}

JournalFacts describe(Database& in) {
  JournalFacts facts;
  for (Statement of = in.statement("SELECT name, version FROM tables"); of.step();)
    facts.tables[std::string(of.text(0))] = of.integer(1);
  if (!has_table(in, "epoch")) return facts;
  Statement of = in.statement("SELECT number, uuid FROM epoch ORDER BY number DESC LIMIT 1");
  if (!of.step()) return facts;
  facts.epoch = of.integer(0);
  facts.uuid = of.text(1);
  return facts;
}

}  // namespace

Result<void> copy_journal(const fs::path& journal, const fs::path& target, const CopyWatch& watch) {
  std::error_code ignored;
  if (fs::exists(target, ignored))
    return refuse(Code::kConflict, target.string() + " is there already: name another file");
  if (!fs::is_regular_file(journal, ignored)) return refuse(Code::kMissing, journal.string() + " is not there");
  const auto go_on = [&] {
    std::error_code unknown;
    const uintmax_t size = fs::file_size(target, unknown);
    return watch(unknown ? 0 : static_cast<uint64_t>(size));
  };
  try {
    Database from(journal);
    if (watch)
      from.copy_to(target, go_on);
    else
      from.copy_to(target);
    fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write);
  } catch (const StorageError& error) {
    remove_database(target);
    return error.error();
  } catch (const fs::filesystem_error& error) {
    remove_database(target);
    return refuse(Code::kInternal, std::string(error.what()) + ": look at the folder's rights and the disk");
  }
  Result<void> safe = make_durable(target);
  if (!safe) remove_database(target);
  return safe;
}

Result<JournalFacts> look_into_journal(const fs::path& file) {
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return refuse(Code::kMissing, file.string() + " is not there");
  try {
    Database in(file);
    if (!has_table(in, "tables")) return refuse(Code::kInvalid, file.string() + " is no journal");
    Statement check = in.statement("PRAGMA quick_check(1)");
    if (!check.step() || check.text(0) != "ok") return refuse(Code::kInvalid, file.string() + " is damaged");
    return describe(in);
  } catch (const StorageError&) {
    return refuse(Code::kInvalid, file.string() + " is damaged, or no journal");
  }
}

JournalFacts facts_of(const fs::path& journal) {
  std::error_code ignored;
  if (!fs::is_regular_file(journal, ignored)) return {};
  try {
    Database in(journal);
    return has_table(in, "tables") ? describe(in) : JournalFacts{};
  } catch (const StorageError&) {
    return {};
  }
}

Result<void> check_versions(const JournalFacts& facts, const std::vector<const Tables*>& tables) {
  for (const auto& [name, version] : facts.tables) {
    size_t known = 0;
    for (const Tables* one : tables)
      if (one->name == name) known = one->steps.size();
    if (version > static_cast<int64_t>(known))
      return refuse(Code::kUnsupported, "it was written by a newer Outrigger (" + name + " " + std::to_string(version) +
                                            ", this one knows " + std::to_string(known) + "): update first");
  }
  return {};
}

Result<void> mark_restored(const fs::path& copy, std::string_view reason) {
  try {
    {
      Database in(copy);
      if (has_table(in, "meta"))
        in.statement("INSERT INTO meta VALUES ('restored', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1", reason)
            .run();
    }
    return make_durable(copy);
  } catch (const StorageError& error) {
    return error.error();
  }
}

}  // namespace outrigger::host
