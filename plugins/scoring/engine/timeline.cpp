#include "timeline.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

#include "bins.hpp"
#include "metrics.hpp"

namespace outrigger::scoring {
namespace {

constexpr double kTellsAll = 0.97;
constexpr double kTellsMuch = 0.7;
constexpr double kFallsBy = 0.2;
constexpr size_t kFewestToJudge = 50;

void drop(Signal& signal, size_t row) {
  if (signal.kind == Signal::Kind::kCategory) signal.code[row] = 0;
  if (signal.kind == Signal::Kind::kNumber) signal.numbers[row] = kUnset;
}

// Tags lie one lead after another, so dropping some means writing the column again.
void drop_tags(Signal& signal, const std::vector<bool>& dropped) {
  std::vector<uint32_t> kept;
  uint32_t begin = 0;
  for (size_t row = 0; row < signal.tag_end.size(); ++row) {
    const uint32_t end = signal.tag_end[row];
    if (!dropped[row]) kept.insert(kept.end(), signal.tag.begin() + begin, signal.tag.begin() + end);
    begin = end;
    signal.tag_end[row] = static_cast<uint32_t>(kept.size());
  }
  signal.tag = std::move(kept);
}

// One variable as codes; absent is a value like others here.
using CodesOf = std::function<void(uint32_t row, const std::function<void(uint32_t)>& each)>;

struct Judge {
  const Timeline& timeline;
  const Split& split;
  const Leads& leads;

  [[nodiscard]] bool odd(uint32_t row) const { return (leads.id[row] & 1) != 0; }

  // Log-odds of the codes by the training leads that `use` takes.
  template <typename Use>
  [[nodiscard]] std::vector<double> weights(const CodesOf& codes_of, size_t codes, Use&& use) const {
    std::vector<double> won(codes, 1);
    std::vector<double> lost(codes, 1);
    for (const uint32_t row : split.train)
      if (use(row)) codes_of(row, [&](uint32_t code) { (timeline.won[row] != 0 ? won : lost)[code] += 1; });
    for (size_t code = 0; code < codes; ++code) won[code] = std::log(won[code] / lost[code]);
    return won;
  }

  template <typename WeightsOf>
  [[nodiscard]] double auc_of(const CodesOf& codes_of, const std::vector<uint32_t>& rows, WeightsOf&& of) const {
    std::vector<double> scores;
    std::vector<uint8_t> won;
    for (const uint32_t row : rows) {
      double sum = 0;
      codes_of(row, [&](uint32_t code) { sum += of(row)[code]; });
      scores.push_back(sum);
      won.push_back(timeline.won[row]);
    }
    return auc(scores, won);
  }

  [[nodiscard]] double present(const CodesOf& codes_of, const std::vector<uint32_t>& rows) const {
    size_t with = 0;
    for (const uint32_t row : rows) {
      bool any = false;
      codes_of(row, [&](uint32_t code) { any = any || code != 0; });
      if (any) ++with;
    }
    return rows.empty() ? 0 : static_cast<double>(with) / static_cast<double>(rows.size());
  }

