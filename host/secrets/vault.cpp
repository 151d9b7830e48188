#include "host/secrets/vault.hpp"

#include <sys/stat.h>

#include <algorithm>

namespace outrigger::host {
namespace {

Error fail(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

SecretPlace place_of(const SecretName& name) {
  return {std::string(name.plugin), std::string(name.database), std::string(name.name)};
}

Error none(const SecretName& name) {
  return fail(Code::kMissing, "plugin " + std::string(name.plugin) + " has no secret " + std::string(name.name) +
                                  " on database " + std::string(name.database) +
                                  "; hand it in with `outrigger secrets put " + std::string(name.plugin) + " " +
                                  std::string(name.name) + "`");
}

Result<void> check_name(const SecretName& name) {
  constexpr size_t kLongest = 128;
  for (const std::string_view word : {name.plugin, name.database, name.name})
    if (word.empty() || word.size() > kLongest ||
        std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; }))
      return fail(Code::kInvalid, "the name of a secret is 1 to 128 bytes without control characters; choose another");
  return {};
}

SecretEntry entry_of(const SecretPlace& place, const SealedSecret& secret) {
  return {std::get<0>(place), std::get<1>(place), std::get<2>(place), secret.stored, secret.expires};
}

Result<void> check_bounds(const SealedSecrets& secrets, const SecretName& name) {
  size_t bytes = 0;
  size_t beside = 0;
  for (const auto& [place, secret] : secrets) {
    bytes += secret.box.size() + secret.previous.size();
    if (std::get<0>(place) == name.plugin && std::get<1>(place) == name.database) ++beside;
  }
  if (beside > Vault::kMostSecrets)
    return fail(Code::kLimit, "plugin " + std::string(name.plugin) + " keeps 256 secrets on database " +
                                  std::string(name.database) + " already; erase those that are of no more use");
  if (bytes > Vault::kMostBytes)
    return fail(Code::kLimit, "the vault holds 16 MiB already; erase secrets that are of no more use");
  return {};
}

}  // namespace

// A file that was renamed into its place has another inode than the one that is held open.
bool Vault::changed() const {
  struct stat there {};
  if (::stat(file().c_str(), &there) != 0) return static_cast<bool>(read_);
  struct stat held {};
  return !read_ || ::fstat(read_.get(), &held) != 0 || held.st_ino != there.st_ino || held.st_dev != there.st_dev ||
         held.st_size != there.st_size || held.st_mtim.tv_sec != there.st_mtim.tv_sec ||
         held.st_mtim.tv_nsec != there.st_mtim.tv_nsec || held.st_mode != there.st_mode;
}

Result<MasterKey> Vault::key(bool make) const {
  const std::filesystem::path path = options_.folder / "secrets.key";
  Result<MasterKey> key = make ? MasterKey::read_or_make(path, options_.key) : MasterKey::read(path, options_.key);
  if (key || key.error().code != Code::kMissing) return key;
  return fail(Code::kAuth, path.string() + ", the key of " + file().string() +
                               ", is not there; put it back from a backup, or move the vault away and hand the secrets "
                               "in again");
}

Result<void> Vault::load() {
  if (!changed()) return {};
  secrets_.clear();
  key_.reset();
  read_ = Descriptor();
  Result<Descriptor> opened = open_own(file());
  if (!opened && opened.error().code == Code::kMissing) return {};
  if (!opened) return opened.error();
  Result<MasterKey> key = this->key(false);
  if (!key) return key.error();
  constexpr size_t kLargest = 4 * kMostBytes;
  const Result<std::string> bytes = read_whole(*opened, file(), kLargest);
  if (!bytes) return bytes.error();
  Result<SealedSecrets> secrets = read_vault(*key, *bytes, file().string());
  if (!secrets) return secrets.error();
  secrets_ = *std::move(secrets);
  hide_all(*key);
  key_ = *std::move(key);
  read_ = *std::move(opened);
  return {};
}

// Of "login:key" the key alone, too: it may be seen without the login.
void Vault::hide_all(const MasterKey& key) {
  std::set<std::string, std::less<>> now;
  constexpr size_t kShortest = 4;  // less would mask half of the log, and protect nothing
  const auto hide = [&](std::string_view text) {
    if (options_.hide && text.size() >= kShortest) options_.hide(std::string(text));
  };
  for (const auto& [place, secret] : secrets_)
    for (const std::string* box : {&secret.box, &secret.previous}) {
      if (box->empty()) continue;
      const std::string id(id_of_box(*box));
      now.insert(id);
      if (hidden_.count(id) != 0) continue;
      const Result<SecretText> value = open_box(key, place, *box);
      if (!value) continue;
      hide(value->view());
      if (const size_t colon = value->view().find(':'); colon != std::string_view::npos)
        hide(value->view().substr(colon + 1));
    }
  hidden_ = std::move(now);
}

