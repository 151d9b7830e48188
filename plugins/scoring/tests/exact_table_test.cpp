// The table that is kept up equals a rebuild, row by row and in order, after each of thousands of random changes.
#include "engine/exact_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "engine/drift.hpp"
#include "golden.hpp"

namespace outrigger::scoring {
namespace {

constexpr int64_t kStart = 1000;

// A small pipeline: eight stages with ties in sequence, three teams, three fields and tags.
struct World {
  explicit World(int64_t major, uint64_t seed) : random(seed) {
    model.rules = Rules::of_major(major);
    constexpr int64_t kSequences[] = {1, 2, 2, 3, 5, 5, 7, 9};
    for (size_t i = 0; i < std::size(kSequences); ++i)
      model.stages.push_back({static_cast<int64_t>(i) + 1, "s", kSequences[i], i == 6, i % 3 == 1});
    for (int64_t i = 0; i < 3; ++i) model.teams.push_back({i + 1, "t"});
    variables = Variables::parse("country_id,source_id,tag_ids,zone", [](const auto&) { return true; });
    leads = Leads(variables.fields.size());
    for (Values& values : leads.values)
      for (int i = 0; i < 12; ++i) values.code(std::to_string(i));
    for (int i = 0; i < 9; ++i) leads.tags.code(std::to_string(i));
  }

  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random() % n); }

  void set_outcome(LeadState& lead) {
    constexpr double kOutcomes[] = {100, 0, kUnset, 40, 100, 0};
    lead.probability = kOutcomes[below(6)];
    lead.active = static_cast<uint8_t>(below(2));
    // Also what Odoo would not call so: an archived lead with a probability, won without 100.
    constexpr WonStatus kStatus[] = {WonStatus::kPending, WonStatus::kWon, WonStatus::kLost, WonStatus::kUnknown};
    const WonStatus fitting = lead.probability == 100 ? WonStatus::kWon
                              : lead.probability == 0 ? WonStatus::kLost
                                                      : WonStatus::kPending;
    lead.status = below(4) != 0 ? fitting : kStatus[below(4)];
  }

  void set_tags(LeadState& lead) {
    lead.tags.clear();
    for (uint32_t n = below(4); n > 0; --n) lead.tags.push_back(1 + below(9));
  }

  LeadState fresh(int64_t id) {
    LeadState lead;
    lead.id = id;
    lead.stage = static_cast<int16_t>(static_cast<int>(below(9)) - 1);
    lead.team = static_cast<int16_t>(static_cast<int>(below(4)) - 1);
    lead.created = kStart - 3 + below(20);  // the edge: exactly at the start counts, one microsecond before does not
    for (size_t v = 0; v < variables.fields.size(); ++v) lead.feature.push_back(below(13));
    set_tags(lead);
    set_outcome(lead);
    return lead;
  }

  // One random change; whatever a person or an import can do to a lead.
  Applied change(ExactTable& table) {
    const uint32_t what = below(24);
    if (leads.size() < 5 || what < 4)
      return update(leads, table, fresh(leads.size() == 0 ? 1 : leads.id.back() + 1 + below(3)));
    const size_t row = below(static_cast<uint32_t>(leads.size()));
    if (what == 4) return remove_lead(leads, table, leads.id[row]);
    LeadState lead = state_of(leads, row);
    if (what < 12) set_outcome(lead);
    if (what >= 12 && what < 15) lead.stage = static_cast<int16_t>(static_cast<int>(below(9)) - 1);
    if (what >= 14 && what < 17) lead.team = static_cast<int16_t>(static_cast<int>(below(4)) - 1);
    if (what >= 17 && what < 20) set_tags(lead);
    if (what >= 20) lead.feature[below(3)] = below(13);
    return update(leads, table, lead);
  }

  std::mt19937_64 random;
  Model model;
  Variables variables;
  Leads leads{0};
};

std::string text(const Frequencies& table) {
  std::string out;
  for (const Row& row : table.rows)
    out += std::to_string(row.group) + " " + std::to_string(row.variable) + " " + std::to_string(row.code) + " " +
           std::to_string(row.won) + " " + std::to_string(row.lost) + "\n";
  return out;
}

