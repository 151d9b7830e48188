#include <algorithm>
#include <cmath>
#include <cstdio>

#include <outrigger/text_table.hpp>

#include "commands.hpp"
#include "early_rounding.hpp"
#include "odoo_recompute.hpp"
#include "recompute.hpp"
#include "texts.hpp"

namespace outrigger::scoring {
namespace {

std::string percent(double value) {
  if (!is_set(value)) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

// The configuration with other variables or another start date.
Document changed_config(Value config, std::string_view fields, std::string_view start) {
  return Document::build([&](Arena& arena) {
    std::vector<Field> all;
    for (const Field field : config.fields())
      if ((field.key != "fields" || fields.empty()) && (field.key != "start_date" || start.empty()))
        all.push_back({arena.keep(field.key), arena.copy(field.value)});
    if (!fields.empty()) all.push_back({"fields", arena.text(fields)});
    if (!start.empty()) all.push_back({"start_date", arena.text(start)});
    return arena.object(all);
  });
}

struct Moved {
  int64_t lead = 0;
  double now = kUnset;
  double then = kUnset;
  [[nodiscard]] double distance() const { return is_set(now) && is_set(then) ? std::fabs(now - then) : 1000; }
};

// Scores by lead, of those that get one.
std::vector<std::pair<int64_t, double>> scores_of(const Odoo& odoo, History& history) {
  choose_rounding(odoo, history);
  std::vector<std::pair<int64_t, double>> scores;
  for (const Change& change : recompute(history).changes)
    scores.emplace_back(history.leads.id[change.row], change.automated);
  std::sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return scores;
}

std::vector<Moved> compare(const std::vector<std::pair<int64_t, double>>& now,
                           const std::vector<std::pair<int64_t, double>>& then, size_t* compared) {
  std::vector<Moved> all;
  size_t a = 0;
  size_t b = 0;
  for (*compared = 0; a < now.size() || b < then.size(); ++*compared) {
    const int64_t id_a = a < now.size() ? now[a].first : INT64_MAX;
    const int64_t id_b = b < then.size() ? then[b].first : INT64_MAX;
    const Moved moved{std::min(id_a, id_b), id_a <= id_b ? now[a].second : kUnset,
                      id_b <= id_a ? then[b].second : kUnset};
    if (id_a <= id_b) ++a;
    if (id_b <= id_a) ++b;
    if ((is_set(moved.now) || is_set(moved.then)) && !(moved.distance() < 0.005)) all.push_back(moved);
  }
  std::stable_sort(all.begin(), all.end(), [](const Moved& x, const Moved& y) { return x.distance() > y.distance(); });
  return all;
}

void print(const Command& command, const std::vector<Moved>& moved, size_t compared) {
  const auto locale = command.locale();
  if (moved.empty()) command.print("{}\n", text(Text::kNoChange, locale));
  command.print(std::string(text(Text::kMoves, locale)) + "\n", moved.size(), compared);
  constexpr size_t kShown = 20;
  TextTable table;
  table.column(text(Text::kLead, locale), TextTable::Align::kRight, 12);
  table.column(text(Text::kNow, locale), TextTable::Align::kRight, 10);
  table.column(text(Text::kThen, locale), TextTable::Align::kRight, 10);
  for (size_t i = 0; i < std::min(kShown, moved.size()); ++i)
    table.row({std::to_string(moved[i].lead), percent(moved[i].now), percent(moved[i].then)});
  if (!moved.empty()) command.write(table.print());
}

Document document(const History& now, const History* then, const std::vector<Moved>& moved, bool applied) {
  return Document::build([&](Arena& arena) {
    const auto set = [](double value) { return is_set(value) ? Value::of(value) : Value{}; };
    std::vector<Value> rows;
    for (const Moved& one : moved)
      rows.push_back(arena.object({{"lead", one.lead}, {"now", set(one.now)}, {"then", set(one.then)}}));
    const auto settings = [&](const History& history) {
      return arena.object({{"fields", arena.text(history.fields_setting)},
                           {"start_date", arena.text(history.start_date)},
                           {"start_utc", arena.text(history.start_utc)},
                           {"from_config", history.from_config}});
    };
    return arena.object({{"settings", settings(now)},
                         {"proposed", then == nullptr ? Value{} : settings(*then)},
                         {"moves", arena.array(rows)},
                         {"applied", applied}});
  });
}

}  // namespace

Result<Document> run_settings(Command& command, const Odoo& odoo, const Clock& clock, Value config) {
  const std::string_view fields = command.args()["fields"].text();
  const std::string_view start = command.args()["start_date"].text();
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  const bool propose = !fields.empty() || !start.empty();
  Result<History> now = propose ? read_history(odoo, clock, config, progress) : read_settings(odoo, clock, config);
  if (!now) return now.error();
  command.print("crm.pls_fields: {}\ncrm.pls_start_date: {} ({} UTC)\n", now->fields_setting, now->start_date,
                now->start_utc);
  for (const std::string& field : now->unknown_fields)
    command.print(std::string(text(Text::kUnknownField, command.locale())) + "\n", field);
  if (!propose) return document(*now, nullptr, {}, false);
  const Document other = changed_config(config, fields, start);
  Result<History> then = read_history(odoo, clock, other.root(), progress);
  if (!then) return then.error();
  if (!then->unknown_fields.empty())
    return Error{Code::kInvalid, "`" + then->unknown_fields.front() + "` is not a field of crm.lead"};
  size_t compared = 0;
  const std::vector<Moved> moved = compare(scores_of(odoo, *now), scores_of(odoo, *then), &compared);
  if (!command.json()) print(command, moved, compared);
  const bool apply = command.args()["apply"].truthy();
  if (!apply) {
    command.print("{}\n", text(Text::kSettingsHow, command.locale()));
    return document(*now, &*then, moved, false);
  }
  if (Result<void> pressed = press_update(odoo, *then, then->fields_setting, then->start_date); !pressed)
    return pressed.error();
  if (!command.plan()) {
    const Result<History> after = read_settings(odoo, clock, config);
    if (!after) return after.error();
    if (after->start != then->start || after->variables.fields.size() != then->variables.fields.size())
      return Error{Code::kAccess,
                   "Odoo did not take the settings: its window does so for administrators only, and not where the "
                   "configuration (plugins.scoring.config) has its own; nothing was changed"};
  }
  return document(*now, &*then, moved, !command.plan());
}

}  // namespace outrigger::scoring
