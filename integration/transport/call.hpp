// A call to Odoo, independent of the transport that carries it.
//
//     Call call{.model = "crm.lead", .method = "write", .ids = {{7, 8}}, .args = arena.array({values})};
//
// Positional arguments come without the ids. All values are borrowed for the duration of the call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "outrigger/value.hpp"

namespace outrigger::transport {

struct Call {
  std::string model;
  std::string method;
  std::optional<std::vector<int64_t>> ids = {};  // the records; nothing: a method of the model
  Value args = {};                               // an array of positional arguments, or null
  Value kwargs = {};                             // an object of named arguments, or null
  Value context = {};                            // an object, or null
  bool read_only = false;                        // has no effect in Odoo: may be repeated
};

// Who calls. Secrets are written into requests only, never into messages.
struct Credentials {
  std::string database;
  std::string login;
  std::string secret;  // an API key, or a password for the two older transports
  int64_t uid = 0;     // for the two older transports; 0: not signed in
};

}  // namespace outrigger::transport
