// Users' own keys for calls to Odoo, taken from the vault when they are asked for.
//
//     SecretPrincipals principals("crm", "main", vault, session);
//     Result<Document> rows = principals.with("user-7", stop, [&](odoo::Session& as) { return as.call(...); });
//
// A secret holds "login:key", or the key alone where Odoo has JSON-2 (19 and later). Sessions are made when first asked
// for, share the call budget of the database's own session, and are kept, at most `most` of them: the one that was not
// used longest goes. After a rotate the new key is used with the next call; when Odoo refuses it, the old one, for 24
// hours. A key that Odoo refused is not tried again for a minute, so that a wrong one does not become a flood.
//
// Threads: any; two calls for one principal may connect at the same time, the later session is then kept. The vault and
// the session must outlive it.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "host/secrets/vault.hpp"
#include "host/services/principals.hpp"

namespace outrigger::host {

class SecretPrincipals final : public Principals {
 public:
  struct Options {
    size_t most = 16;
    std::function<int64_t()> monotonic = {};  // microseconds; empty: the host's
  };
  static constexpr int64_t kRefusedFor = int64_t{60} * 1000000;

  SecretPrincipals(std::string plugin, std::string database, Vault& vault, odoo::Session& base, Options options);
  SecretPrincipals(std::string plugin, std::string database, Vault& vault, odoo::Session& base);

  Result<Document> with(std::string_view principal, const std::stop_token& stop, const Work& work) override;
  // Sessions that are open, for tests and metrics.
  [[nodiscard]] size_t open_sessions() const;

 private:
  struct Open {
    std::string principal;
    std::string key_id;
    std::shared_ptr<odoo::Session> session;
  };

  Result<Open> session(std::string_view principal, const std::stop_token& stop);
  Result<Open> connect(std::string_view principal, const SecretText& secret, const std::string& key_id,
                       const std::stop_token& stop);
  std::shared_ptr<odoo::Session> kept(std::string_view principal, const std::string& key_id);
  void keep(const Open& open);
  void refused(const Open& open);
  [[nodiscard]] bool was_refused(const std::string& key_id) const;
  [[nodiscard]] Error cannot(std::string_view principal, const std::string& why) const;

  std::string plugin_;
  std::string database_;
  Vault& vault_;
  odoo::Session& base_;
  Options options_;
  mutable std::mutex mutex_;                             // of what follows
  std::list<Open> open_;                                 // that which was used last comes first
  std::map<std::string, int64_t, std::less<>> refused_;  // by the id of the key, when
};

}  // namespace outrigger::host
