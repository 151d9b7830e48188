#include "host/secrets/vault_file.hpp"

#include <sodium.h>

#include <vector>

#include "integration/value/cbor.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kFormat = "outrigger-secrets-1\n";
constexpr std::string_view kAnyFormat = "outrigger-secrets-";
constexpr size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kSeal = crypto_generichash_BYTES;

Error fail(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Each part with its length, so that no two places look alike.
std::string associated(const SecretPlace& place) {
  std::string text;
  for (const std::string* part : {&std::get<0>(place), &std::get<1>(place), &std::get<2>(place)})
    text += std::to_string(part->size()) + ":" + *part;
  return text;
}

std::string seal_of(const MasterKey& key, std::string_view body) {
  std::string seal(kSeal, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(seal.data()), seal.size(), bytes_of(body), body.size(),
                     key.seal.data(), key.seal.size());
  return seal;
}

}  // namespace

std::string close_box(const MasterKey& key, const SecretPlace& place, std::string_view value) {
  std::string box(kNonce + value.size() + kTag, '\0');
  auto* out = reinterpret_cast<unsigned char*>(box.data());
  randombytes_buf(out, kNonce);
  const std::string with = associated(place);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out + kNonce, nullptr, bytes_of(value), value.size(), bytes_of(with),
                                             with.size(), nullptr, out, key.boxes.data());
  return box;
}

Result<SecretText> open_box(const MasterKey& key, const SecretPlace& place, const std::string& box) {
  const Error damaged = fail(Code::kInternal, "the secret " + std::get<2>(place) + " of plugin " + std::get<0>(place) +
                                                  " is damaged; hand it in again");
  if (box.size() < kNonce + kTag) return damaged;
  SecretText value = SecretText::of_size(box.size() - kNonce - kTag);
  const std::string with = associated(place);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(value.data(), nullptr, nullptr, bytes_of(box) + kNonce,
                                                 box.size() - kNonce, bytes_of(with), with.size(), bytes_of(box),
                                                 key.boxes.data()) != 0)
    return damaged;
  return value;
}

std::string_view id_of_box(const std::string& box) { return std::string_view(box).substr(0, kNonce); }

std::string write_vault(const MasterKey& key, const SealedSecrets& secrets) {
  Arena arena;
  std::vector<Value> rows;
  for (const auto& [place, secret] : secrets)
    rows.push_back(arena.object({{"plugin", Value::of(std::string_view(std::get<0>(place)))},
                                 {"database", Value::of(std::string_view(std::get<1>(place)))},
                                 {"name", Value::of(std::string_view(std::get<2>(place)))},
                                 {"stored", secret.stored},
                                 {"expires", secret.expires},
                                 {"box", arena.bytes(secret.box)},
                                 {"previous", arena.bytes(secret.previous)},
                                 {"previous_until", secret.previous_until}}));
  std::string body;
  value::write_cbor(arena.object({{"secrets", arena.array(rows)}}), body);
  return std::string(kFormat) + key.id + seal_of(key, body) + body;
}

Result<SealedSecrets> read_vault(const MasterKey& key, const std::string& bytes, const std::string& file) {
  const Error damaged = fail(
      Code::kProtocol, file + " is damaged; put it back from a backup, or move it away and hand the secrets in again");
  if (!bytes.starts_with(kFormat))
    return bytes.starts_with(kAnyFormat)
               ? fail(Code::kUnsupported, file + " was written by a newer outrigger; update this one")
               : damaged;
  const size_t begin = kFormat.size() + key.id.size() + kSeal;
  if (bytes.size() < begin) return damaged;
  if (bytes.compare(kFormat.size(), key.id.size(), key.id) != 0)
    return fail(Code::kAuth, file +
                                 " was made with another master key; put that key back (secrets.key, or `secrets_key`"
                                 " in the configuration), or move the file away and hand the secrets in again");
  const std::string seal = seal_of(key, std::string_view(bytes).substr(begin));
  if (sodium_memcmp(seal.data(), bytes.data() + begin - kSeal, kSeal) != 0) return damaged;
  const Result<Document> body = value::read_cbor(bytes.substr(begin));
  if (!body) return damaged;
  SealedSecrets secrets;
  for (const Value row : body->root()["secrets"].items()) {
    SealedSecret secret;
    secret.stored = row["stored"].integer();
    secret.expires = row["expires"].integer();
    secret.box = row["box"].text();
    secret.previous = row["previous"].text();
    secret.previous_until = row["previous_until"].integer();
    secrets.emplace(SecretPlace(row["plugin"].text(), row["database"].text(), row["name"].text()), std::move(secret));
  }
  return secrets;
}

}  // namespace outrigger::host
