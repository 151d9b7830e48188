#include "host/journal/file_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Result<void> flush(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool done = descriptor >= 0 && fsync(descriptor) == 0;
  const int problem = errno;
  if (descriptor >= 0) close(descriptor);
  if (done) return {};
  return refuse(problem == ENOSPC ? Code::kLimit : Code::kInternal,
                path.string() + " cannot be written (" + std::strerror(problem) + "): look at the disk");
}

}  // namespace

JournalLock::~JournalLock() { close(descriptor_); }

Result<std::unique_ptr<JournalLock>> JournalLock::take(const std::filesystem::path& journal) {
  std::filesystem::path file = journal;
  file += ".lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return refuse(Code::kAccess, "cannot make " + file.string() + ": give this user the folder, or set `data_folder`");
  auto lock = std::make_unique<JournalLock>(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  return refuse(Code::kConflict,
                "another Outrigger works with " + journal.string() + ": stop it, or use another data_folder");
}

Result<void> make_durable(const std::filesystem::path& file) {
  if (Result<void> done = flush(file, O_RDONLY); !done) return done;
  const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  return flush(folder, O_RDONLY | O_DIRECTORY);
}

}  // namespace outrigger::host
