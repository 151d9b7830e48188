#include "host/packages/package.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "integration/value/cbor.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormat = "outrigger-plugin-1\n";

Error refuse(Code code, std::string why) { return {code, std::move(why), Source::kHost, Effect::kNone, -1}; }

bool sodium_is_ready() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

std::string to_hex(std::string_view bytes) {
  std::string out(bytes.size() * 2 + 1, '\0');
  sodium_bin2hex(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  out.pop_back();
  return out;
}

// Empty when it is not that many bytes in hexadecimal digits.
std::string from_hex(std::string_view text, size_t size) {
  std::string out(size, '\0');
  size_t length = 0;
  const bool ok = sodium_hex2bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(),
                                 nullptr, &length, nullptr) == 0;
  return ok && length == size && text.size() == 2 * size ? out : std::string();
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name.front() != '.' && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

Result<std::string> read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), {});
  if (!stream) return refuse(Code::kMissing, path.string() + " cannot be read");
  return text;
}

// What is not, or not yet, or not any more a plugin: one level deeper than discovery looks.
fs::path place_aside(const std::string& id, const fs::path& folder, const char* what = ".before") {
  return folder / ".aside" / (id + what);
}

// The new folder is complete under another name, and what is there is kept, so that a plugin is never half there.
void replace_folder(const fs::path& fresh, const fs::path& target, const fs::path& aside) {
  fs::remove_all(aside);
  fs::create_directories(aside.parent_path());
  if (!fs::exists(target)) return fs::rename(fresh, target);
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0)
    return fs::rename(fresh, aside);  // the names were exchanged in one step
  fs::rename(target, aside);
  fs::rename(fresh, target);
}

}  // namespace

Result<KeyPair> make_keys() {
  if (!sodium_is_ready()) return refuse(Code::kInternal, "libsodium does not start");
  std::string open(crypto_sign_PUBLICKEYBYTES, '\0');
  std::string secret(crypto_sign_SECRETKEYBYTES, '\0');
  crypto_sign_keypair(reinterpret_cast<unsigned char*>(open.data()), reinterpret_cast<unsigned char*>(secret.data()));
  return KeyPair{to_hex(open), to_hex(secret)};
}

Result<std::string> pack(const fs::path& folder, const std::string& secret_text) {
  const std::string secret = sodium_is_ready() ? from_hex(secret_text, crypto_sign_SECRETKEYBYTES) : "";
  if (secret.empty())
    return refuse(Code::kInvalid, "this is not a signing key; make one with `outrigger plugin keygen`");
  const Result<Manifest> manifest = read_manifest(folder);
  if (!manifest) return manifest.error();
  Arena arena;
  std::vector<Field> files;
  size_t size = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || !is_plain_name(name)) continue;
    const Result<std::string> text = read_file(entry.path());
    if (!text) return text.error();
    size += text->size();
    if (size > kLargestPackage) return refuse(Code::kLimit, folder.string() + " holds more than 256 MiB");
    files.push_back({arena.keep(name), arena.bytes(*text)});
  }
  if (!fs::exists(manifest->library))
    return refuse(Code::kMissing, manifest->library.string() + " is missing; build the plugin first");
  std::string body;
  value::write_cbor(arena.object({{"id", Value::of(std::string_view(manifest->id))},
                                  {"version", Value::of(std::string_view(manifest->version))},
                                  {"files", arena.object(files)}}),
                    body);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<unsigned char*>(signature.data()), nullptr, bytes_of(body), body.size(),
                       bytes_of(secret));
  // The second half of a secret key is the public one.
  return std::string(kFormat) + signature + secret.substr(crypto_sign_SECRETKEYBYTES - crypto_sign_PUBLICKEYBYTES) +
         body;
}

