// What holds for every kind of model: explanations add up, a later stage never lowers, every input gets an answer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "engine/extended.hpp"
#include "engine/lead_state.hpp"
#include "engine/logistic.hpp"
#include "engine/scorer.hpp"
#include "engine/solver.hpp"
#include "engine/soundness.hpp"
#include "golden.hpp"
#include "made_history.hpp"

namespace outrigger::scoring {
namespace {

constexpr ModelKind kKinds[] = {ModelKind::kOdoo, ModelKind::kExtended, ModelKind::kLogistic};

std::vector<uint32_t> open_rows(const MadeHistory& made) {
  std::vector<uint32_t> rows;
  for (uint32_t row = 0; row < made.leads.size(); ++row)
    if (pending(made.leads, made.pipeline.rules, row, 0)) rows.push_back(row);
  return rows;
}

std::unique_ptr<Trained> learn(ModelKind kind, const MadeHistory& made) {
  return train(kind, made.sample(), made.pipeline, made.variables, 0, {});
}

// What is kept is the model, to the last bit, in another process whose codes begin with those of the training.
TEST(Kept, AModelScoresAndExplainsAsItDid) {
  for (const int64_t major : {19, 14}) {
    const MadeHistory made = make_history({.leads = 1500, .seed = 5, .major = major});
    const std::vector<uint32_t> rows = open_rows(made);
    for (const ModelKind kind : {ModelKind::kExtended, ModelKind::kLogistic}) {
      const auto model = learn(kind, made);
      Packer out;
      model->save(out);
      const std::string bytes = out.take();
      Leads codes(made.variables.fields.size());
      codes.values = made.leads.values;
      codes.tags = made.leads.tags;
      const auto again = [&](std::string_view of) {
        Unpacker in(of);
        return load(kind, in, codes, made.signals, made.pipeline, made.variables);
      };
      const auto kept = again(bytes);
      ASSERT_NE(kept, nullptr) << name_of(kind);
      EXPECT_EQ(kept->score(made.sample(), rows), model->score(made.sample(), rows)) << name_of(kind);
      for (size_t i = 0; i < rows.size(); i += 11) {
        const Explanation before = model->explain(made.sample(), rows[i]);
        const Explanation after = kept->explain(made.sample(), rows[i]);
        ASSERT_EQ(after.parts.size(), before.parts.size());
        EXPECT_EQ(after.log_odds(), before.log_odds());
        for (size_t p = 0; p < after.parts.size(); ++p) {
          EXPECT_EQ(after.parts[p].won, before.parts[p].won) << after.parts[p].variable;
          EXPECT_EQ(after.parts[p].value, before.parts[p].value);
          EXPECT_EQ(after.parts[p].rare, before.parts[p].rare);
        }
      }
      for (size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 97)
        EXPECT_EQ(again(std::string_view(bytes).substr(0, size)), nullptr) << size << " of " << bytes.size();
      EXPECT_EQ(again(bytes + "x"), nullptr);
      EXPECT_EQ(again(std::string(200, '\xff')), nullptr);
    }
  }
}

TEST(Explanations, AddUpToTheProbability) {
  for (const int64_t major : {19, 14}) {
    const MadeHistory made = make_history({.leads = 1500, .seed = 2, .major = major});
    const std::vector<uint32_t> rows = open_rows(made);
    ASSERT_GT(rows.size(), 100U);
    for (const ModelKind kind : kKinds) {
      const auto model = learn(kind, made);
      const std::vector<double> scores = model->score(made.sample(), rows);
      for (size_t i = 0; i < rows.size(); i += 7) {
        const Explanation why = model->explain(made.sample(), rows[i]);
        EXPECT_EQ(why.probability, scores[i]) << name_of(kind);
        EXPECT_NEAR(score_of(why.log_odds()), scores[i], 0.0101) << name_of(kind);
        EXPECT_GE(why.parts.size(), 3U);
        for (const Part& part : why.parts)
          if (part.counts && part.all_won > 0) {
            EXPECT_LE(part.won, part.all_won + 1e-9) << part.variable;
            EXPECT_LE(part.lost, part.all_lost + 1e-9) << part.variable;
          }
      }
    }
  }
}

TEST(Explanations, NameTheBinOfANumberAndWhatIsNotSet) {
  MadeHistory made = make_history({.leads = 3000, .seed = 3});
  const uint32_t row = open_rows(made)[0];
  made.signals.columns[1].numbers[row] = 50;
  const auto part_of = [&](ModelKind kind, const std::string& variable) {
    for (const Part& part : learn(kind, made)->explain(made.sample(), row).parts)
      if (part.variable == variable) return part;
    return Part{};
  };
  for (const ModelKind kind : {ModelKind::kExtended, ModelKind::kLogistic}) {
    const Part budget = part_of(kind, "budget");
    EXPECT_THAT(budget.value, testing::HasSubstr(" to "));
    EXPECT_GT(budget.log_odds, 0.3);
    EXPECT_GT(budget.won, 20);
  }
  made.signals.columns[1].numbers[row] = kUnset;
  EXPECT_EQ(part_of(ModelKind::kExtended, "budget").variable, "");
  const Part not_set = part_of(ModelKind::kLogistic, "budget");
  EXPECT_EQ(not_set.variable, "budget");
  EXPECT_EQ(not_set.value, "");
}

// Without signals, on every recorded run of Odoo: the same score, but where Odoo lends a team another's base rate or
// has no row for the lead's stage.
TEST(Extended, EqualsOdooWithoutSignals) {
  size_t compared = 0;
  for (const std::string& name : golden_runs()) {
    const GoldenRun run = load_golden(name);
    if (run.model.rules.early_rounding) continue;
    const Signals none;
    const ExtendedModel model({run.leads, none}, run.model, run.variables, run.start, {});
    const Frequencies table = rebuild(run.leads, run.model, run.variables, run.start);
    const Batches all = make_batches(run.leads, run.model, run.variables, table, run.start, run.batch);
    for (size_t i = 0; i < all.rows.size(); ++i) {
      const Batch& batch = all.batches[all.batch_of[i]];
      const Product product = batch.product(all.rows[i]);
      const auto stage = static_cast<uint32_t>(run.leads.stage[all.rows[i]]);
      const Lookup& lookup = batch.lookup();
      const size_t at = lookup.at(static_cast<size_t>(table.stage_variable), stage);
      if (product.leaked || !lookup.table(product.table).cells[at].known) continue;
      ++compared;
      EXPECT_NEAR(model.score({run.leads, none}, {all.rows[i]})[0], batch.score(all.rows[i]), 0.0101)
          << name << " lead " << run.leads.id[all.rows[i]];
    }
  }
  EXPECT_GT(compared, 5000U);
}

TEST(Monotone, ALaterStageNeverLowersAScore) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    MadeHistory made = make_history({.leads = 900, .seed = seed, .odoo = 1.5, .signals = seed % 2 == 0 ? 0.0 : 1.0});
    // Data that fall: lost leads come far, won ones are archived without a stage, and so pass none.
    Uniform random(seed);
    for (size_t row = 0; row < made.leads.size() && seed > 3; ++row) {
      if (made.leads.status[row] == WonStatus::kLost) made.leads.stage[row] = static_cast<int16_t>(2 + 2 * random());
      if (made.leads.status[row] == WonStatus::kWon && random() < 0.8) made.leads.stage[row] = -1;
    }
    made.pipeline.stages[2].sequence = made.pipeline.stages[1].sequence;  // a tie
    const std::vector<uint32_t> rows = open_rows(made);
    for (const ModelKind kind : kKinds) {
      const auto model = learn(kind, made);
      std::vector<double> before(rows.size(), 0.0);
      for (int16_t stage = 0; stage < 4; ++stage) {
        for (const uint32_t row : rows) made.leads.stage[row] = stage;
        const std::vector<double> scores = model->score(made.sample(), rows);
        for (size_t i = 0; i < rows.size(); ++i)
          ASSERT_GE(scores[i], before[i]) << name_of(kind) << " seed " << seed << " stage " << stage;
        EXPECT_TRUE(stage != 2 || scores == before) << "stages of one sequence";
        before = scores;
      }
    }
  }
}