Result<void> Vault::change(const Change& change) {
  const std::lock_guard lock(mutex_);
  std::error_code cannot;  // the lock says it better
  if (std::filesystem::create_directories(options_.folder, cannot))
    std::filesystem::permissions(options_.folder, std::filesystem::perms::owner_all, cannot);
  const Result<FileLock> alone = FileLock::take(options_.folder / "secrets.lock");
  if (!alone) return alone.error();
  if (Result<void> loaded = load(); !loaded) return loaded;
  const bool fresh = !read_;
  Result<MasterKey> key = this->key(fresh);
  if (!key) return key.error();
  // The file was read with one key; another one must not be used for writing it.
  if (key_ && key_->id != key->id) return read_vault(*key, write_vault(*key_, {}), file().string()).error();
  SealedSecrets after = secrets_;
  for (auto& [place, secret] : after)
    if (secret.previous_until <= options_.now()) secret.previous.clear();
  if (Result<void> done = change(*key, after); !done) return done;
  if (fresh && after.empty()) return {};
  if (Result<void> kept = replace_whole(file(), write_vault(*key, after)); !kept) return kept;
  return load();
}

Result<void> Vault::keep(const SecretName& name, std::string_view value, int64_t expires, bool rotate) {
  if (Result<void> sound = check_name(name); !sound) return sound;
  if (value.empty()) return fail(Code::kInvalid, "the secret " + std::string(name.name) + " is empty; give its value");
  if (value.size() > kLongestValue)
    return fail(Code::kLimit, "the secret " + std::string(name.name) + " is longer than 64 KiB; shorten it");
  return change([&](const MasterKey& key, SealedSecrets& secrets) -> Result<void> {
    const SecretPlace place = place_of(name);
    const auto old = secrets.find(place);
    if (rotate && old == secrets.end()) return none(name);
    SealedSecret secret;
    secret.stored = options_.now();
    secret.expires = std::max<int64_t>(0, expires);
    secret.box = close_box(key, place, value);
    if (rotate) {
      secret.previous = old->second.box;
      secret.previous_until = secret.stored + kPreviousLives;
    }
    secrets[place] = std::move(secret);
    return check_bounds(secrets, name);
  });
}

Result<void> Vault::put(const SecretName& name, std::string_view value, int64_t expires) {
  return keep(name, value, expires, false);
}

Result<void> Vault::rotate(const SecretName& name, std::string_view value, int64_t expires) {
  return keep(name, value, expires, true);
}

Result<bool> Vault::erase(const SecretName& name) {
  bool there = false;
  Result<void> done = change([&](const MasterKey&, SealedSecrets& secrets) -> Result<void> {
    there = secrets.erase(place_of(name)) != 0;
    return {};
  });
  if (!done) return done.error();
  return there;
}

Result<std::vector<SecretEntry>> Vault::list(std::string_view plugin, std::string_view database) {
  const std::lock_guard lock(mutex_);
  if (Result<void> loaded = load(); !loaded) return loaded.error();
  std::vector<SecretEntry> entries;
  for (const auto& [place, secret] : secrets_)
    if ((plugin.empty() || std::get<0>(place) == plugin) && (database.empty() || std::get<1>(place) == database))
      entries.push_back(entry_of(place, secret));
  return entries;
}

Result<std::vector<SecretEntry>> Vault::expiring(int64_t before) {
  Result<std::vector<SecretEntry>> all = list();
  if (all) std::erase_if(*all, [&](const SecretEntry& entry) { return entry.expires == 0 || entry.expires >= before; });
  return all;
}

Result<Secret> Vault::find(const SecretName& name) {
  const std::lock_guard lock(mutex_);
  if (Result<void> loaded = load(); !loaded) return loaded.error();
  const SecretPlace place = place_of(name);
  const auto at = secrets_.find(place);
  if (at == secrets_.end()) return none(name);
  const SealedSecret& sealed = at->second;
  Secret secret;
  Result<SecretText> value = open_box(*key_, place, sealed.box);
  if (!value) return value.error();
  secret.value = *std::move(value);
  secret.id = id_of_box(sealed.box);
  if (!sealed.previous.empty() && options_.now() < sealed.previous_until) {
    Result<SecretText> previous = open_box(*key_, place, sealed.previous);
    if (!previous) return previous.error();
    secret.previous = *std::move(previous);
    secret.previous_id = id_of_box(sealed.previous);
  }
  return secret;
}

}  // namespace outrigger::host
