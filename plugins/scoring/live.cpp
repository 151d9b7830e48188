#include "live.hpp"

#include <algorithm>
#include <cstdio>

#include "early_rounding.hpp"
#include "looks.hpp"

namespace outrigger::scoring {
namespace {

bool is_by_hand(const LeadState& state) { return is_set(state.probability) && !(state.probability == state.automated); }

std::string percent(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

}  // namespace

Result<bool> Live::load(Value config) {
  if (state_) return true;
  Result<History> history = read_settings(host_.odoo, host_.clock, config);
  if (!history) return history.error();
  std::vector<double> published;
  const Result<bool> kept = load_kept(host_.store, *history, published);
  if (!kept) return kept.error();
  if (!*kept) return false;
  choose_rounding(host_.odoo, *history);
  auto state = std::make_unique<State>(*std::move(history));
  state->published = std::move(published);
  if (Result<void> found = find_model(*state, config); !found) return found.error();
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  if (*kind != ModelKind::kOdoo && state->learned == nullptr) return false;
  const Result<Target> target = target_of(config);
  if (!target) return target.error();
  if (Result<void> aimed = aim(*state, *target); !aimed) return aimed.error();
  state->table.rebuild(state->history.leads);
  state_ = std::move(state);
  dirty_ = true;
  return true;
}

Outcome Live::wait_for_refresh(std::string why) {
  state_.reset();
  if (const Result<void> asked = host_.schedule.run_now("refresh"); !asked)
    host_.log.warn("the job refresh could not be asked for: {}", asked.error().message);
  return retry(std::chrono::seconds(10), std::move(why));
}

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
  const Result<Settled> settled = settle(*rows, *target, config);
  if (!settled) return settled.error();
  std::vector<uint32_t> touched = *rows;
  touched.insert(touched.end(), settled->touched.begin(), settled->touched.end());
  Transaction change;
  for (const int64_t id : gone) change.erase(kept_key(id)).erase(look_key(id));
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
  // A closed lead's number is neither.
  if (closed(state_->history.model.rules, after.status, after.probability, true) != Closed::kNo) return;
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

}  // namespace outrigger::scoring
