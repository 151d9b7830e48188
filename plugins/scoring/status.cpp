#include <charconv>
#include <map>

#include "commands.hpp"
#include "engine/exact_table.hpp"
#include "kept.hpp"
#include "learned.hpp"
#include "mirror.hpp"
#include "target.hpp"

namespace outrigger::scoring {
namespace {

struct Kept {
  bool ready = false;
  int64_t leads = 0;
  std::optional<int64_t> refreshed;  // microseconds
  std::optional<int64_t> rescored;
  int64_t differed = 0;
  int64_t table = 0;
  int64_t held_back = 0;
  int64_t manual = 0;
};

// What --check found: leads that are not as Odoo has them, and rows of the table that a rebuild would give otherwise.
struct Checked {
  int64_t leads = 0;
  int64_t rows = 0;
  int64_t compared_rows = 0;
  // Open leads whose custom field holds another number than the score that was last told.
  std::optional<int64_t> field;
};

std::optional<int64_t> integer(const std::optional<std::string>& text) {
  int64_t value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

Result<Kept> look(const Store& store, const History& history) {
  const Result<std::vector<std::optional<std::string>>> got = store.get_many(
      {kSettingsKey, kRefreshedKey, kRescoredKey, kDifferedKey, kTableDifferedKey, kHeldBackKey, kManualKey});
  if (!got) return got.error();
  const std::vector<std::optional<std::string>>& all = *got;
  Kept kept;
  kept.ready = all[0] && *all[0] == fingerprint(history);
  kept.refreshed = integer(all[1]);
  kept.rescored = integer(all[2]);
  kept.differed = integer(all[3]).value_or(0);
  kept.table = integer(all[4]).value_or(0);
  kept.held_back = integer(all[5]).value_or(0);
  kept.manual = integer(all[6]).value_or(0);
  const Result<void> counted = each_kept(store, [&](std::string_view, std::string_view) { ++kept.leads; });
  if (!counted) return counted.error();
  return kept;
}

bool same_lead(const History& a, size_t row_a, const History& b, size_t row_b) {
  // By what Odoo calls things, since the two have codes of their own.
  return pack(a, state_of(a.leads, row_a), kUnset) == pack(b, state_of(b.leads, row_b), kUnset);
}

std::string key_of(const History& history, const Frequencies& table, const Row& row) {
  std::string key = std::to_string(row.group) + "/" + std::to_string(row.variable) + "/";
  if (row.variable == table.stage_variable) return key + std::to_string(row.code);
  if (row.variable == table.tag_variable) return key + history.leads.tags.text(row.code);
  return key + history.leads.values[static_cast<size_t>(row.variable)].text(row.code);
}

// Undone writes, or edits: the live table does not watch its own field, and writes a score when it moves.
Result<std::optional<int64_t>> check_field(const Odoo& odoo, const History& kept, const std::vector<double>& published,
                                           const Target& target) {
  if (target.sink != Sink::kField || !kept.lead_fields.root().has(target.field())) return std::optional<int64_t>();
  const Result<std::unordered_map<int64_t, double>> held = read_score_field(odoo, kept, target);
  if (!held) return held.error();
  int64_t differ = 0;
  for (size_t row = 0; row < kept.leads.size(); ++row) {
    const auto at = held->find(kept.leads.id[row]);
    if (at == held->end() || !is_set(published[row])) continue;
    if (pending(kept.leads, kept.model.rules, row, kept.start) && !same_score(at->second, published[row])) ++differ;
  }
  return std::optional(differ);
}

Result<Checked> check(Command& command, const Odoo& odoo, const Store& store, const Clock& clock, Value config,
                      History& kept, const Target& target) {
  std::vector<double> published;
  const Result<bool> loaded = load_kept(store, kept, published);
  if (!loaded) return loaded.error();
  if (!*loaded) return Error{Code::kMissing, "nothing is kept yet; the job refresh reads all leads (outrigger run)"};
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  const Result<History> now = read_history(odoo, clock, config, progress);
  if (!now) return now.error();
  Checked checked;
  size_t common = 0;
  for (size_t row = 0; row < now->leads.size(); ++row) {
    const size_t at = find_row(kept.leads, now->leads.id[row]);
    if (at == kept.leads.size()) {
      ++checked.leads;
      continue;
    }
    ++common;
    if (!same_lead(*now, row, kept, at)) ++checked.leads;
  }
  checked.leads += static_cast<int64_t>(kept.leads.size() - common);
  ExactTable table(kept.model, kept.variables, kept.start);
  table.rebuild(kept.leads);
  const Frequencies ours = table.frequencies();
  const Frequencies theirs = rebuild(now->leads, now->model, now->variables, now->start);
  // By key: rows that one lead brought, its tags, have no order of their own.
  std::map<std::string, std::pair<double, double>> expected;
  for (const Row& row : theirs.rows) expected[key_of(*now, theirs, row)] = {row.won, row.lost};
  checked.compared_rows = static_cast<int64_t>(expected.size());
  for (const Row& row : ours.rows) {
    const auto at = expected.find(key_of(kept, ours, row));
    if (at == expected.end() || at->second != std::pair(row.won, row.lost)) ++checked.rows;
    if (at != expected.end()) expected.erase(at);
  }
  checked.rows += static_cast<int64_t>(expected.size());
  const Result<std::optional<int64_t>> field = check_field(odoo, kept, published, target);
  if (!field) return field.error();
  checked.field = *field;
  return checked;
}

const char* word(Sink sink) { return sink == Sink::kOdoo ? "odoo" : sink == Sink::kField ? "field" : "nothing"; }

std::string moment(const Clock& clock, std::optional<int64_t> micros) {
  if (!micros) return "never";
  const auto seconds = (clock.now().time_since_epoch().count() - *micros) / 1'000'000;
  return std::to_string(seconds) + " s ago";
}

}  // namespace

Result<Document> run_status(Command& command, const Odoo& odoo, const Store& store, const Clock& clock, Value config) {
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  Result<History> history = read_settings(odoo, clock, config);
  if (!history) return history.error();
  const Result<Kept> kept = look(store, *history);
  if (!kept) return kept.error();
  command.print("settings: {} since {} UTC ({})\n", history->fields_setting, history->start_utc,
                history->from_config ? "configuration" : "Odoo's own");
  command.print("scores go to: {}, when they move by {} points\n",
                target->sink == Sink::kField ? target->field() : std::string_view(word(target->sink)), target->step);
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  Result<std::optional<Learned>> learned = std::optional<Learned>();
  if (*kind != ModelKind::kOdoo) learned = load_learned(store, *history, config);
  if (!learned) return learned.error();
  if (*learned)
    command.print("model: {}, trained {} from {} won and {} lost leads\n", name_of(*kind),
                  moment(clock, (*learned)->at), (*learned)->won, (*learned)->lost);
  else
    command.print("model: {}{}\n", name_of(*kind), *kind == ModelKind::kOdoo ? "" : ", not trained yet (job train)");
  command.print("kept: {} leads{}\n", kept->leads,
                kept->ready ? "" : "; not yet usable, the job refresh reads all of them (outrigger run)");
  command.print("all read: {}, {} leads were not as kept; the table was {} rows off a rebuild\n",
                moment(clock, kept->refreshed), kept->differed, kept->table);
  command.print("all scored: {}; {} held back because Odoo's own table gives others, {} open leads set by hand\n",
                moment(clock, kept->rescored), kept->held_back, kept->manual);
  std::optional<Checked> checked;
  if (command.args()["check"].truthy()) {
    const Result<Checked> done = check(command, odoo, store, clock, config, *history, *target);
    if (!done) return done.error();
    checked = *done;
    command.print("checked: {} leads are not as Odoo has them, {} of {} rows of the table are not a rebuild's\n",
                  checked->leads, checked->rows, checked->compared_rows);
    if (checked->field.value_or(0) > 0)
      command.print(
          "{} of {} leads is not the score that was written: undone, or set by somebody; it stays until the score "
          "moves, "
          "or `outrigger scoring recompute` writes it\n",
          target->field(), *checked->field);
  }
  return Document::build([&](Arena& arena) {
    const auto time = [](std::optional<int64_t> micros) { return micros ? Value::of(*micros) : Value{}; };
    std::vector<Field> all{{"ready", Value::of(kept->ready)},
                           {"leads", Value::of(kept->leads)},
                           {"write", Value::of(word(target->sink))},
                           {"model", Value::of(name_of(*kind))},
                           {"trained", *learned ? Value::of((*learned)->at) : Value{}},
                           {"step", Value::of(target->step)},
                           {"refreshed", time(kept->refreshed)},
                           {"rescored", time(kept->rescored)},
                           {"differed", Value::of(kept->differed)},
                           {"table_differed", Value::of(kept->table)},
                           {"held_back", Value::of(kept->held_back)},
                           {"manual", Value::of(kept->manual)}};
    if (checked) {
      all.push_back({"checked_leads_differ", Value::of(checked->leads)});
      all.push_back({"checked_rows_differ", Value::of(checked->rows)});
      all.push_back({"checked_rows", Value::of(checked->compared_rows)});
      if (checked->field) all.push_back({"checked_field_differs", Value::of(*checked->field)});
    }
    return arena.object(all);
  });
}

}  // namespace outrigger::scoring
