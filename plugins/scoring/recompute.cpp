#include "recompute.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <outrigger/text_table.hpp>

#include "early_rounding.hpp"
#include "mirror.hpp"
#include "odoo_recompute.hpp"
#include "reasons.hpp"
#include "target.hpp"
#include "texts.hpp"

namespace outrigger::scoring {
namespace {

std::string percent(double value) {
  if (!is_set(value)) return "-";
  char text[16];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

Value percent_value(double value) { return is_set(value) ? Value::of(value) : Value{}; }

// "Country Vietnam +0.42, Source Referral +0.31"
std::string strongest(const Reasons& reasons, const Names& names, bool in_favour) {
  std::vector<const Reason*> sorted;
  for (const Reason& reason : reasons.reasons)
    if (reason.counts && (in_favour ? reason.log_odds > 0.005 : reason.log_odds < -0.005)) sorted.push_back(&reason);
  std::sort(sorted.begin(), sorted.end(),
            [](const Reason* a, const Reason* b) { return std::fabs(a->log_odds) > std::fabs(b->log_odds); });
  std::string out;
  for (size_t i = 0; i < std::min<size_t>(2, sorted.size()); ++i) {
    char number[16];
    std::snprintf(number, sizeof number, " %+.2f", sorted[i]->log_odds);
    out += (out.empty() ? "" : ", ") + names.field(sorted[i]->field) + " " + names.value(*sorted[i]) + number;
  }
  return out;
}

Result<void> print(Command& command, const Odoo& odoo, const History& history, const Recomputed& result) {
  const int64_t limit = command.args()["limit"].integer();
  std::vector<const Change*> best;
  for (const Change& change : result.changes)
    if (is_set(change.automated)) best.push_back(&change);
  std::sort(best.begin(), best.end(), [](const Change* a, const Change* b) { return a->automated > b->automated; });
  const auto place = [&](const Change* change) { return static_cast<size_t>(change - result.changes.data()); };
  const size_t shown = limit > 0 ? std::min(best.size(), static_cast<size_t>(limit)) : best.size();
  Names names(odoo, history.lead_fields, command.locale() == "vi" ? "vi_VN" : "");
  std::vector<Reasons> reasons;
  std::vector<int64_t> ids;
  for (size_t i = 0; i < shown; ++i) {
    reasons.push_back(result.reasons(history, place(best[i])));
    for (const Reason& reason : reasons.back().reasons) names.want(reason);
    ids.push_back(history.leads.id[best[i]->row]);
  }
  if (Result<void> read = names.read(); !read) return read;
  std::map<int64_t, std::string> titles;
  for (size_t first = 0; first < ids.size(); first += 1000) {
    Arena arena;
    const std::vector<int64_t> part(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                    ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), first + 1000)));
    const Result<Document> rows = odoo.search_read({.model = "crm.lead",
                                                    .domain = arena.array({arena.array({"id", "in", arena.ids(part)})}),
                                                    .fields = {"name"},
                                                    .order = "id"});
    if (!rows) return rows.error();
    for (const Value row : rows->root().items()) titles[row["id"].integer()] = row["name"].text();
  }
  const auto locale = command.locale();
  TextTable table;
  table.column("#", TextTable::Align::kRight, 8);
  table.column(text(Text::kLead, locale), TextTable::Align::kLeft, 34);
  table.column(text(Text::kStage, locale), TextTable::Align::kLeft, 14);
  table.column(text(Text::kTeam, locale), TextTable::Align::kLeft, 14);
  table.column(text(Text::kOdoo, locale), TextTable::Align::kRight, 6);
  table.column(text(Text::kOurs, locale), TextTable::Align::kRight, 8);
  table.column(text(Text::kFor, locale), TextTable::Align::kLeft, 44);
  table.column(text(Text::kAgainst, locale), TextTable::Align::kLeft, 44);
  for (size_t i = 0; i < shown; ++i) {
    const uint32_t row = best[i]->row;
    const Leads& leads = history.leads;
    table.row({std::to_string(leads.id[row]), titles[leads.id[row]],
               leads.stage[row] < 0 ? "" : history.model.stages[static_cast<size_t>(leads.stage[row])].name,
               leads.team[row] < 0 ? std::string(text(Text::kNoTeam, locale))
                                   : history.model.teams[static_cast<size_t>(leads.team[row])].name,
               percent(leads.automated[row]), percent(best[i]->automated), strongest(reasons[i], names, true),
               strongest(reasons[i], names, false)});
  }
  command.write(table.print());
  if (best.size() > shown) command.print("... {} {} (--limit 0)\n", best.size() - shown, text(Text::kMore, locale));
  return {};
}

// What is to be written, what is not, and how.
struct Outgoing {
  Target target;
  std::vector<Wanted> wanted;
  std::unordered_map<int64_t, double> field;  // what the custom field holds, by lead
  size_t changed = 0;                         // scores that moved, by the target's own measure
  size_t held_back = 0;                       // of them those that Odoo's own table gives otherwise
  std::vector<std::string> problems;
  bool by_odoo = false;
};

