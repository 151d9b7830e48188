// What the feed reads and where it puts what it saw: the border between watching Odoo and remembering it.
//
// The feed (this room) asks Odoo and hands over whole pages; a Sink (the host's journal, or a test's) compares them
// with what was seen last, and decides which subscriber is to hear of what. Everything of one call is kept together
// with the position it leads to, or not at all: after a crash the feed begins again at the position that was kept.
//
// Threads: calls on one stream come one at a time; several streams at once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::feed {

// One subscription of one plugin.
struct Subscriber {
  std::string name;                 // "scoring/leads": the plugin and its name in the manifest
  std::vector<std::string> fields;  // what it is told, all of them among the stream's; they are its content
  std::string domain;               // as JSON; empty: every record
  bool snapshot = false;            // `initial`: begins with every record as created, instead of with silence
};

// All that is watched of one model in one database. Bit i of a mask stands for subscribers[i]: at most 64.
struct Stream {
  std::string model;
  std::vector<std::string> fields;  // the union, sorted; without id, create_date and write_date, which are always read
  std::vector<Subscriber> subscribers;
};

// A record as Odoo answered just now.
struct Seen {
  int64_t id = 0;
  std::string create_date;  // "2026-11-21 19:24:40", UTC; with id it names the record, because ids can come back
  std::string write_date;
  Value fields;           // an object: the stream's fields, relations as ids (load=None); borrowed
  bool archived = false;  // active is there and false
  uint64_t matches = 0;   // whose domain holds for it
};

// Where a stream stands. Times in seconds since 1970 UTC by Odoo's clock, 0: never; ids: how far a sweep came, 0: none
// is under way.
struct Position {
  int64_t seen_until = 0;      // windows up to here were read; the next begins `overlap` earlier
  int64_t baseline_after = 0;  // the first reading of all: -1 before it begins, 0 when it is done
  int64_t identity_after = 0;
  int64_t identity_done = 0;  // when the last whole sweep of (id, write_date) began
  int64_t content_after = 0;
  int64_t content_done = 0;
  std::string shape;  // of the stream when it was read: another one means reading all of it anew, silently
  // A window of many pages, under way: where it will have read up to, and the last id of the pages that were read.
  int64_t window_until = 0;
  int64_t window_after = 0;
};

struct Known {
  int64_t id = 0;
  std::string write_date;
};

// What became of the records of one call.
struct Kept {
  uint64_t fresh = 0;      // not known before
  uint64_t changed = 0;    // content or a domain's answer differ
  uint64_t same = 0;       // nothing that anybody watches differs
  uint64_t delivered = 0;  // record and subscriber: pending now
};

class Sink {
 public:
  virtual ~Sink() = default;

  virtual Result<Position> position(const Stream& stream) = 0;
  // `tell`: the subscribers that hear of differences; the others take the records as known. A field that a record was
  // not kept with before is none.
  virtual Result<Kept> keep(const Stream& stream, std::span<const Seen> seen, const Position& position,
                            uint64_t tell) = 0;
  // What is known, by ascending id, after this one.
  virtual Result<std::vector<Known>> known(const Stream& stream, int64_t after_id, size_t limit) = 0;
  virtual Result<int64_t> count_known(const Stream& stream) = 0;
  // These are no longer in Odoo, or no longer visible: the feed is sure of it.
  virtual Result<Kept> gone(const Stream& stream, std::span<const int64_t> ids, const Position& position) = 0;
};

}  // namespace outrigger::feed
