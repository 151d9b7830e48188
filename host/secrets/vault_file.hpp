// The form of a vault on disk. Inside this room; others use vault.hpp.
//
// A line with the format, the id of the master key, a seal over what follows (BLAKE2b, keyed), and a CBOR object
// {secrets: [{plugin, database, name, stored, expires, box, previous, previous_until}]}. A box is a nonce and the value
// encrypted with XChaCha20-Poly1305, whose associated data are plugin, database and name: moved to another place, it
// does not open. Threads: plain functions.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "host/secrets/master_key.hpp"

namespace outrigger::host {

// Whose, where, and how it is called.
using SecretPlace = std::tuple<std::string, std::string, std::string>;  // plugin, database, name

struct SealedSecret {
  int64_t stored = 0;   // microseconds UTC, as the next ones
  int64_t expires = 0;  // 0: unknown
  std::string box;
  std::string previous;  // the box that rotate replaced; empty: none
  int64_t previous_until = 0;
};
using SealedSecrets = std::map<SecretPlace, SealedSecret>;

std::string close_box(const MasterKey& key, const SecretPlace& place, std::string_view value);
// kInternal: it is damaged.
Result<SecretText> open_box(const MasterKey& key, const SecretPlace& place, const std::string& box);
// Which value a box holds, without saying it: the same box, the same word.
std::string_view id_of_box(const std::string& box);

std::string write_vault(const MasterKey& key, const SealedSecrets& secrets);
// One sentence with the remedy. kAuth: made with another key; kProtocol: damaged; kUnsupported: of a newer Outrigger.
Result<SealedSecrets> read_vault(const MasterKey& key, const std::string& bytes, const std::string& file);

}  // namespace outrigger::host