bool same(const Frequencies& a, const Frequencies& b) {
  return std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(), [](const Row& x, const Row& y) {
    return x.group == y.group && x.variable == y.variable && x.code == y.code && x.won == y.won && x.lost == y.lost;
  });
}

class ExactTables : public testing::TestWithParam<std::tuple<int64_t, uint64_t>> {};

TEST_P(ExactTables, EqualARebuildAfterEveryChange) {
  World world(std::get<0>(GetParam()), std::get<1>(GetParam()));
  ExactTable table(world.model, world.variables, kStart);
  size_t counted = 0;
  for (int step = 0; step < 4000; ++step) {
    const Applied applied = world.change(table);
    ASSERT_NE(applied, Applied::kRebuild) << table.reason();
    if (applied == Applied::kCounted) ++counted;
    const Frequencies expected = rebuild(world.leads, world.model, world.variables, kStart);
    const Frequencies kept = table.frequencies();
    ASSERT_TRUE(same(kept, expected)) << "after step " << step << "\n" << text(kept) << "expected\n" << text(expected);
  }
  EXPECT_GT(counted, 600U);
  ExactTable afresh(world.model, world.variables, kStart);
  afresh.rebuild(world.leads);
  EXPECT_TRUE(same(afresh.frequencies(), table.frequencies()));
}

INSTANTIATE_TEST_SUITE_P(Rules, ExactTables,
                         testing::Combine(testing::Values(19, 14), testing::Values(1U, 2U, 3U, 4U)));

// Every recorded history, one lead at a time: first all of them open, then closed as they were.
TEST(ExactTable, GrowsIntoWhatOdooRecorded) {
  size_t rows = 0;
  for (const std::string& name : golden_runs()) {
    const GoldenRun run = load_golden(name);
    ExactTable table(run.model, run.variables, run.start);
    Leads leads(run.variables.fields.size());
    leads.values = run.leads.values;
    leads.tags = run.leads.tags;
    for (size_t row = 0; row < run.leads.size(); ++row) {
      LeadState open = state_of(run.leads, row);
      open.status = WonStatus::kPending;
      open.probability = 50;
      ASSERT_EQ(update(leads, table, open), Applied::kUnchanged);
    }
    EXPECT_TRUE(table.frequencies().rows.empty());
    for (size_t row = run.leads.size(); row-- > 0;)
      ASSERT_NE(update(leads, table, state_of(run.leads, row)), Applied::kRebuild) << table.reason();
    const Frequencies expected = rebuild(run.leads, run.model, run.variables, run.start);
    EXPECT_TRUE(same(table.frequencies(), expected)) << name;
    rows += expected.rows.size();
  }
  EXPECT_GT(rows, 3000U);
}

TEST(ExactTable, SaysThatItNoLongerFits) {
  World world(19, 1);
  const ExactTable table(world.model, world.variables, kStart);
  EXPECT_EQ(table.outdated(world.model, world.variables, kStart), "");
  Model model = world.model;
  std::swap(model.stages[2].sequence, model.stages[3].sequence);
  EXPECT_THAT(table.outdated(model, world.variables, kStart), testing::HasSubstr("stages"));
  model = world.model;
  model.stages.pop_back();
  EXPECT_THAT(table.outdated(model, world.variables, kStart), testing::HasSubstr("stages"));
  model = world.model;
  model.stages[0].name = "renamed";
  EXPECT_EQ(table.outdated(model, world.variables, kStart), "");
  model.teams.push_back({9, "new"});
  EXPECT_THAT(table.outdated(model, world.variables, kStart), testing::HasSubstr("teams"));
  EXPECT_THAT(table.outdated(world.model, world.variables, kStart + 1), testing::HasSubstr("start date"));
  Variables variables = world.variables;
  variables.tags = false;
  EXPECT_THAT(table.outdated(world.model, variables, kStart), testing::HasSubstr("variables"));
}

