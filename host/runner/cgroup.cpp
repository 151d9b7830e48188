#include "host/runner/cgroup.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLeaf = "outrigger-host";  // where the host itself lives in v2
constexpr const char* kRemedy =
    "; start it as a systemd service of its own with Delegate=yes (without a cgroup, plugins are bounded by rlimits "
    "only)";

Error none(const std::string& why) {
  return {Code::kUnsupported, "Outrigger has no cgroup to put plugins into: " + why + kRemedy, Source::kHost,
          Effect::kNone, -1};
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool has_word(const std::string& text, const std::string& wanted) {
  std::istringstream stream(text);
  for (std::string word; stream >> word;)
    if (word == wanted) return true;
  return false;
}

// One write(2), as these files want; false leaves errno.
bool write_text(const fs::path& path, const std::string& text) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  close(file);
  errno = error;
  return written;
}

bool may_write(const fs::path& folder) { return access(folder.c_str(), W_OK | X_OK) == 0; }

// systemd marks what it gives away; without systemd whoever may write decides.
bool is_given_to_us(const fs::path& folder) {
  std::error_code ignored;
  if (geteuid() != 0 || !fs::exists("/run/systemd/system", ignored)) return true;
  char value = 0;
  return getxattr(folder.c_str(), "trusted.delegate", &value, 1) == 1 && value == '1';
}

bool is_alone_in(const fs::path& folder) {
  std::istringstream members(read_text(folder / "cgroup.procs"));
  pid_t member = 0;
  while (members >> member)
    if (member != getpid()) return false;
  return true;
}

// v2: the group below which ours go, and what has to be done first. Errors say why there is none.
struct Place {
  fs::path folder;
  bool arranged = false;  // its children have both controllers already
};

Result<Place> unified_place(const fs::path& own, const CgroupSystem& system) {
  Place place{own.filename() == kLeaf ? own.parent_path() : own, false};
  const std::string name = place.folder.string();
  if (!may_write(place.folder)) return none("it may not write to " + name);
  const std::string given = read_text(place.folder / "cgroup.subtree_control");
  place.arranged = has_word(given, "memory") && has_word(given, "pids");
  std::error_code ignored;
  if (!fs::exists(place.folder / "cgroup.type", ignored)) return none("it runs in the machine's root group");
  if (!system.is_given_to_us(place.folder)) return none("systemd keeps " + name + " for itself");
  if (place.arranged) return place;
  const std::string offered = read_text(place.folder / "cgroup.controllers");
  if (!has_word(offered, "memory") || !has_word(offered, "pids"))
    return none("the controllers memory and pids are not given to " + name);
  if (!is_alone_in(place.folder)) return none("other processes than Outrigger are in " + name);
  return place;
}

Result<void> arrange(const Place& place, const CgroupSystem& system) {
  if (place.arranged) return {};
  const fs::path leaf = place.folder / kLeaf;
  if (!system.make_folder(leaf) && errno != EEXIST) return none("it cannot make " + leaf.string());
  if (!write_text(leaf / "cgroup.procs", std::to_string(getpid()))) return none("it cannot move to " + leaf.string());
  if (!write_text(place.folder / "cgroup.subtree_control", "+memory +pids"))
    return none("it cannot give controllers to the children of " + place.folder.string());
  return {};
}

// In a hybrid system the controllers are v1's, and v2's tree has none of them.
std::optional<Hierarchy> usable_v1(const std::vector<Hierarchy>& all, bool Hierarchy::*controller) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Hierarchy& hierarchy) {
    return !hierarchy.unified && hierarchy.*controller && may_write(hierarchy.folder);
  });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

const Hierarchy* unified(const std::vector<Hierarchy>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [](const Hierarchy& one) { return one.unified; });
  const bool v1 = std::any_of(all.begin(), all.end(), [](const Hierarchy& one) { return !one.unified; });
  return found == all.end() || v1 ? nullptr : &*found;
}

bool is_name(const std::string& name) {
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
                              std::string::npos;
}

bool limit_memory_v1(const fs::path& folder, const std::string& bytes) {
  if (!write_text(folder / "memory.limit_in_bytes", bytes)) return false;
  write_text(folder / "memory.memsw.limit_in_bytes", bytes);  // only where swap is counted
  return true;
}

bool limit_memory_v2(const fs::path& folder, const std::string& bytes) {
  if (!write_text(folder / "memory.max", bytes)) return false;
  write_text(folder / "memory.swap.max", "0");
  write_text(folder / "memory.oom.group", "1");
  return true;
}

// Ends the members and waits for the end of each. Only for folders that we made.
void end_members(const fs::path& folder) {
  std::istringstream members(read_text(folder / "cgroup.procs"));
  for (pid_t member = 0; members >> member;) {
    if (member <= 1 || member == getpid()) continue;
    pollfd ended{static_cast<int>(syscall(SYS_pidfd_open, member, 0U)), POLLIN, 0};
    if (ended.fd < 0) continue;
    syscall(SYS_pidfd_send_signal, ended.fd, SIGKILL, nullptr, 0U);
    poll(&ended, 1, 1000);
    close(ended.fd);
  }
}

}  // namespace

