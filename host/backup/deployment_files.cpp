#include "host/backup/deployment_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace outrigger::host {

namespace fs = std::filesystem;

std::vector<std::string> databases_in(const fs::path& data) {
  std::vector<std::string> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(data / "databases", none))
    if (fs::is_regular_file(entry.path() / "journal.db", none)) found.push_back(entry.path().filename().string());
  std::sort(found.begin(), found.end());
  return found;
}

void give_to_owner(const fs::path& data) {
  struct stat owner {};
  if (::geteuid() != 0 || ::stat(data.c_str(), &owner) != 0 || owner.st_uid == 0) return;
  std::error_code none;
  for (auto at = fs::recursive_directory_iterator(data, none); !none && at != fs::recursive_directory_iterator();
       at.increment(none)) {
    if (at.depth() == 0 && at->path().filename() == "plugins") {
      at.disable_recursion_pending();  // copies that are made anew
      continue;
    }
    (void)!::lchown(at->path().c_str(), owner.st_uid, owner.st_gid);
  }
}

bool is_aside(const fs::path& name) {
  return std::any_of(name.begin(), name.end(), [](const fs::path& part) { return part == ".aside"; });
}

}  // namespace outrigger::host
