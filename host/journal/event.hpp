// Deliveries as a person sees them: `outrigger events list|show|replay|dead`, and figures for /metrics. Plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "outrigger/arena.hpp"

namespace outrigger::host {

struct Event {
  std::string delivery;
  std::string subscriber;
  std::string model;
  int64_t id = 0;
  std::string create_date;
  // ready, working, waiting (until due), dead (given up), skipped (rejected by the plugin), held (of an older epoch)
  std::string state;
  int64_t attempts = 0;
  int64_t since = 0;  // of the oldest change that it holds
  int64_t due = 0;
  std::string reason;
};

struct EventDetail {
  Event event;
  std::string kind;  // "created" ...; empty when there is nothing to tell any more
  Document before;   // objects, or null
  Document after;
};

// What is empty or 0 matches all.
struct EventFilter {
  std::string delivery;
  std::string subscriber;
  std::string model;
  int64_t id = 0;
  std::string state;
};

struct SubscriberFigures {
  std::string name;
  int64_t pending = 0;  // of them waiting and dead:
  int64_t waiting = 0;
  int64_t dead = 0;
  int64_t oldest = 0;  // when the oldest change that is not dead was seen; 0: none
};

// Nothing is counted beyond this many of a subscriber, and of what is parked: figures cost the same however long the
// backlog is.
inline constexpr int64_t kMostCounted = 100'000;

struct Figures {
  bool at_least = false;  // a bound was reached: there may be more
  int64_t records = 0;
  int64_t pending = 0;
  int64_t waiting = 0;
  int64_t dead = 0;
  int64_t skipped = 0;
  int64_t held = 0;
  int64_t skipped_dropped = 0;  // beyond the bound
  int64_t oldest = 0;
  std::vector<SubscriberFigures> subscribers;
};

}  // namespace outrigger::host
