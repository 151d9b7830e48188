#include "host/grants/sha256.hpp"

#include <sodium.h>

#include <fstream>
#include <vector>

namespace outrigger::host {
namespace {

class Hash {
 public:
  Hash() { crypto_hash_sha256_init(&state_); }
  void add(std::string_view bytes) {
    crypto_hash_sha256_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string hexadecimal() {
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(&state_, digest);
    char text[2 * sizeof digest + 1];
    sodium_bin2hex(text, sizeof text, digest, sizeof digest);
    return text;
  }

 private:
  crypto_hash_sha256_state state_;
};

}  // namespace

std::string sha256(std::string_view bytes) {
  Hash hash;
  hash.add(bytes);
  return hash.hexadecimal();
}

Result<std::string> sha256_of_file(const std::filesystem::path& file) {
  constexpr std::streamsize kPiece = 1 << 16;
  std::ifstream stream(file, std::ios::binary);
  std::vector<char> piece(kPiece);
  Hash hash;
  while (stream.read(piece.data(), kPiece) || stream.gcount() > 0)
    hash.add({piece.data(), static_cast<size_t>(stream.gcount())});
  // A folder opens, and fails to be read.
  if (!stream.eof() || stream.bad())
    return Error{Code::kMissing, "cannot read " + file.string() + "; look whether it is there and may be read",
                 Source::kHost, Effect::kNone, -1};
  return hash.hexadecimal();
}

}  // namespace outrigger::host
