#include "host/secrets/secrets_engine.hpp"

#include "outrigger/abi/secrets.h"

namespace outrigger::host {
namespace {

Result<Document> nothing(const Result<void>& done) {
  if (!done) return done.error();
  return Document();
}

}  // namespace

std::string_view SecretsEngine::extension() const { return OR_SECRETS_ID; }

Result<Document> SecretsEngine::call(std::string_view slot, Value args, const std::stop_token&) {
  const SecretName name{plugin_, database_, args["name"].text()};
  if (slot == "put") return nothing(vault_.put(name, args["value"].text(), args["expires"].integer()));
  if (slot == "rotate") return nothing(vault_.rotate(name, args["value"].text(), args["expires"].integer()));
  if (slot == "erase") {
    const Result<bool> erased = vault_.erase(name);
    if (!erased) return erased.error();
    return Document();
  }
  if (slot != "list")
    return Error{Code::kUnsupported, "this host cannot do secrets." + std::string(slot) + " yet", Source::kHost,
                 Effect::kNone, -1};
  const Result<std::vector<SecretEntry>> kept = vault_.list(plugin_, database_);
  if (!kept) return kept.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    for (const SecretEntry& entry : *kept)
      rows.push_back(
          arena.object({{"name", arena.text(entry.name)}, {"stored", entry.stored}, {"expires", entry.expires}}));
    return arena.array(rows);
  });
}

}  // namespace outrigger::host
