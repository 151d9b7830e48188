// The session of a database that may get another key while plugins work with it.
//
//     auto live = std::make_shared<LiveSession>(*std::move(connected));
//     const std::shared_ptr<odoo::Session> session = live->get();       // held for as long as a call takes
//     live->put(*std::move(connected_with_new_key));                    // calls from now on use this one
//
// A call under way ends with the session that it began with, which is dropped after the last of them: ask anew for each
// call, and keep no pointer. For that while both have a call budget. Threads: any.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "integration/odoo/session.hpp"

namespace outrigger::host {

class LiveSession {
 public:
  struct Current {
    std::shared_ptr<odoo::Session> session;
    uint64_t generation = 0;  // another one for each session
  };

  explicit LiveSession(std::shared_ptr<odoo::Session> session) : now_{std::move(session), 1} {}

  [[nodiscard]] Current current() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  [[nodiscard]] std::shared_ptr<odoo::Session> get() const { return current().session; }
  void put(std::shared_ptr<odoo::Session> session) {
    const std::lock_guard lock(mutex_);
    now_.session.swap(session);  // the old one is let go after the lock
    ++now_.generation;
  }

 private:
  mutable std::mutex mutex_;
  Current now_;
};

}  // namespace outrigger::host
