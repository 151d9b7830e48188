// Puts a batch together from what is due, within one transaction.
#pragma once

#include "host/journal/journal.hpp"

namespace outrigger::host {

class Picker {
 public:
  Picker(Journal& journal, Database& in, const KnownSubscriber& subscriber);

  // The rows of a group that are still there.
  void pick(const Group& group);
  // What is due, oldest first.
  void pick_due(size_t limit);
  // Of what was picked; the same to be handed out and to be returned.
  std::shared_ptr<const Batch> batch();
  [[nodiscard]] bool empty() const { return batch_->rows.empty(); }

 private:
  struct Held {
    Arena arena;
    std::vector<Document> documents;
  };
  bool add(Statement& row);
  void drop_needless();

  Journal& journal_;
  Database& in_;
  const KnownSubscriber& subscriber_;
  const KnownStream& stream_;
  std::shared_ptr<Held> held_ = std::make_shared<Held>();
  std::shared_ptr<Batch> batch_ = std::make_shared<Batch>();
  std::vector<Value> changes_;
  std::vector<RowKey> needless_;
  size_t bytes_ = 0;
};

// How a subscriber sees a record at this moment.
struct Look {
  View view = View::kGone;
  Document row;  // the fields' values; keeps `seen` alive
  Value seen;    // projected; null when gone
};
Look look_at(Database& in, const Catalog& catalog, const KnownSubscriber& subscriber, int64_t record,
             std::string_view create_date, Arena& arena);

}  // namespace outrigger::host
