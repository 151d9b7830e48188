// The engine against every recorded Odoo run: the table row by row, the score and the probability of every lead.
#include "golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/scorer.hpp"

namespace outrigger::scoring {
namespace {

// Without the one in which Odoo itself failed.
std::vector<std::string> comparable_runs() {
  std::vector<std::string> names = golden_runs();
  std::erase(names, "pls14-edge-leak/zerodivision");
  return names;
}

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

std::string row_text(int64_t team, const std::string& variable, const std::string& value, double won, double lost) {
  return std::to_string(team) + " " + variable + " " + value + " " + std::to_string(won) + " " + std::to_string(lost);
}

TEST_P(Golden, RebuildsTheFrequencyTable) {
  const GoldenRun run = load_golden(GetParam());
  const Frequencies table = rebuild(run.leads, run.model, run.variables, run.start);
  std::vector<std::string> ours;
  std::vector<std::string> expected;
  for (const Row& row : table.rows) {
    const bool no_team = row.group == static_cast<int32_t>(run.model.teams.size());
    ours.push_back(row_text(no_team ? 0 : run.model.teams[static_cast<size_t>(row.group)].id,
                            variable_name(table, run.variables, row.variable), value_text(run, table, row), row.won,
                            row.lost));
  }
  for (const GoldenRow& row : run.frequencies)
    expected.push_back(row_text(row.team_id, row.variable, row.value, row.won, row.lost));
  if (run.model.rules.won_status) {
    // 19: in the same order too, as sums of doubles depend on it. PostgreSQL gives the tags of a lead in any order.
    const auto not_of_tags = [](std::vector<std::string> rows) {
      std::erase_if(rows, [](const std::string& row) { return row.find(" tag_id ") != std::string::npos; });
      return rows;
    };
    EXPECT_EQ(not_of_tags(ours), not_of_tags(expected));
  }
  std::sort(ours.begin(), ours.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(ours, expected);
}

Scores score(const GoldenRun& run, const Frequencies& table) {
  if (run.score_order.empty()) return score_pending(run.leads, run.model, run.variables, table, run.start, run.batch);
  Scores scores;
  const Batch batch(run.leads, run.model, run.variables, table, run.score_order);
  for (const uint32_t row : run.score_order) {
    EXPECT_TRUE(pending(run.leads, run.model.rules, row, run.start)) << "lead " << run.leads.id[row];
    scores.rows.push_back(row);
    scores.automated.push_back(batch.score(row));
  }
  return scores;
}

TEST_P(Golden, ScoresEveryLeadAsOdooDid) {
  GoldenRun run = load_golden(GetParam());
  const Frequencies table = rebuild(run.leads, run.model, run.variables, run.start);
  const Scores scores = score(run, table);
  std::vector<GoldenAnswer> ours(run.leads.size());
  for (size_t row = 0; row < run.leads.size(); ++row)
    ours[row] = {run.leads.probability[row], run.leads.automated[row]};
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
        << "lead " << run.leads.id[row] << ": probability " << ours[row].probability << ", Odoo "
        << expected.probability;
  }
}

TEST(GoldenFailure, ScoresWhereOdooDividesByZero) {
  const GoldenRun run = load_golden("pls14-edge-leak/zerodivision");
  ASSERT_TRUE(run.odoo_failed);
  const Frequencies table = rebuild(run.leads, run.model, run.variables, run.start);
  const Scores scores = score(run, table);
  ASSERT_FALSE(scores.rows.empty());
  for (const double automated : scores.automated) {
    if (is_set(automated)) {
      EXPECT_TRUE(automated >= 0 && automated <= 100) << automated;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, Golden, testing::ValuesIn(comparable_runs()), [](const auto& test) {
  std::string name = test.param;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

}  // namespace
}  // namespace outrigger::scoring
