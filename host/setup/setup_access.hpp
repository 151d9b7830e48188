// The setup key of one database: an administrator's key, for adding fields and views and for nothing else.
//
//     SetupAccess access("main", run_session, config.setup_login, config.setup_key);
//     Result<std::shared_ptr<odoo::Session>> as = access.session(stop);
//     if (!as) ...     // kAccess: there is none, Odoo refuses it, or its user is no administrator; each with its
//     remedy
//
// The session is made when first asked for, shares the call budget of `run`, and is kept. Whoever set everything up may
// take the key away again. Threads: any. `run` must outlive it.
#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "integration/odoo/session.hpp"

namespace outrigger::host {

class SetupAccess {
 public:
  // login: empty for the run key's, or where the key alone does (JSON-2). key: empty when there is none.
  SetupAccess(std::string database, odoo::Session& run, std::string login, std::string key);

  [[nodiscard]] const std::string& database() const { return database_; }
  [[nodiscard]] odoo::Session& run() const { return run_; }
  [[nodiscard]] bool given() const { return !key_.empty(); }
  Result<std::shared_ptr<odoo::Session>> session(const std::stop_token& stop = {});
  // What a call with that session failed with: when Odoo refused the key, which may have been revoked since, the
  // sentence that session() would give.
  Error explain(Error error, const std::stop_token& stop);

 private:
  [[nodiscard]] Error cannot(const std::string& why) const;

  std::string database_;
  odoo::Session& run_;
  std::string login_;
  std::string key_;
  std::mutex mutex_;
  std::shared_ptr<odoo::Session> session_;
};

}  // namespace outrigger::host
