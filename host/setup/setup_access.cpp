#include "host/setup/setup_access.hpp"

#include "integration/odoo/records.hpp"

namespace outrigger::host {

SetupAccess::SetupAccess(std::string database, odoo::Session& run, std::string login, std::string key)
    : database_(std::move(database)), run_(run), login_(std::move(login)), key_(std::move(key)) {
  if (login_.empty()) login_ = run_.connection().login;
}

Error SetupAccess::cannot(const std::string& why) const {
  return {Code::kAccess, why, Source::kHost, Effect::kNone, -1};
}

Result<std::shared_ptr<odoo::Session>> SetupAccess::session(const std::stop_token& stop) {
  if (!given())
    return cannot("this needs an administrator's key: set `setup_key` of databases." + database_ +
                  " in the configuration, which may be taken out again afterwards");
  const std::lock_guard lock(mutex_);
  if (session_) return session_;
  Result<std::unique_ptr<odoo::Session>> made = odoo::Session::beside(run_, login_, key_, stop);
  if (!made && made.error().code == Code::kAuth)
    return cannot("Odoo refuses the setup key of database " + database_ +
                  ": it has expired or was revoked; renew `setup_key`, or take it out when all is set up");
  if (!made) return made.error();
  const Result<bool> administrator = odoo::Records(**made).has_group("base.group_system", {.stop = stop});
  if (!administrator) return administrator.error();
  if (!*administrator)
    return cannot("the user of the setup key of database " + database_ +
                  " is no administrator; give it the group Administration: Settings, or use the key of one");
  session_ = *std::move(made);
  return session_;
}

Error SetupAccess::explain(Error error, const std::stop_token& stop) {
  if (error.code != Code::kAuth) return error;
  {
    std::shared_ptr<odoo::Session> gone;  // ended after the lock was given back
    const std::lock_guard lock(mutex_);
    gone.swap(session_);
  }
  const Result<std::shared_ptr<odoo::Session>> again = session(stop);
  return again ? error : again.error();
}

}  // namespace outrigger::host
