// What a stream was read for, kept in Position::shape: who is new to it, and who is to hear of its first reading.
//
//     Reading reading = plan_reading(stream, position);   // after a start, with what the sink kept
//     if (reading.anew) ...                               // all of the records are read once more
//
// Pure. Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "integration/feed/sink.hpp"

namespace outrigger::feed {

struct Shape {
  enum class State : char {
    kSettled = '.',   // is told of every difference
    kSnapshot = '+',  // its first reading is under way, and it hears of each record
    kQuiet = '-',     // the same, without a word
  };
  struct Taker {
    std::string name;
    std::string content;  // a hash of its domain and `initial`; fields are added silently by the sink, one by one
    State state = State::kSettled;
  };
  std::vector<std::string> fields;
  std::vector<Taker> takers;
  int64_t newest = 0;  // the highest id when the first reading began: records behind it are new to everybody

  [[nodiscard]] std::string to_text() const;
  static Shape parse(std::string_view text);
  // The subscribers, by their place in the stream, that hear of differences now.
  [[nodiscard]] uint64_t told() const;
};

struct Reading {
  Shape shape;        // as it is to be kept from now on
  bool anew = false;  // read all records, from the first
};
Reading plan_reading(const Stream& stream, const Position& kept);

// The text of a shape without this subscriber, who is new when it comes again.
std::string without(const std::string& shape, std::string_view subscriber);

}  // namespace outrigger::feed
