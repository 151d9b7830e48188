// What plugins and admins hand in and nobody reads back: tokens, passwords, users' own keys. Encrypted in one file.
//
//     Vault vault({.folder = config.data_folder, .key = config.secrets_key,
//                  .hide = [&](std::string value) { log.hide(std::move(value)); }, .now = now_micros});
//     Result<void> kept = vault.put({"crm", "main", "mailbox"}, token, expires);
//     Result<Secret> secret = vault.find({"crm", "main", "mailbox"});          // for odoo and http, never for a plugin
//     if (secret) use(secret->value.view());
//
// The file is <folder>/secrets.vault. Its key is <folder>/secrets.key (0600, made with the first secret), or what the
// configuration gives as `secrets_key`. Every change is on disk when the call returns, as a whole or not at all.
// Several threads and several processes may work on one vault: each sees the changes of the others with its next call.
// Each value that is kept is handed to `hide`, which has to mask it in whatever the host writes.
//
// Bounds: 64 KiB a value, 256 secrets a plugin and database, 16 MiB in all. What a crash, a wrong key or a damaged file
// leaves unreadable is never overwritten: each call says in one sentence what to do. Nothing here can tell that
// somebody put an older copy of the file in its place. Threads: any. Errors: kMissing (no such secret), kInvalid,
// kLimit, kAuth (another master key), kProtocol (damaged), kAccess (rights of the files), kConflict (locked too long).
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/secrets/secret_text.hpp"
#include "host/secrets/vault_file.hpp"
#include "host/secrets/whole_file.hpp"

namespace outrigger::host {

struct SecretName {
  std::string_view plugin;
  std::string_view database;  // its name in the configuration
  std::string_view name;
};

// For use, not for keeping.
struct Secret {
  SecretText value;
  SecretText previous;      // what rotate replaced less than 24 hours ago; empty: nothing
  std::string id;           // of the value: another one after it changed; says nothing of it
  std::string previous_id;  // empty without a previous one
};

// What may be known of a secret. Times in microseconds UTC, 0: unknown.
struct SecretEntry {
  std::string plugin;
  std::string database;
  std::string name;
  int64_t stored = 0;
  int64_t expires = 0;
};

class Vault {
 public:
  struct Options {
    std::filesystem::path folder;
    std::string key = {};  // 64 hexadecimal digits; empty: in the file secrets.key
    std::function<void(std::string value)> hide = {};
    std::function<int64_t()> now = {};  // microseconds UTC; required
  };
  static constexpr size_t kLongestValue = 65536;
  static constexpr size_t kMostSecrets = 256;  // of one plugin on one database
  static constexpr size_t kMostBytes = size_t{16} << 20U;
  static constexpr int64_t kPreviousLives = int64_t{24} * 3600 * 1000000;

  // Touches no file.
  explicit Vault(Options options) : options_(std::move(options)) {}

  // Stores or replaces; expires in microseconds UTC, 0: unknown.
  Result<void> put(const SecretName& name, std::string_view value, int64_t expires = 0);
  // As put, and find gives the replaced value as `previous` for 24 hours. kMissing: there is none to replace.
  Result<void> rotate(const SecretName& name, std::string_view value, int64_t expires = 0);
  // With what rotate kept. False: there was none.
  Result<bool> erase(const SecretName& name);
  // By database and name. An empty word stands for any.
  Result<std::vector<SecretEntry>> list(std::string_view plugin = {}, std::string_view database = {});
  // Those whose time is known and before this one.
  Result<std::vector<SecretEntry>> expiring(int64_t before);
  Result<Secret> find(const SecretName& name);

  [[nodiscard]] std::filesystem::path file() const { return options_.folder / "secrets.vault"; }

 private:
  using Change = std::function<Result<void>(const MasterKey& key, SealedSecrets& secrets)>;

  Result<void> keep(const SecretName& name, std::string_view value, int64_t expires, bool rotate);
  Result<void> change(const Change& change);
  Result<void> load();
  Result<MasterKey> key(bool make) const;
  void hide_all(const MasterKey& key);
  [[nodiscard]] bool changed() const;

  Options options_;
  std::mutex mutex_;  // of what follows
  SealedSecrets secrets_;
  std::optional<MasterKey> key_;  // of what was read
  Descriptor read_;               // the file that was read, held so that no other one can have its inode
  std::set<std::string, std::less<>> hidden_;
};

}  // namespace outrigger::host
