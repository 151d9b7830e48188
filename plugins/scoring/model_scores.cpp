#include "model_scores.hpp"

#include <algorithm>

#include "activity.hpp"
#include "engine/lead_state.hpp"

namespace outrigger::scoring {
namespace {

// From the history's codes to those of the training; what is newer gets a code of its own behind them.
class Translation {
 public:
  Translation(const Values& from, Values& to) : from_(from), to_(to), known_(from.size(), kNot) {}
  uint32_t operator()(uint32_t code) {
    if (code == 0) return 0;
    if (known_[code] == kNot) known_[code] = to_.code(from_.text(code));
    return known_[code];
  }

 private:
  static constexpr uint32_t kNot = UINT32_MAX;
  const Values& from_;
  Values& to_;
  std::vector<uint32_t> known_;
};

}  // namespace

std::vector<uint32_t> open_rows(const History& history) {
  std::vector<uint32_t> rows;
  for (size_t row = 0; row < history.leads.size(); ++row)
    if (pending(history.leads, history.model.rules, row, history.start)) rows.push_back(static_cast<uint32_t>(row));
  return rows;
}

ModelScores::ModelScores(const Learned& learned, const History& history, std::vector<uint32_t> rows)
    : learned_(learned), history_(history), rows_(std::move(rows)), leads_(learned.codes) {
  std::vector<Translation> features;
  for (size_t v = 0; v < leads_.values.size(); ++v) features.emplace_back(history.leads.values[v], leads_.values[v]);
  Translation tags(history.leads.tags, leads_.tags);
  for (const uint32_t row : rows_) {
    LeadState state = state_of(history.leads, row);
    for (size_t v = 0; v < features.size(); ++v) state.feature[v] = features[v](state.feature[v]);
    for (uint32_t& tag : state.tags) tag = tags(tag);
    assign(leads_, leads_.append(state.id), state);
  }
}

Result<void> ModelScores::read(const Odoo& odoo, const Clock& clock, Value config,
                               const std::vector<PointEvent>& events) {
  if (!learned_.signals.columns.empty()) {
    const Result<Known> known = read_known_of(odoo, config, history_, leads_, learned_.signals);
    if (!known) return known.error();
    Signals all = known->fields;
    const Result<Activity> activity = read_rules(config);
    if (!activity) return activity.error();
    const std::vector<int64_t> now(leads_.size(), clock.now().time_since_epoch().count());
    if (!activity->points.empty())
      all.columns.push_back(points_signal(std::string(kPointsSignal), events, activity->points, leads_, now));
    for (const Signal& wanted : learned_.signals.columns) {
      const auto at = std::find_if(all.columns.begin(), all.columns.end(),
                                   [&](const Signal& signal) { return signal.name == wanted.name; });
      if (at == all.columns.end())
        return Error{Code::kConflict, "the model was trained for other variables; the job train trains it anew"};
      signals_.columns.push_back(std::move(*at));
    }
  }
  std::vector<uint32_t> every(leads_.size());
  for (size_t i = 0; i < every.size(); ++i) every[i] = static_cast<uint32_t>(i);
  scores_ = learned_.model->score({leads_, signals_}, every);
  return {};
}

Reasons ModelScores::reasons(size_t i) const {
  const Explanation why = learned_.model->explain({leads_, signals_}, static_cast<uint32_t>(i));
  Reasons reasons;
  reasons.prior_log_odds = why.prior_log_odds;
  reasons.team_won = why.won;
  reasons.team_lost = why.lost;
  reasons.probability = scores_[i];
  for (const Part& part : why.parts)
    reasons.reasons.push_back({part.variable, part.value, part.won, part.lost, part.all_won, part.all_lost, part.counts,
                               part.rare, part.log_odds});
  return reasons;
}

size_t ModelScores::place(uint32_t row) const {
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), row);
  return at == rows_.end() || *at != row ? rows_.size() : static_cast<size_t>(at - rows_.begin());
}

Result<std::vector<PointEvent>> read_events(const Odoo& odoo, const Clock& clock, const Store& store, Value config,
                                            const History& history, const std::vector<uint32_t>& rows) {
  Known known;
  const Result<Activity> activity = read_rules(config);
  if (!activity) return activity.error();
  if (activity->rules.empty()) return known.events;
  std::vector<int64_t> ids;
  for (const uint32_t row : rows) ids.push_back(history.leads.id[row]);
  const Result<Owners> owners = read_owners(odoo, history, ids);
  if (!owners) return owners.error();
  if (Result<void> read = read_odoo_activity(odoo, *activity, *owners, known); !read) return read.error();
  if (Result<void> read = read_kept_activity(store, clock, *activity, *owners, known); !read) return read.error();
  return std::move(known.events);
}

}  // namespace outrigger::scoring
