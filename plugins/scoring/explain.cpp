#include <algorithm>
#include <cmath>
#include <cstdio>

#include "reasons.hpp"
#include "recompute.hpp"
#include "table.hpp"
#include "texts.hpp"

namespace outrigger::scoring {
namespace {

std::string number(const char* pattern, double value) {
  char out[32];
  std::snprintf(out, sizeof out, pattern, value);
  return out;
}

void print(const Command& command, const Reasons& reasons, const Names& names) {
  const auto locale = command.locale();
  TextTable table;
  table.column(text(Text::kVariable, locale), TextTable::Align::kLeft, 24);
  table.column(text(Text::kValue, locale), TextTable::Align::kLeft, 30);
  table.column(text(Text::kWonOf, locale), TextTable::Align::kRight, 18);
  table.column(text(Text::kLostOf, locale), TextTable::Align::kRight, 18);
  table.column(text(Text::kFactor, locale), TextTable::Align::kRight, 9);
  table.column("", TextTable::Align::kLeft, 60);
  double sum = reasons.prior_log_odds;
  table.row({std::string(text(Text::kBaseRate, locale)), "", number("%.1f", reasons.team_won),
             number("%.1f", reasons.team_lost), number("%+.3f", reasons.prior_log_odds), ""});
  for (const Reason& reason : reasons.reasons) {
    sum += reason.log_odds;
    std::string note;
    if (!reason.counts) note = text(reason.rare_tag ? Text::kTooFewTags : Text::kUnknownValue, locale);
    const auto share = [](double part, double all) {
      return all > 0 ? number("%.1f", part) + " / " + number("%.1f", all) : std::string("-");
    };
    table.row({names.field(reason.field), names.value(reason), share(reason.won, reason.all_won),
               share(reason.lost, reason.all_lost), number("%+.3f", reason.log_odds), note});
  }
  table.row({std::string(text(Text::kSum, locale)), "", "", "", number("%+.3f", sum),
             "= " + number("%.2f", 100 / (1 + std::exp(-sum))) + " %"});
  command.write(table.print());
}

Document document(const History& history, const Reasons& reasons, const Names& names, uint32_t row, bool open) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> list;
    double sum = reasons.prior_log_odds;
    for (const Reason& reason : reasons.reasons) {
      sum += reason.log_odds;
      list.push_back(arena.object({{"variable", arena.text(reason.field)},
                                   {"value", arena.text(reason.value)},
                                   {"label", arena.text(names.field(reason.field))},
                                   {"name", arena.text(names.value(reason))},
                                   {"won", reason.won},
                                   {"lost", reason.lost},
                                   {"all_won", reason.all_won},
                                   {"all_lost", reason.all_lost},
                                   {"counts", reason.counts},
                                   {"log_odds", reason.log_odds}}));
    }
    const Leads& leads = history.leads;
    const auto set = [](double value) { return is_set(value) ? Value::of(value) : Value{}; };
    return arena.object({{"lead", leads.id[row]},
                         {"open", open},
                         {"automated_in_odoo", set(leads.automated[row])},
                         {"probability_in_odoo", set(leads.probability[row])},
                         {"probability", set(reasons.probability)},
                         {"base_rate_log_odds", reasons.prior_log_odds},
                         {"team_won", reasons.team_won},
                         {"team_lost", reasons.team_lost},
                         {"not_enough_data", reasons.product.leaked},
                         {"reasons", arena.array(list)},
                         {"log_odds", sum}});
  });
}

}  // namespace

Result<Document> run_explain(Command& command, const Odoo& odoo, const Clock& clock, Value config) {
  const int64_t id = command.args()["lead"].integer();
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  Result<History> history = read_history(odoo, clock, config, progress);
  if (!history) return history.error();
  choose_rounding(*history);
  const int64_t found = row_of(history->leads, id);
  if (found < 0)
    return Error{Code::kMissing,
                 "there is no lead " + std::to_string(id) + " created since " + history->start_utc +
                     " UTC; older ones are not scored",
                 Source::kPlugin, Effect::kNone, -1};
  const auto row = static_cast<uint32_t>(found);
  const bool open = pending(history->leads, history->model.rules, row, history->start);
  const auto locale = command.locale();
  const int16_t stage = history->leads.stage[row];
  if (stage < 0)
    command.print("{}\n", text(Text::kNoStage, locale));
  else if (history->model.stages[static_cast<size_t>(stage)].is_won)
    command.print("{}\n", text(Text::kWonStage, locale));

  // An open lead is explained within its batch, as Odoo scores it; a closed one by itself.
  Frequencies table = rebuild(history->leads, history->model, history->variables, history->start);
  Batches all = make_batches(history->leads, history->model, history->variables, table, history->start);
  if (!open)
    all.batches.emplace_back(history->leads, history->model, history->variables, table, std::vector<uint32_t>{row});
  const auto at = std::find(all.rows.begin(), all.rows.end(), row);
  const Batch& batch =
      open ? all.batches[all.batch_of[static_cast<size_t>(at - all.rows.begin())]] : all.batches.back();
  const Reasons reasons = reasons_of(*history, table, batch, row);
  Names names(odoo, history->lead_fields, locale == "vi" ? "vi_VN" : "");
  for (const Reason& reason : reasons.reasons) names.want(reason);
  if (Result<void> read = names.read(); !read) return read.error();
  if (!command.json()) {
    if (!open) command.print("{}\n", text(Text::kClosed, locale));
    if (reasons.product.leaked)
      command.print("{}\n", text(reasons.product.first_unscored ? Text::kNoHistory : Text::kLeaked, locale));
    print(command, reasons, names);
    command.print("Odoo: {} %\n",
                  is_set(history->leads.automated[row]) ? number("%.2f", history->leads.automated[row]) : "-");
  }
  return document(*history, reasons, names, row, open);
}

}  // namespace outrigger::scoring