Cgroup::Cgroup(Cgroup&& other) noexcept
    : folders_(std::exchange(other.folders_, {})),
      bounds_memory_(other.bounds_memory_),
      bounds_processes_(other.bounds_processes_) {}

Cgroup& Cgroup::operator=(Cgroup&& other) noexcept {
  if (this == &other) return *this;
  remove();
  folders_ = std::exchange(other.folders_, {});
  bounds_memory_ = other.bounds_memory_;
  bounds_processes_ = other.bounds_processes_;
  return *this;
}

Cgroup::~Cgroup() { remove(); }

void Cgroup::remove() noexcept {
  for (const fs::path& folder : folders_)
    // A process leaves its group a moment after its end can be seen, of which v1 does not tell.
    for (int attempt = 0; attempt < 500 && rmdir(folder.c_str()) != 0 && errno == EBUSY; ++attempt) {
      try {
        end_members(folder);
      } catch (const std::exception&) {
        break;  // no memory: the empty folder stays
      }
      poll(nullptr, 0, 2);
    }
  folders_.clear();
}

Result<void> Cgroup::add(pid_t process) {
  for (const fs::path& folder : folders_)
    if (!write_text(folder / "cgroup.procs", std::to_string(process))) {
      const std::string why = std::generic_category().message(errno);
      return Error{Code::kInternal,
                   "process " + std::to_string(process) + " cannot be put into " + folder.string() + " (" + why +
                       "); see that nothing else moves Outrigger's processes between cgroups",
                   Source::kHost, Effect::kNone, -1};
    }
  return {};
}

CgroupSystem this_machine() {
  return {find_hierarchies(read_text("/proc/self/cgroup"), read_text("/proc/self/mountinfo")),
          [](const fs::path& folder) { return mkdir(folder.c_str(), 0755) == 0; }, is_given_to_us};
}

Result<void> cgroup_is_offered(const CgroupSystem& system) {
  const std::vector<Hierarchy>& all = system.hierarchies;
  if (const Hierarchy* v2 = unified(all)) {
    const Result<Place> place = unified_place(v2->folder, system);
    return place ? Result<void>() : place.error();
  }
  const bool memory = usable_v1(all, &Hierarchy::memory).has_value();
  const bool pids = usable_v1(all, &Hierarchy::pids).has_value();
  if (memory && pids) return {};
  return none(std::string("it may not write to its group of ") + (memory ? "pids"
                                                                  : pids ? "memory"
                                                                         : "memory and pids"));
}

namespace {

using SetLimit = bool (*)(const fs::path& folder, const std::string& value);

struct Part {
  fs::path folder;
  SetLimit limit_memory = nullptr;  // null: not here
  SetLimit limit_processes = nullptr;
};

bool limit_processes(const fs::path& folder, const std::string& most) { return write_text(folder / "pids.max", most); }

Result<std::vector<Part>> parts(const std::string& folder, const CgroupSystem& system) {
  const std::vector<Hierarchy>& all = system.hierarchies;
  if (const Hierarchy* v2 = unified(all)) {
    const Result<Place> place = unified_place(v2->folder, system);
    if (!place) return place.error();
    if (Result<void> arranged = arrange(*place, system); !arranged) return arranged.error();
    return std::vector{Part{place->folder / folder, limit_memory_v2, limit_processes}};
  }
  std::vector<Part> found;
  if (const auto memory = usable_v1(all, &Hierarchy::memory))
    found.push_back({memory->folder / folder, limit_memory_v1, memory->pids ? limit_processes : nullptr});
  if (const auto pids = usable_v1(all, &Hierarchy::pids); pids && !pids->memory)
    found.push_back({pids->folder / folder, nullptr, limit_processes});
  if (found.empty()) return none("it may not write to its groups of memory and pids");
  return found;
}

// 0 asks for no limit. False leaves errno.
bool set_limit(SetLimit set, const fs::path& folder, uint64_t value, bool& in_force) {
  if (set == nullptr || value == 0) return true;
  in_force = set(folder, std::to_string(value));
  return in_force;
}

std::string folder_name(const std::string& name) {
  static std::atomic<uint64_t> made{0};
  return "outrigger-" + name + "-" + std::to_string(getpid()) + "-" + std::to_string(++made);
}

}  // namespace

Result<Cgroup> make_cgroup(const std::string& name, uint64_t memory_bytes, uint32_t most_processes,
                           const CgroupSystem& system) {
  if (!is_name(name))
    return Error{Code::kInvalid, "'" + name + "' cannot name a cgroup; use letters, digits, '-' and '_'", Source::kHost,
                 Effect::kNone, -1};
  const Result<std::vector<Part>> places = parts(folder_name(name), system);
  if (!places) return places.error();
  Cgroup group;
  for (const Part& part : *places) {
    if (!system.make_folder(part.folder))
      return none("it cannot make " + part.folder.string() + " (" + std::generic_category().message(errno) + ")");
    group.folders_.push_back(part.folder);
    if (!set_limit(part.limit_memory, part.folder, memory_bytes, group.bounds_memory_) ||
        !set_limit(part.limit_processes, part.folder, most_processes, group.bounds_processes_))
      return none("it cannot set the limits of " + part.folder.string() + " (" +
                  std::generic_category().message(errno) + ")");
  }
  return group;
}

}  // namespace outrigger::host
