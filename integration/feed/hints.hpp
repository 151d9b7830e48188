// Records of one stream of which somebody says that they changed, and when each of them is to be looked at.
//
//     Hints hints;
//     if (!hints.add(now, ids)) ...                  // too many to be told apart: look at whatever changed
//     if (hints.due() <= now) read(hints.take(now)); // an optional: nothing waits, nothing is due
//
// Each record is looked at once now, and again after one and five seconds, because Odoo 17 and 18 post webhooks before
// the commit. Those of a moment are one look. A storm is bounded: of its looks six come at once, then two a second,
// with up to kMost records each; the rest waits in a bounded number of slots, each record once.
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
  static constexpr size_t kMost = 1000;            // records of one look
  static constexpr size_t kMostSlots = 30;         // they pile up while there is no connection
  static constexpr int64_t kBetween = 500'000;     // a look each, in the long run
  static constexpr int64_t kBurst = 6 * kBetween;  // of which six may come at once

  // False: they are too many; all that waited is forgotten, and a look at everything takes their place.
  bool add(int64_t now, const std::vector<int64_t>& ids);
  // A look at these failed: they are due at once.
  void put_back(int64_t now, const std::vector<int64_t>& ids);
  [[nodiscard]] std::optional<int64_t> due() const;
  // What is due, at most kMost.
  std::vector<int64_t> take(int64_t now);

 private:
  using Slots = std::map<int64_t, std::set<int64_t>>;  // when -> which records

  Slots::iterator slot(int64_t at, int64_t tolerance);
  void merge_overdue(int64_t now);

  Slots slots_;
  int64_t paid_until_ = 0;  // the looks so far, kBetween each
};

}  // namespace outrigger::feed
