#include <cstdio>

#include "commands.hpp"
#include "early_rounding.hpp"
#include "reasons.hpp"
#include "recompute.hpp"

namespace outrigger::scoring {
namespace {

// As RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe.
std::string cell(std::string_view text) {
  std::string out;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) out += '\'';
  out += text;
  if (out.find_first_of(",\"\n\r") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + "\"";
}

std::string number(const char* pattern, double value) {
  if (!is_set(value)) return "";
  char out[32];
  std::snprintf(out, sizeof out, pattern, value);
  return out;
}

std::string lines_of(const History& history, const Reasons& reasons, const Names& names, uint32_t row) {
  const Leads& leads = history.leads;
  const int16_t stage = leads.stage[row];
  const int16_t team = leads.team[row];
  const std::string head = std::to_string(leads.id[row]) + "," +
                           cell(team < 0 ? "" : history.model.teams[static_cast<size_t>(team)].name) + "," +
                           cell(stage < 0 ? "" : history.model.stages[static_cast<size_t>(stage)].name) + "," +
                           number("%.2f", reasons.probability) + "," + number("%.2f", leads.automated[row]) + ",";
  std::string out = head + "base,,," + number("%.1f", reasons.team_won) + "," + number("%.1f", reasons.team_lost) +
                    ",,," + number("%.6f", reasons.prior_log_odds) + "," +
                    (reasons.product.leaked ? "not enough data" : "") + "\n";
  for (const Reason& reason : reasons.reasons)
    out += head + cell(reason.field) + "," + cell(reason.value) + "," + cell(names.value(reason)) + "," +
           number("%.1f", reason.won) + "," + number("%.1f", reason.lost) + "," + number("%.1f", reason.all_won) + "," +
           number("%.1f", reason.all_lost) + "," + number("%.6f", reason.log_odds) + "," +
           (reason.counts ? "" : (reason.rare_tag ? "too few leads" : "never seen")) + "\n";
  return out;
}

}  // namespace

Result<Document> run_reasons(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config) {
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  Result<History> history = read_history(odoo, clock, config, progress);
  if (!history) return history.error();
  choose_rounding(odoo, *history);
  const Result<Recomputed> recomputed = recompute_by_model(odoo, clock, store, config, *history, progress);
  if (!recomputed) return recomputed.error();
  const Recomputed& result = *recomputed;
  Names names(odoo, history->lead_fields, command.locale() == "vi" ? "vi_VN" : "");
  // Names of all values first, so that reasons are made lead by lead and never held for all.
  for (size_t i = 0; i < result.changes.size(); ++i)
    for (const Reason& reason : result.reasons(*history, i).reasons) names.want(reason);
  if (Result<void> read = names.read(); !read) return read.error();
  const auto lines = [&](size_t i) {
    return lines_of(*history, result.reasons(*history, i), names, result.changes[i].row);
  };
  constexpr std::string_view kHead =
      "lead,team,stage,score,score_in_odoo,variable,value,name,won,lost,all_won,all_lost,log_odds,note\n";
  if (!command.json()) command.write(kHead);
  for (size_t i = 0; i < result.changes.size() && !command.json(); ++i) command.write(lines(i));
  if (!command.json())
    return Document::build([&](Arena& arena) {
      return arena.object({{"leads", static_cast<int64_t>(result.changes.size())}});
    });
  return Document::build([&](Arena& arena) {
    std::string csv(kHead);
    for (size_t i = 0; i < result.changes.size(); ++i) csv += lines(i);
    return arena.object({{"leads", static_cast<int64_t>(result.changes.size())}, {"csv", arena.text(csv)}});
  });
}

}  // namespace outrigger::scoring
