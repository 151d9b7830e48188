#include "made_history.hpp"

#include <cmath>

namespace outrigger::scoring {
namespace {

constexpr int64_t kDay = 86'400'000'000;
constexpr int kOpenStages = 4;

// What one lead is; its chances follow from it.
struct Traits {
  uint32_t source = 0;
  uint32_t country = 0;
  uint32_t industry = 0;
  double budget = 0;
  bool newsletter = false;
  bool reseller = false;
};

double effect_of(const Traits& lead, const Making& making) {
  constexpr double kSource[] = {-1.2, -0.6, 0, 0.5, 1.3};
  constexpr double kIndustry[] = {-1, 0, 0.3, 1};
  double effect = making.odoo * (kSource[lead.source] + (lead.country % 2 == 0 ? 0.5 : -0.5));
  effect += making.signals * (kIndustry[lead.industry] + (lead.newsletter ? 0.7 : 0) - (lead.reseller ? 0.6 : 0));
  // Neither the smallest nor the largest budgets are won: no straight line finds that.
  effect += making.signals * (std::fabs(lead.budget - 50) < 20 ? 1.0 : -0.6);
  return effect;
}

double loss_at(int stage, double effect) { return 1 / (1 + std::exp(1.1 - 0.25 * (3 - stage) + effect)); }

class Maker {
 public:
  explicit Maker(const Making& making) : making_(making), random_(making.seed) {
    Model& model = made_.pipeline;
    model.rules = Rules::of_major(making.major);
    for (int64_t i = 0; i <= kOpenStages; ++i) model.stages.push_back({i + 1, "stage", i, i == kOpenStages, false});
    for (int64_t i = 0; i < 3; ++i) model.teams.push_back({i + 1, "team"});
    std::string setting = "source_id,country_id";
    for (size_t c = 0; c < making.copies; ++c) setting += ",copy" + std::to_string(c);
    made_.variables = Variables::parse(setting, [](const auto&) { return true; });
    if (model.rules.tags_always) made_.variables.tags = true;
    made_.leads = Leads(made_.variables.fields.size());
    made_.signals.columns = {Signal::category("industry"), Signal::number("budget"), Signal::of_tags("lists")};
    made_.cut = static_cast<int64_t>(making.cut * static_cast<double>(making.leads)) * kDay / 20;
  }

  MadeHistory run() {
    for (size_t i = 0; i < making_.leads; ++i) add(static_cast<int64_t>(i));
    return std::move(made_);
  }

 private:
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() * n); }

  Traits traits() { return {below(5), below(8), below(4), 100 * random_(), random_() < 0.3, random_() < 0.2}; }

  void add(int64_t number) {
    Leads& leads = made_.leads;
    const size_t row = leads.append(number + 1);
    made_.signals.append();
    const Traits lead = traits();
    leads.created[row] = number * kDay / 20;
    leads.team[row] = static_cast<int16_t>(static_cast<int>(below(4)) - 1);
    set_features(row, lead);
    const double effect = effect_of(lead, making_);
    int depth = 0;
    while (depth < kOpenStages && random_() >= loss_at(depth, effect)) ++depth;
    const int64_t decided = leads.created[row] + kDay + static_cast<int64_t>(random_() * 20) * kDay;
    const auto look = static_cast<int>(below(kOpenStages));
    made_.timeline.won.push_back(depth == kOpenStages ? 1 : 0);
    made_.timeline.decided.push_back(random_() < 0.03 ? kNever : decided);
    const bool closed_in_time = made_.timeline.decided.back() < made_.cut;
    double truth = 1;
    for (int s = look; s < kOpenStages; ++s) truth *= 1 - loss_at(s, effect);
    made_.truth.push_back(truth);
    if (closed_in_time || look > depth) {
      close(row, depth);
      made_.timeline.observed.push_back(decided);
    } else {
      as_open(leads, row, static_cast<int16_t>(look));
      made_.timeline.observed.push_back(decided - 1);
    }
  }

  void set_features(size_t row, const Traits& lead) {
    Leads& leads = made_.leads;
    leads.feature[0][row] = leads.values[0].code(std::to_string(lead.source));
    leads.feature[1][row] = leads.values[1].code(std::to_string(lead.country));
    for (size_t c = 0; c < making_.copies; ++c) {
      const uint32_t copied = random_() < 0.9 ? lead.source : below(5);
      leads.feature[2 + c][row] = leads.values[2 + c].code(std::to_string(copied));
    }
    auto& columns = made_.signals.columns;
    columns[0].code[row] = columns[0].values.code("industry " + std::to_string(lead.industry));
    columns[1].numbers[row] = random_() < 0.1 ? kUnset : lead.budget;
    if (lead.newsletter) columns[2].append_tag("newsletter");
    if (lead.reseller) columns[2].append_tag("reseller");
  }

  void close(size_t row, int depth) {
    Leads& leads = made_.leads;
    const bool won = depth == kOpenStages;
    leads.stage[row] = static_cast<int16_t>(depth);
    leads.status[row] = won ? WonStatus::kWon : WonStatus::kLost;
    leads.active[row] = won ? 1 : 0;
    leads.probability[row] = won ? 100 : 0;
    leads.automated[row] = leads.probability[row];
  }

  const Making& making_;
  Uniform random_;
  MadeHistory made_;
};

}  // namespace

double Uniform::operator()() {
  state_ = state_ * 6364136223846793005U + 1442695040888963407U;
  uint64_t mixed = state_ ^ (state_ >> 29U);
  mixed *= 0xBF58476D1CE4E5B9U;
  mixed ^= mixed >> 32U;
  return static_cast<double>(mixed >> 11U) * 0x1p-53;
}

MadeHistory make_history(const Making& making) { return Maker(making).run(); }

}  // namespace outrigger::scoring
