// Names of positional arguments, which JSON-2 does not take: a built-in table for the methods that we use, and what
// the server's own documentation says of others.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/value.hpp"

namespace outrigger::odoo {

// Source of the built-in table: Odoo 19, GET /doc-bearer/<model>.json. Threads: any.
class ArgumentNames {
 public:
  // Empty when not known.
  [[nodiscard]] std::vector<std::string> find(const std::string& model, const std::string& method) const;
  // Takes over the reply of /doc-bearer/<model>.json; null when it could not be read.
  void learn(const std::string& model, Value documentation);
  // Whether the documentation of this model was asked for already.
  [[nodiscard]] bool learned(const std::string& model) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>> learned_;
};

}  // namespace outrigger::odoo
