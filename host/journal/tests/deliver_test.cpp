// What becomes of deliveries: done, retry, reject, failures, dead letters, replay.
#include <fstream>
#include <set>

#include "host/journal/tests/fixture.hpp"

namespace outrigger::host {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Deliver : public JournalTest {
 protected:
  Value one(std::string_view outcome, int64_t after_ms = -1, std::string_view reason = {}) {
    std::vector<Field> fields{{"outcome", Value::of(outcome)}};
    if (after_ms >= 0) fields.push_back({"after_ms", Value::of(after_ms)});
    if (!reason.empty()) fields.push_back({"reason", Value::of(reason)});
    return arena_.object(fields);
  }
  std::string delivery(const Batch& batch, size_t i = 0) {
    return std::string(batch.changes.root().at(i)["delivery"].text());
  }
  std::vector<Event> events(const EventFilter& filter = {}) {
    auto list = journal_->list(filter, 1000);
    EXPECT_TRUE(list);
    return list ? *list : std::vector<Event>();
  }
  Arena arena_;
};

TEST_F(Deliver, NothingIsHandedOutTwiceAtATime) {
  see({{1, "a"}, {2, "b"}, {3, "c"}});
  const Batch first = next(2);
  const Batch second = next(2);
  EXPECT_EQ(first.size(), 2U);
  EXPECT_EQ(second.size(), 1U);
  EXPECT_TRUE(next(2).empty());
  settle(first);
  settle(second);
  EXPECT_EQ(figures().pending, 0);
}

TEST_F(Deliver, ACrashRepeatsItUnderTheSameId) {
  see({{1, "a"}});
  const std::string id = delivery(next());
  start();
  const Batch again = next();
  EXPECT_EQ(delivery(again), id);
  settle(again);
  start();
  EXPECT_TRUE(next().empty());
  see({{1, "b"}});
  EXPECT_NE(delivery(next()), id);
}

TEST_F(Deliver, AChangeDuringADeliveryIsDeliveredNext) {
  see({{1, "a"}, {2, "x"}});
  deliver();
  see({{1, "b"}, {2, "y"}});
  const Batch batch = next();
  see({{1, "c"}, {2, "x"}});
  EXPECT_TRUE(next().empty()) << "in order per record";
  settle(batch);
  const Batch then = next();
  ASSERT_THAT(lines(then), ElementsAre("changed 1 c was b", "changed 2 x was y"));
  EXPECT_NE(delivery(then), delivery(batch));
  EXPECT_EQ(then.changes.root().at(0)["attempt"].integer(), 1);
}

TEST_F(Deliver, BackAndForthDuringADeliveryIsNothingNew) {
  see({{1, "a"}});
  const Batch batch = next();
  see({{1, "b"}});
  see({{1, "a"}});
  settle(batch);
  EXPECT_THAT(deliver(), IsEmpty());
}

TEST_F(Deliver, WhatMayHaveBeenSeenIsTakenBack) {
  see({{1, "a"}});
  deliver();
  see({{1, "b"}});
  next();
  start();
  see({{1, "a"}});
  const Batch batch = next();
  ASSERT_THAT(lines(batch), ElementsAre("changed 1 a was a")) << "the plugin may believe in b";
  EXPECT_THAT(fields(batch.changes.root().at(0)), IsEmpty()) << "and nothing became anything";
}

TEST_F(Deliver, ADeletionDuringADeliveryIsDeliveredNext) {
  see({{1, "a"}});
  const Batch batch = next();
  lose({1});
  settle(batch);
  EXPECT_THAT(deliver(), ElementsAre("deleted 1  was a"));
  EXPECT_THAT(deliver(), IsEmpty());
  EXPECT_EQ(figures().records, 0);
}

TEST_F(Deliver, RetryWaitsAndCounts) {
  see({{1, "a"}, {2, "b"}});
  const Batch batch = next();
  EXPECT_EQ(settle(batch, arena_.array({one("done"), one("retry", 60'000, "not yet")})).retried, 1U);
  EXPECT_TRUE(next().empty());
  EXPECT_EQ(*journal_->next_due("crm/leads"), now_ + 60 * kSecond);
  EXPECT_EQ(events()[0].state, "waiting");
  EXPECT_EQ(events()[0].reason, "not yet");
  now_ += 60 * kSecond;
  const Batch again = next();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.changes.root().at(0)["attempt"].integer(), 2);
  EXPECT_EQ(delivery(again), delivery(batch, 1));
}

TEST_F(Deliver, AnOutcomeThatIsMissingOrUnknownIsRetry) {
  see({{1, "a"}, {2, "b"}, {3, "c"}});
  EXPECT_EQ(settle(next(), arena_.array({one("done"), one("perhaps")})).retried, 2U);
}

TEST_F(Deliver, RejectIsKeptWithItsReasonAndCanBeReplayed) {
  see({{1, "a"}});
  deliver();
  see({{1, "b"}});
  const Batch batch = next();
  settle(batch, arena_.array({one("reject", -1, "no phone")}));
  EXPECT_TRUE(next().empty());
  ASSERT_THAT(events(), SizeIs(1));
  EXPECT_EQ(events()[0].state, "skipped");
  EXPECT_EQ(events()[0].reason, "no phone");
  const auto shown = journal_->show(delivery(batch));
  ASSERT_TRUE(shown && *shown);
  EXPECT_EQ((*shown)->kind, "changed");
  EXPECT_EQ((*shown)->before.root()["name"].text(), "a");
  see({{1, "c"}});
  EXPECT_THAT(deliver(), ElementsAre("changed 1 c was b"));
  EXPECT_EQ(*journal_->replay({.delivery = delivery(batch)}), 1U);
  const Batch again = next();
  EXPECT_THAT(lines(again), ElementsAre("changed 1 c was a"));
  EXPECT_EQ(delivery(again), delivery(batch));
}

TEST_F(Deliver, SkippedOnesAreBoundedAndThatIsSaid) {
  options_.most_skipped = 3;
  start();
  for (int i = 1; i <= 5; ++i) {
    see({{i, "x"}});
    settle(next(), arena_.array({one("reject", -1, "no")}));
  }
  EXPECT_EQ(figures().skipped, 3);
  EXPECT_EQ(figures().skipped_dropped, 2);
  EXPECT_THAT(said_, Contains(HasSubstr("the oldest 1 are forgotten")));
}

TEST_F(Deliver, WhatWaitsForOdooIsBlamedForNothing) {
  see({{1, "a"}});
  Troubles away;
  int64_t waited = 0;
  for (int i = 0; i < 30; ++i) {
    const Batch batch = next();
    ASSERT_EQ(batch.size(), 1U) << "after " << i << " repetitions";
    EXPECT_EQ(batch.changes.root().at(0)["attempt"].integer(), 1);
    away.begin();
    away.note(delivery(batch), {Code::kUnreachable, "Odoo is away", Source::kNetwork, Effect::kUnknown, 148'000});
    const auto settled = journal_->settle(batch, arena_.array({one("retry", 200, "Odoo is away")}), &away);
    ASSERT_TRUE(settled);
    EXPECT_EQ(settled->dead, 0U);
    const int64_t due = *journal_->next_due("crm/leads");
    EXPECT_GE(due - now_, 148 * kSecond) << "a plugin that is in a hurry does not know better";
    waited += due - now_;
    now_ = due;
  }
  EXPECT_GT(waited, 3'600 * kSecond);
  EXPECT_EQ(figures().dead, 0);
  // Its own fault counts as before.
  const Batch batch = next();
  away.begin();
  const auto settled = journal_->settle(batch, arena_.array({one("retry", 200, "I do not know how")}), &away);
  ASSERT_TRUE(settled);
  EXPECT_EQ(*journal_->next_due("crm/leads") - now_, 200'000);
  now_ += kSecond;
  EXPECT_EQ(next().changes.root().at(0)["attempt"].integer(), 2);
}

TEST(Troubles, WhatTimeWillNotTellIsNoOutage) {
  Troubles troubles;
  troubles.note("1", {Code::kUnreachable, "nothing tells whether it was done", Source::kNetwork, Effect::kUnknown, -1});
  troubles.note("2", {Code::kValidation, "no", Source::kOdoo, Effect::kNone, -1});
  EXPECT_FALSE(troubles.any());
  troubles.note("3", {Code::kUnreachable, "away", Source::kNetwork, Effect::kNone, -1});
  EXPECT_TRUE(troubles.any());
}

TEST_F(Deliver, AfterTenAttemptsItIsADeadLetterThatCanBeReplayed) {
  see({{1, "a"}});
  Settled settled;
  int attempts = 0;
  int64_t waited = 0;
  while (settled.dead == 0 && attempts < 50) {
    const Batch batch = next();
    ASSERT_EQ(batch.size(), 1U);
    settled = fail(batch);
    ++attempts;
    const int64_t due = *journal_->next_due("crm/leads");
    if (due == 0) break;
    EXPECT_GT(due, now_);
    EXPECT_LE(due - now_, 3'600 * kSecond);
    waited += due - now_;
    now_ = due;
  }
  EXPECT_EQ(attempts, 10);
  EXPECT_GT(waited, 1'500 * kSecond);
  EXPECT_EQ(figures().dead, 1);
  EXPECT_THAT(said_, Contains(HasSubstr("events replay")));
  EXPECT_THAT(said_, Contains(HasSubstr("it fell over")));
  now_ += 86'400 * kSecond;
  EXPECT_TRUE(next().empty());
  start();
  EXPECT_TRUE(next().empty());
  EXPECT_EQ(*journal_->replay({.state = "dead"}), 1U);
  EXPECT_THAT(lines(next()), ElementsAre("created 1 a"));
}

TEST_F(Deliver, ADeadLettersRecordIsDeliveredWhenItChanges) {
  options_.most_attempts = 1;
  start();
  see({{1, "a"}});
  fail(next());
  EXPECT_EQ(figures().dead, 1);
  see({{1, "b"}});
  EXPECT_THAT(deliver(), ElementsAre("created 1 b"));
  EXPECT_EQ(figures().dead, 0);
}

TEST_F(Deliver, APoisonRecordHoldsUpOnlyItself) {
  std::vector<Lead> rows;
  for (int i = 1; i <= 100; ++i) rows.push_back({i, "x"});
  see(rows);
  std::set<int64_t> done;
  int calls = 0;
  int of_poison = 0;
  while (figures().dead == 0 && calls < 200) {
    const Batch batch = next(64);
    if (batch.empty()) {
      const int64_t due = *journal_->next_due("crm/leads");
      ASSERT_GT(due, now_) << "the journal has something, and does not hand it out";
      now_ = due;
      continue;
    }
    ++calls;
    bool poison = false;
    for (const Value change : batch.changes.root().items()) poison = poison || change["id"].integer() == 42;
    if (!poison) {
      for (const Value change : batch.changes.root().items())
        EXPECT_TRUE(done.insert(change["id"].integer()).second) << "twice";
      settle(batch);
      continue;
    }
    if (done.size() == 99) {
      ++of_poison;
      EXPECT_EQ(batch.size(), 1U);
    }
    fail(batch);
  }
  EXPECT_EQ(done.size(), 99U);
  EXPECT_GE(of_poison, 8) << "only what failed alone counts as an attempt";
  EXPECT_LT(calls, 50);
  EXPECT_EQ(events({.state = "dead"})[0].id, 42);
}

TEST_F(Deliver, APoisonRecordThatEndsTheInstanceHoldsUpOnlyItself) {
  std::vector<Lead> rows;
  for (int i = 1; i <= 100; ++i) rows.push_back({i, "x"});
  see(rows);
  const Error crash{Code::kInternal, "its process crashed", Source::kPlugin, Effect::kUnknown, -1};
  const Error away{Code::kUnreachable, "it is started again", Source::kHost, Effect::kNone, 1000};
  size_t done = 0;
  int crashes = 0;
  bool is_away = false;
  for (int calls = 0; done < 99 && calls < 200; ++calls) {
    const Batch batch = next(64);
    if (batch.empty()) {
      now_ = std::max(now_ + 1, *journal_->next_due("crm/leads"));
      continue;
    }
    bool poison = false;
    for (const Value change : batch.changes.root().items()) poison = poison || change["id"].integer() == 1;
    if (is_away) {
      fail(batch, away);
    } else if (poison) {
      ++crashes;
      fail(batch, crash);
    } else {
      done += batch.size();
      settle(batch);
    }
    is_away = poison && !is_away;
  }
  EXPECT_EQ(done, 99U) << "after " << crashes << " crashes";
  EXPECT_LT(crashes, 20);
}

TEST_F(Deliver, WhenOdooIsAwayNobodyIsBlamed) {
  see({{1, "a"}, {2, "b"}});
  for (int i = 0; i < 30; ++i) {
    const Batch batch = next();
    ASSERT_EQ(batch.size(), 2U);
    fail(batch, {Code::kUnreachable, "no connection", Source::kNetwork, Effect::kNone, -1});
    EXPECT_TRUE(next().empty());
    const int64_t due = *journal_->next_due("crm/leads");
    ASSERT_GT(due, now_);
    EXPECT_LE(due - now_, 300 * kSecond);
    now_ = due;
  }
  const Batch batch = next();
  EXPECT_EQ(batch.changes.root().at(0)["attempt"].integer(), 1);
  fail(batch, {Code::kCancelled, "stopping", Source::kHost, Effect::kNone, -1});
  EXPECT_EQ(next().size(), 2U) << "a stop costs no time";
}

TEST_F(Deliver, AnInstanceThatComesBackIsServedSoon) {
  see({{1, "a"}});
  for (int i = 0; i < 30; ++i) {
    const Batch batch = next();
    ASSERT_EQ(batch.size(), 1U);
    fail(batch, {Code::kUnreachable, "in quarantine", Source::kHost, Effect::kNone, -1});
    const int64_t due = *journal_->next_due("crm/leads");
    ASSERT_GT(due, now_);
    EXPECT_LE(due - now_, 2 * kSecond) << "an admin who released it would wait";
    now_ = due;
  }
}

TEST_F(Deliver, EventsAreFoundByWhatAnAdminKnows) {
  see({{1, "a"}, {2, "b"}});
  const Batch batch = next(1);
  EXPECT_EQ(events({.state = "working"}).at(0).delivery, delivery(batch));
  EXPECT_EQ(events({.state = "ready"}).at(0).id, 2);
  EXPECT_THAT(events({.model = "res.partner"}), IsEmpty());
  EXPECT_THAT(events({.id = 2}), SizeIs(1));
  EXPECT_THAT(events({.delivery = "nonsense"}), IsEmpty());
  EXPECT_EQ((**journal_->show(delivery(batch))).after.root()["name"].text(), "a");
  EXPECT_FALSE(*journal_->show("nonsense"));
  const Figures all = figures();
  EXPECT_EQ(all.pending, 2);
  EXPECT_EQ(all.oldest, now_);
  EXPECT_EQ(all.subscribers.at(0).name, "crm/leads");
  EXPECT_EQ(*journal_->discard({.state = "dead"}), 0U);
}

TEST_F(Deliver, ARecordsDataIsShownAndForgotten) {
  see({{1, "Anna"}, {2, "Bert"}});
  settle(next(), arena_.array({one("reject", -1, "Anna again"), one("done")}));
  see({{1, "Anne"}});
  const auto all = journal_->export_record("crm.lead", 1);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->root().size(), 3U) << "last seen, undelivered, skipped";
  ASSERT_TRUE(journal_->erase_record("crm.lead", 1));
  journal_.reset();
  file_.reset();
  std::ifstream raw(folder_ / "journal.db", std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(raw)), {});
  EXPECT_EQ(bytes.find("Ann"), std::string::npos) << "not in the file's free space either";
  EXPECT_NE(bytes.find("Bert"), std::string::npos);
  start();
  const Batch batch = next();
  ASSERT_EQ(batch.size(), 1U) << "the change itself is not lost";
  settle(batch);
  see({{1, "Anne"}});
  EXPECT_THAT(deliver(), IsEmpty()) << "what Odoo still has is known again, silently";
}

}  // namespace
}  // namespace outrigger::host
