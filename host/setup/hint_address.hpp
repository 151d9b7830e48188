// The address that Odoo posts hints to: how others reach this host, and a secret token.
//
//     HintAddress address(vault, "main", config.listeners.open->url);
//     Result<std::string> url = address.url();       // "https://hooks.company.com/hint/9f86d0..."
//     Result<void> made = address.make();            // a token, where there is none: now webhooks are on
//
// Webhooks of a database are on as long as there is a token. A token that was replaced is taken for 24 hours more, for
// rules that could not be told. Threads: any. Lifetime: the vault must outlive it.
#pragma once

#include <string>
#include <vector>

#include "host/secrets/vault.hpp"

namespace outrigger::host {

class HintAddress {
 public:
  // No plugin can have this name, so none can use the token.
  static constexpr std::string_view kOwner = "outrigger.host";
  static constexpr std::string_view kName = "webhooks";

  // base: `public.url` of the configuration; empty: it is not known.
  HintAddress(Vault& vault, std::string database, std::string base)
      : vault_(vault), database_(std::move(database)), base_(std::move(base)) {}

  // kUnsupported: nothing listens, or they are off; with the remedy.
  Result<std::string> url();
  // fresh: another one in the place of the one that is there.
  Result<void> make(bool fresh = false);
  Result<void> erase();
  // What may be posted with; none: webhooks are off.
  Result<std::vector<std::string>> tokens();

 private:
  [[nodiscard]] SecretName name() const { return {kOwner, database_, kName}; }

  Vault& vault_;
  std::string database_;
  std::string base_;
};

}  // namespace outrigger::host
