#include <algorithm>

#include "early_rounding.hpp"
#include "live.hpp"
#include "looks.hpp"
#include "visibility.hpp"

namespace outrigger::scoring {
namespace {

// A transaction's worth of leads.
constexpr size_t kAtOnce = 1000;

}  // namespace

void Live::note_counts(Transaction& change, const Settled& settled, const Target& target) const {
  change.put(kTargetKey, aim_now(*state_, target));
  change.put(kHeldBackKey, std::to_string(settled.held_back));
  change.put(kManualKey, std::to_string(count_by_hand()));
  change.put(kRescoredKey, std::to_string(host_.clock.now().time_since_epoch().count()));
}

// A rule that came later takes its leads out of what is kept, as if they were deleted.
Result<void> Live::sees_all() const {
  std::vector<int64_t> seen;
  const Leads& leads = state_->history.leads;
  for (size_t row = 0; row < leads.size(); ++row)
    if (leads.created[row] != kGone) seen.push_back(leads.id[row]);
  const Result<std::optional<int64_t>> hidden = find_hidden(host_.odoo, state_->history.major, seen);
  if (!hidden) return hidden.error();
  if (*hidden) return hidden_lead(**hidden);
  return {};
}

JobResult Live::rescore(Value config) {
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  Result<bool> ready = load(config);
  if (!ready) return ready.error();
  if (!*ready) return refresh(config);
  Result<History> now = read_settings(host_.odoo, host_.clock, config);
  if (!now) return now.error();
  if (fingerprint(*now) != fingerprint(state_->history)) return refresh(config);
  if (!state_->table.outdated(now->model, now->variables, now->start).empty()) {
    forget();
    ready = load(config);
    if (!ready) return ready.error();
    if (!*ready) return refresh(config);
  }
  state_->history.lead_fields = std::move(now->lead_fields);  // the custom field may have been made since
  const bool fading = state_->learned != nullptr && moves_by_itself(config);
  if (!dirty_ && held_back_ == 0 && !fading)
    return JobResult::done("no count moved since all scores were last looked at");
  if (const Result<void> whole = sees_all(); !whole) return whole.error();
  state_->events_read = false;
  std::vector<uint32_t> rows(state_->history.leads.size());
  for (size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<uint32_t>(row);
  const Result<Settled> settled = settle(rows, *target, config);
  if (!settled) return settled.error();
  Transaction change;
  note_counts(change, *settled, *target);
  if (const Result<void> kept = keep(settled->touched, change); !kept) return kept.error();
  dirty_ = target->sink == Sink::kField && settled->failed > 0;
  held_back_ = settled->held_back;
  return JobResult::done(format("{} scores written, {} held back because Odoo's own table gives others, {} not written",
                                settled->written, settled->held_back, settled->failed));
}

// Rows of the table as kept up that a rebuild from the same leads does not have; 0, or there is a fault in here.
size_t Live::table_errors() const {
  const History& history = state_->history;
  const Frequencies kept = state_->table.frequencies();
  const Frequencies built = rebuild(history.leads, history.model, history.variables, history.start);
  size_t errors = std::max(kept.rows.size(), built.rows.size()) - std::min(kept.rows.size(), built.rows.size());
  for (size_t i = 0; i < std::min(kept.rows.size(), built.rows.size()); ++i) {
    const Row& a = kept.rows[i];
    const Row& b = built.rows[i];
    if (a.group != b.group || a.variable != b.variable || a.code != b.code || a.won != b.won || a.lost != b.lost)
      ++errors;
  }
  return errors;
}

// Puts into the store what Odoo says now; how many leads that corrected.
Result<size_t> Live::correct(State& fresh) {
  const Leads& leads = fresh.history.leads;
  fresh.published.assign(leads.size(), kUnset);
  std::vector<bool> same(leads.size(), false);
  std::vector<int64_t> gone;
  size_t differed = 0;
  const Result<void> read = each_kept(host_.store, [&](std::string_view key, std::string_view bytes) {
    const int64_t id = kept_id(key);
    const size_t row = find_row(leads, id);
    if (row == leads.size()) {
      gone.push_back(id);
      ++differed;
      return;
    }
    if (const auto kept = unpack(fresh.history, fresh.places, id, bytes)) fresh.published[row] = kept->published;
    same[row] = pack(fresh.history, state_of(leads, row), fresh.published[row]) == bytes;
    if (!same[row]) ++differed;
  });
  if (!read) return read.error();
  Transaction part;
  size_t in_part = 0;
  const auto flush = [&](size_t at_least) -> Result<void> {
    if (in_part < at_least || in_part == 0) return {};
    if (Result<void> kept = host_.store.commit(part); !kept) return kept;
    part = Transaction();
    in_part = 0;
    return {};
  };
  for (const int64_t id : gone) {
    part.erase(kept_key(id)).erase(look_key(id));
    ++in_part;
    if (Result<void> kept = flush(kAtOnce); !kept) return kept.error();
  }
  for (size_t row = 0; row < leads.size(); ++row) {
    if (same[row]) continue;
    part.put(kept_key(leads.id[row]), pack(fresh.history, state_of(leads, row), fresh.published[row]));
    ++in_part;
    if (Result<void> kept = flush(kAtOnce); !kept) return kept.error();
  }
  if (Result<void> kept = flush(1); !kept) return kept.error();
  return differed;
}

JobResult Live::refresh(Value config) {
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  Result<History> history = read_history(host_.odoo, host_.clock, config, [](uint64_t, uint64_t) {});
  if (!history) return history.error();
  choose_rounding(host_.odoo, *history);
  const size_t errors = state_ ? table_errors() : 0;
  if (errors > 0) host_.log.error("{} rows of the kept table were not a rebuild's; it is built anew", errors);
  auto fresh = std::make_unique<State>(*std::move(history));
  const std::string settings = fingerprint(fresh->history);
  const Result<std::optional<std::string>> kept_for = host_.store.get(kSettingsKey);
  if (!kept_for) return kept_for.error();
  const bool same_settings = *kept_for && **kept_for == settings;
  // Until all of it is there under the new settings, nothing of it counts.
  if (!same_settings)
    if (const Result<void> erased = host_.store.erase(kSettingsKey); !erased) return erased.error();
  const Result<size_t> differed = correct(*fresh);
  if (!differed) return differed.error();
  Transaction change;
  change.put(kSettingsKey, settings);
  change.put(kRefreshedKey, std::to_string(host_.clock.now().time_since_epoch().count()));
  change.put(kDifferedKey, std::to_string(same_settings ? *differed : 0));
  change.put(kTableDifferedKey, std::to_string(errors));
  if (const Result<void> kept = host_.store.commit(change); !kept) return kept.error();
  if (Result<void> found = find_model(*fresh, config); !found) return found.error();
  const Result<ModelKind> kind = model_kind(config);
  if (kind && *kind != ModelKind::kOdoo && fresh->learned == nullptr)
    if (Result<void> trained = train_now(*fresh, config); !trained) return trained.error();
  if (Result<void> aimed = aim(*fresh, *target); !aimed) return aimed.error();
  fresh->table.rebuild(fresh->history.leads);
  state_ = std::move(fresh);
  dirty_ = true;
  const std::string note = format("{} leads read", state_->history.leads.size()) +
                           (same_settings ? format(", {} were not as kept", *differed) : std::string());
  const JobResult rescored = rescore(config);
  if (rescored.error()) return *rescored.error();
  return JobResult::done(note + "; " + rescored.note());
}

}  // namespace outrigger::scoring
