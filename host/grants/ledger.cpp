#include "host/grants/ledger.hpp"

namespace outrigger::host {

std::string Ledger::Standing::sentence(std::string_view plugin) const {
  const std::string enable = "`outrigger plugin enable " + std::string(plugin) + "`";
  const std::string name = "plugin " + std::string(plugin);
  switch (state) {
    case GrantState::kEnabled: return {};
    case GrantState::kNeverEnabled:
      return name + " was never enabled on this database; " + enable + " shows what it asks";
    case GrantState::kDisabled: return name + " is disabled on this database; " + enable + " enables it again";
    case GrantState::kManifestChanged:
      return name + " has another manifest than the one that was granted" +
             (changes.empty() ? ", though it asks the same" : ", and what it asks has changed") + "; " + enable +
             " shows it and asks again";
    case GrantState::kConfigurationAsks:
      return "as it is configured now, " + name + " asks for more than was granted; " + enable +
             " shows it and asks again (then `outrigger reload`, where a host runs), or take the setting back";
    case GrantState::kPinnedLibraryDiffers:
      return "the library of " + name +
             " is not the one that was pinned; bring back that one, or accept this one with " + enable;
  }
  return {};
}

Result<Ledger> Ledger::load(std::filesystem::path file) {
  Ledger ledger(std::move(file));
  if (Result<void> done = ledger.reload(); !done) return done.error();
  return ledger;
}

Result<void> Ledger::reload() {
  Result<Records> records = read(file_);
  if (!records) return records.error();
  records_ = *std::move(records);
  return {};
}

template <typename Change>
Result<void> Ledger::change(Change&& change) {
  const Result<LedgerLock> lock = LedgerLock::take(file_);
  if (!lock) return lock.error();
  Result<Records> records = read(file_);
  if (!records) return records.error();
  if (Result<void> done = change(*records); !done) return done;
  if (Result<void> written = write(file_, *records); !written) return written;
  records_ = *std::move(records);
  return {};
}

Result<void> Ledger::grant(std::string_view database, std::string_view plugin, GrantRecord record) {
  return change([&](Records& records) -> Result<void> {
    records.insert_or_assign(Key(database, plugin), std::move(record));
    return {};
  });
}

Result<void> Ledger::disable(std::string_view database, std::string_view plugin, int64_t when) {
  return change([&](Records& records) -> Result<void> {
    const auto at = records.find(Key(database, plugin));
    if (at == records.end())
      return Error{Code::kMissing,
                   "plugin " + std::string(plugin) + " was never enabled on the database " + std::string(database) +
                       "; there is nothing to disable",
                   Source::kHost, Effect::kNone, -1};
    at->second.enabled = false;
    at->second.when = when;
    return {};
  });
}

Result<void> Ledger::revoke(std::string_view database, std::string_view plugin) {
  return change([&](Records& records) -> Result<void> {
    records.erase(Key(database, plugin));
    return {};
  });
}

std::optional<GrantRecord> Ledger::find(std::string_view database, std::string_view plugin) const {
  const auto at = records_.find(Key(database, plugin));
  if (at == records_.end()) return std::nullopt;
  return at->second;
}

Ledger::Standing Ledger::standing(std::string_view database, std::string_view plugin, std::string_view manifest_sha256,
                                  const Permissions& asked, std::string_view library_sha256, Locale locale) const {
  const std::optional<GrantRecord> record = find(database, plugin);
  if (!record) return {GrantState::kNeverEnabled, {}};
  if (!record->enabled) return {GrantState::kDisabled, {}};
  const Result<Permissions> granted = Permissions::parse(record->permissions.root(), plugin);
  // What this version would no longer grant counts as changed: the admin looks at it again.
  if (record->manifest_sha256 != manifest_sha256 || !granted)
    return {GrantState::kManifestChanged, host::changes(granted ? *granted : Permissions{}, asked, locale)};
  if (asks_more(*granted, asked)) return {GrantState::kConfigurationAsks, host::changes(*granted, asked, locale)};
  if (!record->library_sha256.empty() && !library_sha256.empty() && record->library_sha256 != library_sha256)
    return {GrantState::kPinnedLibraryDiffers, {}};
  return {GrantState::kEnabled, {}};
}

}  // namespace outrigger::host