// Odoo has no row for a stage that nobody of a team ever reached, and then forgets the stage.
TEST(Monotone, TheOtherKindsMendWhereOdooFallsBack) {
  MadeHistory made = make_history({.leads = 600, .seed = 9});
  for (size_t row = 0; row < made.leads.size(); ++row) {
    made.leads.team[row] = 0;
    if (made.leads.status[row] == WonStatus::kWon) made.leads.status[row] = WonStatus::kUnknown;
    if (made.leads.status[row] == WonStatus::kLost) made.leads.stage[row] = static_cast<int16_t>(row % 2);
  }
  const uint32_t row = open_rows(made)[0];
  const auto at = [&](ModelKind kind, int16_t stage) {
    const auto model = learn(kind, made);
    Leads moved = made.leads;
    moved.stage[row] = stage;
    return model->score({moved, made.signals}, {row})[0];
  };
  EXPECT_LT(at(ModelKind::kOdoo, 2), at(ModelKind::kOdoo, 1));
  EXPECT_GE(at(ModelKind::kExtended, 2), at(ModelKind::kExtended, 1));
  EXPECT_GE(at(ModelKind::kLogistic, 2), at(ModelKind::kLogistic, 1));
}

TEST(Logistic, IsTheSameEveryTime) {
  const MadeHistory made = make_history({.leads = 1200, .seed = 4});
  const LogisticModel a(made.sample(), made.pipeline, made.variables, 0, {});
  const LogisticModel b(made.sample(), made.pipeline, made.variables, 0, {});
  EXPECT_EQ(a.penalty(), b.penalty());
  EXPECT_EQ(a.score(made.sample(), open_rows(made)), b.score(made.sample(), open_rows(made)));
  EXPECT_TRUE(a.notes().empty()) << a.notes()[0];
}

