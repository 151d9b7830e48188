#include <algorithm>
#include <unordered_map>

#include "live.hpp"

namespace outrigger::scoring {
namespace {

// A transaction's worth of leads.
constexpr size_t kAtOnce = 1000;

// Waiting helps; anything else is for a person, and the change counts as done.
bool may_pass(Code code) {
  return code == Code::kUnreachable || code == Code::kConflict || code == Code::kDeadline || code == Code::kCancelled ||
         code == Code::kAuth || code == Code::kProtocol;
}

}  // namespace

Live::Scored::Scored(const State& state)
    : exact_(state.table.frequencies()),
      batches_(make_batches(state.history.leads, state.history.model, state.history.variables, exact_,
                            state.history.start)) {}

double Live::Scored::score(size_t i) const {
  return by_model_ ? by_model_->score(i) : batches_.batches[batches_.batch_of[i]].score(batches_.rows[i]);
}

Reasons Live::Scored::reasons(const History& history, size_t i) const {
  if (by_model_) return by_model_->reasons(i);
  return reasons_of(history, exact_, batches_.batches[batches_.batch_of[i]], batches_.rows[i]);
}

Result<Live::Settled> Live::settle(const std::vector<uint32_t>& rows, const Target& target, Value config) {
  State& state = *state_;
  const Leads& leads = state.history.leads;
  const Result<Scored> done = score(rows, config);
  if (!done) return done.error();
  const Scored& scored = *done;
  std::vector<bool> wanted(leads.size(), false);
  for (const uint32_t row : rows) wanted[row] = true;
  Settled settled;
  std::vector<size_t> chosen;  // of scored.rows()
  for (size_t i = 0; i < scored.rows().size(); ++i) {
    const uint32_t row = scored.rows()[i];
    if (!wanted[row]) continue;
    const double score = scored.score(i);
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
    return !same_score(as_odoo.batches[as_odoo.batch_of[i]].score(scored.rows()[i]), scored.score(i));
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
  if (target.sink == Sink::kField && !state_->history.lead_fields.root().has(target.field())) {
    host_.log.warn(
        "{} scores were not written: crm.lead has no field {}; make it with a setup key: outrigger scoring setup",
        chosen.size(), target.field());
    settled.failed += chosen.size();
    for (const size_t i : chosen) settled.unwritten.insert(scored.rows()[i]);
    return {};
  }
  std::vector<Wanted> wanted;
  for (const size_t i : chosen) {
    const uint32_t row = scored.rows()[i];
    const double score = scored.score(i);
    const double follows = probability_after(leads.probability[row], leads.automated[row], score);
    wanted.push_back({leads.id[row], score, same_score(follows, leads.probability[row]) ? kUnset : follows});
  }
  const Result<Written> written = write_scores(host_.odoo, target, wanted, [](uint64_t, uint64_t) {});
  if (!written && may_pass(written.error().code)) return written.error();
  if (!written) {
    host_.log.warn("{} scores were not written: {}", wanted.size(), written.error().message);
    settled.failed += wanted.size();
    for (const size_t i : chosen) settled.unwritten.insert(scored.rows()[i]);
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
  for (size_t i = 0; i < scored.rows().size(); ++i) place[scored.rows()[i]] = i;
  ScoreFacts facts;
  for (const uint32_t row : rows) {
    // What is published is also what the custom field holds: a score that did not get there comes again.
    if (target.sink == Sink::kField && settled.unwritten.count(row) != 0) continue;
    const size_t at = place[row];
    double score = kUnset;
    if (at != SIZE_MAX) score = scored.score(at);
    if (!is_set(score) && is_set(state.published[row]))
      facts.add(leads.id[row], {});
    else if (moved(target, state.published[row], score))
      facts.add(leads.id[row], fact_of(facts.arena(), scored.reasons(state.history, at), score,
                                       target.sink == Sink::kOdoo || state.learned == nullptr
                                           ? probability_after(leads.probability[row], leads.automated[row], score)
                                           : leads.probability[row],
                                       by_hand(row)));
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

}  // namespace outrigger::scoring
