// The facts that plugins share, in a FakeHost: those of other plugins as the test gives them, and those published.
//
//     host.shared().publish("scoring.score", "crm.lead", 42, 73.5);
//     EXPECT_EQ(host.shared().value("assignment.load", "res.users", 2)["value"].number(), 4);
//
// Threads: any.
#pragma once

#include <map>
#include <outrigger/shared.hpp>
#include <string>
#include <tuple>

#include "clock.hpp"
#include "object.hpp"

namespace outrigger::testkit {

class FakeShared {
 public:
  explicit FakeShared(FakeClock& clock) : clock_(clock) {}

  void publish(const std::string& fact, const std::string& model, int64_t id, const Member& value) {
    if (value.value.is_null())
      facts_[{fact, model}].erase(id);
    else
      facts_[{fact, model}][id] =
          Object{{"id", id}, {"value", value.value}, {"at", int64_t{clock_.now().time_since_epoch().count()}}};
  }
  // {id, value, at}; empty when there is none.
  [[nodiscard]] Object value(const std::string& fact, const std::string& model, int64_t id) const {
    const auto all = facts_.find({fact, model});
    if (all == facts_.end()) return {};
    const auto at = all->second.find(id);
    return at == all->second.end() ? Object() : at->second;
  }

  // For the table of the ABI.
  Result<Document> read(const std::string& fact, const std::string& model, const int64_t* ids, uint64_t count) const {
    return Document::build([&](Arena& arena) {
      std::vector<Value> found;
      const auto all = facts_.find({fact, model});
      if (all == facts_.end()) return arena.array(found);
      for (const auto& [id, entry] : all->second)
        if (count == 0 || std::find(ids, ids + count, id) != ids + count) found.push_back(arena.copy(entry.value()));
      return arena.array(found);
    });
  }

 private:
  FakeClock& clock_;
  std::map<std::pair<std::string, std::string>, std::map<int64_t, Object>> facts_;
};

}  // namespace outrigger::testkit
