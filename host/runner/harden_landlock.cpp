#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "host/runner/harden_steps.hpp"

namespace outrigger::host::steps {
namespace {

// The whole of the kernel's struct, of which Debian 12's header has the first member only. A kernel that knows less
// takes it as long as the rest is 0.
struct Ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scoped;
};

constexpr uint64_t bit(unsigned number) { return uint64_t{1} << number; }

// By number, since the headers of the build may be older than the kernel that runs it.
constexpr Ruleset everything(int abi) {
  Ruleset all{bit(13) - 1, 0, 0};
  if (abi >= 2) all.files |= bit(13);           // link or rename into another folder
  if (abi >= 3) all.files |= bit(14);           // truncate
  if (abi >= 4) all.network = bit(0) | bit(1);  // TCP: bind, connect
  if (abi >= 5) all.files |= bit(15);           // ioctl of devices
  if (abi >= 6) all.scoped = bit(0) | bit(1);   // abstract unix sockets, signals
  return all;
}

class Descriptor {
 public:
  explicit Descriptor(long number) : number_(static_cast<int>(number)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

// No right to execute: mapping a library as code does not ask for it, starting a program does.
Result<void> let_read(const Descriptor& rules, const std::filesystem::path& path) {
  const Descriptor place(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) {
    if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return {};
    return refused_by_kernel("open " + path.string());
  }
  struct stat about {};
  if (fstat(place.get(), &about) != 0) return refused_by_kernel("look at " + path.string());
  landlock_path_beneath_attr rule{};
  rule.parent_fd = place.get();
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE;
  if (S_ISDIR(about.st_mode)) rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
  if (syscall(SYS_landlock_add_rule, rules.get(), LANDLOCK_RULE_PATH_BENEATH, &rule, 0U) != 0)
    return refused_by_kernel("keep " + path.string() + " readable with Landlock");
  return {};
}

}  // namespace

Result<void> restrict_paths(const Confinement& wish, int abi) {
  const Ruleset all = everything(abi);
  const Descriptor rules(syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0U));
  if (!rules) return refused_by_kernel("make rules for Landlock");
  if (Result<void> added = let_read(rules, wish.plugin_folder); !added) return added;
  for (const std::filesystem::path& path : wish.readable)
    if (Result<void> added = let_read(rules, path); !added) return added;
  if (syscall(SYS_landlock_restrict_self, rules.get(), 0U) != 0)
    return refused_by_kernel("shut itself in with Landlock");
  return {};
}

}  // namespace outrigger::host::steps