TEST(Logistic, HoldsDownMoreWhereThereIsNothingToLearn) {
  const MadeHistory noise = make_history({.leads = 800, .seed = 5, .odoo = 0, .signals = 0});
  const MadeHistory clear = make_history({.leads = 800, .seed = 5, .odoo = 2, .signals = 2});
  const LogisticModel of_noise(noise.sample(), noise.pipeline, noise.variables, 0, {});
  const LogisticModel of_clear(clear.sample(), clear.pipeline, clear.variables, 0, {});
  EXPECT_GT(of_noise.penalty(), of_clear.penalty());
}

TEST(Solver, FindsABoundedMinimum) {
  // (x - 3)^2 + 10 (y + 1)^2 + (x + z)^2 with y and z not below zero: x = 1.5, y = 0, z = 0.
  const Objective f = [](const std::vector<double>& x, std::vector<double>& g) {
    g = {2 * (x[0] - 3) + 2 * (x[0] + x[2]), 20 * (x[1] + 1), 2 * (x[0] + x[2])};
    return (x[0] - 3) * (x[0] - 3) + 10 * (x[1] + 1) * (x[1] + 1) + (x[0] + x[2]) * (x[0] + x[2]);
  };
  const Minimum m = minimise(f, {5, 5, 5}, {false, true, true}, {200, 1e-9});
  EXPECT_TRUE(m.converged);
  EXPECT_NEAR(m.x[0], 1.5, 1e-6);
  EXPECT_EQ(m.x[1], 0);
  EXPECT_EQ(m.x[2], 0);
}

void expect_answers(const MadeHistory& made, const std::string& what) {
  std::vector<uint32_t> rows(made.leads.size());
  std::iota(rows.begin(), rows.end(), 0U);
  for (const ModelKind kind : kKinds) {
    const auto model = learn(kind, made);
    const std::vector<double> scores = model->score(made.sample(), rows);
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool bounded = scores[i] == 0 || scores[i] == 100 || (scores[i] >= 0.01 && scores[i] <= 99.99);
      ASSERT_TRUE(!is_set(scores[i]) || bounded) << what << " " << name_of(kind) << " " << scores[i];
    }
    for (size_t i = 0; i < rows.size(); i += 97) model->explain(made.sample(), rows[i]);
  }
}

std::string all_words(const MadeHistory& made) {
  std::string words;
  for (const std::string& each : look_over(made.leads, made.signals, made.pipeline, made.variables, 0))
    words += each + "\n";
  return words;
}

TEST(BadInput, OneClassOnlyOrNone) {
  for (const WonStatus gone : {WonStatus::kWon, WonStatus::kLost}) {
    MadeHistory made = make_history({.leads = 400, .seed = 6});
    for (WonStatus& status : made.leads.status)
      if (status == gone) status = WonStatus::kUnknown;
    expect_answers(made, "one class");
    EXPECT_THAT(all_words(made), testing::HasSubstr(gone == WonStatus::kWon ? "no lead was won" : "no lead was lost"));
    EXPECT_FALSE(learn(ModelKind::kLogistic, made)->notes().empty());
    for (WonStatus& status : made.leads.status)
      if (status != WonStatus::kPending) status = WonStatus::kUnknown;
    expect_answers(made, "no class");
    EXPECT_THAT(all_words(made), testing::HasSubstr("set an earlier start date"));
    for (const ModelKind kind : {ModelKind::kExtended, ModelKind::kLogistic}) {
      const auto model = learn(kind, made);
      EXPECT_FALSE(is_set(model->score(made.sample(), {open_rows(made)[0]})[0]));
      EXPECT_THAT(model->explain(made.sample(), open_rows(made)[0]).note, testing::HasSubstr("not enough data"));
    }
  }
}

