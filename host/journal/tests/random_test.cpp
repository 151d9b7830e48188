// A seeded random life: records change, come and go, deliveries succeed, fail, are cut off by crashes. A subscriber
// that applies what it is told ends up with what is there, is told nothing twice, and each record's story in order.
#include <map>
#include <random>
#include <set>

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

class Random : public JournalTest, public ::testing::WithParamInterface<uint32_t> {
 protected:
  struct Record {
    std::string name;
    std::string create_date;
    int version = 0;
    uint64_t matches = 1;
  };

  Lead lead(int64_t id) const {
    const Record& record = odoo_.at(id);
    return {id, record.name, 1, false, record.matches, record.create_date, "2026-01-01 00:00:00"};
  }
  int draw(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }

  void change_odoo() {
    const int64_t id = 1 + draw(12);
    const auto at = odoo_.find(id);
    if (at == odoo_.end()) {
      odoo_[id] = {"v" + std::to_string(++counter_), "c" + std::to_string(counter_), counter_, 1};
    } else if (draw(8) == 0) {
      odoo_.erase(at);
    } else {
      at->second.version = ++counter_;
      at->second.name = "v" + std::to_string(counter_);
      at->second.matches = draw(4) == 0 ? 0 : 1;
    }
  }
  void look() {
    std::vector<Lead> rows;
    std::vector<int64_t> gone;
    for (int64_t id = 1; id <= 12; ++id) {
      if (draw(2) == 0) continue;
      if (odoo_.contains(id))
        rows.push_back(lead(id));
      else
        gone.push_back(id);
    }
    see(rows);
    lose(gone);
  }
  // What was told and settled as done must not come again for the same state, and never an older one.
  void take(Value change) {
    const int64_t id = change["id"].integer();
    const std::string key = std::to_string(id) + " " + std::string(change["create_date"].text());
    const std::string_view kind = change["kind"].text();
    const std::string state = kind == "deleted" || kind == "left" ? "" : std::string(change["after"]["name"].text());
    const auto at = view_.find(key);
    if (state.empty()) {
      if (at == view_.end() && !doubtful_.contains(key)) ++doubled_;
      view_.erase(key);
    } else {
      if (at != view_.end() && at->second == state && !doubtful_.contains(key)) ++doubled_;
      const int version = std::stoi(state.substr(1));
      if (version < newest_[key]) ++disordered_;
      newest_[key] = version;
      view_[key] = state;
    }
    doubtful_.erase(key);
  }
  void doubt(const Batch& batch) {
    for (const Value change : batch.changes.root().items())
      doubtful_.insert(std::to_string(change["id"].integer()) + " " + std::string(change["create_date"].text()));
  }
  // Nobody knows what was handed out before, so that whatever was pending may be told again.
  void crash() {
    const auto pending = journal_->list({}, 1000);
    ASSERT_TRUE(pending);
    for (const Event& event : *pending) doubtful_.insert(std::to_string(event.id) + " " + event.create_date);
    start();
  }
  void work() {
    const Batch batch = next(1 + static_cast<size_t>(draw(8)));
    if (batch.empty()) return;
    switch (draw(6)) {
      case 0: return crash();
      case 1:
        doubt(batch);
        fail(batch);
        return;
      case 2: {
        Arena arena;
        std::vector<Value> outcomes;
        size_t i = 0;
        for (const Value change : batch.changes.root().items()) {
          const bool done = i++ % 2 == 0;
          if (done) take(change);
          outcomes.push_back(arena.object({{"outcome", done ? "done" : "retry"}, {"after_ms", 100}}));
          if (!done)
            doubtful_.insert(std::to_string(change["id"].integer()) + " " + std::string(change["create_date"].text()));
        }
        settle(batch, arena.array(outcomes));
        return;
      }
      default:
        if (draw(2) == 0) {
          change_odoo();
          look();  // while it is being worked on
        }
        for (const Value change : batch.changes.root().items()) take(change);
        settle(batch);
    }
  }

  std::minstd_rand random_{GetParam()};
  int counter_ = 0;
  std::map<int64_t, Record> odoo_;
  std::map<std::string, std::string> view_;
  std::set<std::string> doubtful_;  // handed out without an outcome
  std::map<std::string, int> newest_;
  int doubled_ = 0;
  int disordered_ = 0;
};

TEST_P(Random, MissedNoneDoubledNoneInOrder) {
  options_.most_attempts = 1'000'000;
  start();
  for (int step = 0; step < 600; ++step) {
    now_ += draw(3) * kSecond;
    switch (draw(4)) {
      case 0:
      case 1: change_odoo(); break;
      case 2: look(); break;
      default: work();
    }
    if (HasFatalFailure()) return;
  }
  std::vector<Lead> rows;
  std::vector<int64_t> gone;
  for (int64_t id = 1; id <= 12; ++id) {
    if (odoo_.contains(id))
      rows.push_back(lead(id));
    else
      gone.push_back(id);
  }
  see(rows);
  lose(gone);
  for (int quiet = 0; quiet < 1000; ++quiet) {
    const Batch batch = next();
    if (batch.empty()) {
      const int64_t due = *journal_->next_due("crm/leads");
      if (due == 0) break;
      ASSERT_GT(due, now_);
      now_ = due;
      continue;
    }
    for (const Value change : batch.changes.root().items()) take(change);
    settle(batch);
  }
  std::map<std::string, std::string> expected;
  for (const auto& [id, record] : odoo_)
    if (record.matches != 0) expected[std::to_string(id) + " " + record.create_date] = record.name;
  EXPECT_EQ(view_, expected) << "missed";
  EXPECT_EQ(doubled_, 0);
  EXPECT_EQ(disordered_, 0);
  EXPECT_EQ(figures().pending, 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Random, ::testing::Range(1U, 25U));

}  // namespace
}  // namespace outrigger::host
