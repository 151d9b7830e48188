#include "early_rounding.hpp"

#include "mirror.hpp"

namespace outrigger::scoring {
namespace {

// How many stored scores speak for either form.
struct Evidence {
  size_t early = 0;
  size_t late = 0;
};

// Only where the two forms differ.
void weigh(History& history, const std::vector<uint32_t>& rows, const std::function<double(size_t)>& score,
           Evidence& evidence) {
  bool& early = history.model.rules.early_rounding;
  for (size_t i = 0; i < rows.size(); ++i) {
    const double stored = history.leads.automated[rows[i]];
    if (!is_set(stored)) continue;
    early = true;
    const double by_early = score(i);
    early = false;
    const double by_late = score(i);
    if (by_early == by_late) continue;
    evidence.early += stored == by_early ? 1 : 0;
    evidence.late += stored == by_late ? 1 : 0;
  }
}

void weigh_all(History& history, const Frequencies& table, Evidence& evidence) {
  const Batches all = make_batches(history.leads, history.model, history.variables, table, history.start);
  weigh(
      history, all.rows, [&](size_t i) { return all.batches[all.batch_of[i]].score(all.rows[i]); }, evidence);
}

// Of a lead that is not in a won stage. One with 100 counts as won for 14 from then on, so it is not among the open
// ones, and it may have been archived since.
struct Bare {
  bool open = false;    // 0 or 100 on an open lead
  bool closed = false;  // 100 on another
};

Bare look_for_bare(const History& history) {
  const Leads& leads = history.leads;
  Bare found;
  for (size_t row = 0; row < leads.size(); ++row) {
    if (leads.stage[row] < 0 || leads.created[row] < history.start) continue;
    if (history.model.stages[static_cast<size_t>(leads.stage[row])].is_won) continue;
    const bool open = pending(leads, history.model.rules, row, history.start);
    found.open = found.open || (open && (leads.automated[row] == 0 || leads.automated[row] == 100));
    found.closed = found.closed || leads.automated[row] == 100;
  }
  return found;
}

}  // namespace

void choose_rounding(const Odoo& odoo, History& history, std::optional<uint32_t> one) {
  if (history.major != 14) return;
  const Bare bare = look_for_bare(history);
  if (bare.open) {
    history.model.rules.early_rounding = true;
    return;
  }
  Evidence evidence;
  Frequencies exact = rebuild(history.leads, history.model, history.variables, history.start);
  if (const Result<Mirror> mirror = read_mirror(odoo, history)) {
    weigh_all(history, mirror->table, evidence);
    arrange(exact, mirror->table);
  }
  weigh_all(history, exact, evidence);
  if (one)
    if (const Result<Mirror> mirror = read_mirror(odoo, history, one)) {
      const Batch alone(history.leads, history.model, history.variables, mirror->table, {*one});
      weigh(
          history, {*one}, [&](size_t) { return alone.score(*one); }, evidence);
    }
  history.model.rules.early_rounding =
      evidence.early > evidence.late || (evidence.early == evidence.late && bare.closed);
}

}  // namespace outrigger::scoring
