// A secret on its way into a request, and out of everything that is shown.
//
//     Result<Credential> credential = Credential::make("token", value, "bearer");   // Authorization: Bearer VALUE
//     credential->masked("https://a.example/?echo=VALUE")                           // https://a.example/?echo=***
//
// The source is asked once for each request; the host's vault implements it. Errors: kInvalid when the secret cannot
// be written as asked; never with its value. Threads: SecretSource from any; the rest is plain data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/http/request.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

struct SecretValue {
  std::string current;
  std::string previous;  // what rotate replaced a short while ago; empty: nothing
};

class SecretSource {
 public:
  virtual ~SecretSource() = default;
  // kMissing: there is none of that name, with the remedy.
  virtual Result<SecretValue> find(std::string_view name) = 0;
};

struct Credential {
  Header header;
  std::vector<std::string> forms;  // what masked() looks for: as it is, in base64, with percent signs

  // as: "bearer", "basic" (the secret is user:password), "header:NAME".
  static Result<Credential> make(std::string_view name, std::string_view value, std::string_view as);
  // The text with *** for every form of the secret that is at least so long: in data, a short one is there by chance.
  [[nodiscard]] std::string masked(std::string_view text, size_t shortest = 1) const;
};

}  // namespace outrigger::host
