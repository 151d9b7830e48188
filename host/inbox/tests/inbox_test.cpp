#include "host/inbox/inbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/inbox/receiver.hpp"
#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kNoteSteps[] = {"CREATE TABLE note (text TEXT)"};
const Tables kNotes{"notes", kNoteSteps};

class InboxTest : public testing::Test {
 protected:
  InboxTest() { open(); }
  void open() {
    inbox_.reset();
    file_.reset();
    auto file = JournalFile::open(folder_ / "j.db", {&kInboxTables, &kNotes});
    EXPECT_TRUE(file) << (file ? "" : file.error().message);
    file_ = *std::move(file);
    Inbox::Options options;
    options.now = [this] { return now_; };
    options.arrived = [this](const std::string& plugin) { arrived_.push_back(plugin); };
    options.most_waiting = 5;
    options.most_bytes = 2000;
    options.most_parked = 3;
    options.most_attempts = 3;
    inbox_ = std::make_unique<Inbox>(
        *file_, [this] { return epoch_; }, std::move(options));
  }
  std::string put(const std::string& body, const std::string& endpoint = "activity") {
    const Result<std::string> delivery =
        inbox_->put({"scoring", endpoint, {{"content-type", "application/json"}}, "q=1", body});
    return delivery ? *delivery : delivery.error().message;
  }
  // What is handed over now, each as "body#attempt"; the outcomes in turn, then done.
  std::vector<std::string> run(const std::vector<Result<Document>>& outcomes = {}) {
    std::vector<std::string> seen;
    Receiver receiver(
        *inbox_,
        {.plugin = "scoring",
         .now = [this] { return now_; },
         .say = [this](const std::string& s) { said_.push_back(s); }},
        [&](std::string_view operation, Value args) -> Result<Document> {
          EXPECT_EQ(operation, "webhook.receive");
          EXPECT_EQ(args["headers"].at(0).at(1).text(), "application/json");
          seen.push_back(std::string(args["body"].text()) + "#" + std::to_string(args["attempt"].integer()));
          deliveries_.emplace_back(args["delivery"].text());
          if (seen.size() > outcomes.size()) return Document();
          const Result<Document>& outcome = outcomes[seen.size() - 1];
          if (!outcome) return outcome.error();
          return Document::build([&](Arena& arena) { return arena.copy(outcome->root()); });
        });
    const Result<size_t> ran = receiver.run_due();
    EXPECT_TRUE(ran) << (ran ? "" : ran.error().message);
    return seen;
  }
  static Result<Document> outcome(const char* word, const char* reason, int64_t after_ms = -1) {
    return Document::build([&](Arena& arena) {
      return after_ms < 0 ? arena.object({{"outcome", word}, {"reason", reason}})
                          : arena.object({{"outcome", word}, {"reason", reason}, {"after_ms", after_ms}});
    });
  }
  std::vector<std::string> listed(const EventFilter& filter = {}) {
    std::vector<std::string> lines;
    const auto events = inbox_->list(filter, 100);
    EXPECT_TRUE(events);
    for (const Event& event : *events) lines.push_back(event.subscriber + " " + event.state + " " + event.reason);
    return lines;
  }

  Folder folder_;
  int64_t now_ = 1'000 * kSecond;
  std::string epoch_ = "a1";
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Inbox> inbox_;
  std::vector<std::string> arrived_;
  std::vector<std::string> said_;
  std::vector<std::string> deliveries_;
};

TEST_F(InboxTest, HandsOverInOrderOnceAndForgets) {
  EXPECT_EQ(put("one"), "a1-hook1");
  EXPECT_EQ(put(std::string("two\0\xff", 5)), "a1-hook2") << "bytes are bytes";
  EXPECT_THAT(arrived_, ElementsAre("scoring", "scoring"));
  EXPECT_THAT(run(), ElementsAre("one#1", std::string("two\0\xff#1", 7)));
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_EQ(*inbox_->next_due("scoring"), 0);
}

TEST_F(InboxTest, SurvivesARestartAndComesAgainUnderTheSameId) {
  put("one");
  EXPECT_TRUE(*inbox_->next("scoring"));
  open();
  EXPECT_THAT(run({outcome("retry", "not yet")}), ElementsAre("one#1"));
  open();
  now_ += 5 * kSecond;
  EXPECT_THAT(run(), ElementsAre("one#2"));
  EXPECT_THAT(deliveries_, ElementsAre("a1-hook1", "a1-hook1"));
}

