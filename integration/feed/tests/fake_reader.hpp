// FAKE: an Odoo with one model, in memory, for tests of the feed alone. It answers as the Reader of a real one would,
// with microseconds compared as 14 does or whole seconds as 19 does, and lies on request.
//
//     FakeReader odoo;                                // "x.thing" with name, amount, stage, active
//     const int64_t id = odoo.create("one");
//     odoo.write(id, "two");
//     odoo.advance(5);                                // seconds, of all clocks
//
// Threads: one.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "integration/domain/evaluate.hpp"
#include "integration/feed/feed.hpp"
#include "integration/feed/memory_sink.hpp"
#include "integration/feed/reader.hpp"

namespace outrigger::feed {

class FakeReader final : public Reader, private domain::RecordSource {
 public:
  // 2026-11-21 12:00:00.5
  static constexpr int64_t kStart = 1'795'262'400'500'000;

  explicit FakeReader(int major = 19);

  int64_t create(const std::string& name, int64_t stage = 1);
  void write(int64_t id, const std::string& name);                         // write_date is now
  void commit_late(int64_t id, const std::string& name, int64_t seconds);  // its transaction began so long ago
  void sql(int64_t id, const std::string& name);                           // write_date stays
  void set_stage(int64_t id, int64_t stage);
  void archive(int64_t id);
  void unlink(int64_t id) { rows_.erase(id); }
  void touch_at(int64_t id, int64_t micros) { rows_[id].write_date = micros; }

  void advance(double seconds);   // time passes everywhere
  void set_back(double seconds);  // Odoo's and PostgreSQL's clock
  [[nodiscard]] int64_t monotonic() const { return monotonic_; }
  [[nodiscard]] int64_t micros() const { return clock_; }
  Settings settings();

  // What lies in the way.
  std::deque<Error> errors;             // of the next calls
  int empty_answers = 0;                // pages that are empty although they are not
  std::set<int64_t> hidden;             // exist, may not be read
  std::function<void(int)> after_page;  // with how many pages there were
  std::string definitions;              // JSON of fields_get
  bool has_date = true;
  int64_t lowest_telltale = 1;

  int calls = 0;
  int pages = 0;
  int searches = 0;

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const Manner& manner) override;
  void forget_fields() override {}
  Result<Page> page(const Question& question, const Manner& manner) override;
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const Manner& manner) override;
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const Manner& manner) override;
  Result<int64_t> count(const std::string& model, const Manner& manner) override;
  [[nodiscard]] int64_t server_date() const override { return has_date ? clock_ / 1'000'000 : 0; }
  [[nodiscard]] int major() const override { return major_; }

 private:
  struct Row {
    std::string name;
    int64_t stage = 1;
    bool active = true;
    int64_t create_date = 0;
    int64_t write_date = 0;
  };

  std::optional<Error> fails();
  [[nodiscard]] std::vector<int64_t> find(Value domain) const;

  bool field(std::string_view name, domain::FieldInfo& info) const override;
  [[nodiscard]] Value value(int64_t id, std::string_view field) const override;
  [[nodiscard]] const RecordSource* related(std::string_view) const override { return nullptr; }
  [[nodiscard]] bool exists(int64_t id) const override { return rows_.count(id) != 0; }
  [[nodiscard]] bool microseconds() const override { return major_ < 19; }

  int major_;
  int64_t clock_ = kStart;
  int64_t monotonic_ = 1'000'000'000;
  int64_t next_id_ = 1;
  std::map<int64_t, Row> rows_;
  mutable Arena texts_;
};

// "x.thing" with a subscriber "all" of name and stage, and those that a test adds.
Stream things();
Subscriber subscriber(const std::string& name, const std::string& domain = {}, bool snapshot = false);
// Looks until nothing is due.
void settle(Feed& feed);
// Then passes time until each stream was looked at once more, and settles.
void look_again(Feed& feed, FakeReader& odoo, double seconds = 61);
std::string texts(const std::vector<Heard>& heard);  // "created 1, changed 2"

}  // namespace outrigger::feed
