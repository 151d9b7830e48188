// The databases whose Odoo is away, why, and when each is asked again.
//
//     Away away(&monotonic_micros);
//     if (away.note("main", error)) log(away.sentence("main"));     // true: it says something else than the last time
//     for (const std::string& name : away.due()) ...                // to be asked now
//     away.back("main");
//
// What may pass by itself (the network, a restart, load) is asked again after 1 s, then 2, 4 ... up to 60 s. What waits
// for a person (a key that is refused, a database that is not there, an Odoo that is too old) after five minutes each
// time: Odoo must not take us for somebody who guesses keys. An answer that asks for more time gets it.
//
// Threads: any. Time comes from the function that was given: microseconds, never stepping back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::host {

class Away {
 public:
  static constexpr int64_t kSecond = 1'000'000;
  static constexpr int64_t kLongestBackoff = 60 * kSecond;
  static constexpr int64_t kForAPerson = 300 * kSecond;

  struct One {
    std::string database;
    std::string why;
    int64_t again_in_ms = 0;
  };

  explicit Away(std::function<int64_t()> clock) : clock_(std::move(clock)) {}

  // It did not answer, or not as it has to. True: with another sentence than before.
  bool note(const std::string& database, const Error& error);
  void back(const std::string& database);
  // Somebody waits for it: it is due now.
  void hurry(const std::string& database);
  [[nodiscard]] bool has(const std::string& database) const;
  [[nodiscard]] std::vector<std::string> due() const;
  [[nodiscard]] std::vector<One> all() const;
  // "...; it is asked again in 4 s". Empty: it is not away.
  [[nodiscard]] std::string sentence(const std::string& database) const;

 private:
  struct State {
    std::string why;
    int64_t next = 0;
    int64_t backoff = kSecond;
  };

  std::function<int64_t()> clock_;
  mutable std::mutex mutex_;
  std::map<std::string, State> away_;
};

}  // namespace outrigger::host
