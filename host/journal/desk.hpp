// What is handed out at this moment, what is tried again in parts, and who rests. In memory: after a crash all of it is
// ready once more.
//
// A batch that failed is tried whole again, then in halves, until what fails stands alone. While many rows of a
// subscriber are being looked through in that way, it gets no others.
//
// Threads: any.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace outrigger::host {

struct Batch;

struct RowKey {
  int64_t subscriber = 0;
  int64_t record = 0;
  std::string create_date;
  int64_t delivery = 0;
};

// Rows that go out together and without others.
struct Group {
  std::vector<RowKey> rows;
  int depth = 0;  // how often they failed together
  int64_t due = 0;
};

class Desk {
 public:
  void hand_out(const std::shared_ptr<const Batch>& batch);
  void take_back(const std::vector<RowKey>& rows);
  // Handed out, or in a group.
  [[nodiscard]] bool holds(int64_t delivery) const;
  [[nodiscard]] size_t held_of(const std::string& subscriber) const;
  // The batch that it is being worked on in, and its place there; null: nobody works on it.
  [[nodiscard]] std::pair<std::shared_ptr<const Batch>, size_t> work_on(int64_t delivery) const;
  // Its outcome is kept already; what is settled later does not matter.
  void mark_settled(int64_t delivery);
  [[nodiscard]] bool settled(int64_t delivery) const;

  // Of rows that were handed out; they are held until take_back.
  void put(const std::string& subscriber, Group group);
  [[nodiscard]] std::optional<Group> take_due(const std::string& subscriber, int64_t now);
  [[nodiscard]] size_t grouped(const std::string& subscriber) const;
  // When a group is due next; 0: there is none.
  [[nodiscard]] int64_t next_due(const std::string& subscriber) const;

  // Everybody waits: Odoo or the network is away. Returns the time until then.
  int64_t rest(const std::string& subscriber, int64_t now, int64_t at_least_ms);
  [[nodiscard]] int64_t resting_until(const std::string& subscriber) const;
  void wake(const std::string& subscriber);
  void clear();

 private:
  struct Flight {
    std::string subscriber;
    std::shared_ptr<const Batch> batch;  // null: in a group that waits
    size_t index = 0;
    bool settled = false;
  };
  struct Rest {
    int level = 0;
    int64_t until = 0;
  };

  mutable std::mutex mutex_;
  std::unordered_map<int64_t, Flight> flights_;
  std::map<std::string, std::deque<Group>> groups_;
  std::map<std::string, size_t> held_;
  std::map<std::string, Rest> rests_;
};

}  // namespace outrigger::host
