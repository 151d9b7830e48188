#include "report.hpp"

#include <algorithm>

namespace outrigger::scoring {
namespace {

Value set(double value) { return is_set(value) ? Value::of(value) : Value{}; }

Value interval_value(Arena& arena, const Interval& interval) {
  return arena.object({{"value", set(interval.value)}, {"low", set(interval.low)}, {"high", set(interval.high)}});
}

Value calibration_value(Arena& arena, const Report& report) {
  std::vector<Value> rows;
  for (const CalibrationRow& row : report.calibration)
    rows.push_back(arena.object({{"from", row.low},
                                 {"to", row.high},
                                 {"predicted", row.predicted},
                                 {"observed", row.observed},
                                 {"observed_low", row.observed_low},
                                 {"observed_high", row.observed_high},
                                 {"leads", static_cast<int64_t>(row.leads)},
                                 {"won", static_cast<int64_t>(row.won)}}));
  return arena.array(rows);
}

Value lift_value(Arena& arena, const Report& report) {
  std::vector<Value> rows;
  for (const LiftRow& row : report.lift)
    rows.push_back(arena.object(
        {{"share", row.share}, {"win_rate", row.win_rate}, {"lift", row.lift}, {"captured", row.captured}}));
  return arena.array(rows);
}

Value bands_value(Arena& arena, const Report& report) {
  std::vector<Value> rows;
  for (const BandRow& row : report.bands)
    rows.push_back(arena.object({{"from", row.from},
                                 {"to", row.to},
                                 {"leads", static_cast<int64_t>(row.leads)},
                                 {"won", static_cast<int64_t>(row.won)}}));
  return arena.array(rows);
}

Value teams_value(Arena& arena, const Report& report) {
  std::vector<Value> rows;
  for (const TeamReport& row : report.teams)
    rows.push_back(arena.object({{"team", row.team},
                                 {"leads", static_cast<int64_t>(row.leads)},
                                 {"won", static_cast<int64_t>(row.won)},
                                 {"predicted", row.predicted},
                                 {"auc", set(row.measures.auc)},
                                 {"brier", set(row.measures.brier)}}));
  return arena.array(rows);
}

Value texts_value(Arena& arena, const std::vector<std::string>& texts) {
  std::vector<Value> all;
  for (const std::string& text : texts) all.push_back(arena.text(text));
  return arena.array(all);
}

Value model_value(Arena& arena, const Report& report) {
  return arena.object({{"model", arena.text(report.name)},
                       {"auc", interval_value(arena, report.intervals.auc)},
                       {"brier", interval_value(arena, report.intervals.brier)},
                       {"log_loss", interval_value(arena, report.intervals.log_loss)},
                       {"brier_minus_odoo", interval_value(arena, report.minus_odoo.brier)},
                       {"auc_minus_odoo", interval_value(arena, report.minus_odoo.auc)},
                       {"calibration_error", set(report.calibration_error)},
                       {"calibration", calibration_value(arena, report)},
                       {"lift", lift_value(arena, report)},
                       {"bands", bands_value(arena, report)},
                       {"teams", teams_value(arena, report)},
                       {"notes", texts_value(arena, report.notes)}});
}

const char* name_of(Alarm::Kind kind) {
  switch (kind) {
    case Alarm::Kind::kWinRate: return "win_rate";
    case Alarm::Kind::kLevel: return "level";
    case Alarm::Kind::kOrder: return "order";
    case Alarm::Kind::kVariable: return "variable";
  }
  return "";
}

Value alarms_value(Arena& arena, const std::vector<Alarm>& alarms) {
  std::vector<Value> all;
  for (const Alarm& alarm : alarms)
    all.push_back(arena.object({{"kind", name_of(alarm.kind)},
                                {"variable", arena.text(alarm.variable)},
                                {"before", alarm.before},
                                {"after", alarm.after}}));
  return arena.array(all);
}

Value suspects_value(Arena& arena, const std::vector<Suspect>& suspects) {
  std::vector<Value> all;
  for (const Suspect& suspect : suspects)
    all.push_back(arena.object({{"variable", arena.text(suspect.variable)},
                                {"train_auc", set(suspect.train_auc)},
                                {"test_auc", set(suspect.test_auc)},
                                {"why", arena.text(suspect.why)}}));
  return arena.array(all);
}

Result<Judging> judging_of(Value args) {
  Judging judging;
  judging.share = args["share"].number().value_or(0.7);
  judging.replicates = static_cast<size_t>(std::clamp<int64_t>(args["replicates"].integer(), 100, 10000));
  if (!(judging.share > 0.05 && judging.share < 0.95))
    return Error{Code::kInvalid,
                 "--share takes a number between 0.05 and 0.95: the part of the decisions to learn from",
                 Source::kPlugin, Effect::kNone, -1};
  if (const std::string_view day = args["cut"].text(); !day.empty()) {
    judging.cut = moment_of(day);
    if (judging.cut == kNever || day.size() != 10)
      return Error{Code::kInvalid, "--cut takes a day such as 2026-03-01, not \"" + std::string(day) + "\"",
                   Source::kPlugin, Effect::kNone, -1};
  }
  return judging;
}

}  // namespace

Value figures_of(Arena& arena, const Shown& shown) {
  const Comparison& comparison = shown.judged.comparison;
  std::vector<Value> models;
  for (const Report& report : comparison.reports) models.push_back(model_value(arena, report));
  std::vector<std::string> learned;
  for (const Signal& signal : shown.known.fields.columns) learned.push_back(signal.name);
  if (!shown.known.rules.empty()) learned.emplace_back("points");
  const auto count = [](size_t n) { return static_cast<int64_t>(n); };
  return arena.object({{"problem", arena.text(comparison.problem)},
                       {"cut", shown.judged.cut == kNever ? Value{} : Value::of(shown.judged.cut)},
                       {"fields", arena.text(shown.history.fields_setting)},
                       {"variables", texts_value(arena, learned)},
                       {"learned_from", count(comparison.split.train.size())},
                       {"judged", count(comparison.judged)},
                       {"won", count(comparison.won)},
                       {"base_rate", set(comparison.base_rate)},
                       {"unscored", count(comparison.unscored)},
                       {"seen_at_a_look", count(shown.judged.past.looked_at)},
                       {"seen_on_arrival", count(shown.judged.past.on_arrival)},
                       {"without_time", count(shown.judged.past.without_time)},
                       {"changed_since", count(comparison.split.changed_since)},
                       {"models", arena.array(models)},
                       {"suspects", suspects_value(arena, comparison.suspects)},
                       {"left_out", suspects_value(arena, shown.judged.left_out)},
                       {"alarms", alarms_value(arena, shown.judged.alarms)},
                       {"notes", texts_value(arena, shown.known.notes)}});
}

Result<Document> run_report(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config) {
  Result<Judging> judging = judging_of(command.args());
  if (!judging) return judging.error();
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  const Result<History> history = read_history(odoo, clock, config, progress);
  if (!history) return history.error();
  const Result<Known> known = read_known(odoo, clock, store, config, *history, progress);
  if (!known) return known.error();
  for (size_t k = 0; k < judging->kinds.size(); ++k)
    if (name_of(judging->kinds[k]) == config["model"].text()) judging->watched = k;
  const Judged judged = judge(*history, *known, *judging);
  const Speech say(command.locale());
  const Shown shown{*history, *known, judged, say, judging->watched};
  outrigger::Report page(say("Is the lead score right?", "Điểm tiềm năng có đúng không?"),
                         say("Leads created since {} UTC, variables {}", "Tiềm năng tạo từ {} UTC, các biến {}",
                             history->start_utc, history->fields_setting));
  show_report(page, shown);
  return page.answer([&](Arena& arena) { return figures_of(arena, shown); });
}

}  // namespace outrigger::scoring
