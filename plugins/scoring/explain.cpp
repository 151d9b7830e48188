#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>

#include <outrigger/text_table.hpp>

#include "early_rounding.hpp"
#include "lead_rows.hpp"
#include "mirror.hpp"
#include "reasons.hpp"
#include "recompute.hpp"
#include "texts.hpp"

namespace outrigger::scoring {
namespace {

std::string number(const char* pattern, double value) {
  char out[32];
  std::snprintf(out, sizeof out, pattern, value);
  return out;
}

double sum_of(const Reasons& reasons) {
  double sum = reasons.prior_log_odds;
  for (const Reason& reason : reasons.reasons) sum += reason.log_odds;
  return sum;
}

// One table's account of the lead.
struct Account {
  Reasons reasons;
  std::vector<Move> moves;
};

// Everything that is said about the lead.
struct Story {
  uint32_t row = 0;
  bool open = false;
  std::optional<Account> exact;
  std::optional<Account> mirror;
  std::unique_ptr<Learned> learned;  // the configured model, where it is another one
  std::optional<Account> model;
  std::string no_mirror;  // why it could not be read
};

void print(const Command& command, const Account& account, const Names& names) {
  const auto locale = command.locale();
  const Reasons& reasons = account.reasons;
  if (reasons.product.leaked)
    command.print("{}\n", text(reasons.product.first_unscored ? Text::kNoHistory : Text::kLeaked, locale));
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
    std::string note = "= " + number("%.2f", 100 / (1 + std::exp(-sum))) + " %";
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
  if (account.moves.empty()) return;
  command.print("{}:\n", text(Text::kWouldMove, locale));
  for (const Move& move : account.moves)
    command.write("  " + format(text(Text::kIfIt, locale), names.field(move.reason.field), names.value(move.reason)) +
                  ": " + number("%.2f", move.probability) + " %\n");
}

void print(const Command& command, const History& history, const Story& story, const Names& names) {
  const auto locale = command.locale();
  const Leads& leads = history.leads;
  const int16_t stage = leads.stage[story.row];
  if (stage < 0)
    command.print("{}\n", text(Text::kNoStage, locale));
  else if (history.model.stages[static_cast<size_t>(stage)].is_won)
    command.print("{}\n", text(Text::kWonStage, locale));
  if (!story.open) command.print("{}\n", text(Text::kClosed, locale));
  const auto percent = [](double value) { return is_set(value) ? number("%.2f", value) : std::string("-"); };
  command.print(std::string(text(Text::kOdooStored, locale)) + "\n", percent(leads.probability[story.row]),
                percent(leads.automated[story.row]));
  if (story.open && is_set(leads.probability[story.row]) && leads.probability[story.row] != leads.automated[story.row])
    command.print("{}\n", text(Text::kManual, locale));
  if (story.model) {
    command.print("\n" + std::string(text(Text::kByModel, locale)) + ": {} %\n", name_of(story.learned->kind),
                  day_of(story.learned->at), story.learned->won, story.learned->lost,
                  percent(story.model->reasons.probability));
    print(command, *story.model, names);
  }
  if (story.exact) {
    command.print("\n{}: {} %\n", text(Text::kByExact, locale), percent(story.exact->reasons.probability));
    print(command, *story.exact, names);
  }
  if (story.mirror) {
    command.print("\n{}: {} %\n", text(Text::kByMirror, locale), percent(story.mirror->reasons.probability));
    print(command, *story.mirror, names);
  }
  if (!story.no_mirror.empty())
    command.print("\n" + std::string(text(Text::kNotInMirror, locale)) + "\n", story.no_mirror);
}

std::vector<Field> fields_of(Arena& arena, const Account& account, const Names& names) {
  const Reasons& reasons = account.reasons;
  const auto one = [&](const Reason& reason) {
    return std::vector<Field>{{"variable", arena.text(reason.field)},
                              {"value", arena.text(reason.value)},
                              {"label", arena.text(names.field(reason.field))},
                              {"name", arena.text(names.value(reason))},
                              {"won", Value::of(reason.won)},
                              {"lost", Value::of(reason.lost)},
                              {"all_won", Value::of(reason.all_won)},
                              {"all_lost", Value::of(reason.all_lost)},
                              {"counts", Value::of(reason.counts)},
                              {"log_odds", Value::of(reason.log_odds)}};
  };
  std::vector<Value> list;
  for (const Reason& reason : reasons.reasons) list.push_back(arena.object(one(reason)));
  std::vector<Value> moves;
  for (const Move& move : account.moves) {
    std::vector<Field> fields = one(move.reason);
    fields.push_back({"probability", Value::of(move.probability)});
    moves.push_back(arena.object(fields));
  }
  return {{"probability", is_set(reasons.probability) ? Value::of(reasons.probability) : Value{}},
          {"base_rate_log_odds", Value::of(reasons.prior_log_odds)},
          {"team_won", Value::of(reasons.team_won)},
          {"team_lost", Value::of(reasons.team_lost)},
          {"not_enough_data", Value::of(reasons.product.leaked)},
          {"reasons", arena.array(list)},
          {"moves", arena.array(moves)},
          {"log_odds", Value::of(sum_of(reasons))}};
}

Document document(const History& history, const Story& story, const Names& names, int64_t note) {
  return Document::build([&](Arena& arena) {
    const Leads& leads = history.leads;
    const auto set = [](double value) { return is_set(value) ? Value::of(value) : Value{}; };
    std::vector<Field> all{{"lead", Value::of(leads.id[story.row])},
                           {"open", Value::of(story.open)},
                           {"automated_in_odoo", set(leads.automated[story.row])},
                           {"probability_in_odoo", set(leads.probability[story.row])},
                           {"manual", Value::of(is_set(leads.probability[story.row]) &&
                                                leads.probability[story.row] != leads.automated[story.row])}};
    if (story.exact)
      for (const Field& field : fields_of(arena, *story.exact, names)) all.push_back(field);
    if (story.mirror) all.push_back({"mirror", arena.object(fields_of(arena, *story.mirror, names))});
    if (story.model) {
      std::vector<Field> fields = fields_of(arena, *story.model, names);
      fields.push_back({"kind", Value::of(name_of(story.learned->kind))});
      fields.push_back({"trained", Value::of(story.learned->at)});
      all.push_back({"model", arena.object(fields)});
    }
    if (!story.no_mirror.empty()) all.push_back({"no_mirror", arena.text(story.no_mirror)});
    if (note != 0) all.push_back({"note", Value::of(note)});
    return arena.object(all);
  });
}

std::string escaped(std::string_view plain) {
  std::string out;
  for (const char c : plain) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else
      out += c;
  }
  return out;
}

// For people who read the lead in Odoo.
Result<int64_t> post_note(const Command& command, const Odoo& odoo, const History& history, const Story& story,
                          const Names& names) {
  const auto locale = command.locale();
  const Account& account = story.model ? *story.model : story.exact ? *story.exact : *story.mirror;
  const Reasons& reasons = account.reasons;
  std::string html = "<p><b>" + escaped(text(Text::kWhyScore, locale)) + "</b>: ";
  html += is_set(reasons.probability) ? number("%.2f", reasons.probability) + " %</p>" : "-</p>";
  if (reasons.product.leaked)
    html += "<p>" + escaped(text(reasons.product.first_unscored ? Text::kNoHistory : Text::kLeaked, locale)) + "</p>";
  html +=
      "<ul><li>" + escaped(text(Text::kBaseRate, locale)) + ": " + number("%+.2f", reasons.prior_log_odds) + "</li>";
  for (const Reason& reason : reasons.reasons)
    if (reason.counts)
      html += "<li>" + escaped(names.field(reason.field)) + " " + escaped(names.value(reason)) + ": " +
              number("%+.2f", reason.log_odds) + " (" + number("%.0f", reason.won) + " " +
              escaped(text(Text::kWonOf, locale)) + ", " + number("%.0f", reason.lost) + " " +
              escaped(text(Text::kLostOf, locale)) + ")</li>";
  html += "</ul>";
  return odoo.message_post({"crm.lead", history.leads.id[story.row]}, Html{html});
}

// The one lead, without the others: all that Odoo's own score needs.
Result<History> read_one(const Odoo& odoo, const Clock& clock, Value config, int64_t id) {
  Result<History> history = read_settings(odoo, clock, config);
  if (!history) return history.error();
  const Places places(history->model);
  const Result<std::vector<LeadState>> states = read_states(odoo, *history, places, {id});
  if (!states) return states.error();
  for (const LeadState& state : *states) assign(history->leads, history->leads.append(state.id), state);
  return history;
}

Account account_of(const History& history, const Frequencies& table, const Batch& batch, uint32_t row) {
  constexpr size_t kMoves = 4;
  Account account{reasons_of(history, table, batch, row), {}};
  account.moves = moves_of(history, table, batch, account.reasons, kMoves);
  return account;
}

// An open lead is explained within its batch, as Odoo's recompute scores it; a closed one by itself.
Account exact_account(const History& history, uint32_t row, bool open) {
  const Frequencies table = rebuild(history.leads, history.model, history.variables, history.start);
  if (!open) {
    const Batch alone(history.leads, history.model, history.variables, table, {row});
    return account_of(history, table, alone, row);
  }
  const Batches all = make_batches(history.leads, history.model, history.variables, table, history.start);
  const auto at = std::find(all.rows.begin(), all.rows.end(), row);
  return account_of(history, table, all.batches[all.batch_of[static_cast<size_t>(at - all.rows.begin())]], row);
}

Result<void> mirror_account(const Odoo& odoo, History& history, Story& story, bool needed) {
  const Result<Mirror> mirror = read_mirror(odoo, history, story.row);
  if (!mirror && needed) return mirror.error();
  if (!mirror) {
    story.no_mirror = mirror.error().message;
    return {};
  }
  const Batch alone(history.leads, history.model, history.variables, mirror->table, {story.row});
  story.mirror = account_of(history, mirror->table, alone, story.row);
  return {};
}

// As it is kept; a lead is not explained by a model that nobody uses yet.
Result<void> model_account(const Odoo& odoo, const Clock& clock, const Store& store, Value config,
                           const History& history, Story& story) {
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  if (*kind == ModelKind::kOdoo) return {};
  Result<std::optional<Learned>> kept = load_learned(store, history, config);
  if (!kept) return kept.error();
  if (!*kept)
    return Error{Code::kMissing, "the model " + std::string(name_of(*kind)) +
                                     " is not trained for these settings yet; run `outrigger scoring recompute`"};
  story.learned = std::make_unique<Learned>(**std::move(kept));
  const Result<std::vector<PointEvent>> events = read_events(odoo, clock, store, config, history, open_rows(history));
  if (!events) return events.error();
  ModelScores scores(*story.learned, history, {story.row});
  if (Result<void> read = scores.read(odoo, clock, config, *events); !read) return read;
  story.model = Account{scores.reasons(0), {}};
  return {};
}

}  // namespace

