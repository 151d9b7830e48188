#include "host/process/user_lease.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string why) { return {code, std::move(why), Source::kHost, Effect::kNone, -1}; }

// -1: it is taken, or there are no descriptors (errno).
int hold(uint32_t uid) {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // A name that begins with a zero byte is in no folder.
  const std::string name = "outrigger/user/" + std::to_string(uid);
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0) return fd;
  const int problem = errno;
  ::close(fd);
  errno = problem;
  return -1;
}

}  // namespace

Result<UserLease> UserLease::take(uint32_t preferred) {
  if (preferred < kFirst || preferred > kLast) return UserLease(preferred, -1);
  constexpr uint32_t kCount = kLast - kFirst + 1;
  for (uint32_t i = 0; i < kCount; ++i) {
    const uint32_t uid = kFirst + (preferred - kFirst + i) % kCount;
    const int fd = hold(uid);
    if (fd >= 0) return UserLease(uid, fd);
    if (errno != EADDRINUSE)
      return refuse(Code::kInternal, std::string("no user can be set apart for a plugin: ") + std::strerror(errno));
  }
  return refuse(Code::kLimit, "all " + std::to_string(kCount) +
                                  " users that are kept for plugins are taken; stop plugins that are not needed");
}

UserLease& UserLease::operator=(UserLease&& other) noexcept {
  std::swap(uid_, other.uid_);
  std::swap(fd_, other.fd_);
  return *this;
}

UserLease::~UserLease() {
  if (fd_ >= 0) ::close(fd_);
}

uint32_t uid_of(std::string_view plugin) {
  constexpr uint32_t kCount = UserLease::kLast - UserLease::kFirst + 1;
  uint32_t hash = 2166136261U;
  for (const char c : plugin) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619U;
  return UserLease::kFirst + hash % kCount;
}

}  // namespace outrigger::host
