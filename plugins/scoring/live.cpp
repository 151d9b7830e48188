#include "live.hpp"

#include <algorithm>
#include <unordered_map>

#include "recompute.hpp"

namespace outrigger::scoring {
namespace {

// A transaction's worth of leads.
constexpr size_t kAtOnce = 1000;

bool may_pass(Code code) {
  return code == Code::kUnreachable || code == Code::kConflict || code == Code::kDeadline || code == Code::kCancelled ||
         code == Code::kAuth || code == Code::kProtocol;
}

bool is_by_hand(const LeadState& state) { return is_set(state.probability) && !(state.probability == state.automated); }

std::string percent(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

}  // namespace

Live::Scored::Scored(const State& state)
    : exact(state.table.frequencies()),
      batches(make_batches(state.history.leads, state.history.model, state.history.variables, exact,
                           state.history.start)) {}

// --- loading

Result<bool> Live::load(Value config) {
  if (state_) return true;
  Result<History> history = read_settings(host_.odoo, host_.clock, config);
  if (!history) return history.error();
  std::vector<double> published;
  const Result<bool> kept = load_kept(host_.store, *history, published);
  if (!kept) return kept.error();
  if (!*kept) return false;
  choose_rounding(*history);
  state_ = std::make_unique<State>(*std::move(history));
  state_->published = std::move(published);
  state_->table.rebuild(state_->history.leads);
  dirty_ = true;
  return true;
}

Outcome Live::wait_for_refresh(std::string why) {
  state_.reset();
  if (const Result<void> asked = host_.schedule.run_now("refresh"); !asked)
    host_.log.warn("the job refresh could not be asked for: {}", asked.error().message);
  return retry(std::chrono::seconds(10), std::move(why));
}

// --- one batch of changes

Outcome Live::take(const Changes& batch, Value config) {
  if (batch.model() != "crm.lead") {
    forget();
    return done();
  }
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  const Result<bool> ready = load(config);
  if (!ready) return ready.error();
  if (!*ready) return wait_for_refresh("all leads are being read first");
  std::vector<int64_t> ids;
  std::vector<int64_t> gone;
  for (const outrigger::Change& change : batch)
    (change.kind() == ChangeKind::kDeleted ? gone : ids).push_back(change.id());
  const Result<std::vector<uint32_t>> rows = apply(ids, gone);
  if (!rows && rows.error().code == Code::kConflict) forget();  // the pipeline is another one: look again
  if (!rows && rows.error().code == Code::kInternal) return wait_for_refresh(rows.error().message);
  if (!rows) return rows.error();
  const Result<Settled> settled = settle(*rows, *target);
  if (!settled) return settled.error();
  std::vector<uint32_t> touched = *rows;
  touched.insert(touched.end(), settled->touched.begin(), settled->touched.end());
  Transaction change;
  for (const int64_t id : gone) change.erase(kept_key(id));
  // With the outcome of one delivery: a store that another instance has taken over refuses all of it.
  change.outcome(batch[batch.size() - 1].delivery(), done());
  if (const Result<void> kept = keep(touched, change); !kept) return kept.error();
  return done();
}

Result<std::vector<uint32_t>> Live::apply(const std::vector<int64_t>& ids, std::vector<int64_t>& gone) {
  State& state = *state_;
  Leads& leads = state.history.leads;
  Result<std::vector<LeadState>> states = read_states(host_.odoo, state.history, state.places, ids);
  if (!states) return states.error();
  for (const int64_t id : ids)
    if (std::none_of(states->begin(), states->end(), [id](const LeadState& one) { return one.id == id; }))
      gone.push_back(id);
  // Leads from before the start date are neither counted nor scored.
  states->erase(std::remove_if(states->begin(), states->end(),
                               [&](const LeadState& one) {
                                 return one.created < state.history.start && find_row(leads, one.id) == leads.size();
                               }),
                states->end());
  make_room(*states);
  std::vector<uint32_t> rows;
  const auto refused = [&] { return Error{Code::kInternal, state.table.reason()}; };
  for (const LeadState& after : *states) {
    const size_t row = find_row(leads, after.id);
    const bool is_new = row == leads.size();
    if (!is_new) tell_of_hand(state_of(leads, row), after);
    const Applied applied = update(leads, state.table, after);
    if (applied == Applied::kRebuild) return refused();
    if (is_new) state.published.push_back(kUnset);
    dirty_ = dirty_ || applied == Applied::kCounted;
    rows.push_back(static_cast<uint32_t>(row));
  }
  ScoreFacts retracted;
  for (const int64_t id : gone) {
    const size_t row = find_row(leads, id);
    if (row == leads.size()) continue;
    const Applied applied = remove_lead(leads, state.table, id);
    if (applied == Applied::kRebuild) return refused();
    dirty_ = dirty_ || applied == Applied::kCounted;
    state.published[row] = kUnset;
    retracted.add(id, {});
  }
  if (Result<void> told = retracted.publish(host_.shared); !told) return told.error();
  return rows;
}

// Rows are by id. A lead that was seen after leads with higher ids gets a row among them, empty until it is put.
void Live::make_room(const std::vector<LeadState>& states) {
  Leads& leads = state_->history.leads;
  std::vector<int64_t> missing;
  for (const LeadState& one : states)
    if (leads.size() > 0 && one.id < leads.id.back() && find_row(leads, one.id) == leads.size())
      missing.push_back(one.id);
  if (missing.empty()) return;
  Leads wider(leads.feature.size());
  wider.values = std::move(leads.values);
  wider.tags = std::move(leads.tags);
  std::vector<double> published;
  auto next = missing.begin();
  for (size_t row = 0; row < leads.size(); ++row) {
    for (; next != missing.end() && *next < leads.id[row]; ++next) {
      LeadState empty;
      empty.id = *next;
      empty.created = kGone;
      empty.feature.resize(leads.feature.size());
      assign(wider, wider.append(*next), empty);
      published.push_back(kUnset);
    }
    assign(wider, wider.append(leads.id[row]), state_of(leads, row));
    published.push_back(state_->published[row]);
  }
  leads = std::move(wider);
  state_->published = std::move(published);
}

void Live::tell_of_hand(const LeadState& before, const LeadState& after) const {
  if (before.created == kGone || after.active == 0) return;
  const bool was = is_by_hand(before);
  const bool is = is_by_hand(after);
  if (is && !was)
    host_.log.info("lead {}: its probability was set by hand to {} %; scores change it no more", after.id,
                   percent(after.probability));
  if (was && !is) host_.log.info("lead {}: its probability is automatic again; scores change it from now on", after.id);
}

bool Live::by_hand(uint32_t row) const { return is_by_hand(state_of(state_->history.leads, row)); }

size_t Live::count_by_hand() const {
  const History& history = state_->history;
  size_t count = 0;
  for (size_t row = 0; row < history.leads.size(); ++row)
    if (pending(history.leads, history.model.rules, row, history.start) && by_hand(static_cast<uint32_t>(row))) ++count;
  return count;
}

// --- scores of some leads

Result<Live::Settled> Live::settle(const std::vector<uint32_t>& rows, const Target& target) {
  State& state = *state_;
  const Leads& leads = state.history.leads;
  const Scored scored(state);
  std::vector<bool> wanted(leads.size(), false);
  for (const uint32_t row : rows) wanted[row] = true;
  Settled settled;
  std::vector<size_t> chosen;  // of scored.batches.rows
  for (size_t i = 0; i < scored.batches.rows.size(); ++i) {
    const uint32_t row = scored.batches.rows[i];
    if (!wanted[row]) continue;
    const double score = scored.batches.batches[scored.batches.batch_of[i]].score(row);
    if (!is_set(score)) continue;
    const double follows = probability_after(leads.probability[row], leads.automated[row], score);
    if (target.sink == Sink::kOdoo
            ? moved(target, leads.automated[row], score) || (!is_set(leads.probability[row]) && is_set(follows))
            : moved(target, state.published[row], score))
      chosen.push_back(i);
  }
  if (target.sink == Sink::kOdoo && !chosen.empty())
    if (Result<void> gated = gate(chosen, scored, settled); !gated) return gated.error();
  if (Result<void> written = write(chosen, scored, target, settled); !written) return written.error();
  if (Result<void> told = publish(rows, scored, target, settled); !told) return told.error();
  return settled;
}

// Leaves those that Odoo's own table scores likewise.
Result<void> Live::gate(std::vector<size_t>& chosen, const Scored& scored, Settled& settled) {
  State& state = *state_;
  const Result<Mirror> mirror = read_mirror(host_.odoo, state.history);
  if (!mirror && may_pass(mirror.error().code)) return mirror.error();
  if (!mirror) {
    host_.log.warn("Odoo's own scoring table cannot be read, so no score is written to its fields: {}",
                   mirror.error().message);
    settled.held_back += chosen.size();
    chosen.clear();
    return {};
  }
  const History& history = state.history;
  const Batches as_odoo = make_batches(history.leads, history.model, history.variables, mirror->table, history.start);
  const auto differs = [&](size_t i) {
    const uint32_t row = scored.batches.rows[i];
    return !same_score(as_odoo.batches[as_odoo.batch_of[i]].score(row),
                       scored.batches.batches[scored.batches.batch_of[i]].score(row));
  };
  const size_t before = chosen.size();
  chosen.erase(std::remove_if(chosen.begin(), chosen.end(), differs), chosen.end());
  settled.held_back += before - chosen.size();
  return {};
}

Result<void> Live::write(const std::vector<size_t>& chosen, const Scored& scored, const Target& target,
                         Settled& settled) {
  if (chosen.empty() || target.sink == Sink::kNothing) return {};
  Leads& leads = state_->history.leads;
  std::vector<Wanted> wanted;
  for (const size_t i : chosen) {
    const uint32_t row = scored.batches.rows[i];
    const double score = scored.batches.batches[scored.batches.batch_of[i]].score(row);
    const double follows = probability_after(leads.probability[row], leads.automated[row], score);
    wanted.push_back({leads.id[row], score, same_score(follows, leads.probability[row]) ? kUnset : follows});
  }
  const Result<Written> written = write_scores(host_.odoo, target, wanted, [](uint64_t, uint64_t) {});
  if (!written && may_pass(written.error().code)) return written.error();
  if (!written) {
    host_.log.warn("{} scores were not written: {}", wanted.size(), written.error().message);
    settled.failed += wanted.size();
    for (const size_t i : chosen) settled.unwritten.insert(scored.batches.rows[i]);
    return {};
  }
  std::unordered_map<int64_t, const Wanted*> by_lead;
  for (const Wanted& one : wanted) by_lead[one.lead] = &one;
  for (const int64_t id : written->done) {
    const auto row = static_cast<uint32_t>(find_row(leads, id));
    settled.touched.push_back(row);
    if (target.sink != Sink::kOdoo) continue;
    leads.automated[row] = by_lead[id]->score;
    if (is_set(by_lead[id]->probability)) leads.probability[row] = by_lead[id]->probability;
  }
  settled.written += written->done.size();
  settled.failed += written->failed.size() + written->unknown.size();
  for (const auto& [id, message] : written->failed)
    settled.unwritten.insert(static_cast<uint32_t>(find_row(leads, id)));
  for (size_t i = 0; i < std::min<size_t>(3, written->failed.size()); ++i)
    host_.log.warn("the score of lead {} was not written: {}", written->failed[i].first, written->failed[i].second);
  if (!written->unknown.empty())
    return Error{Code::kUnreachable, "Odoo did not say what became of " + std::to_string(written->unknown.size()) +
                                         " scores; they are looked at again"};
  return {};
}

Result<void> Live::publish(const std::vector<uint32_t>& rows, const Scored& scored, const Target& target,
                           Settled& settled) {
  State& state = *state_;
  const Leads& leads = state.history.leads;
  std::vector<size_t> place(leads.size(), SIZE_MAX);
  for (size_t i = 0; i < scored.batches.rows.size(); ++i) place[scored.batches.rows[i]] = i;
  ScoreFacts facts;
  for (const uint32_t row : rows) {
    // What is published is also what the custom field holds: a score that did not get there comes again.
    if (target.sink == Sink::kField && settled.unwritten.count(row) != 0) continue;
    const size_t at = place[row];
    double score = kUnset;
    if (at != SIZE_MAX) score = scored.batches.batches[scored.batches.batch_of[at]].score(row);
    if (!is_set(score) && is_set(state.published[row]))
      facts.add(leads.id[row], {});
    else if (moved(target, state.published[row], score))
      facts.add(
          leads.id[row],
          fact_of(facts.arena(),
                  reasons_of(state.history, scored.exact, scored.batches.batches[scored.batches.batch_of[at]], row),
                  score, probability_after(leads.probability[row], leads.automated[row], score), by_hand(row)));
    else
      continue;
    state.published[row] = score;
    settled.touched.push_back(row);
  }
  return facts.publish(host_.shared);
}

// The last of the transactions carries what the caller put into it.
Result<void> Live::keep(const std::vector<uint32_t>& rows, Transaction& last) {
  const State& state = *state_;
  const Leads& leads = state.history.leads;
  std::vector<uint32_t> once = rows;
  std::sort(once.begin(), once.end());
  once.erase(std::unique(once.begin(), once.end()), once.end());
  Transaction part;
  size_t in_part = 0;
  for (size_t i = 0; i < once.size(); ++i) {
    const uint32_t row = once[i];
    if (leads.created[row] == kGone) continue;
    const bool to_last = once.size() - i <= kAtOnce;
    (to_last ? last : part)
        .put(kept_key(leads.id[row]), pack(state.history, state_of(leads, row), state.published[row]));
    if (to_last || ++in_part < kAtOnce) continue;
    if (const Result<void> kept = host_.store.commit(part); !kept) return kept;
    part = Transaction();
    in_part = 0;
  }
  if (in_part > 0)
    if (const Result<void> kept = host_.store.commit(part); !kept) return kept;
  return host_.store.commit(last);
}

// --- the jobs

void Live::note_counts(Transaction& change, const Settled& settled) const {
  change.put(kHeldBackKey, std::to_string(settled.held_back));
  change.put(kManualKey, std::to_string(count_by_hand()));
  change.put(kRescoredKey, std::to_string(host_.clock.now().time_since_epoch().count()));
}

JobResult Live::rescore(Value config) {
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  Result<bool> ready = load(config);
  if (!ready) return ready.error();
  if (!*ready) return refresh(config);
  const Result<History> now = read_settings(host_.odoo, host_.clock, config);
  if (!now) return now.error();
  if (fingerprint(*now) != fingerprint(state_->history)) return refresh(config);
  if (!state_->table.outdated(now->model, now->variables, now->start).empty()) {
    forget();
    ready = load(config);
    if (!ready) return ready.error();
    if (!*ready) return refresh(config);
  }
  if (!dirty_ && held_back_ == 0) return JobResult::done("no count moved since all scores were last looked at");
  std::vector<uint32_t> rows(state_->history.leads.size());
  for (size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<uint32_t>(row);
  const Result<Settled> settled = settle(rows, *target);
  if (!settled) return settled.error();
  Transaction change;
  note_counts(change, *settled);
  if (const Result<void> kept = keep(settled->touched, change); !kept) return kept.error();
  dirty_ = false;
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
  std::vector<std::string> gone;
  size_t differed = 0;
  const Result<void> read = each_kept(host_.store, [&](std::string_view key, std::string_view bytes) {
    const int64_t id = kept_id(key);
    const size_t row = find_row(leads, id);
    if (row == leads.size()) {
      gone.emplace_back(key);
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
  for (const std::string& key : gone) {
    part.erase(key);
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
  Result<History> history = read_history(host_.odoo, host_.clock, config, [](uint64_t, uint64_t) {});
  if (!history) return history.error();
  choose_rounding(*history);
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