  void look(std::vector<Suspect>& suspects, const std::string& name, const CodesOf& codes_of, size_t codes) const {
    const auto by_odd = weights(codes_of, codes, [&](uint32_t row) { return odd(row); });
    const auto by_even = weights(codes_of, codes, [&](uint32_t row) { return !odd(row); });
    const auto by_all = weights(codes_of, codes, [](uint32_t) { return true; });
    Suspect suspect{name};
    suspect.train_auc = auc_of(
        codes_of, split.train, [&](uint32_t row) -> const auto& { return odd(row) ? by_even : by_odd; });
    suspect.test_auc = auc_of(
        codes_of, split.test, [&](uint32_t) -> const auto& { return by_all; });
    suspect.present_train = present(codes_of, split.train);
    suspect.present_test = present(codes_of, split.test);
    const double best = std::max(suspect.train_auc, suspect.test_auc);
    if (best >= kTellsAll)
      suspect.why = name +
                    " alone tells won from lost almost perfectly, so it is probably written when a lead is "
                    "closed: leave it out, or give the time since when it is known";
    else if (suspect.train_auc >= kTellsMuch && suspect.train_auc - suspect.test_auc >= kFallsBy)
      suspect.why = name +
                    " tells won from lost in the past but not afterwards, so it probably changes when a lead is "
                    "closed: leave it out, or give the time since when it is known";
    if (!suspect.why.empty()) suspects.push_back(std::move(suspect));
  }
};

void look_at_signal(const Judge& judge, std::vector<Suspect>& suspects, const Signal& signal) {
  if (signal.kind == Signal::Kind::kNumber) {
    std::vector<Observed> observed;
    for (const uint32_t row : judge.split.train)
      observed.push_back({signal.numbers[row], judge.timeline.won[row] != 0});
    const Bins bins = learn_bins(std::move(observed), {Binning::kQuantiles, 20, 16});
    judge.look(
        suspects, signal.name, [&](uint32_t row, const auto& each) { each(bins.code(signal.numbers[row])); },
        bins.size());
  } else if (signal.kind == Signal::Kind::kCategory) {
    judge.look(
        suspects, signal.name, [&](uint32_t row, const auto& each) { each(signal.code[row]); }, signal.values.size());
  } else {
    const auto codes_of = [&](uint32_t row, const auto& each) {
      if (signal.tag_begin(row) == signal.tag_end[row]) each(0);
      for (uint32_t t = signal.tag_begin(row); t < signal.tag_end[row]; ++t) each(signal.tag[t]);
    };
    judge.look(suspects, signal.name, codes_of, signal.values.size());
  }
}

}  // namespace

int64_t cut_at(const Timeline& timeline, double share) {
  std::vector<int64_t> decided;
  std::copy_if(timeline.decided.begin(), timeline.decided.end(), std::back_inserter(decided),
               [](int64_t at) { return at != kNever; });
  if (decided.empty()) return kNever;
  std::sort(decided.begin(), decided.end());
  const double at = std::clamp(share, 0.0, 1.0) * static_cast<double>(decided.size());
  return decided[std::min(decided.size() - 1, static_cast<size_t>(at))];
}

Split split_by_time(const Leads& leads, const Timeline& timeline, const Rules& rules, int64_t start, int64_t cut,
                    const SplitRules& split_rules) {
  Split split;
  split.cut = cut;
  for (uint32_t row = 0; row < leads.size(); ++row) {
    const int64_t decided = timeline.decided[row];
    const Closed outcome = closed(leads, rules, row);
    if (leads.created[row] < start) {
      ++split.before_start;
    } else if (decided == kNever) {
      ++split.undecided;
    } else if (decided >= cut) {
      const bool open = timeline.observed[row] < decided && outcome == Closed::kNo;
      if (open)
        split.test.push_back(row);
      else
        ++split.seen_decided;
    } else if (outcome != (timeline.won[row] != 0 ? Closed::kWon : Closed::kLost)) {
      ++split.other_outcome;
    } else {
      const bool changed = timeline.observed[row] > cut;
      if (changed) ++split.changed_since;
      if (!changed || !split_rules.strict) split.train.push_back(row);
    }
  }
  return split;
}

std::vector<int64_t> known_until(const Timeline& timeline, int64_t cut) {
  std::vector<int64_t> until;
  until.reserve(timeline.decided.size());
  for (size_t row = 0; row < timeline.decided.size(); ++row)
    until.push_back(timeline.decided[row] < cut ? timeline.decided[row] - 1 : timeline.observed[row]);
  return until;
}

std::vector<size_t> conceal_later(Signals& signals, const Timeline& timeline, int64_t cut) {
  const std::vector<int64_t> until = known_until(timeline, cut);
  std::vector<size_t> concealed;
  for (Signal& signal : signals.columns) {
    size_t count = 0;
    std::vector<bool> dropped(signal.size(), false);
    for (size_t row = 0; row < signal.known_from.size(); ++row) {
      dropped[row] = signal.known_from[row] > until[row];
      if (!dropped[row]) continue;
      drop(signal, row);
      ++count;
    }
    if (signal.kind == Signal::Kind::kTags && count > 0) drop_tags(signal, dropped);
    concealed.push_back(count);
  }
  return concealed;
}

void as_open(Leads& leads, size_t row, int16_t stage) {
  leads.stage[row] = stage;
  leads.status[row] = WonStatus::kPending;
  leads.active[row] = 1;
  leads.probability[row] = kUnset;
  leads.automated[row] = kUnset;
}

std::vector<Suspect> find_suspects(const Sample& sample, const Variables& variables, const Timeline& timeline,
                                   const Split& split) {
  std::vector<Suspect> suspects;
  if (split.train.size() < kFewestToJudge || split.test.size() < kFewestToJudge) return suspects;
  const Leads& leads = sample.leads;
  const Judge judge{timeline, split, leads};
  for (size_t v = 0; v < variables.fields.size(); ++v)
    judge.look(
        suspects, variables.fields[v], [&](uint32_t row, const auto& each) { each(leads.feature[v][row]); },
        leads.values[v].size());
  if (variables.tags) {
    const auto codes_of = [&](uint32_t row, const auto& each) {
      if (leads.tag_begin(row) == leads.tag_end[row]) each(0);
      for (uint32_t t = leads.tag_begin(row); t < leads.tag_end[row]; ++t) each(leads.tag[t]);
    };
    judge.look(suspects, "tag_ids", codes_of, leads.tags.size());
  }
  for (const Signal& signal : sample.signals.columns) look_at_signal(judge, suspects, signal);
  return suspects;
}

}  // namespace outrigger::scoring