Result<Outgoing> outgoing(const Odoo& odoo, History& history, const Recomputed& result, const Target& target,
                          bool anyway) {
  Outgoing out;
  out.target = target;
  if (target.sink == Sink::kField) {
    Result<std::unordered_map<int64_t, double>> read = read_score_field(odoo, history, target);
    if (!read) return read.error();
    out.field = *std::move(read);
  }
  std::vector<const Change*> moving;
  for (const Change& change : result.changes) {
    const int64_t lead = history.leads.id[change.row];
    const bool moves = target.sink == Sink::kField
                           ? is_set(change.automated) && moved(target, out.field[lead], change.automated)
                           : change.changed && (moved(target, history.leads.automated[change.row], change.automated) ||
                                                !same_score(change.probability, history.leads.probability[change.row]));
    if (moves) moving.push_back(&change);
  }
  out.changed = moving.size();
  std::vector<double> as_odoo;
  if (target.sink == Sink::kOdoo && !anyway && !moving.empty()) {
    const Result<Mirror> mirror = read_mirror(odoo, history);
    if (!mirror) return mirror.error();
    out.problems = mirror->problems;
    const Scores scores = score_pending(history.leads, history.model, history.variables, mirror->table, history.start);
    as_odoo.assign(history.leads.size(), kUnset);
    for (size_t i = 0; i < scores.rows.size(); ++i) as_odoo[scores.rows[i]] = scores.automated[i];
  }
  for (const Change* change : moving) {
    if (!as_odoo.empty() && !same_score(as_odoo[change->row], change->automated)) {
      ++out.held_back;
      continue;
    }
    const bool follows =
        target.sink == Sink::kOdoo && !same_score(change->probability, history.leads.probability[change->row]);
    out.wanted.push_back({history.leads.id[change->row], change->automated, follows ? change->probability : kUnset});
  }
  return out;
}

Document report(const Command& command, const History& history, const Recomputed& result, const Outgoing& out,
                const Written& written) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    int64_t scored = 0;
    for (const Change& change : result.changes) {
      const Leads& leads = history.leads;
      scored += is_set(change.automated) ? 1 : 0;
      rows.push_back(arena.object(
          {{"lead", leads.id[change.row]},
           {"automated_before", percent_value(leads.automated[change.row])},
           {"automated", percent_value(is_set(change.automated) ? change.automated : leads.automated[change.row])},
           {"probability_before", percent_value(leads.probability[change.row])},
           {"probability", percent_value(change.probability)},
           {"scored", is_set(change.automated)},
           {"field_before",
            out.target.sink == Sink::kField
                ? Value::of(out.field.count(leads.id[change.row]) == 0 ? 0.0 : out.field.at(leads.id[change.row]))
                : Value{}}}));
    }
    std::vector<Value> failed;
    for (const auto& [id, message] : written.failed)
      failed.push_back(arena.object({{"lead", id}, {"message", arena.text(message)}}));
    const auto done = static_cast<int64_t>(written.done.size());
    return arena.object({{"plan", command.plan()},
                         {"model", result.learned ? name_of(result.learned->kind) : name_of(ModelKind::kOdoo)},
                         {"target", out.target.sink == Sink::kNothing ? std::string_view() : out.target.field()},
                         {"fields", arena.text(history.fields_setting)},
                         {"start", arena.text(history.start_utc)},
                         {"leads", static_cast<int64_t>(history.leads.size())},
                         {"pending", static_cast<int64_t>(result.changes.size())},
                         {"scored", scored},
                         {"changed", static_cast<int64_t>(out.changed)},
                         {"held_back", static_cast<int64_t>(out.held_back)},
                         {"by", out.by_odoo ? "odoo" : "rpc"},
                         {"planned", command.plan() ? done : 0},
                         {"written", command.plan() ? 0 : done},
                         {"unknown", arena.ids(written.unknown)},
                         {"failed", arena.array(failed)},
                         {"rows", arena.array(rows)}});
  });
}

Result<Written> send(Command& command, const Odoo& odoo, const Clock& clock, Value config, const History& history,
                     const Recomputed& result, Outgoing& out) {
  const std::string by(command.args()["by"].text());
  if (out.target.sink == Sink::kOdoo) {
    const Result<bool> chosen =
        choose_odoo(odoo, history, result, by, out.wanted.size(), out.held_back, command.plan());
    if (!chosen) return chosen.error();
    out.by_odoo = *chosen;
  }
  if (out.by_odoo) {
    out.held_back = 0;
    return let_odoo_recompute(odoo, clock, config, history, result, command.plan());
  }
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "writing scores"); };
  return write_scores(odoo, out.target, out.wanted, progress, command.plan());
}

void say_model(Command& command, const Learned& learned) {
  const auto locale = command.locale();
  command.print(std::string(text(Text::kByModel, locale)) + "\n", name_of(learned.kind), day_of(learned.at),
                learned.won, learned.lost);
  for (const std::string& name : learned.left_out)
    command.print(std::string(text(Text::kLeftOut, locale)) + "\n", name);
  for (const std::string& note : learned.notes) command.print("{}\n", note);
}

