// Generated leads as columns: ten teams, nine stages, seven variables, tags; seven of ten are closed.
#pragma once

#include <random>

#include "engine/scorer.hpp"

namespace outrigger::scoring {

struct MadeLeads {
  Model model;
  Variables variables;
  Leads leads{0};
};

inline MadeLeads make_leads(size_t count, uint64_t seed = 1) {
  MadeLeads made;
  for (int64_t i = 0; i < 9; ++i) made.model.stages.push_back({i + 1, "stage", i, i == 7, i % 4 == 3});
  for (int64_t i = 0; i < 10; ++i) made.model.teams.push_back({i + 1, "team"});
  made.variables = Variables::parse("phone_state,email_state,state_id,country_id,source_id,lang_id,tag_ids",
                                    [](const auto&) { return true; });
  made.leads = Leads(made.variables.fields.size());
  constexpr uint32_t kSizes[] = {3, 3, 600, 120, 15, 6};  // values of each variable
  constexpr double kFilled[] = {1, 1, 0.5, 0.8, 0.7, 0.3};
  for (size_t v = 0; v < 6; ++v)
    for (uint32_t i = 1; i <= kSizes[v]; ++i) made.leads.values[v].code(std::to_string(i));
  for (uint32_t i = 1; i <= 30; ++i) made.leads.tags.code(std::to_string(i));
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
  Leads& leads = made.leads;
  for (size_t i = 0; i < count; ++i) {
    const size_t row = leads.append(static_cast<int64_t>(i) + 1);
    leads.created[row] = static_cast<int64_t>(uniform() * 1e15);
    leads.team[row] = uniform() < 0.1 ? int16_t{-1} : static_cast<int16_t>(uniform() * 10);
    leads.priority[row] = static_cast<uint8_t>('0' + static_cast<int>(uniform() * 4));
    double chance = 0.4;
    for (size_t v = 0; v < 6; ++v)
      if (uniform() < kFilled[v]) {
        // Squared: some values are far more common than others.
        leads.feature[v][row] = 1 + static_cast<uint32_t>(uniform() * uniform() * kSizes[v]);
        chance += leads.feature[v][row] % 2 == 0 ? 0.05 : -0.05;
      }
    for (int t = 0; t < 3; ++t)
      if (uniform() < 0.4) leads.append_tag(std::to_string(1 + static_cast<int>(uniform() * 30)));
    const bool closed = uniform() < 0.7;
    const bool won = closed && uniform() < chance;
    leads.active[row] = !closed || won ? 1 : 0;
    leads.status[row] = !closed ? WonStatus::kPending : won ? WonStatus::kWon : WonStatus::kLost;
    leads.stage[row] = won ? int16_t{7} : static_cast<int16_t>(uniform() * 7);
    leads.probability[row] = won ? 100 : closed ? 0 : 50;
    leads.automated[row] = leads.probability[row];
  }
  return made;
}

}  // namespace outrigger::scoring
