// Going back to a backup.
#include <algorithm>
#include <map>
#include <set>

#include "host/backup/archive.hpp"
#include "host/backup/deployment_backup.hpp"
#include "host/backup/deployment_files.hpp"
#include "host/backup/switch.hpp"
#include "host/journal/backup.hpp"
#include "host/secrets/vault_file.hpp"
#include "host/secrets/whole_file.hpp"
#include "integration/value/datetime.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

// What is unpacked and not yet in force.
class Staging {
 public:
  explicit Staging(const fs::path& data) : folder_(data / kStaging) { remove(); }
  ~Staging() { remove(); }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  void remove() const {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  fs::path folder_;
};

bool is_known(const std::string& name) {
  const fs::path path(name);
  const bool journal =
      *path.begin() == "databases" && path.filename() == "journal.db" && std::distance(path.begin(), path.end()) == 3;
  const auto among = [&](const auto& list) {
    return std::find(std::begin(list), std::end(list), name) != std::end(list);
  };
  return journal || *path.begin() == kInstalled || among(kOtherFiles) || among(kKeyFiles);
}

bool is_journal(const std::string& name) { return name.ends_with("/journal.db") && name.starts_with("databases/"); }
std::string database_of(const std::string& name) { return fs::path(name).parent_path().filename().string(); }

class Restore {
 public:
  Restore(const DeploymentPlace& place, fs::path backup, const RestoreOptions& options, const BackupProgress& progress)
      : place_(place), backup_(std::move(backup)), options_(options), progress_(progress), staging_(place.data) {}

  Result<RestoreReport> run() {
    if (Result<void> unpacked = unpack(); !unpacked) return unpacked.error();
    if (Result<void> fits = check(); !fits) return fits.error();
    look_at_secrets();
    if (options_.plan) return report_;
    if (options_.agreed && !options_.agreed(report_)) return refuse(Code::kCancelled, "nothing was restored");
    Result<fs::path> aside = commit();
    if (!aside) return aside.error();
    report_.aside = *std::move(aside);
    return report_;
  }

 private:
  Result<void> unpack() {
    const Result<std::unique_ptr<ArchiveReader>> in = ArchiveReader::open(backup_);
    if (!in) return in.error();
    report_.program = (*in)->head()["program"].text();
    report_.at = (*in)->head()["at"].integer();
    uint64_t done = 0;
    const uint64_t total = (*in)->file_size();
    const auto watch = [&](uint64_t more) {
      done += more;
      return !progress_ || progress_(std::min(done, total), total, (*in)->name());
    };
    std::error_code problem;
    fs::create_directories(place_.data, problem);
    for (;;) {
      const Result<bool> more = (*in)->next();
      if (!more) return more.error();
      if (!*more) break;
      const std::string& name = (*in)->name();
      if (!is_known(name) || !names_.insert(name).second)
        return refuse(Code::kInvalid, backup_.string() + " holds " + name + ", which no backup has: use another one");
      if (Result<void> out = (*in)->extract(staging_.folder() / name, watch); !out) return out;
    }
    if (!options_.database.empty())
      std::erase_if(names_, [&](const std::string& name) { return name != journal_of(options_.database).string(); });
    if (names_.empty())
      return refuse(Code::kMissing, options_.database.empty()
                                        ? backup_.string() + " is empty: use another backup"
                                        : backup_.string() + " has no database " + options_.database);
    return {};
  }

