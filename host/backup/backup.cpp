// Making a backup.
#include <algorithm>

#include "host/backup/archive.hpp"
#include "host/backup/deployment_backup.hpp"
#include "host/backup/deployment_files.hpp"
#include "host/journal/backup.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

struct Listed {
  std::string name;
  uint64_t size = 0;
  bool journal = false;
};

uint64_t size_of(const fs::path& file) {
  std::error_code unknown;
  const uintmax_t size = fs::file_size(file, unknown);
  return unknown ? 0 : static_cast<uint64_t>(size);
}

std::vector<Listed> list_of(const fs::path& data, bool with_keys) {
  std::vector<Listed> all;
  for (const std::string& database : databases_in(data)) {
    const fs::path file = journal_of(database);
    all.push_back({file.string(), size_of(data / file) + size_of((data / file).string() + "-wal"), true});
  }
  for (const std::string_view name : kOtherFiles)
    if (fs::exists(data / name)) all.push_back({std::string(name), size_of(data / name)});
  if (with_keys)
    for (const std::string_view name : kKeyFiles)
      if (fs::exists(data / name)) all.push_back({std::string(name), size_of(data / name)});
  std::error_code none;
  std::vector<Listed> installed;
  for (const auto& entry : fs::recursive_directory_iterator(data / kInstalled, none))
    if (entry.is_regular_file() && !is_aside(entry.path().lexically_relative(data)))
      installed.push_back({entry.path().lexically_relative(data).string(), size_of(entry.path())});
  std::sort(installed.begin(), installed.end(), [](const Listed& a, const Listed& b) { return a.name < b.name; });
  all.insert(all.end(), installed.begin(), installed.end());
  return all;
}

// A journal goes through a copy of its own beside the backup.
class Copy {
 public:
  explicit Copy(const fs::path& target) : file_(target.string() + ".journal") { remove(); }
  ~Copy() { remove(); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;
  [[nodiscard]] const fs::path& file() const { return file_; }

 private:
  void remove() const {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }
  fs::path file_;
};

Result<BackupReport> make(const DeploymentPlace& place, const fs::path& target, const BackupOptions& options,
                          const BackupProgress& progress) {
  if (restore_pending(place.data))
    return refuse(Code::kConflict,
                  "a restore has not come to its end: `outrigger restore` or `outrigger run` finishes it");
  const std::vector<Listed> all = list_of(place.data, options.with_keys);
  if (all.empty())
    return refuse(Code::kMissing, "there is nothing in " + place.data.string() + " yet: start with `outrigger run`");
  uint64_t total = 0;
  for (const Listed& one : all) total += one.journal ? 2 * one.size : one.size;
  Arena arena;
  const Value head = arena.object({{"program", arena.text(options.program)}, {"at", options.now}});
  Result<std::unique_ptr<ArchiveWriter>> out = ArchiveWriter::create(target, head);
  if (!out) return out.error();
  BackupReport report;
  uint64_t done = 0;
  for (const Listed& one : all) {
    const auto watch = [&](uint64_t more) {
      done += more;
      return !progress || progress(std::min(done, total), total, one.name);
    };
    if (!one.journal) {
      if (Result<void> added = (*out)->add(one.name, place.data / one.name, watch); !added) return added.error();
      report.others.push_back(one.name);
      continue;
    }
    const Copy copy(target);
    uint64_t copied = 0;
    const auto copying = [&](uint64_t bytes) {
      const uint64_t more = bytes - std::min(copied, bytes);
      copied = std::max(copied, bytes);
      return watch(more);
    };
    Result<void> made = copy_journal(place.data / one.name, copy.file(), copying);
    if (!made && made.error().code == Code::kCancelled)
      return refuse(Code::kCancelled, "interrupted: no backup was made");
    if (!made) return made.error();
    if (Result<void> added = (*out)->add(one.name, copy.file(), watch); !added) return added.error();
    report.databases.push_back(fs::path(one.name).parent_path().filename().string());
  }
  if (Result<void> finished = (*out)->finish(); !finished) return finished.error();
  report.bytes = (*out)->bytes();
  for (const std::string_view name : kKeyFiles)
    if (!options.with_keys && fs::exists(place.data / name)) report.left_out.emplace_back(name);
  return report;
}

}  // namespace

Result<BackupReport> make_backup(const DeploymentPlace& place, const fs::path& target, const BackupOptions& options,
                                 const BackupProgress& progress) {
  try {
    return make(place, target, options, progress);
  } catch (const fs::filesystem_error& error) {
    return refuse(Code::kInternal, std::string(error.what()) + ": look at the folder's rights and the disk");
  }
}

}  // namespace outrigger::host
