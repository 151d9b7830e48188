#include <algorithm>
#include <sstream>

#include "host/runner/cgroup.hpp"

namespace outrigger::host {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A line of /proc/self/mountinfo: "36 35 0:30 ROOT PLACE OPTIONS [optional]... - TYPE SOURCE SUPER-OPTIONS".
struct Mount {
  std::string root, place;
  bool unified = false;
  std::vector<std::string> controllers;
};

bool read_mount(const std::string& line, Mount& mount) {
  const std::vector<std::string> words = split(line, ' ');
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 6 || words.end() - dash < 4) return false;
  mount.root = words[3];
  mount.place = words[4];
  mount.unified = dash[1] == "cgroup2";
  mount.controllers = split(dash[3], ',');
  return mount.unified || dash[1] == "cgroup";
}

// The host's group seen through the mount, which in a container may show only a part of the hierarchy.
std::filesystem::path below(const Mount& mount, const std::string& group) {
  std::string rest = group;
  if (mount.root != "/" && rest.starts_with(mount.root)) rest.erase(0, mount.root.size());
  while (rest.starts_with('/')) rest.erase(0, 1);
  return rest.empty() ? std::filesystem::path(mount.place) : std::filesystem::path(mount.place) / rest;
}

}  // namespace

std::vector<Hierarchy> find_hierarchies(std::string_view cgroup, std::string_view mountinfo) {
  std::vector<Hierarchy> found;
  const std::vector<std::string> groups = split(std::string(cgroup), '\n');
  for (const std::string& line : split(std::string(mountinfo), '\n')) {
    Mount mount;
    if (!read_mount(line, mount)) continue;
    for (const std::string& group : groups) {  // "4:memory:/path", in v2 "0::/path"
      const size_t first = group.find(':');
      const size_t second = group.find(':', first + 1);
      if (first == std::string::npos || second == std::string::npos) continue;
      const std::vector<std::string> names = split(group.substr(first + 1, second - first - 1), ',');
      const bool memory = has(names, "memory") && has(mount.controllers, "memory");
      const bool pids = has(names, "pids") && has(mount.controllers, "pids");
      if (mount.unified ? !names.empty() : !memory && !pids) continue;
      const std::filesystem::path folder = below(mount, group.substr(second + 1));
      const auto same = [&](const Hierarchy& other) {
        return other.unified == mount.unified && other.memory == memory && other.pids == pids;
      };
      if (std::none_of(found.begin(), found.end(), same)) found.push_back({folder, mount.unified, memory, pids});
    }
  }
  return found;
}

}  // namespace outrigger::host
