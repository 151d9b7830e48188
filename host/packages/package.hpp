// Plugin packages: one signed file that holds a manifest, a library and texts.
//
//     Result<KeyPair> keys = make_keys();
//     Result<std::string> bytes = pack("build/plugins/bell", keys->secret);
//     Result<Package> package = open_package(*bytes, trusted);        // kAuth: nobody who is trusted signed it
//     Result<Manifest> manifest = install(*package, data / "installed");
//     if (works) settle(manifest->id, data / "installed");            // else reinstate(): the version before again
//
// A package is a line with its format, the signature and the public key of its author (Ed25519, by libsodium), and a
// CBOR object {id, version, files: {name: bytes}}. The signature covers that object. Names are plain file names, so
// nothing lands outside the plugin's folder. Keys are hexadecimal digits. Threads: any.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "host/plugins/manifest.hpp"

namespace outrigger::host {

constexpr size_t kLargestPackage = size_t{256} << 20U;

struct KeyPair {
  std::string public_key;  // 64 hexadecimal digits
  std::string secret;      // 128 of them
};
Result<KeyPair> make_keys();

struct Package {
  std::string id;
  std::string version;
  std::string author;  // the public key
  std::map<std::string, std::string> files;
};

// The manifest, the library and the other plain files of a folder. kInvalid: not a plugin's folder, or not a key.
Result<std::string> pack(const std::filesystem::path& folder, const std::string& secret);
// kAuth: the signature does not fit, or its author is not among the trusted public keys; the message names the author.
// kProtocol: not a package.
Result<Package> open_package(std::string bytes, const std::vector<std::string>& trusted);
// The same from a file. kMissing: it cannot be read; kLimit: it is larger than kLargestPackage.
Result<Package> read_package(const std::filesystem::path& file, const std::vector<std::string>& trusted);
// Into folder/ID, in the place of what is there, in one step. The manifest is read and must agree with the package.
// The version before is kept aside until one of the two below.
Result<Manifest> install(const Package& package, const std::filesystem::path& folder);
// The version before the last install() is in its place again; if there was none, nothing is left of the plugin.
Result<void> reinstate(const std::string& id, const std::filesystem::path& folder);
// The version before is not needed any more.
void settle(const std::string& id, const std::filesystem::path& folder);
[[nodiscard]] bool is_installed(const std::string& id, const std::filesystem::path& folder);
// kMissing: nothing of this id is installed there.
Result<void> uninstall(const std::string& id, const std::filesystem::path& folder);

}  // namespace outrigger::host
