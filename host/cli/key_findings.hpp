// What doctor says of the time that keys and secrets have left.
//
//     KeyFinding finding = expiry_finding("the API key \"outrigger\"", expires, now_micros());
//
// Threads: plain functions.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::odoo {
class Session;
}

namespace outrigger::host {

struct KeyFinding {
  enum class Level { kGood, kSoon, kOver } level = Level::kGood;
  std::string text;
};

// From so many days before on it is said to be renewed: keys of ordinary users live for 90 at most.
inline constexpr int64_t kRenewDays = 14;

// Times in microseconds UTC.
KeyFinding expiry_finding(std::string_view what, int64_t expires, int64_t now);

// A key of the user by which the host works, as Odoo (18 and later) lists it.
struct KeyExpiry {
  std::string name;
  int64_t expires = 0;  // microseconds UTC
};
// Those with an end. Which of them is the one in use, Odoo does not say.
Result<std::vector<KeyExpiry>> key_expiries(odoo::Session& session, const std::stop_token& stop);

}  // namespace outrigger::host
