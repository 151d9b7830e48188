// The log of writes on a real file, and the host killed at every step of a write.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "host/journal/intents_report.hpp"
#include "integration/value/json.hpp"
#include "integration/value/tests/temporary_folder.hpp"
#include "integration/writes/tests/rig.hpp"

namespace outrigger::host {
namespace {

using writes::Intent;
using writes::Operation;
using writes::Request;
using writes::State;
using writes::testing_rig::Crash;
using writes::testing_rig::Fault;
using writes::testing_rig::Rig;

class IntentsTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    intents_.reset();
    file_.reset();
    Result<std::unique_ptr<JournalFile>> opened = JournalFile::open(folder_ / "journal.db", {&kIntentTables});
    ASSERT_TRUE(opened) << opened.error().message;
    file_ = *std::move(opened);
    intents_ = std::make_unique<Intents>(*file_);
  }
  static Intent intent(const std::string& key, const std::string& run = "run-1", int64_t at = 1000) {
    Intent made;
    made.key = key;
    made.epoch = "e";
    made.run = run;
    made.plugin = "p";
    made.operation = "write";
    made.model = "crm.lead";
    made.hash = "h";
    made.arguments = std::string("\x00\x01", 2);
    made.begun_at = made.sent_at = at;
    return made;
  }
  void done(Intent made, int64_t at) {
    made.state = State::kDone;
    made.ended_at = at;
    ASSERT_TRUE(intents_->finish(made, {}));
  }

  const TemporaryFolder folder_;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Intents> intents_;
};

TEST_F(IntentsTest, WhatIsBegunIsThereAfterARestart) {
  const writes::Image before{"k", "write", "", "crm.lead", 7, "B", ""};
  ASSERT_TRUE(intents_->begin(intent("k"), std::span(&before, 1)));
  open();
  Result<std::optional<Intent>> found = intents_->find("k");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->arguments, std::string("\x00\x01", 2));
  EXPECT_EQ((*found)->state, State::kBegun);
  ASSERT_EQ(intents_->open()->size(), 1U);
  Intent end = **found;
  end.state = State::kFailed;
  end.error = {Code::kValidation, "no", Source::kOdoo, Effect::kNone, -1};
  const writes::Image after{"k", "write", "", "crm.lead", 7, "", "A"};
  ASSERT_TRUE(intents_->finish(end, std::span(&after, 1)));
  open();
  found = intents_->find("k");
  EXPECT_EQ((*found)->error.code, Code::kValidation);
  EXPECT_EQ((*found)->error.message, "no");
  const auto images = intents_->images("run-1");
  ASSERT_EQ(images->size(), 1U);
  EXPECT_EQ(images->front().before, "B") << "kept by the after-image";
  EXPECT_EQ(images->front().after, "A");
  EXPECT_TRUE(intents_->open()->empty());
}

TEST_F(IntentsTest, ListsRunsNewestFirst) {
  ASSERT_TRUE(intents_->begin(intent("a", "run-1"), {}));
  ASSERT_TRUE(intents_->begin(intent("b", "run-2"), {}));
  ASSERT_TRUE(intents_->begin(intent("c", "run-2"), {}));
  done(intent("b", "run-2"), 5000);
  const auto runs = intents_->runs(10);
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->size(), 2U);
  EXPECT_EQ(runs->front().run, "run-2");
  EXPECT_EQ(runs->front().writes, 2);
  EXPECT_EQ(runs->front().done, 1);
  EXPECT_EQ(runs->front().open, 1);
  EXPECT_EQ(runs->front().ended_at, 5000);
}

TEST_F(IntentsTest, PrunesWhatIsFinishedAndNeverWhatIsOpen) {
  const writes::Image image{"x", "write", "", "crm.lead", 7, "B", ""};
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(intents_->begin(intent("k" + std::to_string(i)), std::span(&image, 1)));
  for (int i = 1; i < 10; ++i) done(intent("k" + std::to_string(i)), i * 100);
  EXPECT_EQ(*intents_->prune(350, 100), 3) << "ended before 350";
  EXPECT_EQ(*intents_->prune(0, 2, 3), 3) << "no more than that at once";
  EXPECT_EQ(*intents_->prune(0, 2, 3), 1) << "all but the newest two";
  EXPECT_EQ(*intents_->prune(0, 2, 3), 0);
  EXPECT_EQ(*intents_->count_open(), 1);
  EXPECT_EQ(intents_->of_run("run-1")->size(), 3U);
  EXPECT_TRUE(*intents_->find("k0")) << "begun";
  EXPECT_EQ(intents_->images("run-1")->size(), 3U);
}

TEST_F(IntentsTest, APersonDecidesOnWhatIsUnknown) {
  ASSERT_TRUE(intents_->begin(intent("a"), {}));
  ASSERT_TRUE(intents_->begin(intent("b"), {}));
  ASSERT_TRUE(intents_->decide("a", true, 9));
  ASSERT_TRUE(intents_->decide("b", false, 9));
  EXPECT_EQ((*intents_->find("a"))->state, State::kDone);
  EXPECT_FALSE(*intents_->find("b"));
  EXPECT_FALSE(intents_->decide("a", false, 9)) << "it is decided";
}

