// A Sink in memory: for tests, and as the plainest statement of what a sink does.
//
//     MemorySink sink;
//     Feed feed(reader, sink, settings);
//     ... feed.look() ...
//     sink.heard("scoring/leads");      // [{kChanged, 7, {"name": "..."}}, ...]
//     sink.view("scoring/leads");       // what this subscriber believes to be in Odoo
//
// Each subscriber has a content of its own per record, so that it hears of what it watches and of nothing else.
// Threads: any.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "integration/feed/sink.hpp"

namespace outrigger::feed {

enum class Kind { kCreated, kChanged, kEntered, kLeft, kArchived, kDeleted };
const char* to_string(Kind kind);

struct Heard {
  Kind kind;
  int64_t id;
  std::string content;  // JSON; empty for kDeleted
};

class MemorySink final : public Sink {
 public:
  Result<Position> position(const Stream& stream) override;
  Result<Kept> keep(const Stream& stream, std::span<const Seen> seen, const Position& position, uint64_t tell) override;
  Result<std::vector<Known>> known(const Stream& stream, int64_t after_id, size_t limit) override;
  Result<int64_t> count_known(const Stream& stream) override;
  Result<Kept> gone(const Stream& stream, std::span<const int64_t> ids, const Position& position) override;

  [[nodiscard]] std::vector<Heard> heard(const std::string& subscriber) const;
  void forget_heard();
  // id -> content of the records that the subscriber has, archived ones included.
  [[nodiscard]] std::map<int64_t, std::string> view(const std::string& subscriber) const;
  [[nodiscard]] Position position_of(const std::string& model) const;
  // Rows handed over so far, the same ones again included.
  [[nodiscard]] uint64_t handed() const;
  // The next calls that keep something fail, as a full disk would make them.
  void fail_next(int calls);

 private:
  struct View {
    bool holds = false;
    bool archived = false;
    std::string content;
  };
  struct Record {
    std::string create_date;
    std::string write_date;
    std::map<std::string, View> views;
  };
  struct Model {
    Position position;
    std::map<int64_t, Record> records;
  };

  bool failing();
  void tell(const Subscriber& subscriber, Kind kind, int64_t id, const std::string& content, Kept& kept);

  mutable std::mutex mutex_;
  std::map<std::string, Model> models_;
  std::map<std::string, std::vector<Heard>> heard_;
  uint64_t handed_ = 0;
  int failures_ = 0;
};

}  // namespace outrigger::feed
