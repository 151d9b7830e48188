// The master key of a vault, and what is derived of it.
//
//     Result<MasterKey> key = MasterKey::read(folder / "secrets.key", config.secrets_key);
//
// Threads: plain values.
#pragma once

#include <filesystem>

#include "host/secrets/secret_text.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

struct MasterKey {
  SecretText boxes;  // encrypts values
  SecretText seal;   // proves that the file is as it was written
  std::string id;    // tells one key from another, and nothing of it

  // From `hex` (64 digits) when it is given, else from the file. kMissing: there is no such file; kInvalid: it holds
  // no key; kAccess: others may read it.
  static Result<MasterKey> read(const std::filesystem::path& file, std::string_view hex);
  // As read, and a file that is not there is made, of random bytes. The lock of the vault is the caller's.
  static Result<MasterKey> read_or_make(const std::filesystem::path& file, std::string_view hex);
};

}  // namespace outrigger::host
