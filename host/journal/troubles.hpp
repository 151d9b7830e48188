// What went wrong outside of a plugin while it worked on a batch: Odoo or the network was away, or a reply was lost and
// Odoo may still be at work on it. A change that the plugin wants again after that is not blamed for it.
//
//     troubles.begin();                                   // a batch is handed out
//     troubles.note(delivery, error);                     // each call to the host that failed, from any thread
//     journal.settle(batch, outcomes, &troubles);
//
// Threads: any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

// Odoo, the network, our own stop, an instance that is not there: no change is to blame.
inline bool nobody_to_blame(const Error& error) {
  if (error.code == Code::kCancelled) return true;
  if (error.source == Source::kHost && error.code == Code::kUnreachable) return true;
  const bool outside = error.source == Source::kOdoo || error.source == Source::kNetwork;
  return outside && (error.code == Code::kUnreachable || error.code == Code::kAuth || error.code == Code::kLimit ||
                     error.code == Code::kDeadline);
}

class Troubles {
 public:
  void begin() {
    const std::lock_guard lock(mutex_);
    any_ = false;
    waits_.clear();
  }
  // `delivery` empty: nobody knows for which one it was asked.
  void note(std::string_view delivery, const Error& error) {
    // Time will not tell what became of it; a person has to.
    const bool for_ever = error.effect == Effect::kUnknown && error.retry_after_ms < 0;
    if (!nobody_to_blame(error) || for_ever) return;
    const std::lock_guard lock(mutex_);
    any_ = true;
    int64_t& wait = waits_[std::string(delivery)];
    wait = std::max<int64_t>(wait, error.retry_after_ms);
  }
  [[nodiscard]] bool any() const {
    const std::lock_guard lock(mutex_);
    return any_;
  }
  // Milliseconds before which asking for this delivery again is of no use.
  [[nodiscard]] int64_t wait_ms(std::string_view delivery) const {
    const std::lock_guard lock(mutex_);
    const auto at = waits_.find(std::string(delivery));
    return at == waits_.end() ? 0 : at->second;
  }

 private:
  mutable std::mutex mutex_;
  bool any_ = false;
  std::map<std::string, int64_t> waits_;
};

}  // namespace outrigger::host
