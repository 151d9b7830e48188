// Two hosts on one database would tell and write everything twice: each has a journal of its own. On one machine that
// is noticed by a lock on the database's address.
//
//     PlaceLock lock;
//     std::string other = lock.take("sandbox at 127.0.0.1:8069", "/var/lib/outrigger");
//     // empty: it is ours; else "another outrigger works with ... (process 4711, /home/ann/.local/state/outrigger)"
//     other = lock.take(...);                      // asked again, now and then: empty once the other has gone
//
// A second host on another machine is not seen.
//
// The file is in /run/lock, or in the temporary folder where that is not there; it stays and is empty of secrets. A
// place where no file can be made counts as ours. The same process may hold a place more than once.
// Threads: one at a time.
#pragma once

#include <filesystem>
#include <string>

namespace outrigger::host {

class PlaceLock {
 public:
  PlaceLock() = default;
  explicit PlaceLock(std::filesystem::path below) : below_(std::move(below)) {}
  ~PlaceLock() { leave(); }
  PlaceLock(const PlaceLock&) = delete;
  PlaceLock& operator=(const PlaceLock&) = delete;

  // `folder`: of our journal, told to whoever comes second.
  std::string take(const std::string& place, const std::filesystem::path& folder);
  void leave();

 private:
  std::filesystem::path below_;
  std::string place_;
  int file_ = -1;  // held while it is not negative
};

}  // namespace outrigger::host
