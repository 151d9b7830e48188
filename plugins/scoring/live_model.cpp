// Live: the model that the configuration names instead of Odoo's own.
#include <algorithm>

#include "live.hpp"

namespace outrigger::scoring {
namespace {

// What a score that was told is good for: another model, or another place, and it has to be told again.
std::string aim_of(const Learned* learned, const Target& target) {
  const std::string_view place = target.sink == Sink::kNothing ? std::string_view("nothing") : target.field();
  return std::string(name_of(learned == nullptr ? ModelKind::kOdoo : learned->kind)) + " " + std::string(place);
}

}  // namespace

Result<void> Live::find_model(State& state, Value config) {
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  if (*kind == ModelKind::kOdoo) return {};
  Result<std::optional<Learned>> kept = load_learned(host_.store, state.history, config);
  if (!kept) return kept.error();
  if (*kept) state.learned = std::make_unique<Learned>(**std::move(kept));
  return {};
}

Result<void> Live::train_now(State& state, Value config) {
  const Progress silent = [](uint64_t, uint64_t) {};
  Result<Learned> learned = learn(host_.odoo, host_.clock, host_.store, config, state.history, silent);
  if (!learned) return learned.error();
  for (const std::string& name : learned->left_out)
    host_.log.warn("{} tells won from lost all by itself, so it knows the outcome: the model does not use it", name);
  for (const std::string& note : learned->notes) host_.log.info("{}", note);
  if (const Result<void> kept = keep_learned(host_.store, *learned); !kept) return kept;
  state.learned = std::make_unique<Learned>(*std::move(learned));
  return {};
}

JobResult Live::train(Value config) {
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  if (*kind == ModelKind::kOdoo) return JobResult::done("Odoo's own model needs no training");
  const Result<bool> ready = load(config);
  if (!ready) return ready.error();
  if (!*ready) return refresh(config);
  if (const Result<void> whole = sees_all(); !whole) return whole.error();
  if (const Result<void> trained = train_now(*state_, config); !trained) return trained.error();
  const Learned& learned = *state_->learned;
  const std::string note =
      format("{} trained from {} won and {} lost leads", name_of(learned.kind), learned.won, learned.lost);
  dirty_ = true;
  const JobResult rescored = rescore(config);
  if (rescored.error()) return *rescored.error();
  return JobResult::done(note + "; " + rescored.note());
}

std::string Live::aim_now(const State& state, const Target& target) { return aim_of(state.learned.get(), target); }

Result<void> Live::aim(State& state, const Target& target) {
  const Result<std::optional<std::string>> before = host_.store.get(kTargetKey);
  if (!before) return before.error();
  if (*before && **before == aim_now(state, target)) return {};
  // What was told before this was kept went the one way that there was.
  if (!*before && state.learned == nullptr) return {};
  for (const uint32_t row : open_rows(state.history)) state.published[row] = kUnset;
  return {};
}

// Of these rows those that are open; by the exact table all are scored together.
Result<Live::Scored> Live::score(const std::vector<uint32_t>& rows, Value config) {
  State& state = *state_;
  if (state.learned == nullptr) return Scored(state);
  const Value rules = config["points"]["rules"];
  if (!state.events_read && rules.size() > 0) {
    Result<std::vector<PointEvent>> events =
        read_events(host_.odoo, host_.clock, host_.store, config, state.history, open_rows(state.history));
    if (!events) return events.error();
    state.events = *std::move(events);
    state.events_read = true;
  }
  std::vector<uint32_t> open;
  for (const uint32_t row : rows)
    if (pending(state.history.leads, state.history.model.rules, row, state.history.start)) open.push_back(row);
  std::sort(open.begin(), open.end());
  open.erase(std::unique(open.begin(), open.end()), open.end());
  ModelScores scores(*state.learned, state.history, std::move(open));
  if (Result<void> read = scores.read(host_.odoo, host_.clock, config, state.events); !read) return read.error();
  return Scored(std::move(scores));
}

}  // namespace outrigger::scoring
