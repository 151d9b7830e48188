// What the admin granted, and to which plugin on which database: one JSON file.
//
//     Result<Ledger> ledger = Ledger::load(folder / "grants.json");
//     ledger->grant("main", "scoring", {.manifest_sha256 = hash, .when = now, .permissions = asked.json});
//     const Ledger::Standing standing = ledger->standing("main", "scoring", hash, asked);
//     if (standing.state != GrantState::kEnabled) print(standing.sentence("scoring"));
//
// A change takes the lock file beside it, reads the file again, and replaces it whole: a temporary file, flushed, then
// renamed, mode 0600. Thus two programs never undo each other's grants, and a crash leaves the old file or the new one.
// A file that cannot be understood is never written over.
//
// Errors: kInvalid (the file, with line and remedy), kAccess (others may write to it), kConflict (another program is
// changing it), kInternal (the disk), each without any change. Time: microseconds UTC, given by the caller.
// Threads: one at a time.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/grants/describe.hpp"
#include "host/grants/permissions.hpp"
#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

struct GrantRecord {
  bool enabled = true;
  std::string manifest_sha256;
  std::string library_sha256;  // a pin; empty: any library
  int64_t when = 0;            // of the last change
  Document permissions;        // what was granted, for Permissions::parse
};

enum class GrantState {
  kEnabled,
  kNeverEnabled,
  kDisabled,
  kManifestChanged,
  kConfigurationAsks,  // the configuration switched something on that needs more (conditional.hpp)
  kPinnedLibraryDiffers
};

class Ledger {
 public:
  struct Standing {
    GrantState state = GrantState::kNeverEnabled;
    std::vector<std::string> changes;  // kManifestChanged, kConfigurationAsks: describe.hpp's changes
    // What the admin reads: why the plugin does not run, and the remedy. Empty when it does.
    [[nodiscard]] std::string sentence(std::string_view plugin) const;
  };

  // A file that is not there is an empty ledger.
  static Result<Ledger> load(std::filesystem::path file);
  // Takes in what other programs changed.
  Result<void> reload();

  Result<void> grant(std::string_view database, std::string_view plugin, GrantRecord record);
  // Keeps the record, for the difference when it is enabled again. kMissing: there is none.
  Result<void> disable(std::string_view database, std::string_view plugin, int64_t when);
  // Forgets the record; not an error when there is none.
  Result<void> revoke(std::string_view database, std::string_view plugin);

  [[nodiscard]] std::optional<GrantRecord> find(std::string_view database, std::string_view plugin) const;
  // library_sha256 may be empty when it is not known yet; a pin is then not looked at.
  [[nodiscard]] Standing standing(std::string_view database, std::string_view plugin, std::string_view manifest_sha256,
                                  const Permissions& asked, std::string_view library_sha256 = {},
                                  Locale locale = Locale::kEnglish) const;

 private:
  using Key = std::pair<std::string, std::string>;  // database, plugin
  using Records = std::map<Key, GrantRecord>;
  explicit Ledger(std::filesystem::path file) : file_(std::move(file)) {}

  // ledger_file.cpp
  static Result<Records> read(const std::filesystem::path& file);
  static Result<void> write(const std::filesystem::path& file, const Records& records);
  template <typename Change>
  Result<void> change(Change&& change);

  std::filesystem::path file_;
  Records records_;
};

// Held while a ledger is changed; the kernel lets go of it when the program ends.
class LedgerLock {
 public:
  static Result<LedgerLock> take(const std::filesystem::path& ledger);
  LedgerLock(LedgerLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  LedgerLock& operator=(LedgerLock&&) = delete;
  LedgerLock(const LedgerLock&) = delete;
  LedgerLock& operator=(const LedgerLock&) = delete;
  ~LedgerLock();

 private:
  explicit LedgerLock(int file) : file_(file) {}
  int file_;
};

}  // namespace outrigger::host
