// One call of the feed, within one transaction: compares what was seen with the shadow, and notes who is to hear of it.
#pragma once

#include "host/journal/journal.hpp"

namespace outrigger::host {

// A difference is an echo when its author wrote that value.
struct Echo {
  int64_t number = 0;
  std::string plugin;
  Document fields;
};

class Keeper {
 public:
  // `tell`: bit i stands for stream.subscribers[i].
  Keeper(Journal& journal, Database& in, const KnownStream& stream, uint64_t tell);

  Result<void> see(const feed::Seen& seen);
  void lose(int64_t id);
  void move(const feed::Position& position);
  // Numbers that were used, and how many records there are; after the last record.
  void finish();

  [[nodiscard]] const feed::Kept& kept() const { return kept_; }
  [[nodiscard]] std::vector<std::string> take_arrived() { return std::move(arrived_); }

 private:
  struct Old {
    std::string create_date;
    std::string write_date;
    const Layout* layout = nullptr;
    bool archived = false;
    uint64_t known = 0;
    uint64_t matches = 0;
    std::string fields;
  };
  std::optional<Old> old_of(int64_t record);
  std::string encode(const feed::Seen& seen);
  void insert(const feed::Seen& seen, const std::string& encoded, uint64_t matches);
  void compare(const feed::Seen& seen, const Old& old, const std::string& encoded, uint64_t matches);
  void compare_for(const KnownSubscriber& subscriber, const feed::Seen& seen, View was, View now, const Row& before,
                   const Row& after, std::vector<Echo>& echoes);
  // One pending row, new or the one that is there. `before` counts when it was within.
  void put(const KnownSubscriber& subscriber, int64_t record, std::string_view create_date, View was, Value before,
           View now, Value after);
  void forgive(const KnownSubscriber& subscriber, int64_t record, std::string_view create_date,
               const std::vector<Field>& own);
  std::vector<Echo> echoes_of(int64_t id);
  void end_echoes(std::vector<Echo>& echoes, const Row& before, const Row& after);
  [[nodiscard]] bool handed(int64_t flags, int64_t session, int64_t delivery) const;
  [[nodiscard]] uint64_t stored(uint64_t mask) const;
  void arrived(const std::string& subscriber);

  Journal& journal_;
  Database& in_;
  const KnownStream& stream_;
  uint64_t tell_ = 0;  // in the bits of the file
  uint64_t all_ = 0;
  int64_t now_ = 0;
  int64_t number_ = 0;
  bool numbers_used_ = false;
  int64_t more_ = 0;  // records than before
  feed::Kept kept_;
  std::vector<std::string> arrived_;
  std::vector<or_value> row_;
};

}  // namespace outrigger::host
