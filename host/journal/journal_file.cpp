#include "host/journal/journal_file.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kLargestGroup = 1000;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

int64_t version_of(Database& database, std::string_view name) {
  Statement of = database.statement("SELECT version FROM tables WHERE name = ?1", name);
  return of.step() ? of.integer(0) : 0;
}

Result<void> refuse_newer(Database& database, const Tables& tables) {
  const int64_t there = version_of(database, tables.name);
  if (there <= static_cast<int64_t>(tables.steps.size())) return {};
  return refuse(Code::kUnsupported, database.file().string() + " was written by a newer Outrigger (" +
                                        std::string(tables.name) + " " + std::to_string(there) +
                                        "): update, or restore the copy that was made before the change");
}

void raise(Database& database, const Tables& tables) {
  const auto from = static_cast<size_t>(version_of(database, tables.name));
  if (from == tables.steps.size()) return;
  database.run("BEGIN IMMEDIATE");
  try {
    for (size_t step = from; step < tables.steps.size(); ++step) database.run(std::string(tables.steps[step]));
    database
        .statement("INSERT INTO tables VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET version = excluded.version",
                   tables.name, static_cast<int64_t>(tables.steps.size()))
        .run();
    database.run("COMMIT");
  } catch (const StorageError&) {
    database.run("ROLLBACK");
    throw;
  }
}

// A copy is made once per file, before the first change of tables that hold something.
Result<void> bring_up_to_date(Database& database, const std::vector<const Tables*>& all) {
  database.run("CREATE TABLE IF NOT EXISTS tables (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
  bool copied = false;
  for (const Tables* tables : all)
    if (const Result<void> known = refuse_newer(database, *tables); !known) return known;
  for (const Tables* tables : all) {
    const int64_t there = version_of(database, tables->name);
    if (there != 0 && there < static_cast<int64_t>(tables->steps.size()) && !copied) {
      std::filesystem::path copy = database.file();
      copy += ".before-" + std::string(tables->name) + "-" + std::to_string(tables->steps.size());
      std::filesystem::remove(copy);
      database.copy_to(copy);
      copied = true;
    }
    raise(database, *tables);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<JournalFile>> JournalFile::open(const std::filesystem::path& file,
                                                       const std::vector<const Tables*>& tables) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  std::unique_ptr<JournalFile> made(new JournalFile(file));
  Result<std::unique_ptr<JournalLock>> lock = JournalLock::take(file);
  if (!lock) return lock.error();
  made->lock_ = *std::move(lock);
  try {
    made->writer_ = std::make_unique<Database>(file);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    if (const Result<void> ready = bring_up_to_date(*made->writer_, tables); !ready) return ready.error();
    made->reader_ = std::make_unique<Database>(file);
    made->reader_->run("PRAGMA query_only = ON");
  } catch (const StorageError& failed) {
    return failed.error();
  } catch (const std::filesystem::filesystem_error& failed) {
    return refuse(Code::kInternal, failed.what());
  }
  made->thread_ = std::thread([file = made.get()] { file->write_until_closed(); });
  return made;
}

JournalFile::JournalFile(std::filesystem::path path) : path_(std::move(path)) {}

JournalFile::~JournalFile() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  work_came_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> JournalFile::commit(Work work) {
  const auto waiting = std::make_shared<Waiting>();
  waiting->work = std::move(work);
  std::unique_lock lock(mutex_);
  if (closing_) return refuse(Code::kCancelled, "the journal is being closed");
  queue_.push_back(waiting);
  work_came_.notify_one();
  work_done_.wait(lock, [&] { return waiting->done; });
  return waiting->result;
}

void JournalFile::write_until_closed() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_came_.wait(lock, [this] { return closing_ || !queue_.empty(); });
    if (queue_.empty()) return;
    std::vector<std::shared_ptr<Waiting>> group;
    while (!queue_.empty() && group.size() < kLargestGroup) {
      group.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    lock.unlock();
    write(group);
    lock.lock();
    for (const auto& waiting : group) waiting->done = true;
    work_done_.notify_all();
  }
}

// A disk that is full may end the whole transaction: then each piece is tried on its own, so that those which only
// delete succeed.
void JournalFile::write(const std::vector<std::shared_ptr<Waiting>>& group) {
  if (write_together(group) || group.size() == 1) return;
  for (const auto& waiting : group) static_cast<void>(write_together({&waiting, 1}));
}

bool JournalFile::write_together(std::span<const std::shared_ptr<Waiting>> group) {
  bool full = false;
  try {
    writer_->run("BEGIN IMMEDIATE");
    for (const auto& waiting : group) {
      writer_->run("SAVEPOINT work");
      try {
        waiting->result = waiting->work(*writer_);
      } catch (const StorageError& error) {
        full = full || error.error().code == Code::kLimit;
        waiting->result = error.error();
      } catch (const std::exception& bug) {
        waiting->result = refuse(Code::kInternal, std::string("the host failed: ") + bug.what());
      }
      writer_->run(waiting->result ? "RELEASE work" : "ROLLBACK TO work; RELEASE work");
    }
    writer_->run("COMMIT");
    full_ = full;
    return true;
  } catch (const StorageError& error) {
    full_ = full || error.error().code == Code::kLimit;
    for (const auto& waiting : group)
      if (waiting->result) waiting->result = error.error();
    try {
      writer_->run("ROLLBACK");
    } catch (const StorageError&) {
      // It was rolled back already.
    }
    return false;
  }
}

Result<void> JournalFile::copy_to(const std::filesystem::path& target) {
  try {
    Database(path_).copy_to(target);  // the reader may not write anywhere
  } catch (const StorageError& error) {
    return error.error();
  }
  return make_durable(target);
}

Result<void> JournalFile::try_again() {
  return commit([](Database& in) -> Result<void> {
    in.run("UPDATE tables SET version = version");
    return {};
  });
}

Result<void> JournalFile::forget() {
  try {
    Database file(path_);
    Statement checkpoint = file.statement("PRAGMA wal_checkpoint(TRUNCATE)");
    if (!checkpoint.step() || checkpoint.integer(0) == 0) return {};
    return refuse(Code::kConflict, "it is deleted, and still in the log beside " + path_.string() +
                                       " while somebody reads (a backup?): do it again afterwards");
  } catch (const StorageError& error) {
    return error.error();
  }
}

}  // namespace outrigger::host