TEST_F(InboxTest, ARetryHoldsUpItsEndpointAndNoOther) {
  put("one");
  put("two");
  put("other", "orders");
  EXPECT_THAT(run({outcome("retry", "busy", 2'000)}), ElementsAre("one#1", "other#1"));
  EXPECT_THAT(listed(), ElementsAre("scoring/activity waiting busy", "scoring/activity ready "));
  now_ += kSecond;
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_EQ(*inbox_->next_due("scoring"), now_ + kSecond);
  now_ += kSecond;
  EXPECT_THAT(run(), ElementsAre("one#2", "two#1"));
}

TEST_F(InboxTest, WhatFailsAgainAndAgainIsSetAsideAndReplayed) {
  put("bad");
  put("good");
  for (const int wait : {0, 5, 10}) {
    now_ += wait * kSecond;
    run({Error{Code::kInternal, "it crashed", Source::kPlugin}});
  }
  EXPECT_THAT(listed(), ElementsAre("scoring/activity dead it crashed"));
  EXPECT_THAT(deliveries_.back(), "a1-hook2") << "the next one went on";
  EXPECT_THAT(said_.front(), HasSubstr("it crashed"));
  EXPECT_EQ(*inbox_->replay({.state = "dead"}), 1U);
  EXPECT_THAT(run(), ElementsAre("bad#1"));
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(InboxTest, NobodyIsBlamedWhileTheInstanceIsAway) {
  put("one");
  for (int i = 0; i < 20; ++i) {
    run({Error{Code::kCancelled, "the instance is stopped", Source::kHost}});
    now_ += 3600 * kSecond;
  }
  EXPECT_THAT(run(), ElementsAre("one#1"));
}

TEST_F(InboxTest, ARejectionIsKeptWithItsReasonAndBounded) {
  for (int i = 0; i < 5; ++i) {
    put("no" + std::to_string(i));
    run({outcome("reject", "not JSON")});
  }
  EXPECT_THAT(listed({.state = "skipped"}), testing::SizeIs(3));
  EXPECT_THAT(said_.front(), HasSubstr("reject: not JSON"));
  EXPECT_EQ(*inbox_->discard({.id = 5}), 1U);
  now_ += int64_t{31} * 86400 * kSecond;
  EXPECT_EQ(*inbox_->prune(1), 1U);
  EXPECT_EQ(*inbox_->prune(100), 1U);
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(InboxTest, TooMuchIsRefusedAndNothingIsLost) {
  for (int i = 0; i < 5; ++i) put("x");
  const auto full = inbox_->put({"scoring", "activity", {}, "", "x"});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::kLimit);
  EXPECT_GT(full.error().retry_after_ms, 0);
  EXPECT_TRUE(inbox_->put({"scoring", "orders", {{"content-type", "application/json"}}, "", "x"}))
      << "each endpoint by itself";
  EXPECT_EQ(run().size(), 6U);
  EXPECT_FALSE(inbox_->put({"scoring", "activity", {}, "", std::string(3000, 'x')})) << "by bytes, too";
}

TEST_F(InboxTest, TheOutcomeIsCommittedWithWhatThePluginKeeps) {
  put("one");
  const auto letter = *inbox_->next("scoring");
  ASSERT_TRUE(letter);
  const auto note = [](Database& in) -> Result<void> {
    in.statement("INSERT INTO note VALUES ('kept')").run();
    return {};
  };
  EXPECT_EQ(inbox_->commit_outcome("crm", letter->delivery, {}, note).error().code, Code::kConflict);
  EXPECT_EQ(inbox_->commit_outcome("scoring", "a1-hook99", {}, note).error().code, Code::kConflict);
  ASSERT_TRUE(inbox_->commit_outcome("scoring", letter->delivery, {}, note));
  EXPECT_EQ(inbox_->commit_outcome("scoring", letter->delivery, {}, note).error().code, Code::kConflict) << "once";
  EXPECT_TRUE(inbox_->settle(*letter, {}));
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_EQ(*file_->read<int64_t>([](Database& in) {
    Statement of = in.statement("SELECT count(*) FROM note");
    return of.step() ? of.integer(0) : -1;
  }),
            1);
}

TEST_F(InboxTest, LettersOfAnotherEpochWaitForAPerson) {
  put("one");
  epoch_ = "b2";
  EXPECT_THAT(run(), IsEmpty());
  EXPECT_THAT(listed(), ElementsAre("scoring/activity held "));
  EXPECT_EQ(*inbox_->replay({}), 1U);
  EXPECT_THAT(run(), ElementsAre("one#1"));
}

}  // namespace
}  // namespace outrigger::host