TEST_F(IntentsTest, ShowsWhatARunDid) {
  Rig rig;
  rig.other_log = intents_.get();
  rig.restart();
  Arena arena;
  const int64_t id = rig.odoo.create_lead("desks");
  ASSERT_TRUE(rig.write(
      {.operation = Operation::kWrite, .model = "crm.lead", .ids = {id}, .values = arena.object({{"name", "chairs"}})},
      "", "run-7"));
  const Document run = run_document(*intents_->of_run("run-7"), *intents_->images("run-7"));
  EXPECT_EQ(run.root().size(), 1U);
  const Value write = run.root().at(0);
  EXPECT_EQ(write["what"].text(), "crm.lead write");
  EXPECT_EQ(write["state"].text(), "done");
  EXPECT_EQ(value::to_json(write["records"].at(0)["changes"]["name"]), R"(["desks","chairs"])");
  const auto summary = [&] { return runs_document(*intents_->runs(5)); };
  EXPECT_EQ(value::to_json(summary().root().at(0)["undone"]), "false");
  ASSERT_TRUE(rig.write(
      {.operation = Operation::kWrite, .model = "crm.lead", .ids = {id}, .values = arena.object({{"name", "desks"}})},
      "", "undo-run-7"));
  const Document both = summary();
  EXPECT_EQ(both.root().at(0)["run"].text(), "undo-run-7");
  EXPECT_FALSE(both.root().at(0)["undone"].truthy());
  EXPECT_EQ(both.root().at(1)["run"].text(), "run-7");
  EXPECT_TRUE(both.root().at(1)["undone"].truthy());
  EXPECT_EQ(both.root().at(1)["records"].integer(), 1);
}

TEST_F(IntentsTest, ErasesARecordFromImagesArgumentsAndMessages) {
  const writes::Image image{"a", "write", "", "res.partner", 7, "B", "A"};
  ASSERT_TRUE(intents_->begin(intent("a"), std::span(&image, 1)));
  writes::Image other = image;
  other.key = "b";
  ASSERT_TRUE(intents_->begin(intent("b"), std::span(&other, 1)));
  Intent failed = intent("b");
  failed.state = State::kFailed;
  failed.error = {Code::kValidation, "Anna has an order", Source::kOdoo, Effect::kNone, -1};
  failed.ended_at = 5000;
  ASSERT_TRUE(intents_->finish(failed, {}));
  const auto shown = intents_->export_record("res.partner", 7);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->root().size(), 2U);
  int seen = 0;
  ASSERT_TRUE(
      intents_->each_image([&](int64_t, std::string_view model, int64_t id, std::string_view before, std::string_view) {
        seen += model == "res.partner" && id == 7 && before == "B" ? 1 : 0;
        return true;
      }));
  EXPECT_EQ(seen, 2);
  const auto erased = intents_->erase("res.partner", 7);
  ASSERT_TRUE(erased) << erased.error().message;
  EXPECT_EQ(erased->images, 2);
  EXPECT_EQ(erased->open, 1) << "what is begun is needed to find out what became of it";
  EXPECT_EQ(intents_->images("run-1")->front().before, "");
  EXPECT_EQ((*intents_->find("b"))->error.message, "");
  EXPECT_EQ((*intents_->find("b"))->arguments, "");
  EXPECT_NE((*intents_->find("a"))->arguments, "");
}

constexpr const char* kSteps[] = {"prepared", "begun", "answered", "looked", "finished"};

// The writer on the real file; where a step is named the host is gone: the file is opened anew.
TEST_F(IntentsTest, KilledAtEveryStepNothingIsDoubledOrLost) {
  const char* asked = std::getenv("OUTRIGGER_RUNS");
  const int runs = asked == nullptr ? 60 : std::atoi(asked);
  int doubled = 0;
  int lost = 0;
  int kills = 0;
  for (int run = 0; run < runs; ++run) {
    std::mt19937 random(static_cast<unsigned>(run));
    Rig rig(run % 2 == 0 ? 19 : 14);
    rig.other_log = intents_.get();
    rig.restart();
    const int64_t lead = rig.odoo.create_lead();
    const int64_t before = rig.odoo.count("crm.lead");
    Arena arena;
    std::vector<Request> requests;
    requests.push_back({.operation = Operation::kCreate,
                        .model = "crm.lead",
                        .values = arena.array({arena.object({{"name", "new"}})})});
    requests.push_back({.operation = Operation::kWrite,
                        .model = "crm.lead",
                        .ids = {lead},
                        .values = arena.object({{"name", "changed"}})});
    requests.push_back({.operation = Operation::kMessagePost,
                        .model = "crm.lead",
                        .ids = {lead},
                        .values = arena.object({{"body", "hello"}})});
    rig.odoo.fault = [&](const transport::Call& call) {
      if (call.read_only || random() % 3 != 0) return Fault::kNone;
      return random() % 2 == 0 ? Fault::kLostBefore : Fault::kLostAfter;
    };
    for (size_t at = 0; at < requests.size(); ++at) {
      bool finished = false;
      for (int attempt = 0; attempt < 60 && !finished; ++attempt) {
        rig.crash_at = attempt < 8 ? kSteps[random() % std::size(kSteps)] : "";
        try {
          finished = static_cast<bool>(rig.write(requests[at], "d" + std::to_string(run) + "-" + std::to_string(at)));
        } catch (const Crash&) {
          ++kills;
          rig.writer.reset();
          open();
          rig.other_log = intents_.get();
          rig.restart();
        }
        rig.odoo.now += 100000;
      }
      lost += finished ? 0 : 1;
    }
    const int64_t made = rig.odoo.count("crm.lead") - before;
    const int64_t posted = rig.odoo.count("mail.message");
    doubled += (made > 1 ? 1 : 0) + (posted > 1 ? 1 : 0);
    lost += (made < 1 ? 1 : 0) + (posted < 1 ? 1 : 0) +
            (rig.odoo.get("crm.lead", lead, "name").text() == "changed" ? 0 : 1);
  }
  RecordProperty("kills", kills);
  EXPECT_EQ(doubled, 0);
  EXPECT_EQ(lost, 0);
  EXPECT_GT(kills, runs / 2);
}

}  // namespace
}  // namespace outrigger::host
