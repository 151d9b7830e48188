// Records of one stream of which somebody says that they changed, and when each of them is to be looked at.
//
//     Hints hints;
//     if (!hints.add(now, ids)) ...                  // too many to be told apart: look at whatever changed
//     if (hints.due() <= now) read(hints.take(now)); // an optional: nothing waits, nothing is due
//
// Each record is looked at once now, and again after one and five seconds, because Odoo 17 and 18 post webhooks before
// the commit. Those of a moment are one look. A storm is bounded: of its looks six come at once, then five a second where
// the database's budget is wide or has no limit, two where it is narrow, with up to kMost records each; the rest waits in a bounded number of slots, each record once.
//
// Pure: time, in microseconds, is passed in. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace outrigger::feed {

class Hints {
 public:
  static constexpr size_t kMost = 1000;        // records of one look
  static constexpr size_t kMostSlots = 30;     // they pile up while there is no connection
  static constexpr int64_t kMoment = 250'000;  // looks that are due within it are one
  static constexpr int64_t kBurst = 6;         // looks that may come at once

  // calls_per_second: of the database's budget; 0: no limit.
  explicit Hints(double calls_per_second = 0);

  // False: they are too many; all that waited is forgotten, and a look at everything takes their place.
  bool add(int64_t now, const std::vector<int64_t>& ids);
  // A look at these failed: they are due at once.
  void put_back(int64_t now, const std::vector<int64_t>& ids);
  [[nodiscard]] std::optional<int64_t> due() const;
  // What is due, at most kMost.
  std::vector<int64_t> take(int64_t now);

 private:
  using Slots = std::map<int64_t, std::set<int64_t>>;  // when -> which records

  static int64_t slot(int64_t at);
  void merge_overdue(int64_t now);

  int64_t between_;  // a look each, in the long run
  Slots slots_;
  int64_t paid_until_ = 0;  // the looks so far, between_ each
};

}  // namespace outrigger::feed
