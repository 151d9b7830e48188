#include "host/setup/hint_address.hpp"

#include <sodium.h>

#include <array>

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Result<std::string> random_token() {
  if (sodium_init() < 0) return refuse(Code::kInternal, "libsodium does not start, so no token can be made");
  constexpr size_t kBytes = 32;
  std::array<unsigned char, kBytes> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, 2 * kBytes + 1> text{};
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  return std::string(text.data());
}

}  // namespace

Result<std::vector<std::string>> HintAddress::tokens() {
  const Result<Secret> secret = vault_.find(name());
  std::vector<std::string> tokens;
  if (!secret && secret.error().code == Code::kMissing) return tokens;
  if (!secret) return secret.error();
  for (const SecretText* each : {&secret->value, &secret->previous})
    if (!each->view().empty()) tokens.emplace_back(each->view());
  return tokens;
}

Result<std::string> HintAddress::url() {
  if (base_.empty())
    return refuse(Code::kUnsupported,
                  "this host has no address that Odoo could call: set `public` in the configuration, with `url` where "
                  "it listens everywhere or behind a proxy");
  const Result<std::vector<std::string>> known = tokens();
  if (!known) return known.error();
  if (known->empty())
    return refuse(Code::kUnsupported, "webhooks are off for database " + database_ +
                                          "; an admin turns them on with `outrigger webhooks install`");
  return base_ + "/hint/" + known->front();
}

Result<void> HintAddress::make(bool fresh) {
  const Result<std::vector<std::string>> known = tokens();
  if (!known) return known.error();
  if (!known->empty() && !fresh) return {};
  const Result<std::string> token = random_token();
  if (!token) return token.error();
  return known->empty() ? vault_.put(name(), *token) : vault_.rotate(name(), *token);
}

Result<void> HintAddress::erase() {
  const Result<bool> gone = vault_.erase(name());
  return gone ? Result<void>() : Result<void>(gone.error());
}

}  // namespace outrigger::host
