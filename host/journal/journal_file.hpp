// The file in which the host keeps what belongs to one database: deliveries, the shadow, stores, schedules, writes.
//
//     Result<std::unique_ptr<JournalFile>> file = JournalFile::open(folder / "journal.db", {&kStoreTables, ...});
//     Result<void> kept = (*file)->commit([&](Database& in) -> Result<void> { in.statement(...).run(); return {}; });
//     Result<int64_t> count = (*file)->read<int64_t>([&](Database& in) { ... });
//
// A commit is atomic and durable when it returns. Those that wait at the same time share one transaction and one fsync
// (group commit); one that fails takes nothing of the others with it. Reads see what is committed and never wait for a
// writer. One process holds the file at a time (a lock beside it); a second one is refused with a sentence.
//
// Each room brings its own tables as Tables: a name and the steps that lead from one version to the next. Before tables
// that are there are changed, the file is copied beside itself; a file of a newer version is refused.
//
// Threads: any. Work runs on the writer's thread and must not commit or read itself.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "host/journal/file_lock.hpp"
#include "host/journal/sqlite.hpp"

namespace outrigger::host {

// Released steps are never changed: a further one is added.
struct Tables {
  std::string_view name;
  std::span<const std::string_view> steps;  // SQL; step i leads from version i to i + 1
};

class JournalFile {
 public:
  // It may run twice, the first time having been rolled back: it begins by emptying what it hands out.
  using Work = std::function<Result<void>(Database&)>;

  static Result<std::unique_ptr<JournalFile>> open(const std::filesystem::path& file,
                                                   const std::vector<const Tables*>& tables);
  ~JournalFile();
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  // Blocks until what the work did is durable. An error of the work, or of the disk: nothing of it is kept.
  Result<void> commit(Work work);
  // The function may return a Result or a plain value, and throw StorageError.
  template <typename T, typename Read>
  Result<T> read(Read&& read) {
    const std::lock_guard lock(reader_mutex_);
    try {
      return read(*reader_);
    } catch (const StorageError& error) {
      return error.error();
    }
  }
  // A copy of all that is committed, durable when it returns. The target must not be there.
  Result<void> copy_to(const std::filesystem::path& target);
  // Takes what was deleted out of the log beside the file, too.
  Result<void> forget();
  // The last commit failed since the disk is full.
  [[nodiscard]] bool full() const { return full_; }
  // Commits a page that changes nothing, to find out whether it is still.
  Result<void> try_again();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  struct Waiting {
    Work work;
    Result<void> result;
    bool done = false;
  };
  explicit JournalFile(std::filesystem::path path);
  void write_until_closed();
  void write(const std::vector<std::shared_ptr<Waiting>>& group);
  bool write_together(std::span<const std::shared_ptr<Waiting>> group);

  std::filesystem::path path_;
  std::unique_ptr<JournalLock> lock_;
  std::unique_ptr<Database> writer_;
  std::unique_ptr<Database> reader_;
  std::mutex reader_mutex_;
  std::mutex mutex_;  // of what follows
  std::condition_variable work_came_;
  std::condition_variable work_done_;
  std::deque<std::shared_ptr<Waiting>> queue_;
  std::atomic<bool> full_{false};
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace outrigger::host
