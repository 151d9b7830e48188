#include "host/secrets/whole_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

Error fail(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }
Error disk(const std::string& what) {
  return fail(Code::kInternal, what + ": " + std::strerror(errno) + "; look at the folder's space and rights");
}

Result<void> write_all(int file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return disk("cannot write " + path.string());
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(file) != 0) return disk("cannot write " + path.string());
  return {};
}

}  // namespace

Descriptor::~Descriptor() {
  if (file_ >= 0) ::close(file_);
}
Descriptor::Descriptor(Descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this == &other) return *this;
  if (file_ >= 0) ::close(file_);
  file_ = std::exchange(other.file_, -1);
  return *this;
}

Result<FileLock> FileLock::take(const fs::path& path, std::chrono::milliseconds patience) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return disk("cannot open " + path.string());
  // The kernel offers no wait with an end for this; the holders are done in milliseconds.
  const int64_t end = monotonic_micros() + std::chrono::microseconds(patience).count();
  for (auto pause = std::chrono::milliseconds(1); ::flock(file.get(), LOCK_EX | LOCK_NB) != 0; pause *= 2) {
    if (errno != EWOULDBLOCK && errno != EINTR) return disk("cannot lock " + path.string());
    if (monotonic_micros() + std::chrono::microseconds(pause).count() > end)
      return fail(Code::kConflict, "another outrigger holds " + path.string() + "; try again when it is done");
    std::this_thread::sleep_for(pause);
  }
  return FileLock(std::move(file));
}

Result<Descriptor> open_own(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT) return fail(Code::kMissing, path.string() + " is not there");
  if (!file) return disk("cannot read " + path.string());
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return disk("cannot look at " + path.string());
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return fail(Code::kAccess, "others may get at " + path.string() + "; chmod 600 it");
  if (status.st_uid != ::geteuid() && status.st_uid != 0)
    return fail(Code::kAccess, path.string() + " belongs to another user; chown it to the user that runs outrigger");
  return file;
}

Result<std::string> read_whole(const Descriptor& file, const fs::path& path, size_t largest) {
  std::string bytes;
  constexpr size_t kPart = 65536;
  for (size_t at = 0;;) {
    bytes.resize(at + kPart);
    const ssize_t got = ::pread(file.get(), bytes.data() + at, kPart, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return disk("cannot read " + path.string());
    at += static_cast<size_t>(got);
    bytes.resize(at);
    if (got == 0) return bytes;
    if (at > largest) return fail(Code::kLimit, path.string() + " is too large; put it back from a backup");
  }
}

Result<void> replace_whole(const fs::path& path, std::string_view bytes) {
  const fs::path fresh = path.string() + ".new";
  // What a crash left; the lock is the caller's.
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) return disk("cannot replace " + fresh.string());
  {
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) return disk("cannot write " + fresh.string());
    if (Result<void> written = write_all(file.get(), bytes, fresh); !written) return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return disk("cannot replace " + path.string());
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  const Descriptor parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent || ::fsync(parent.get()) != 0) return disk("cannot flush " + folder.string());
  return {};
}

}  // namespace outrigger::host