Result<Document> run_explain(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config) {
  const int64_t id = command.args()["lead"].integer();
  const std::string_view which = command.args()["table"].text();
  if (which != "both" && which != "exact" && which != "mirror" && !which.empty())
    return Error{Code::kInvalid, "--table is exact, mirror or both, not \"" + std::string(which) + "\""};
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  const Result<Document> info = odoo.info();
  if (!info) return info.error();
  // How an early 14.0 rounds is seen from all leads.
  const bool one = which == "mirror" && info->root()["major"].integer() > 14;
  Result<History> history = one ? read_one(odoo, clock, config, id) : read_history(odoo, clock, config, progress);
  if (!history) return history.error();
  const int64_t found = row_of(history->leads, id);
  if (found < 0)
    return Error{Code::kMissing,
                 "there is no lead " + std::to_string(id) + " created since " + history->start_utc +
                     " UTC; older ones are not scored",
                 Source::kPlugin, Effect::kNone, -1};
  Story story;
  story.row = static_cast<uint32_t>(found);
  choose_rounding(odoo, *history, story.row);
  story.open = pending(history->leads, history->model.rules, story.row, history->start);
  if (which == "both" || which.empty())
    if (Result<void> read = model_account(odoo, clock, store, config, *history, story); !read) return read.error();
  if (which != "mirror") story.exact = exact_account(*history, story.row, story.open);
  if (which != "exact")
    if (Result<void> read = mirror_account(odoo, *history, story, which == "mirror"); !read) return read.error();
  Names names(odoo, history->lead_fields, command.locale() == "vi" ? "vi_VN" : "");
  for (const std::optional<Account>* account : {&story.exact, &story.mirror, &story.model}) {
    if (!*account) continue;
    for (const Reason& reason : (*account)->reasons.reasons) names.want(reason);
    for (const Move& move : (*account)->moves) names.want(move.reason);
  }
  if (Result<void> read = names.read(); !read) return read.error();
  if (!command.json()) print(command, *history, story, names);
  int64_t note = 0;
  if (command.args()["note"].truthy()) {
    const Result<int64_t> posted = post_note(command, odoo, *history, story, names);
    if (!posted) return posted.error();
    note = *posted;
  }
  return document(*history, story, names, note);
}

}  // namespace outrigger::scoring