TEST(ExactTable, RefusesWhatItCannotFollowAndChangesNothing) {
  World world(19, 5);
  ExactTable table(world.model, world.variables, kStart);
  for (int i = 0; i < 200; ++i) world.change(table);
  const std::string before = text(table.frequencies());
  LeadState lead = world.fresh(world.leads.id.back() + 1);
  lead.stage = static_cast<int16_t>(world.model.stages.size());
  EXPECT_EQ(update(world.leads, table, lead), Applied::kRebuild);
  EXPECT_THAT(table.reason(), testing::HasSubstr("stage"));
  lead = world.fresh(0);
  EXPECT_EQ(update(world.leads, table, lead), Applied::kRebuild);
  EXPECT_THAT(table.reason(), testing::HasSubstr("higher ids"));
  lead = world.fresh(world.leads.id.back() + 1);
  lead.created = kStart;
  lead.probability = 100;
  lead.status = WonStatus::kWon;
  lead.team = 0;
  lead.feature = {13, 0, 0};  // a value that no lead has
  EXPECT_EQ(table.apply(&lead, nullptr), Applied::kRebuild);
  EXPECT_THAT(table.reason(), testing::HasSubstr("a change was missed"));
  EXPECT_EQ(text(table.frequencies()), before);
}

TEST(ExactTable, TakesBackTheSpaceOfReplacedTags) {
  World world(19, 6);
  ExactTable table(world.model, world.variables, kStart);
  for (int i = 0; i < 60000; ++i) world.change(table);
  size_t used = 0;
  for (size_t row = 0; row < world.leads.size(); ++row) used += world.leads.tag_end[row] - world.leads.tag_begin(row);
  EXPECT_EQ(world.leads.tag.size() - used, world.leads.unused_tags);
  EXPECT_LE(world.leads.unused_tags, std::max<size_t>(4097, used + 4));
  EXPECT_TRUE(same(table.frequencies(), rebuild(world.leads, world.model, world.variables, kStart)));
}

TEST(Drift, ListsRowsAndBentScores) {
  World world(19, 8);
  ExactTable table(world.model, world.variables, kStart);
  for (int i = 0; i < 5000; ++i) world.change(table);
  const Frequencies exact = table.frequencies();
  const Drift none = drift(exact, exact, world.leads, world.model, world.variables, kStart);
  EXPECT_TRUE(none.rows.empty());
  EXPECT_TRUE(none.scores.empty());
  EXPECT_EQ(none.compared_rows, exact.rows.size());
  ASSERT_GT(none.compared_scores, 20U);

  // Live, Odoo never looks at the tags of a closed lead again: one row lags by three won, one is missing.
  Frequencies mirror = exact;
  mirror.rows[0].won += 3;
  const Row missing = mirror.rows.back();
  mirror.rows.pop_back();
  const Drift found = drift(mirror, exact, world.leads, world.model, world.variables, kStart);
  ASSERT_EQ(found.rows.size(), 2U);
  EXPECT_NEAR(found.rows[0].a.won - found.rows[0].b.won, 3, 1e-9);
  EXPECT_TRUE(!found.rows[1].in_a && found.rows[1].in_b);
  EXPECT_EQ(found.rows[1].b.code, missing.code);
  ASSERT_FALSE(found.scores.empty());
  EXPECT_GT(found.largest, 0);
  for (size_t i = 1; i < found.scores.size(); ++i)
    EXPECT_GE(found.scores[i - 1].distance(), found.scores[i].distance());
  const Scores bent = score_pending(world.leads, world.model, world.variables, mirror, kStart);
  for (const DriftScore& score : found.scores) {
    const auto at = std::find(bent.rows.begin(), bent.rows.end(), score.row);
    ASSERT_NE(at, bent.rows.end());
    const double a = bent.automated[static_cast<size_t>(at - bent.rows.begin())];
    EXPECT_TRUE(a == score.a || (!is_set(a) && !is_set(score.a)));
  }
}

}  // namespace
}  // namespace outrigger::scoring
