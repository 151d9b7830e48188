#include "engine/drift.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <outrigger/text_table.hpp>

#include "commands.hpp"
#include "early_rounding.hpp"
#include "mirror.hpp"
#include "reasons.hpp"
#include "texts.hpp"

namespace outrigger::scoring {
namespace {

std::string number(const char* pattern, double value) {
  char out[32];
  std::snprintf(out, sizeof out, pattern, value);
  return out;
}

std::string percent(double value) { return is_set(value) ? number("%.2f", value) : std::string("-"); }

// A row's field and value, as reasons name them.
Reason named(const History& history, const Frequencies& table, const Row& row) {
  Reason reason;
  if (row.variable == table.stage_variable) {
    reason.field = "stage_id";
    reason.value = std::to_string(history.model.stages[row.code].id);
  } else if (row.variable == table.tag_variable) {
    reason.field = "tag_ids";
    reason.value = history.leads.tags.text(row.code);
  } else {
    const auto v = static_cast<size_t>(row.variable);
    reason.field = history.variables.fields[v];
    reason.value = history.leads.values[v].text(row.code);
  }
  return reason;
}

// How far apart the counts of a row are.
double gap(const DriftRow& row) { return std::fabs(row.a.won - row.b.won) + std::fabs(row.a.lost - row.b.lost); }

struct Found {
  Drift drift;
  std::vector<DriftRow> rows;  // the most apart first
  bool mirror_empty = false;
};

std::string team_of(const History& history, int32_t group, std::string_view locale) {
  const auto at = static_cast<size_t>(group);
  return at < history.model.teams.size() ? history.model.teams[at].name : std::string(text(Text::kNoTeam, locale));
}

void print_rows(const Command& command, const History& history, const Frequencies& exact, const Found& found,
                const Names& names, size_t limit) {
  const auto locale = command.locale();
  const std::string mirror(text(Text::kMirrorWord, locale));
  const std::string ours(text(Text::kExactWord, locale));
  TextTable table;
  table.column(text(Text::kTeam, locale), TextTable::Align::kLeft, 20);
  table.column(text(Text::kVariable, locale), TextTable::Align::kLeft, 20);
  table.column(text(Text::kValue, locale), TextTable::Align::kLeft, 30);
  table.column(mirror, TextTable::Align::kRight, 20);
  table.column(ours, TextTable::Align::kRight, 20);
  const auto counts = [](const Row& row, bool there) {
    return there ? number("%.1f", row.won) + " / " + number("%.1f", row.lost) : std::string("-");
  };
  for (size_t i = 0; i < std::min(limit, found.rows.size()); ++i) {
    const DriftRow& row = found.rows[i];
    const Reason reason = named(history, exact, row.in_a ? row.a : row.b);
    table.row({team_of(history, row.in_a ? row.a.group : row.b.group, locale), names.field(reason.field),
               names.value(reason), counts(row.a, row.in_a), counts(row.b, row.in_b)});
  }
  command.write(table.print());
}

void print_scores(const Command& command, const History& history, const Found& found, size_t limit) {
  const auto locale = command.locale();
  TextTable table;
  table.column("#", TextTable::Align::kRight, 10);
  table.column(text(Text::kStage, locale), TextTable::Align::kLeft, 20);
  table.column(text(Text::kTeam, locale), TextTable::Align::kLeft, 20);
  table.column(text(Text::kOdoo, locale), TextTable::Align::kRight, 8);
  table.column(text(Text::kMirrorWord, locale), TextTable::Align::kRight, 10);
  table.column(text(Text::kExactWord, locale), TextTable::Align::kRight, 10);
  const Leads& leads = history.leads;
  for (size_t i = 0; i < std::min(limit, found.drift.scores.size()); ++i) {
    const DriftScore& score = found.drift.scores[i];
    const int16_t stage = leads.stage[score.row];
    const int16_t team = leads.team[score.row];
    table.row({std::to_string(leads.id[score.row]),
               stage < 0 ? "" : history.model.stages[static_cast<size_t>(stage)].name,
               team_of(history, team < 0 ? static_cast<int32_t>(history.model.teams.size()) : team, locale),
               percent(leads.automated[score.row]), percent(score.a), percent(score.b)});
  }
  command.write(table.print());
}

Document document(const History& history, const Frequencies& exact, const Found& found, const Names& names) {
  return Document::build([&](Arena& arena) {
    const auto set = [](double value) { return is_set(value) ? Value::of(value) : Value{}; };
    const auto counts = [&](const Row& row, bool there) {
      return there ? arena.object({{"won", row.won}, {"lost", row.lost}}) : Value{};
    };
    std::vector<Value> rows;
    for (const DriftRow& row : found.rows) {
      const Row& any = row.in_a ? row.a : row.b;
      const Reason reason = named(history, exact, any);
      const auto group = static_cast<size_t>(any.group);
      rows.push_back(arena.object(
          {{"team", group < history.model.teams.size() ? Value::of(history.model.teams[group].id) : Value{}},
           {"variable", arena.text(reason.field)},
           {"value", arena.text(reason.value)},
           {"name", arena.text(names.value(reason))},
           {"mirror", counts(row.a, row.in_a)},
           {"exact", counts(row.b, row.in_b)}}));
    }
    std::vector<Value> scores;
    for (const DriftScore& score : found.drift.scores)
      scores.push_back(arena.object({{"lead", history.leads.id[score.row]},
                                     {"in_odoo", set(history.leads.automated[score.row])},
                                     {"mirror", set(score.a)},
                                     {"exact", set(score.b)}}));
    return arena.object({{"mirror_empty", found.mirror_empty},
                         {"compared_rows", static_cast<int64_t>(found.drift.compared_rows)},
                         {"compared_scores", static_cast<int64_t>(found.drift.compared_scores)},
                         {"largest", found.drift.largest},
                         {"mean", found.drift.mean},
                         {"rows", arena.array(rows)},
                         {"scores", arena.array(scores)}});
  });
}

}  // namespace

Result<Document> run_drift(Command& command, const Odoo& odoo, const Clock& clock, Value config) {
  const auto locale = command.locale();
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  Result<History> history = read_history(odoo, clock, config, progress);
  if (!history) return history.error();
  choose_rounding(odoo, *history);
  const Result<Mirror> mirror = read_mirror(odoo, *history);
  if (!mirror) return mirror.error();
  Frequencies exact = rebuild(history->leads, history->model, history->variables, history->start);
  if (history->model.rules.rows_unordered) arrange(exact, mirror->table);
  Found found;
  found.drift = drift(mirror->table, exact, history->leads, history->model, history->variables, history->start);
  found.rows = found.drift.rows;
  found.mirror_empty = mirror->read == 0;
  std::stable_sort(found.rows.begin(), found.rows.end(),
                   [](const DriftRow& a, const DriftRow& b) { return gap(a) > gap(b); });
  const auto limit = static_cast<size_t>(std::max<int64_t>(0, command.args()["limit"].integer()));
  Names names(odoo, history->lead_fields, locale == "vi" ? "vi_VN" : "");
  for (size_t i = 0; i < (command.json() ? found.rows.size() : std::min(limit, found.rows.size())); ++i)
    names.want(named(*history, exact, found.rows[i].in_a ? found.rows[i].a : found.rows[i].b));
  if (Result<void> read = names.read(); !read) return read.error();
  for (const std::string& problem : mirror->problems) command.print("{}\n", problem);
  if (found.mirror_empty) command.print("{}\n", text(Text::kMirrorEmpty, locale));
  if (!command.json()) {
    const auto say = [&](Text id, const auto&... args) {
      command.print(std::string(text(id, locale)) + "\n", args...);
    };
    if (found.rows.empty()) say(Text::kNoDrift);
    say(Text::kDriftRows, found.rows.size(), found.drift.compared_rows);
    if (!found.rows.empty()) print_rows(command, *history, exact, found, names, limit);
    say(Text::kDriftScores, found.drift.scores.size(), found.drift.compared_scores, number("%.2f", found.drift.largest),
        number("%.2f", found.drift.mean));
    if (!found.drift.scores.empty()) print_scores(command, *history, found, limit);
  }
  return document(*history, exact, found, names);
}

}  // namespace outrigger::scoring
