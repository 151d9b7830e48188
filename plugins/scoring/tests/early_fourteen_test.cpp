// What a 14.0 gave for tables that were put into it by hand: scores on a tie, where the order of sums and the order of
// the last operations decide. Recorded on the 14.0 of Debian 11.
#include <gtest/gtest.h>

#include "engine/rounding.hpp"
#include "engine/scorer.hpp"

namespace outrigger::scoring {
namespace {

struct Country {
  const char* id;
  double won;
  double lost;
};

// One lead of one team in the first stage, with the country "0".
class OneLead {
 public:
  OneLead() {
    model.rules = Rules::of_major(14);
    model.rules.early_rounding = true;
    model.stages = {{1, "New", 1, false, false}};
    model.teams = {{1, "Sales"}};
    variables = Variables::parse("country_id", [](const std::string&) { return true; });
    const size_t row = leads.append(1);
    leads.stage[row] = leads.team[row] = 0;
    leads.feature[0][row] = leads.values[0].code("0");
    table.stage_variable = 1;
    table.tag_variable = 2;
  }

  void stage(double won, double lost) { table.rows.push_back({0, table.stage_variable, 0, won, lost}); }
  void countries(const std::vector<Country>& rows) {
    for (const Country& row : rows) table.rows.push_back({0, 0, leads.values[0].code(row.id), row.won, row.lost});
  }
  [[nodiscard]] double score() const { return Batch(leads, model, variables, table, {0}).score(0); }

  Model model;          // NOLINT(misc-non-private-member-variables-in-classes)
  Variables variables;  // NOLINT(misc-non-private-member-variables-in-classes)
  Leads leads{1};       // NOLINT(misc-non-private-member-variables-in-classes)
  Frequencies table;    // NOLINT(misc-non-private-member-variables-in-classes)
};

const std::vector<Country> kOneOrder = {{"2", 464.1, 13.1},  {"3", 13.1, 67.1}, {"1", 1.1, 2.1},
                                        {"4", 809.1, 464.1}, {"0", 2.1, 1.1},   {"5", 67.1, 809.1}};
const std::vector<Country> kAnother = {{"2", 464.1, 13.1}, {"4", 809.1, 464.1}, {"5", 67.1, 809.1},
                                       {"3", 13.1, 67.1},  {"1", 1.1, 2.1},     {"0", 2.1, 1.1}};

TEST(EarlyFourteen, ATieIsDecidedByTheOrderOfTheRows) {
  OneLead one;
  one.stage(5.1, 5.1);
  one.countries(kOneOrder);
  EXPECT_EQ(one.score(), 65.62);
  OneLead other;
  other.stage(5.1, 5.1);
  other.countries(kAnother);
  EXPECT_EQ(other.score(), 65.63);
}

TEST(EarlyFourteen, ATableArrangedAsOdoosGivesItsScore) {
  OneLead odoo;
  odoo.stage(5.1, 5.1);
  odoo.countries(kAnother);
  OneLead ours;
  ours.countries(kOneOrder);
  ours.stage(5.1, 5.1);
  // The same codes in both tables.
  Frequencies like = ours.table;
  like.rows.clear();
  like.rows.push_back({0, like.stage_variable, 0, 5.1, 5.1});
  for (const Country& row : kAnother) like.rows.push_back({0, 0, ours.leads.values[0].find(row.id), row.won, row.lost});
  ours.table.rows.push_back({0, 0, ours.leads.values[0].code("7"), 0.1, 0.1});
  const size_t rows = ours.table.rows.size();
  arrange(ours.table, like);
  ASSERT_EQ(ours.table.rows.size(), rows);
  EXPECT_EQ(ours.table.rows.front().variable, like.stage_variable);
  EXPECT_EQ(ours.table.rows.back().code, ours.leads.values[0].find("7")) << "what Odoo does not have comes last";
  ours.table.rows.pop_back();
  EXPECT_EQ(ours.score(), odoo.score());
}

TEST(EarlyFourteen, MultipliesByAHundredBeforeItDivides) {
  OneLead one;
  one.stage(3.1, 1.1);
  one.countries({{"0", 3.1, 0.1}, {"1", 3.1, 2.1}});
  EXPECT_EQ(one.score(), 96.87);
  one.model.rules.early_rounding = false;
  EXPECT_EQ(one.score(), 96.88);
}

TEST(EarlyFourteen, HasNoBounds) {
  OneLead low;
  low.stage(5.1, 5.1);
  low.countries({{"0", 0.1, 90000.1}, {"1", 90000.1, 0.1}});
  EXPECT_EQ(low.score(), 0.0);
  low.model.rules.early_rounding = false;
  EXPECT_EQ(low.score(), 0.01);
  OneLead high;
  high.stage(5.1, 5.1);
  high.countries({{"0", 90000.1, 0.1}, {"1", 0.1, 90000.1}});
  EXPECT_EQ(high.score(), 100.0);
  high.model.rules.early_rounding = false;
  EXPECT_EQ(high.score(), 99.99);
}

}  // namespace
}  // namespace outrigger::scoring
