#include "kept.hpp"

#include <algorithm>
#include <unordered_set>

#include "told.hpp"

namespace outrigger::assignment {

std::string reason_key(int64_t lead) { return "crm.lead:" + std::to_string(lead) + ":assigned"; }

Result<void> keep_reasons(const Store& store, const Clock& clock, const Planned& planned, const Applied& applied) {
  if (!store) return {};
  const std::string now = utc_text(clock.now());
  const std::unordered_set<int64_t> done(applied.done.begin(), applied.done.end());
  constexpr size_t kAtOnce = 1000;
  std::vector<size_t> rows;
  for (size_t i = 0; i < planned.plan.decisions.size(); ++i)
    if (planned.plan.decisions[i].reason == Reason::kAssigned && done.count(planned.plan.decisions[i].lead) != 0)
      rows.push_back(i);
  for (size_t first = 0; first < rows.size(); first += kAtOnce) {
    Transaction change;
    for (size_t r = first; r < std::min(rows.size(), first + kAtOnce); ++r) {
      const Decision& one = planned.plan.decisions[rows[r]];
      std::string text;
      for (const char* locale : {"en", "vi"}) {
        const Speech say(locale);
        text += say("assigned on {} UTC to {}: {}", "đã giao lúc {} UTC cho {}: {}", now,
                    planned.crm.member(one.team, one.member)->name, why_text(planned, rows[r], say)) +
                "\n";
      }
      change.put(reason_key(one.lead), text);
    }
    if (Result<void> kept = store.commit(change); !kept) return kept;
  }
  return {};
}

Result<std::string> kept_reason(const Store& store, int64_t lead, const Speech& say) {
  if (!store) return std::string();
  const Result<std::optional<std::string>> kept = store.get(reason_key(lead));
  if (!kept) return kept.error();
  if (!*kept) return std::string();
  const size_t line = (*kept)->find('\n');
  if (line == std::string::npos) return **kept;
  const std::string english = (*kept)->substr(0, line);
  std::string vietnamese = (*kept)->substr(line + 1);
  while (!vietnamese.empty() && vietnamese.back() == '\n') vietnamese.pop_back();
  return say(english, vietnamese);
}

}  // namespace outrigger::assignment