Result<Package> open_package(std::string bytes, const std::vector<std::string>& trusted) {
  constexpr size_t kHead = kFormat.size() + crypto_sign_BYTES + crypto_sign_PUBLICKEYBYTES;
  if (!sodium_is_ready() || bytes.size() <= kHead || bytes.compare(0, kFormat.size(), kFormat) != 0)
    return refuse(Code::kProtocol, "this is not a plugin package; make one with `outrigger plugin pack`");
  const std::string signature = bytes.substr(kFormat.size(), crypto_sign_BYTES);
  const std::string author = bytes.substr(kFormat.size() + crypto_sign_BYTES, crypto_sign_PUBLICKEYBYTES);
  std::string body = bytes.substr(kHead);
  if (crypto_sign_verify_detached(bytes_of(signature), bytes_of(body), body.size(), bytes_of(author)) != 0)
    return refuse(Code::kAuth, "the package's signature does not fit: it was damaged or changed; fetch it again");
  Package package;
  package.author = to_hex(author);
  if (std::find(trusted.begin(), trusted.end(), package.author) == trusted.end())
    return refuse(Code::kAuth, "the package is signed by " + package.author +
                                   ", who is not trusted; compare that with what the author publishes, then add it to "
                                   "`trusted_keys` in the configuration");
  const Result<Document> read = value::read_cbor(std::move(body));
  if (!read) return refuse(Code::kProtocol, "the package cannot be read: " + read.error().message);
  package.id = read->root()["id"].text();
  package.version = read->root()["version"].text();
  for (const Field file : read->root()["files"].fields()) {
    if (!is_plain_name(file.key))
      return refuse(Code::kProtocol,
                    "the package holds a file with a name that is not allowed: " + std::string(file.key));
    package.files[std::string(file.key)] = file.value.text();
  }
  return package;
}

Result<Package> read_package(const fs::path& path, const std::vector<std::string>& trusted) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return refuse(Code::kMissing, path.string() + " cannot be read; check its name and rights");
  std::string text;
  std::array<char, size_t{1} << 16U> piece;
  while (stream.read(piece.data(), piece.size()) || stream.gcount() > 0) {
    text.append(piece.data(), static_cast<size_t>(stream.gcount()));
    if (text.size() > kLargestPackage)
      return refuse(Code::kLimit, path.string() + " is larger than 256 MiB; name another file");
  }
  return open_package(std::move(text), trusted);
}

Result<Manifest> install(const Package& package, const fs::path& folder) {
  if (!is_plain_name(package.id)) return refuse(Code::kProtocol, "the package has no proper id");
  const fs::path fresh = place_aside(package.id, folder, ".new");
  try {
    fs::remove_all(fresh);
    fs::create_directories(fresh);
    for (const auto& [name, text] : package.files) {
      std::ofstream file(fresh / name, std::ios::binary);
      file.write(text.data(), static_cast<std::streamsize>(text.size()));
      if (!file.flush())
        return refuse(Code::kInternal, (fresh / name).string() + " cannot be written; see to the disk");
    }
    const Result<Manifest> manifest = read_manifest(fresh);
    if (!manifest || manifest->id != package.id || manifest->version != package.version) {
      fs::remove_all(fresh);
      if (!manifest) return manifest.error();
      return refuse(Code::kProtocol, "the package says " + package.id + " " + package.version + ", its manifest " +
                                         manifest->id + " " + manifest->version);
    }
    replace_folder(fresh, folder / package.id, place_aside(package.id, folder));
  } catch (const std::exception& problem) {
    return refuse(Code::kInternal, "plugin " + package.id + " cannot be installed: " + problem.what());
  }
  return read_manifest(folder / package.id);
}

Result<void> reinstate(const std::string& id, const fs::path& folder) {
  const fs::path aside = place_aside(id, folder);
  const fs::path failed = place_aside(id, folder, ".failed");
  try {
    fs::remove_all(failed);
    fs::create_directories(failed.parent_path());
    fs::rename(folder / id, failed);
    if (fs::exists(aside)) fs::rename(aside, folder / id);
    fs::remove_all(failed);
    settle(id, folder);
  } catch (const std::exception& problem) {
    return refuse(Code::kInternal,
                  "the version of " + id + " that was there before cannot be put back: " + problem.what());
  }
  return {};
}

void settle(const std::string& id, const fs::path& folder) {
  std::error_code stays;  // the next install removes it
  fs::remove_all(place_aside(id, folder), stays);
  fs::remove(folder / ".aside", stays);  // if it is empty
}

bool is_installed(const std::string& id, const fs::path& folder) {
  std::error_code error;
  return is_plain_name(id) && fs::exists(folder / id / "manifest.json", error);
}

Result<void> uninstall(const std::string& id, const fs::path& folder) {
  if (!is_installed(id, folder))
    return refuse(Code::kMissing,
                  "plugin " + id + " was not installed from a package; `outrigger plugin list` says where it is");
  std::error_code error;
  fs::remove_all(folder / id, error);
  if (error) return refuse(Code::kInternal, (folder / id).string() + ": " + error.message());
  settle(id, folder);
  return {};
}

}  // namespace outrigger::host