TEST(BadInput, EmptyOrNothingSet) {
  MadeHistory made = make_history({.leads = 300, .seed = 7});
  for (auto& column : made.leads.feature) std::fill(column.begin(), column.end(), 0U);
  Signals nothing;
  nothing.columns = {Signal::category("industry"), Signal::number("budget"), Signal::of_tags("lists")};
  for (size_t row = 0; row < made.leads.size(); ++row) nothing.append();
  made.signals = nothing;
  expect_answers(made, "nothing set");
  EXPECT_THAT(all_words(made), testing::HasSubstr("budget is not set on any closed lead"));
  const auto notes = learn(ModelKind::kExtended, made)->notes();
  EXPECT_THAT(notes, testing::Contains(testing::HasSubstr("budget says nothing")));
  MadeHistory empty = make_history({.leads = 0});
  expect_answers(empty, "empty");
  empty.pipeline.stages.clear();
  empty.pipeline.teams.clear();
  expect_answers(empty, "no stages");
}

TEST(BadInput, WildNumbers) {
  MadeHistory made = make_history({.leads = 600, .seed = 8});
  Uniform random(8);
  const double wild[] = {kUnset, -5, 1e308, -std::numeric_limits<double>::infinity(), 150, 100, 0};
  for (size_t row = 0; row < made.leads.size(); ++row) {
    made.signals.columns[1].numbers[row] = wild[static_cast<size_t>(random() * 7)] * (random() < 0.5 ? 1 : 1e-300);
    if (random() < 0.3) made.leads.probability[row] = wild[static_cast<size_t>(random() * 7)];
    if (random() < 0.2) made.leads.stage[row] = -1;
  }
  for (const int64_t major : {19, 14}) {
    made.pipeline.rules = Rules::of_major(major);
    expect_answers(made, "wild numbers");
  }
  EXPECT_THAT(all_words(made), testing::HasSubstr("probability outside 0 to 100"));
  EXPECT_THAT(all_words(made), testing::HasSubstr("infinite"));
}

TEST(BadInput, AMillionTags) {
  MadeHistory made = make_history({.leads = 300, .seed = 9});
  made.variables.tags = true;
  LeadState lead = state_of(made.leads, 5);
  for (uint32_t i = 0; i < 1'000'000; ++i) lead.tags.push_back(made.leads.tags.code(std::to_string(i)));
  assign(made.leads, 5, lead);
  for (size_t row = 100; row < 300; ++row) {
    lead = state_of(made.leads, row);
    lead.tags.assign(2000, made.leads.tags.code("7"));
    assign(made.leads, row, lead);
  }
  expect_answers(made, "a million tags");
}

TEST(BadInput, ValuesNewerThanTheTraining) {
  MadeHistory made = make_history({.leads = 500, .seed = 10});
  const auto extended = learn(ModelKind::kExtended, made);
  const auto logistic = learn(ModelKind::kLogistic, made);
  const uint32_t row = open_rows(made)[0];
  made.leads.feature[0][row] = made.leads.values[0].code("a new source");
  made.signals.columns[0].code[row] = made.signals.columns[0].values.code("a new industry");
  for (const Trained* model : {extended.get(), logistic.get()}) {
    const Explanation why = model->explain(made.sample(), row);
    EXPECT_TRUE(why.probability >= 0.01 && why.probability <= 99.99);
    const auto at = std::find_if(why.parts.begin(), why.parts.end(),
                                 [](const Part& part) { return part.value == "a new industry"; });
    ASSERT_NE(at, why.parts.end());
    EXPECT_FALSE(at->counts);
  }
}

TEST(BadInput, NegativeCountsInATable) {
  const MadeHistory made = make_history({.leads = 500, .seed = 11});
  Frequencies table = rebuild(made.leads, made.pipeline, made.variables, 0);
  table.rows[0].won = -3;
  table.rows[1].lost = kUnset;
  table.rows[2].won = std::numeric_limits<double>::infinity();
  for (size_t i = 3; i < 30; ++i) table.rows[i].lost = 0;
  const auto in_bounds = [&] {
    for (const double score : score_pending(made.leads, made.pipeline, made.variables, table, 0).automated)
      if (is_set(score) && !(score >= 0.01 && score <= 99.99)) return false;
    return true;
  };
  EXPECT_TRUE(in_bounds());
  const auto words = repair(table, made.pipeline);
  ASSERT_EQ(words.size(), 11U);
  EXPECT_THAT(words[0], testing::HasSubstr("-3"));
  EXPECT_THAT(words[10], testing::HasSubstr("20 more counts"));
  EXPECT_EQ(table.rows[0].won, 0.1);
  EXPECT_TRUE(repair(table, made.pipeline).empty());
  EXPECT_TRUE(in_bounds());
}

}  // namespace
}  // namespace outrigger::scoring
