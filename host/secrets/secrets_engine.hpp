// What answers outrigger.secrets/1 for one plugin on one database.
//
//     services->add(std::make_unique<SecretsEngine>("crm", "main", vault));
//
// Threads: any. The vault must outlive it.
#pragma once

#include <string>

#include "host/secrets/vault.hpp"
#include "host/services/engine.hpp"

namespace outrigger::host {

class SecretsEngine final : public Engine {
 public:
  SecretsEngine(std::string plugin, std::string database, Vault& vault)
      : plugin_(std::move(plugin)), database_(std::move(database)), vault_(vault) {}

  [[nodiscard]] std::string_view extension() const override;
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override;

 private:
  std::string plugin_;
  std::string database_;
  Vault& vault_;
};

}  // namespace outrigger::host
