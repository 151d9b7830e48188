// Sweeps, and the brake on deletions: on a FAKE Odoo.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/feed/feed.hpp"
#include "integration/feed/tests/fake_reader.hpp"

namespace outrigger::feed {
namespace {

using testing::HasSubstr;

class Sweeping : public testing::Test {
 protected:
  void start(int records, Stream stream = things()) {
    for (int i = 0; i < records; ++i) odoo_.create("row");
    ASSERT_TRUE(feed_.add(std::move(stream)));
    settle(feed_);
    sink_.forget_heard();
  }
  void sweep() { look_again(feed_, odoo_, 86400); }
  size_t deleted() const {
    size_t count = 0;
    for (const Heard& each : sink_.heard("all")) count += each.kind == Kind::kDeleted ? 1 : 0;
    return count;
  }
  std::string problem(const std::string& kind) const {
    const Problems problems = feed_.status().at(0).problems;
    const auto at = problems.find(kind);
    return at == problems.end() ? "" : at->second;
  }

  FakeReader odoo_;
  MemorySink sink_;
  Settings settings_ = [this] {
    Settings settings = odoo_.settings();
    settings.sweep_page = 100;
    return settings;
  }();
  std::vector<Problem> told_;
  Feed feed_{odoo_, sink_, settings_, [this](const Problem& problem) { told_.push_back(problem); }};
};

TEST_F(Sweeping, AFewDeletionsAreTold) {
  start(450);
  for (int64_t id = 10; id <= 400; id += 10) odoo_.unlink(id);
  sweep();
  EXPECT_EQ(deleted(), 40U);
  EXPECT_EQ(sink_.view("all").size(), 410U);
}

TEST_F(Sweeping, AnEmptyAnswerIsNoDeletion) {
  start(450);
  odoo_.empty_answers = 4;
  sweep();
  EXPECT_EQ(deleted(), 0U);
  odoo_.empty_answers = 0;
  sweep();
  EXPECT_EQ(sink_.view("all").size(), 450U);
  EXPECT_EQ(problem("short_answer"), "");
}

TEST_F(Sweeping, LostRightsAreNoDeletionAndAreSaid) {
  start(450);
  for (int64_t id = 1; id <= 300; ++id) odoo_.hidden.insert(id);
  sweep();
  EXPECT_EQ(deleted(), 0U);
  EXPECT_THAT(problem("short_answer"), HasSubstr("300 of 450"));
  odoo_.hidden = {7};
  odoo_.unlink(8);
  sweep();
  EXPECT_EQ(deleted(), 1U) << "the dead one is told from the hidden one";
  EXPECT_EQ(problem("short_answer"), "");
  EXPECT_THAT(problem("hidden"), HasSubstr("1 records"));
  EXPECT_EQ(sink_.view("all").count(7), 1U);
}

TEST_F(Sweeping, AMassDeletionWaitsForAPerson) {
  start(450);
  for (int64_t id = 1; id <= 300; ++id) odoo_.unlink(id);
  sweep();
  EXPECT_EQ(deleted(), 0U);
  EXPECT_THAT(problem("mass_deletion"), HasSubstr("300 of 450 records of x.thing"));
  sweep();
  EXPECT_EQ(deleted(), 0U);
  EXPECT_EQ(std::count_if(told_.begin(), told_.end(), [](const Problem& p) { return p.kind == "mass_deletion"; }), 1);
  EXPECT_TRUE(feed_.confirm_deletions("x.thing"));
  settle(feed_);
  EXPECT_EQ(deleted(), 300U);
  EXPECT_EQ(problem("mass_deletion"), "");
  EXPECT_FALSE(feed_.confirm_deletions("x.thing")) << "none are held back now";
}

TEST_F(Sweeping, AFailedPageIsNoDeletionAndTheSweepGoesOn) {
  start(450);
  odoo_.unlink(5);
  odoo_.unlink(445);
  odoo_.advance(86400);
  const Error html{Code::kProtocol, "a proxy answered", outrigger::Source::kNetwork, Effect::kNone, -1};
  for (int failed = 0; failed < 12; ++failed) {
    odoo_.errors.push_back(html);
    settle(feed_);
    odoo_.advance(301);
  }
  settle(feed_);
  EXPECT_EQ(deleted(), 2U);
  EXPECT_EQ(sink_.view("all").size(), 448U);
}

TEST_F(Sweeping, ACrashInASweepLosesNoDeletion) {
  start(450);
  odoo_.unlink(150);
  odoo_.advance(86400);
  // Until the page with the missing record was read, and no further.
  while (sink_.position_of("x.thing").identity_after != 100) ASSERT_TRUE(feed_.look());
  ASSERT_TRUE(feed_.look());
  EXPECT_EQ(sink_.position_of("x.thing").identity_after, 100);
  Feed again(odoo_, sink_, settings_);
  ASSERT_TRUE(again.add(things()));
  settle(again);
  EXPECT_EQ(deleted(), 1U);
}

TEST_F(Sweeping, AChangeBySqlIsFoundByTheContentSweep) {
  start(450);
  look_again(feed_, odoo_, 400);
  odoo_.sql(123, "by sql");
  look_again(feed_, odoo_, 3700);
  EXPECT_EQ(texts(sink_.heard("all")), "") << "neither look nor identity sweep can see it";
  sweep();
  EXPECT_EQ(texts(sink_.heard("all")), "changed 123");
}

TEST_F(Sweeping, ATelltaleBringsTheContentSweepForward) {
  odoo_.definitions.back() = ',';
  odoo_.definitions += R"("probability": {"type": "float", "store": true}})";
  Stream leads = things();
  leads.model = "crm.lead";
  leads.fields.push_back("probability");
  start(5, leads);
  look_again(feed_, odoo_, 901);
  odoo_.sql(2, "scored anew");
  odoo_.lowest_telltale = 500;
  look_again(feed_, odoo_, 901);
  EXPECT_EQ(texts(sink_.heard("all")), "changed 2");
}

TEST_F(Sweeping, RecheckComparesEverythingAtOnce) {
  start(10);
  odoo_.sql(3, "restored");
  odoo_.unlink(4);
  feed_.recheck();
  settle(feed_);
  EXPECT_EQ(texts(sink_.heard("all")), "deleted 4, changed 3");
}

TEST_F(Sweeping, ARecordThatCameInTheDarkIsCreated) {
  start(10);
  odoo_.advance(1000);
  odoo_.write(1, "moves the window on");
  settle(feed_);
  sink_.forget_heard();
  const int64_t id = odoo_.create("by an import that took an hour");
  odoo_.commit_late(id, "by an import that took an hour", 900);
  sweep();
  EXPECT_EQ(texts(sink_.heard("all")), "created 11");
}

}  // namespace
}  // namespace outrigger::feed
