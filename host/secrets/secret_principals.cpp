#include "host/secrets/secret_principals.hpp"

#include <algorithm>

#include "host/services/clock.hpp"

namespace outrigger::host {
namespace {

struct Credential {
  std::string login;
  std::string key;
};

Credential parse(std::string_view secret) {
  const size_t colon = secret.find(':');
  if (colon == std::string_view::npos) return {{}, std::string(secret)};
  return {std::string(secret.substr(0, colon)), std::string(secret.substr(colon + 1))};
}

}  // namespace

SecretPrincipals::SecretPrincipals(std::string plugin, std::string database, Vault& vault, odoo::Session& base,
                                   Options options)
    : plugin_(std::move(plugin)),
      database_(std::move(database)),
      vault_(vault),
      base_(base),
      options_(std::move(options)) {
  if (!options_.monotonic) options_.monotonic = monotonic_micros;
}

SecretPrincipals::SecretPrincipals(std::string plugin, std::string database, Vault& vault, odoo::Session& base)
    : SecretPrincipals(std::move(plugin), std::move(database), vault, base, Options{}) {}

Result<Document> SecretPrincipals::with(std::string_view principal, const std::stop_token& stop, const Work& work) {
  constexpr int kMostKeys = 2;  // the new one and the one before
  for (int tried = 0;; ++tried) {
    const Result<Open> open = session(principal, stop);
    if (!open) return open.error();
    Result<Document> result = work(*open->session);
    if (result || result.error().code != Code::kAuth || result.error().source != Source::kOdoo) return result;
    refused(*open);
    if (tried >= kMostKeys) return result;
  }
}

size_t SecretPrincipals::open_sessions() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

Result<SecretPrincipals::Open> SecretPrincipals::session(std::string_view principal, const std::stop_token& stop) {
  const Result<Secret> secret = vault_.find({plugin_, database_, principal});
  if (!secret) return secret.error();
  Error last = cannot(principal, "Odoo refuses the key in it");
  struct Candidate {
    const SecretText* value;
    const std::string* id;
  };
  for (const Candidate& one :
       {Candidate{&secret->value, &secret->id}, Candidate{&secret->previous, &secret->previous_id}}) {
    if (one.value->empty() || was_refused(*one.id)) continue;
    if (auto session = kept(principal, *one.id)) return Open{std::string(principal), *one.id, std::move(session)};
    Result<Open> open = connect(principal, *one.value, *one.id, stop);
    if (open || open.error().code != Code::kAuth) return open;
    last = open.error();
  }
  return last;
}

Result<SecretPrincipals::Open> SecretPrincipals::connect(std::string_view principal, const SecretText& secret,
                                                         const std::string& key_id, const std::stop_token& stop) {
  Credential credential = parse(secret.view());
  if (credential.login.empty() && base_.info().transport != "JSON-2")
    return cannot(principal, base_.info().transport + " needs a login before the key, as login:key");
  Result<std::unique_ptr<odoo::Session>> session =
      odoo::Session::beside(base_, std::move(credential.login), credential.key, stop);
  wipe(credential.key);
  Open open{std::string(principal), key_id, nullptr};
  if (!session) {
    if (session.error().code != Code::kAuth || session.error().source == Source::kNetwork) return session.error();
    refused(open);
    return cannot(principal, "Odoo refuses the key in it");
  }
  open.session = *std::move(session);
  keep(open);
  return open;
}

std::shared_ptr<odoo::Session> SecretPrincipals::kept(std::string_view principal, const std::string& key_id) {
  const std::lock_guard lock(mutex_);
  for (auto at = open_.begin(); at != open_.end(); ++at) {
    if (at->principal != principal || at->key_id != key_id) continue;
    open_.splice(open_.begin(), open_, at);
    return open_.front().session;
  }
  return nullptr;
}

void SecretPrincipals::keep(const Open& open) {
  std::list<Open> gone;  // ended after the lock was given back: that waits for the network's thread
  const std::lock_guard lock(mutex_);
  for (auto at = open_.begin(); at != open_.end();) {
    const auto next = std::next(at);
    if (at->principal == open.principal) gone.splice(gone.end(), open_, at);
    at = next;
  }
  open_.push_front(open);
  while (open_.size() > std::max<size_t>(1, options_.most)) gone.splice(gone.end(), open_, std::prev(open_.end()));
}

void SecretPrincipals::refused(const Open& open) {
  std::list<Open> gone;
  const std::lock_guard lock(mutex_);
  const int64_t now = options_.monotonic();
  std::erase_if(refused_, [&](const auto& one) { return one.second + kRefusedFor <= now; });
  refused_[open.key_id] = now;
  for (auto at = open_.begin(); at != open_.end();) {
    const auto next = std::next(at);
    if (at->key_id == open.key_id) gone.splice(gone.end(), open_, at);
    at = next;
  }
}

bool SecretPrincipals::was_refused(const std::string& key_id) const {
  const std::lock_guard lock(mutex_);
  const auto at = refused_.find(key_id);
  return at != refused_.end() && options_.monotonic() < at->second + kRefusedFor;
}

Error SecretPrincipals::cannot(std::string_view principal, const std::string& why) const {
  return {Code::kAuth,
          "the secret " + std::string(principal) + " of plugin " + plugin_ + " on database " + database_ +
              " cannot be used as a principal: " + why + "; renew it with `outrigger secrets rotate " + plugin_ + " " +
              std::string(principal) + "`",
          Source::kHost, Effect::kNone, -1};
}

}  // namespace outrigger::host
