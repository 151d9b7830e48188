// The engine against every recorded Odoo run: the table row by row, the score and the probability of every lead.
#include "golden.hpp"

#include <gtest/gtest.h>

#include "engine/scorer.hpp"

namespace outrigger::scoring {
namespace {

class Golden : public testing::TestWithParam<std::string> {};

std::string variable_name(const Frequencies& table, const Variables& variables, int32_t variable) {
  if (variable == table.stage_variable) return "stage_id";
  return variable == table.tag_variable ? "tag_id" : variables.fields[static_cast<size_t>(variable)];
}

std::string value_text(const GoldenRun& run, const Frequencies& table, const Row& row) {
  if (row.variable == table.stage_variable) return std::to_string(run.model.stages[row.code].id);
  if (row.variable == table.tag_variable) return run.leads.tags.text(row.code);
  return run.leads.values[static_cast<size_t>(row.variable)].text(row.code);
}

TEST_P(Golden, RebuildsTheFrequencyTableInOdoosOrder) {
  const GoldenRun run = load_golden(GetParam());
  const Frequencies table = rebuild(run.leads, run.model, run.variables, run.start);
  ASSERT_EQ(table.rows.size(), run.frequencies.size());
  size_t elsewhere = 0;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    const GoldenRow& expected = run.frequencies[i];
    const bool no_team = row.group == static_cast<int32_t>(run.model.teams.size());
    ASSERT_EQ(no_team ? 0 : run.model.teams[static_cast<size_t>(row.group)].id, expected.team_id) << "row " << i;
    ASSERT_EQ(variable_name(table, run.variables, row.variable), expected.variable) << "row " << i;
    // PostgreSQL gives the tags of a lead in any order, so tags may be met in another one.
    if (value_text(run, table, row) != expected.value && expected.variable == "tag_id") {
      ++elsewhere;
      continue;
    }
    ASSERT_EQ(value_text(run, table, row), expected.value) << "row " << i;
    EXPECT_EQ(row.won, expected.won) << expected.variable << " " << expected.value;
    EXPECT_EQ(row.lost, expected.lost) << expected.variable << " " << expected.value;
  }
  EXPECT_LE(elsewhere, run.frequencies.size() / 4);
}

TEST_P(Golden, ScoresEveryLeadAsOdooDid) {
  GoldenRun run = load_golden(GetParam());
  const Frequencies table = rebuild(run.leads, run.model, run.variables, run.start);
  const Scores scores = score_pending(run.leads, run.model, run.variables, table, run.start, run.batch);
  std::vector<GoldenAnswer> ours(run.leads.size());
  for (size_t row = 0; row < run.leads.size(); ++row) ours[row] = {run.leads.probability[row], run.leads.automated[row]};
  for (size_t i = 0; i < scores.rows.size(); ++i) {
    if (!is_set(scores.automated[i])) continue;
    GoldenAnswer& answer = ours[scores.rows[i]];
    answer.probability = probability_after(answer.probability, answer.automated, scores.automated[i]);
    answer.automated = scores.automated[i];
  }
  const auto same = [](double a, double b) { return is_set(a) == is_set(b) && (!is_set(a) || a == b); };
  for (size_t row = 0; row < run.leads.size(); ++row) {
    const GoldenAnswer& expected = run.after.at(run.leads.id[row]);
    EXPECT_TRUE(same(ours[row].automated, expected.automated))
        << "lead " << run.leads.id[row] << ": automated " << ours[row].automated << ", Odoo " << expected.automated;
    EXPECT_TRUE(same(ours[row].probability, expected.probability))
        << "lead " << run.leads.id[row] << ": probability " << ours[row].probability << ", Odoo " << expected.probability;
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, Golden, testing::ValuesIn(golden_runs()), [](const auto& test) {
  std::string name = test.param;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

}  // namespace
}  // namespace outrigger::scoring
