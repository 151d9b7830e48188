// A user of its own for one instance, for as long as its process lives.
//
//     Result<UserLease> user = UserLease::take(uid_of("scoring"));       // that one, or the next that is free
//     ... start the runner as user->uid() ...
//
// The kernel counts threads per user, so two instances of one user would share their bound; and what one plugin may not
// do to another rests on their being different users. Users are those that systemd keeps for its dynamic ones, 4336 of
// them. Two leases never overlap on a machine, also not those of two hosts: a lease is a name in the kernel (an
// abstract socket), which the end of the host gives back. Hosts in network namespaces of their own do not see each
// other.
//
// Threads: any. Errors: kLimit, when all are taken.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "outrigger/result.hpp"

namespace outrigger::host {

// Where the search for a user of its own begins, so that a plugin mostly has the same; only root can use it. Two
// instances that are up at once never share one.
uint32_t uid_of(std::string_view plugin);

class UserLease {
 public:
  static constexpr uint32_t kFirst = 61184;
  static constexpr uint32_t kLast = 65519;

  // One outside of that range is the caller's own affair, and is taken as it is.
  static Result<UserLease> take(uint32_t preferred);
  UserLease(UserLease&& other) noexcept : uid_(other.uid_), fd_(std::exchange(other.fd_, -1)) {}
  UserLease& operator=(UserLease&& other) noexcept;
  UserLease(const UserLease&) = delete;
  UserLease& operator=(const UserLease&) = delete;
  ~UserLease();

  [[nodiscard]] uint32_t uid() const { return uid_; }

 private:
  UserLease(uint32_t uid, int fd) : uid_(uid), fd_(fd) {}
  uint32_t uid_;
  int fd_;  // -1: of nobody
};

}  // namespace outrigger::host