  Result<void> check() {
    bool any = false;
    bool configured = false;
    for (const std::string& name : names_) {
      if (!is_journal(name)) continue;
      any = true;
      const std::string database = database_of(name);
      report_.databases.push_back(database);
      if (progress_ && !progress_(0, 0, "checking " + database))
        return refuse(Code::kCancelled, "interrupted: nothing was changed");
      const Result<JournalFacts> facts = look_into_journal(staging_.folder() / name);
      if (!facts) return refuse(Code::kInvalid, backup_.string() + " is damaged (" + name + "): use another backup");
      if (Result<void> known = check_versions(*facts, options_.tables); !known)
        return refuse(known.error().code, backup_.string() + ": " + known.error().message);
      configured =
          configured || std::find(place_.databases.begin(), place_.databases.end(), database) != place_.databases.end();
      const std::string there = facts_of(place_.data / name).uuid;
      if (!options_.other_deployment && !there.empty() && !facts->uuid.empty() && there != facts->uuid)
        return refuse(Code::kConflict, backup_.string() + " is of another deployment: its database " + database +
                                           " is " + facts->uuid + ", here it is " + there +
                                           "; --other-deployment if it is meant");
    }
    if (any && !configured && !options_.other_deployment && !place_.databases.empty())
      return refuse(Code::kConflict, backup_.string() + " is of another deployment: it has the database " +
                                         report_.databases.front() + ", the configuration " + place_.databases.front() +
                                         "; --other-deployment if it is meant");
    for (const std::string& name : names_)
      if (!is_journal(name)) report_.others.push_back(name);
    for (const std::string& database : databases_in(place_.data))
      if (names_.count(journal_of(database).string()) == 0) report_.stay.push_back(database);
    return {};
  }

  // Without its key a vault is of no use, and nobody notices before a plugin needs a secret.
  void look_at_secrets() {
    if (names_.count("secrets.vault") == 0) return;
    const fs::path key_file =
        names_.count("secrets.key") != 0 ? staging_.folder() / "secrets.key" : place_.data / "secrets.key";
    const fs::path vault = staging_.folder() / "secrets.vault";
    Result<MasterKey> key = MasterKey::read(key_file, place_.secrets_key);
    const Result<Descriptor> file = open_own(vault);
    constexpr size_t kLargest = size_t{64} << 20U;
    Result<std::string> bytes = file ? read_whole(*file, vault, kLargest) : Result<std::string>(file.error());
    if (key && bytes && read_vault(*key, *bytes, "secrets.vault")) return;
    report_.notes.push_back(
        "the secrets in it cannot be opened with the key that is here: put the secrets.key that "
        "belongs to them to " +
        (place_.data / "secrets.key").string());
  }

  Result<fs::path> commit() {
    std::vector<std::unique_ptr<JournalLock>> locks;
    const std::string reason = "restored from the backup of " + value::to_datetime(report_.at / 1'000'000) + " UTC";
    Switch change(place_.data);
    for (const std::string& name : names_) {
      if (*fs::path(name).begin() == kInstalled) {
        change.put(std::string(kInstalled));
        continue;
      }
      change.put(name);
      if (!is_journal(name)) continue;
      std::error_code problem;
      fs::create_directories((place_.data / name).parent_path(), problem);
      Result<std::unique_ptr<JournalLock>> lock = JournalLock::take(place_.data / name);
      if (!lock) return lock.error();
      locks.push_back(*std::move(lock));
      if (Result<void> marked = mark_restored(staging_.folder() / name, reason); !marked) return marked.error();
    }
    if (options_.database.empty()) {
      for (const std::string_view name : kOtherFiles) change.drop_unless_put(std::string(name));
      change.drop_unless_put(std::string(kInstalled));
    }
    return change.commit();
  }

  const DeploymentPlace& place_;
  const fs::path backup_;
  const RestoreOptions& options_;
  const BackupProgress& progress_;
  const Staging staging_;
  std::set<std::string> names_;
  RestoreReport report_;
};

}  // namespace

Result<RestoreReport> restore_backup(const DeploymentPlace& place, const fs::path& backup,
                                     const RestoreOptions& options, const BackupProgress& progress) {
  if (Result<void> finished = finish_restore(place.data); !finished) return finished.error();
  try {
    return Restore(place, backup, options, progress).run();
  } catch (const fs::filesystem_error& error) {
    return refuse(Code::kInternal, std::string(error.what()) + ": look at the folder's rights and the disk");
  }
}

}  // namespace outrigger::host
