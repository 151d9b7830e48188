// What doctor says of the time that keys and secrets have left.
//
//     KeyFinding finding = expiry_finding("the API key \"outrigger\"", expires, now_micros());
//
// Threads: plain functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace outrigger::host {

struct KeyFinding {
  enum class Level { kGood, kSoon, kOver } level = Level::kGood;
  std::string text;
};

// From so many days before on it is said to be renewed: keys of ordinary users live for 90 at most.
inline constexpr int64_t kRenewDays = 14;

// Times in microseconds UTC.
KeyFinding expiry_finding(std::string_view what, int64_t expires, int64_t now);

}  // namespace outrigger::host
