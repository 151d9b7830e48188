#include "extended.hpp"

#include <algorithm>
#include <cmath>

namespace outrigger::scoring {
namespace {

constexpr double kSmoothing = 0.1;  // Odoo's own

}  // namespace

ExtendedModel::ExtendedModel(const Sample& sample, const Model& pipeline, const Variables& variables, int64_t start,
                             const Learning& learning)
    : pipeline_(pipeline), variables_(variables), fewest_(learning.fewest) {
  const Leads& leads = sample.leads;
  arrange(rebuild(leads, pipeline, variables, start), leads);
  const std::vector<ClosedLead> closed = closed_leads(leads, pipeline, start);
  for (const Signal& signal : sample.signals.columns) learn_signal(signal, sample, closed, learning);
  if (closed.empty())
    notes_.emplace_back("no lead was won or lost since the start date: there is nothing to learn from");
}

void ExtendedModel::arrange(Frequencies table, const Leads& codes) {
  frequencies_ = std::move(table);
  for (const Values& values : codes.values) sizes_.push_back(values.size());
  sizes_.push_back(static_cast<uint32_t>(pipeline_.stages.size()));
  sizes_.push_back(codes.tags.size());
  std::vector<bool> present(variables_.fields.size() + 2, true);
  present.back() = variables_.tags;
  lookup_ = std::make_unique<const Lookup>(frequencies_, codes, pipeline_, present);
  for (size_t group = 0; group <= pipeline_.teams.size(); ++group) {
    const size_t own = lookup_->table_of(group);
    const auto scorable = [&](size_t at) { return lookup_->table(at).scorable(); };
    table_.push_back(scorable(own) ? own : scorable(lookup_->all_teams()) ? lookup_->all_teams() : SIZE_MAX);
  }
  factors_.resize(lookup_->all_teams() + 1);
  for (size_t t = 0; t < factors_.size(); ++t)
    for (const Factor& each : lookup_->table(t).factors) factors_[t].push_back(std::log(each.won / each.lost));
  learn_stages(pipeline_);
}

ExtendedModel::ExtendedModel(Unpacker& in, const Leads& codes, const Model& pipeline, const Variables& variables)
    : pipeline_(pipeline), variables_(variables) {
  fewest_ = in.number();
  Frequencies table;
  table.stage_variable = static_cast<int32_t>(variables.fields.size());
  table.tag_variable = table.stage_variable + 1;
  const auto fits = [&](const Row& row) {
    const auto v = static_cast<size_t>(row.variable);
    const size_t fields = variables.fields.size();
    if (row.variable < 0 || v > fields + 1 || row.group < 0) return false;
    const size_t codes_of = v < fields    ? codes.values[v].size()
                            : v == fields ? pipeline.stages.size()
                                          : codes.tags.size();
    return row.code < codes_of && static_cast<size_t>(row.group) <= pipeline.teams.size();
  };
  for (size_t rows = in.count(); rows > 0 && in.ok(); --rows) {
    Row row{static_cast<int32_t>(in.number()), static_cast<int32_t>(in.number()), static_cast<uint32_t>(in.number())};
    row.won = in.real();
    row.lost = in.real();
    if (!fits(row)) in.fail();
    if (in.ok()) table.rows.push_back(row);
  }
  arrange(std::move(table), codes);
  const size_t groups = pipeline_.teams.size() + 2;
  for (size_t signals = in.count(); signals > 0 && in.ok(); --signals) {
    Learned learned;
    learned.encoding = Encoding::load(in);
    if (!in.ok()) return;
    learned.counts.resize(groups * learned.encoding.size());
    for (Counts& counts : learned.counts) counts = {static_cast<double>(in.number()), static_cast<double>(in.number())};
    weigh(learned);
    signals_.push_back(std::move(learned));
  }
}

void ExtendedModel::save(Packer& out) const {
  out.number(fewest_);
  out.number(frequencies_.rows.size());
  for (const Row& row : frequencies_.rows) {
    for (const int64_t number : {int64_t{row.group}, int64_t{row.variable}, int64_t{row.code}})
      out.number(static_cast<uint64_t>(number));
    out.real(row.won);
    out.real(row.lost);
  }
  out.number(signals_.size());
  for (const Learned& learned : signals_) {
    learned.encoding.save(out);
    for (const Counts& counts : learned.counts) {
      out.number(static_cast<uint64_t>(counts.won));
      out.number(static_cast<uint64_t>(counts.lost));
    }
  }
}

// In order of sequence, never falling; ties stand together.
void ExtendedModel::learn_stages(const Model& pipeline) {
  const size_t first = lookup_->at(variables_.fields.size(), 0);
  const std::vector<int32_t> reach = reach_of(pipeline.stages);
  for (size_t t = 0; t < factors_.size(); ++t) {
    if (factors_[t].empty()) continue;
    const std::vector<Cell>& cells = lookup_->table(t).cells;
    bool any = false;
    double highest = 0;
    for (size_t s = 0; s < reach.size();) {
      const auto last = static_cast<size_t>(reach[s]);
      for (size_t i = s; i <= last; ++i) {
        if (cells.empty() || !cells[first + i].known) continue;
        highest = any ? std::max(highest, factors_[t][first + i]) : factors_[t][first + i];
        any = true;
      }
      for (; s <= last; ++s) factors_[t][first + s] = highest;
    }
  }
}

void ExtendedModel::learn_signal(const Signal& signal, const Sample& sample, const std::vector<ClosedLead>& closed,
                                 const Learning& learning) {
  Learned learned;
  learned.encoding = Encoding::learn(signal, closed, learning.fewest, learning.bins);
  const size_t codes = learned.encoding.size();
  const size_t groups = pipeline_.teams.size() + 2;
  const size_t all = groups - 1;
  learned.counts.resize(groups * codes);
  for (const ClosedLead& lead : closed)
    learned.encoding.each(signal, lead.row, [&](uint32_t code) {
      for (const size_t group : {group_of(sample.leads, lead.row), all}) {
        Counts& counts = learned.counts[group * codes + code];
        (lead.won ? counts.won : counts.lost) += 1;
      }
    });
  weigh(learned);
  if (codes <= 1)
    notes_.push_back(signal.name + " says nothing: " +
                     (signal.kind == Signal::Kind::kNumber
                          ? "no cut of its numbers parts won from lost leads"
                          : "no value of it was seen in " + std::to_string(learning.fewest) + " closed leads"));
  signals_.push_back(std::move(learned));
}

// From the counts.
void ExtendedModel::weigh(Learned& learned) const {
  const size_t codes = learned.encoding.size();
  const size_t groups = pipeline_.teams.size() + 2;
  const size_t all = groups - 1;
  learned.totals.resize(groups);
  learned.log_odds.resize(groups * codes);
  learned.by_all.resize(groups * codes);
  for (size_t group = groups; group-- > 0;) {
    const auto counts_here = [&](size_t code) {
      const Counts& counts = learned.counts[group * codes + code];
      return counts.won + counts.lost > 0 && counts.won + counts.lost >= static_cast<double>(fewest_);
    };
    Counts& total = learned.totals[group];
    for (size_t code = 1; code < codes; ++code)
      if (counts_here(code)) {
        total.won += learned.counts[group * codes + code].won + kSmoothing;
        total.lost += learned.counts[group * codes + code].lost + kSmoothing;
      }
    for (size_t code = 1; code < codes; ++code) {
      const size_t at = group * codes + code;
      learned.by_all[at] = group != all && !counts_here(code);
      learned.log_odds[at] = counts_here(code) ? std::log((learned.counts[at].won + kSmoothing) / total.won) -
                                                     std::log((learned.counts[at].lost + kSmoothing) / total.lost)
                                               : learned.log_odds[all * codes + code];
    }
  }
}

size_t ExtendedModel::group_of(const Leads& leads, size_t row) const {
  const int16_t team = leads.team[row];
  return team < 0 || static_cast<size_t>(team) >= pipeline_.teams.size() ? pipeline_.teams.size()
                                                                         : static_cast<size_t>(team);
}

double ExtendedModel::factor(size_t table, size_t variable, uint32_t code) const {
  if (code >= sizes_[variable] || factors_[table].empty()) return 0;
  return factors_[table][lookup_->at(variable, code)];
}

double ExtendedModel::sum(const Sample& sample, size_t row) const {
  const Leads& leads = sample.leads;
  const size_t group = group_of(leads, row);
  const size_t table = table_[group];
  const size_t fields = variables_.fields.size();
  double sum = std::log(lookup_->table(table).team_won / lookup_->table(table).team_lost);
  for (const int32_t variable : variables_.factors) {
    const bool stage = variable < 0;
    sum += stage ? factor(table, fields, static_cast<uint32_t>(leads.stage[row]))
                 : factor(table, static_cast<size_t>(variable), leads.feature[static_cast<size_t>(variable)][row]);
  }
  if (variables_.tags)
    for (uint32_t t = leads.tag_begin(row); t < leads.tag_end[row]; ++t) sum += factor(table, fields + 1, leads.tag[t]);
  for (size_t s = 0; s < signals_.size(); ++s) {
    const Learned& learned = signals_[s];
    const double* log_odds = learned.log_odds.data() + group * learned.encoding.size();
    learned.encoding.each(sample.signals.columns[s], row, [&](uint32_t code) { sum += log_odds[code]; });
  }
  return sum;
}

std::vector<double> ExtendedModel::score(const Sample& sample, const std::vector<uint32_t>& rows) const {
  std::vector<double> scores;
  scores.reserve(rows.size());
  for (const uint32_t row : rows) {
    const int16_t stage = sample.leads.stage[row];
    if (stage < 0)
      scores.push_back(0);
    else if (pipeline_.stages[static_cast<size_t>(stage)].is_won)
      scores.push_back(100);
    else
      scores.push_back(table_[group_of(sample.leads, row)] == SIZE_MAX ? kUnset : score_of(sum(sample, row)));
  }
  return scores;
}

void ExtendedModel::explain_field(Explanation& why, size_t table, size_t variable, const std::string& name,
                                  const Values& values, uint32_t code) const {
  Part part{name, values.text(code)};
  const Lookup::Table& of_team = lookup_->table(table);
  if (code < sizes_[variable] && !of_team.cells.empty() && of_team.cells[lookup_->at(variable, code)].known) {
    const Cell& cell = of_team.cells[lookup_->at(variable, code)];
    part.won = cell.won;
    part.lost = cell.lost;
    part.all_won = of_team.totals[variable].won;
    part.all_lost = of_team.totals[variable].lost;
    part.counts = true;
    part.log_odds = factor(table, variable, code);
  }
  part.rare = !part.counts && variable == variables_.fields.size() + 1;
  why.parts.push_back(std::move(part));
}

void ExtendedModel::explain_stage(Explanation& why, size_t table, const Leads& leads, size_t row) const {
  const size_t variable = variables_.fields.size();
  const auto stage = static_cast<uint32_t>(leads.stage[row]);
  const Lookup::Table& of_team = lookup_->table(table);
  const Cell& cell = of_team.cells[lookup_->at(variable, stage)];
  why.parts.push_back({"stage_id", std::to_string(pipeline_.stages[stage].id), cell.won, cell.lost, of_team.team_won,
                       of_team.team_lost, true, false, false, factor(table, variable, stage)});
}

void ExtendedModel::explain_signal(Explanation& why, size_t group, size_t s, const Signal& signal, size_t row) const {
  const Learned& learned = signals_[s];
  const size_t codes = learned.encoding.size();
  learned.encoding.each_own(signal, row, [&](uint32_t own) {
    Part part{signal.name, learned.encoding.text(signal, own)};
    const uint32_t code = learned.encoding.code(own);
    part.rare = code == 0 && learned.encoding.seen(own);
    if (code != 0) {
      part.all_teams = learned.by_all[group * codes + code];
      const size_t from = part.all_teams ? pipeline_.teams.size() + 1 : group;
      part.won = learned.counts[from * codes + code].won + kSmoothing;
      part.lost = learned.counts[from * codes + code].lost + kSmoothing;
      part.all_won = learned.totals[from].won;
      part.all_lost = learned.totals[from].lost;
      part.counts = true;
      part.log_odds = learned.log_odds[group * codes + code];
    }
    why.parts.push_back(std::move(part));
  });
}

Explanation ExtendedModel::explain(const Sample& sample, uint32_t row) const {
  const Leads& leads = sample.leads;
  const size_t group = group_of(leads, row);
  const size_t table = table_[group];
  Explanation why;
  if (table == SIZE_MAX) {
    why.note = "not enough data: no closed lead says anything";
    return why;
  }
  why.won = lookup_->table(table).team_won;
  why.lost = lookup_->table(table).team_lost;
  why.prior_log_odds = std::log(why.won / why.lost);
  why.probability = score(sample, {row})[0];
  if (leads.stage[row] < 0) why.note = "the lead has no stage: 0 %";
  if (leads.stage[row] >= 0 && pipeline_.stages[static_cast<size_t>(leads.stage[row])].is_won)
    why.note = "the stage is a won stage: 100 %";
  for (const int32_t variable : variables_.factors) {
    const auto v = static_cast<size_t>(variable);
    if (variable < 0 && leads.stage[row] >= 0) explain_stage(why, table, leads, row);
    if (variable >= 0 && leads.feature[v][row] != 0)
      explain_field(why, table, v, variables_.fields[v], leads.values[v], leads.feature[v][row]);
  }
  if (variables_.tags)
    for (uint32_t t = leads.tag_begin(row); t < leads.tag_end[row]; ++t)
      explain_field(why, table, variables_.fields.size() + 1, "tag_ids", leads.tags, leads.tag[t]);
  for (size_t s = 0; s < signals_.size(); ++s) explain_signal(why, group, s, sample.signals.columns[s], row);
  return why;
}

}  // namespace outrigger::scoring
