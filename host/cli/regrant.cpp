#include "host/cli/regrant.hpp"

#include "host/cli/asked.hpp"
#include "host/cli/deployment.hpp"
#include "host/grants/sha256.hpp"

namespace outrigger::host {

Result<Regrant> Regrant::record(const Config& config, const Manifest& manifest, const std::string& agreed,
                                int64_t now) {
  Result<Ledger> ledger = Ledger::load(ledger_file(config));
  if (!ledger) return ledger.error();
  Regrant regrant(*std::move(ledger), manifest.id);
  if (agreed.empty()) return regrant;
  const Result<std::string> seen = sha256_of_file(manifest.folder / "manifest.json");
  if (!seen) return seen.error();
  if (*seen != agreed)
    return Error{Code::kConflict, "the package was changed since its manifest was shown; begin again", Source::kHost,
                 Effect::kNone, -1};
  const Result<Permissions> asked = asked_by(manifest, config);
  if (!asked) return asked.error();
  for (const DatabaseConfig& database : config.databases) {
    const std::optional<GrantRecord> before = regrant.ledger_.find(database.name, manifest.id);
    if (!before || !before->enabled) continue;
    GrantRecord granted{true, *seen, {}, now, asked->json};
    if (!before->library_sha256.empty()) {
      const Result<std::string> library = sha256_of_file(manifest.library);
      if (!library) return library.error();
      granted.library_sha256 = *library;
    }
    if (const Result<void> done = regrant.ledger_.grant(database.name, manifest.id, std::move(granted)); !done)
      return done.error();
    regrant.before_.emplace_back(database.name, *before);
  }
  return regrant;
}

// If that cannot be written, the plugin waits to be enabled: nothing is granted too much, since its manifest differs.
Regrant::~Regrant() {
  for (auto& [database, before] : before_) (void)ledger_.grant(database, plugin_, std::move(before));
}

}  // namespace outrigger::host
