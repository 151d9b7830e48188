#include "host/secrets/master_key.hpp"

#include <sodium.h>

#include <optional>

#include "host/secrets/whole_file.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kBytes = crypto_kdf_KEYBYTES;
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "orsecret";

Error fail(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

bool sodium_ready() {
  static const bool ready = sodium_init() >= 0;
  return ready;
}

SecretText derive(const SecretText& master, uint64_t which, size_t size) {
  SecretText key = SecretText::of_size(size);
  crypto_kdf_derive_from_key(key.data(), size, which, kContext, master.data());
  return key;
}

std::optional<MasterKey> from_hex(std::string_view hex) {
  SecretText master = SecretText::of_size(kBytes);
  size_t size = 0;
  if (hex.size() != 2 * kBytes ||
      sodium_hex2bin(master.data(), kBytes, hex.data(), hex.size(), nullptr, &size, nullptr) != 0 || size != kBytes)
    return std::nullopt;
  constexpr size_t kId = 16;
  MasterKey key;
  key.boxes = derive(master, 1, crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  key.seal = derive(master, 2, crypto_generichash_KEYBYTES);
  key.id = std::string(derive(master, 3, kId).view());
  return key;
}

}  // namespace

Result<MasterKey> MasterKey::read(const std::filesystem::path& file, std::string_view hex) {
  if (!sodium_ready()) return fail(Code::kInternal, "libsodium cannot start on this machine");
  if (!hex.empty()) {
    if (std::optional<MasterKey> key = from_hex(hex)) return std::move(*key);
    return fail(Code::kInvalid, "`secrets_key` must be 64 hexadecimal digits; correct it");
  }
  const Result<Descriptor> opened = open_own(file);
  if (!opened) return opened.error();
  constexpr size_t kLargest = 4096;
  Result<std::string> text = read_whole(*opened, file, kLargest);
  if (!text) return text.error();
  std::optional<MasterKey> key = from_hex(std::string_view(*text).substr(0, text->find_first_of("\r\n")));
  wipe(*text);
  if (key) return std::move(*key);
  return fail(Code::kInvalid,
              file.string() + " does not hold a key of 64 hexadecimal digits; put it back from a backup");
}

Result<MasterKey> MasterKey::read_or_make(const std::filesystem::path& file, std::string_view hex) {
  Result<MasterKey> there = read(file, hex);
  if (there || there.error().code != Code::kMissing) return there;
  SecretText random = SecretText::of_size(kBytes);
  randombytes_buf(random.data(), random.size());
  SecretText text = SecretText::of_size(2 * kBytes + 1);
  sodium_bin2hex(reinterpret_cast<char*>(text.data()), text.size(), random.data(), random.size());
  if (const Result<void> kept = replace_whole(file, text.view().substr(0, 2 * kBytes)); !kept) return kept.error();
  return read(file, hex);
}

}  // namespace outrigger::host
