// Small files that are read and replaced as a whole, by several processes.
//
//     Result<FileLock> lock = FileLock::take("secrets.lock");
//     Result<std::string> before = read_whole("secrets.vault", kLargest);       // kMissing: it is not there
//     Result<void> kept = replace_whole("secrets.vault", bytes);
//
// A file is written beside its place, flushed and renamed, so that a reader sees the old one or the new one and a crash
// leaves one of both. Its mode is 0600. Threads: any.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

// Closes a descriptor when it goes.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int file) : file_(file) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept;
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return file_; }
  explicit operator bool() const { return file_ >= 0; }

 private:
  int file_ = -1;
};

// Among processes; threads of one process see to themselves.
class FileLock {
 public:
  // kConflict when another process holds it for longer than that.
  static Result<FileLock> take(const std::filesystem::path& file,
                               std::chrono::milliseconds patience = std::chrono::seconds(5));

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

// kMissing: there is no such file. kAccess: others may read or write it, or it belongs to somebody else.
Result<Descriptor> open_own(const std::filesystem::path& file);
// From the begin of an open file. kLimit beyond `largest`.
Result<std::string> read_whole(const Descriptor& file, const std::filesystem::path& path, size_t largest);
Result<void> replace_whole(const std::filesystem::path& file, std::string_view bytes);

}  // namespace outrigger::host
