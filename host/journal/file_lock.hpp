// One process works with a journal at a time.
#pragma once

#include <filesystem>
#include <memory>

#include "outrigger/result.hpp"

namespace outrigger::host {

class JournalLock {
 public:
  // A file beside the journal, FILE.lock, locked until the end of this object or of the process. kConflict: another
  // process holds it; kAccess: it cannot be made.
  static Result<std::unique_ptr<JournalLock>> take(const std::filesystem::path& journal);
  explicit JournalLock(int descriptor) : descriptor_(descriptor) {}
  ~JournalLock();
  JournalLock(const JournalLock&) = delete;
  JournalLock& operator=(const JournalLock&) = delete;

 private:
  int descriptor_;
};

// What was written to the file, and its name in its folder, are on the disk when this returns.
Result<void> make_durable(const std::filesystem::path& file);

}  // namespace outrigger::host
