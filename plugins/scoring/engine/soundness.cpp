#include "soundness.hpp"

#include <algorithm>
#include <cmath>

#include "encoding.hpp"

namespace outrigger::scoring {
namespace {

constexpr double kLeastCount = 0.1;
constexpr size_t kMostSentences = 10;
constexpr size_t kManyValues = 1000;

std::string plural(size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

void look_at_outcomes(std::vector<std::string>& found, const std::vector<ClosedLead>& closed) {
  const auto won =
      static_cast<size_t>(std::count_if(closed.begin(), closed.end(), [](const ClosedLead& lead) { return lead.won; }));
  if (closed.empty())
    found.emplace_back(
        "no lead created since the start date was won or lost, so no score can be computed: set an earlier start date");
  else if (won == 0)
    found.emplace_back("no lead was won since the start date: every score is near 0.01 % and tells nothing");
  else if (won == closed.size())
    found.emplace_back(
        "no lead was lost since the start date: every score is near 99.99 % and tells nothing; mark lost leads as "
        "lost");
}

void look_at_leads(std::vector<std::string>& found, const Leads& leads, const std::vector<ClosedLead>& closed) {
  size_t impossible = 0;
  for (const double probability : leads.probability)
    if (is_set(probability) && !(probability >= 0 && probability <= 100)) ++impossible;
  if (impossible > 0)
    found.push_back(plural(impossible, "lead has", "leads have") +
                    " a probability outside 0 to 100: neither won nor lost by it, check the import that wrote it");
  size_t without_stage = 0;
  for (const ClosedLead& lead : closed) without_stage += leads.stage[lead.row] < 0 ? 1U : 0U;
  if (without_stage > 0)
    found.push_back(plural(without_stage, "closed lead has", "closed leads have") +
                    " no stage: counted in every other variable, but not in the stages");
}

void look_at_teams(std::vector<std::string>& found, const Leads& leads, const Model& pipeline,
                   const std::vector<ClosedLead>& closed) {
  std::vector<bool> has(pipeline.teams.size() + 1, false);
  for (const ClosedLead& lead : closed)
    has[leads.team[lead.row] < 0 ? pipeline.teams.size() : static_cast<size_t>(leads.team[lead.row])] = true;
  for (size_t t = 0; t < pipeline.teams.size() && !closed.empty(); ++t)
    if (!has[t])
      found.push_back("team " + std::to_string(pipeline.teams[t].id) +
                      " has no closed lead: its leads are scored by all teams together");
}

void look_at_values(std::vector<std::string>& found, const std::string& name, size_t with, size_t values,
                    size_t closed) {
  if (closed == 0) return;
  if (with == 0)
    found.push_back(name + " is not set on any closed lead, so it says nothing: leave it out, or fill it in");
  else if (values > kManyValues && values * 2 > with)
    found.push_back(name + " has " + std::to_string(values) + " values on " + plural(with, "lead", "leads") +
                    ", too many to learn from: choose a variable with fewer");
}

size_t distinct(std::vector<uint32_t> codes) {
  std::sort(codes.begin(), codes.end());
  return static_cast<size_t>(std::unique(codes.begin(), codes.end()) - codes.begin());
}

void look_at_signal(std::vector<std::string>& found, const Signal& signal, const std::vector<ClosedLead>& closed) {
  std::vector<uint32_t> codes;
  size_t with = 0;
  size_t infinite = 0;
  for (const ClosedLead& lead : closed) {
    const size_t before = codes.size();
    if (signal.kind == Signal::Kind::kCategory && signal.code[lead.row] != 0) codes.push_back(signal.code[lead.row]);
    if (signal.kind == Signal::Kind::kTags)
      codes.insert(codes.end(), signal.tag.begin() + signal.tag_begin(lead.row),
                   signal.tag.begin() + signal.tag_end[lead.row]);
    if (signal.kind == Signal::Kind::kNumber) {
      if (std::isinf(signal.numbers[lead.row])) ++infinite;
      if (std::isfinite(signal.numbers[lead.row])) ++with;
    }
    if (codes.size() > before) ++with;
  }
  look_at_values(found, signal.name, with, distinct(std::move(codes)), closed.size());
  if (infinite > 0)
    found.push_back(signal.name + " is infinite on " + plural(infinite, "closed lead", "closed leads") +
                    ": taken as not set");
}

}  // namespace

std::vector<std::string> look_over(const Leads& leads, const Signals& signals, const Model& pipeline,
                                   const Variables& variables, int64_t start) {
  std::vector<std::string> found;
  const std::vector<ClosedLead> closed = closed_leads(leads, pipeline, start);
  look_at_outcomes(found, closed);
  look_at_leads(found, leads, closed);
  look_at_teams(found, leads, pipeline, closed);
  for (size_t v = 0; v < variables.fields.size(); ++v) {
    std::vector<uint32_t> codes;
    for (const ClosedLead& lead : closed)
      if (leads.feature[v][lead.row] != 0) codes.push_back(leads.feature[v][lead.row]);
    const size_t with = codes.size();
    look_at_values(found, variables.fields[v], with, distinct(std::move(codes)), closed.size());
  }
  for (const Signal& signal : signals.columns) look_at_signal(found, signal, closed);
  if (pipeline.first_stage() < 0)
    found.emplace_back(
        "every stage belongs to a team, so there is no first stage to take a base rate from, and Odoo "
        "scores nothing: open one stage to all teams");
  return found;
}

std::vector<std::string> repair(Frequencies& table, const Model& pipeline) {
  std::vector<std::string> repaired;
  size_t more = 0;
  const auto mend = [&](const Row& row, double& count, const char* which) {
    if (std::isfinite(count) && count > 0) return;
    const std::string was = std::to_string(count);
    count = kLeastCount;
    if (repaired.size() == kMostSentences) {
      ++more;
      return;
    }
    const bool no_team = row.group < 0 || static_cast<size_t>(row.group) >= pipeline.teams.size();
    repaired.push_back(
        "the table's row of variable " + std::to_string(row.variable) + ", value " + std::to_string(row.code) + ", " +
        (no_team ? "no team" : "team " + std::to_string(pipeline.teams[static_cast<size_t>(row.group)].id)) + " has " +
        was + " " + which + " leads: taken as 0.1, have Odoo rebuild its table");
  };
  for (Row& row : table.rows) {
    mend(row, row.won, "won");
    mend(row, row.lost, "lost");
  }
  if (more > 0) repaired.push_back("and " + plural(more, "more count", "more counts") + " like that");
  return repaired;
}

}  // namespace outrigger::scoring
