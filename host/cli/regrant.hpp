// A new version of a plugin is granted what it asks for, wherever the one before was enabled: for the time of an
// upgrade, and for good when it works.
//
//     Result<Regrant> grants = Regrant::record(config, manifest, agreed_sha256, now_micros());
//     ... the new version takes over ...
//     if (works) grants->keep();          // otherwise the grants are as they were before
//
// A pin moves on to the new library. Threads: one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host/config/config.hpp"
#include "host/grants/ledger.hpp"
#include "host/plugins/manifest.hpp"

namespace outrigger::host {

class Regrant {
 public:
  // agreed: the SHA-256 of the manifest that the admin has seen; kConflict when it is another one. Empty: nothing was
  // agreed to, and nothing is recorded.
  static Result<Regrant> record(const Config& config, const Manifest& manifest, const std::string& agreed, int64_t now);
  Regrant(Regrant&& other) noexcept
      : ledger_(std::move(other.ledger_)),
        plugin_(std::move(other.plugin_)),
        before_(std::exchange(other.before_, {})) {}
  Regrant& operator=(Regrant&&) = delete;
  Regrant(const Regrant&) = delete;
  Regrant& operator=(const Regrant&) = delete;
  ~Regrant();
  void keep() { before_.clear(); }

 private:
  Regrant(Ledger ledger, std::string plugin) : ledger_(std::move(ledger)), plugin_(std::move(plugin)) {}
  Ledger ledger_;
  std::string plugin_;
  std::vector<std::pair<std::string, GrantRecord>> before_;  // by database
};

}  // namespace outrigger::host
