// A journal on a file of its own, with a clock that is moved by hand, and short words for what the feed does.
#pragma once

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>

#include "host/journal/journal.hpp"
#include "host/journal/journal_tables.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {

using Folder = TemporaryFolder;

inline constexpr int64_t kSecond = 1'000'000;

// Rows of crm.lead with the fields active, name, stage_id.
struct Lead {
  int64_t id = 0;
  std::string name;
  int64_t stage = 1;
  bool archived = false;
  uint64_t matches = 1;
  std::string create_date = "2026-01-01 00:00:00";
  std::string write_date = "2026-01-01 00:00:00";
};

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() { start(); }

  void start() {
    journal_.reset();
    file_.reset();
    auto file = JournalFile::open(folder_ / "journal.db", tables());
    ASSERT_TRUE(file) << file.error().message;
    file_ = *std::move(file);
    options_.now = [this] { return now_; };
    options_.say = [this](const std::string& sentence) { said_.push_back(sentence); };
    options_.arrived = [this](const std::string& name) { arrived_.push_back(name); };
    auto journal = Journal::open(*file_, options_);
    ASSERT_TRUE(journal) << journal.error().message;
    journal_ = *std::move(journal);
    const auto verdict = journal_->check_epoch("uuid-1", {});
    ASSERT_TRUE(verdict) << verdict.error().message;
  }
  virtual std::vector<const Tables*> tables() { return {&kDeliveryTables}; }

  static feed::Stream leads(std::vector<feed::Subscriber> subscribers = {
                                {"crm/leads", {"name", "stage_id"}, "", false}}) {
    return {"crm.lead", {"active", "name", "stage_id"}, std::move(subscribers)};
  }

  feed::Kept see(const feed::Stream& stream, const std::vector<Lead>& rows, uint64_t tell = ~uint64_t{0}) {
    Arena arena;
    std::vector<feed::Seen> seen;
    for (const Lead& row : rows) {
      feed::Seen one;
      one.id = row.id;
      one.create_date = row.create_date;
      one.write_date = row.write_date;
      one.fields = arena.object(
          {{"active", !row.archived}, {"name", arena.text(row.name)}, {"stage_id", row.stage}, {"phone", "1"}});
      one.archived = row.archived;
      one.matches = row.matches;
      seen.push_back(one);
    }
    feed::Position position;
    position.seen_until = now_ / kSecond;
    const auto kept = journal_->keep(stream, seen, position, tell);
    EXPECT_TRUE(kept) << kept.error().message;
    return kept ? *kept : feed::Kept{};
  }
  feed::Kept see(const std::vector<Lead>& rows, uint64_t tell = ~uint64_t{0}) { return see(leads(), rows, tell); }
  void lose(const std::vector<int64_t>& ids) {
    const auto kept = journal_->gone(leads(), ids, {});
    EXPECT_TRUE(kept) << kept.error().message;
  }
  Batch next(size_t limit = 100, const std::string& subscriber = "crm/leads") {
    auto batch = journal_->next(subscriber, limit);
    EXPECT_TRUE(batch) << batch.error().message;
    return batch ? *std::move(batch) : Batch{};
  }
  Settled settle(const Batch& batch, Value outcomes = {}) {
    const auto settled = journal_->settle(batch, outcomes);
    EXPECT_TRUE(settled) << settled.error().message;
    return settled ? *settled : Settled{};
  }
  Settled fail(const Batch& batch,
               Error error = {Code::kInternal, "it fell over", Source::kPlugin, Effect::kNone, -1}) {
    const auto settled = journal_->fail(batch, error);
    EXPECT_TRUE(settled) << settled.error().message;
    return settled ? *settled : Settled{};
  }
  // "created 7 Anna", one line a change.
  static std::vector<std::string> lines(const Batch& batch) {
    std::vector<std::string> all;
    for (const Value change : batch.changes.root().items()) {
      std::string line(change["kind"].text());
      line += " " + std::to_string(change["id"].integer()) + " " + std::string(change["after"]["name"].text());
      if (!change["before"].is_null()) line += " was " + std::string(change["before"]["name"].text());
      all.push_back(line);
    }
    return all;
  }
  std::vector<std::string> deliver() {
    const Batch batch = next();
    settle(batch);
    return lines(batch);
  }
  static std::vector<std::string> fields(Value change) {
    std::vector<std::string> names;
    for (const Value name : change["fields"].items()) names.emplace_back(name.text());
    return names;
  }
  Figures figures() {
    const auto figures = journal_->figures();
    EXPECT_TRUE(figures);
    return figures ? *figures : Figures{};
  }

  Folder folder_;
  int64_t now_ = 1'800'000'000 * kSecond;
  JournalOptions options_;
  std::vector<std::string> said_;
  std::vector<std::string> arrived_;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace outrigger::host
