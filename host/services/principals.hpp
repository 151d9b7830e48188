// Calls to Odoo in the name of another user: `principal` in the scope of an odoo call names whose key.
//
// The odoo operations know this interface; host/secrets/secret_principals.hpp takes the keys from the vault.
// Threads: any.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "integration/odoo/session.hpp"

namespace outrigger::host {

class Principals {
 public:
  using Work = std::function<Result<Document>(odoo::Session&)>;

  virtual ~Principals() = default;
  // Does the work with a session of that user, and again with another key of the same name when Odoo refused the first
  // one (kAuth: then nothing was done). kMissing: there is no such secret; kAuth: Odoo refuses what it holds; each
  // names the secret, never its value.
  virtual Result<Document> with(std::string_view principal, const std::stop_token& stop, const Work& work) = 0;
};

}  // namespace outrigger::host
