#include "host/tenant/place_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "integration/writes/digest.hpp"

namespace outrigger::host {
namespace {

std::filesystem::path usual_place() {
  std::error_code none;
  const std::filesystem::path run = "/run/lock";
  return ::access(run.c_str(), W_OK) == 0 ? run : std::filesystem::temp_directory_path(none);
}

// "4711 /var/lib/outrigger"
std::string read_note(int file) {
  std::array<char, 1024> text{};
  const ssize_t size = ::pread(file, text.data(), text.size(), 0);
  return size <= 0 ? std::string() : std::string(text.data(), static_cast<size_t>(size));
}

}  // namespace

std::string PlaceLock::take(const std::string& place, const std::filesystem::path& folder) {
  if (file_ >= 0 && place == place_) return {};
  leave();
  const std::filesystem::path path =
      (below_.empty() ? usual_place() : below_) / ("outrigger-" + writes::digest(place).substr(0, 24) + ".lock");
  int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (file >= 0) static_cast<void>(::fchmod(file, 0644));  // others may see who holds it, whatever the umask
  if (file < 0) file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);  // another user's: no note of ours
  if (file < 0) return {};
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) {
    const std::string note = std::to_string(::getpid()) + " " + folder.string();
    if (::ftruncate(file, 0) == 0) static_cast<void>(::pwrite(file, note.data(), note.size(), 0));
    file_ = file;
    place_ = place;
    return {};
  }
  const std::string note = read_note(file);
  ::close(file);
  const size_t space = note.find(' ');
  const auto holder = static_cast<pid_t>(std::strtol(note.c_str(), nullptr, 10));
  if (holder == ::getpid()) return {};
  // One that could not write into another user's file.
  if (space == std::string::npos || (::kill(holder, 0) != 0 && errno == ESRCH))
    return "another outrigger works with " + place + ": each of the two tells and writes everything; stop one of them";
  return "another outrigger works with " + place + " (process " + note.substr(0, space) + ", " +
         note.substr(space + 1) + "): each of the two tells and writes everything; stop one of them";
}

void PlaceLock::leave() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

}  // namespace outrigger::host