// Without the right to read Odoo's own table: in the order of a rebuild.
Recomputed recompute_as_odoo(const Odoo& odoo, History& history) {
  if (!history.model.rules.rows_unordered) return recompute(history);
  const Result<Mirror> mirror = read_mirror(odoo, history);
  return recompute(history, mirror ? &mirror->table : nullptr);
}

}  // namespace

Reasons Recomputed::reasons(const History& history, size_t i) const {
  if (by_model) return by_model->reasons(i);
  return reasons_of(history, table, batches.batches[changes[i].batch], changes[i].row);
}

Result<Recomputed> recompute_by_model(const Odoo& odoo, const Clock& clock, const Store& store, Value config,
                                      History& history, const Progress& progress, bool plan) {
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  if (*kind == ModelKind::kOdoo) return recompute_as_odoo(odoo, history);
  Result<std::optional<Learned>> kept = load_learned(store, history, config);
  if (!kept) return kept.error();
  Recomputed result;
  if (*kept) {
    result.learned = std::make_unique<Learned>(**std::move(kept));
  } else {
    Result<Learned> learned = learn(odoo, clock, store, config, history, progress);
    if (!learned) return learned.error();
    if (!plan)
      if (Result<void> done = keep_learned(store, *learned); !done) return done.error();
    result.learned = std::make_unique<Learned>(*std::move(learned));
  }
  const std::vector<uint32_t> rows = open_rows(history);
  const Result<std::vector<PointEvent>> events = read_events(odoo, clock, store, config, history, rows);
  if (!events) return events.error();
  result.by_model = std::make_unique<ModelScores>(*result.learned, history, rows);
  if (Result<void> read = result.by_model->read(odoo, clock, config, *events); !read) return read.error();
  for (size_t i = 0; i < rows.size(); ++i)
    result.changes.push_back({rows[i], 0, result.by_model->score(i), history.leads.probability[rows[i]]});
  return result;
}

Recomputed recompute(const History& history, const Frequencies* like) {
  Recomputed result;
  result.table = rebuild(history.leads, history.model, history.variables, history.start);
  if (like != nullptr) arrange(result.table, *like);
  result.batches = make_batches(history.leads, history.model, history.variables, result.table, history.start);
  for (size_t i = result.batches.rows.size(); i-- > 0;) {
    const uint32_t row = result.batches.rows[i];
    const uint16_t batch = result.batches.batch_of[i];
    Change change{row, batch, result.batches.batches[batch].score(row), history.leads.probability[row]};
    const double old = history.leads.automated[row];
    if (is_set(change.automated)) {
      change.probability = probability_after(change.probability, old, change.automated);
      change.changed =
          !same_score(change.automated, old) || !same_score(change.probability, history.leads.probability[row]);
    }
    result.changes.push_back(change);
  }
  return result;
}

Result<Document> run_recompute(Command& command, const Odoo& odoo, const Clock& clock, const Store& store,
                               Value config) {
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  Result<History> history = read_history(odoo, clock, config, progress);
  if (!history) return history.error();
  choose_rounding(odoo, *history);
  const auto say = [&](Text id, const auto&... args) {
    command.print(std::string(text(id, command.locale())) + "\n", args...);
  };
  for (const std::string& field : history->unknown_fields) say(Text::kUnknownField, field);
  if (history->start > clock.now().time_since_epoch().count()) say(Text::kFutureStart, history->start_date);
  const Result<Recomputed> recomputed =
      recompute_by_model(odoo, clock, store, config, *history, progress, command.plan());
  if (!recomputed) return recomputed.error();
  const Recomputed& result = *recomputed;
  if (result.learned) say_model(command, *result.learned);
  if (!command.json())
    if (Result<void> printed = print(command, odoo, *history, result); !printed) return printed.error();
  Result<Outgoing> out = outgoing(odoo, *history, result, *target, command.args()["anyway"].truthy());
  if (!out) return out.error();
  for (const std::string& problem : out->problems) command.print("{}\n", problem);
  const Result<Written> written = send(command, odoo, clock, config, *history, result, *out);
  if (!written) return written.error();
  command.print("\n");
  say(Text::kSummary, history->leads.size(), history->start_utc, result.changes.size(), out->changed);
  if (command.plan())
    say(Text::kPlanOnly);
  else if (out->by_odoo)
    say(Text::kByOdoo, written->done.size());
  else if (target->sink == Sink::kNothing)
    say(Text::kNothingWritten);
  else
    target->sink == Sink::kField ? say(Text::kFieldWritten, target->field(), written->done.size())
                                 : say(Text::kWritten, written->done.size());
  if (out->held_back > 0) say(Text::kHeldBack, out->held_back);
  if (!written->unknown.empty()) say(Text::kOutcomeUnknown, written->unknown.size());
  for (size_t i = 0; i < std::min<size_t>(5, written->failed.size()); ++i)
    say(Text::kNotWritten, written->failed[i].first, written->failed[i].second);
  return report(command, *history, result, *out, *written);
}

}  // namespace outrigger::scoring
