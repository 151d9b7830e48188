#include "commands.hpp"

#include <algorithm>
#include <cstdio>

#include "kept.hpp"
#include "told.hpp"

namespace outrigger::assignment {
namespace {

Ask ask_of(const Command& command) { return {text_of(command.args()["team"]), command.args()["full"].truthy(), {}}; }

size_t limit_of(const Command& command) {
  return static_cast<size_t>(std::max<int64_t>(0, command.args()["limit"].integer()));
}

void print_plan(Command& command, const Planned& planned, const Settings& settings, const Speech& say) {
  if (command.json()) return;
  if (const std::string leads = leads_table(planned, false, limit_of(command), say); !leads.empty())
    command.write(leads + "\n");
  if (const std::string members = members_table(planned, say); !members.empty()) command.write(members + "\n");
  command.write(summary(planned, settings, say));
}

// "country_id 2 +0.42": what the plugin scoring says of the lead's chance, the strongest first.
std::string score_text(const Host& host, int64_t lead, const Speech& say) {
  if (!host.shared) return {};
  const Result<Facts> facts = host.shared.read("scoring.score", "crm.lead", {lead});
  if (!facts) return {};
  std::string text;
  for (const Fact fact : *facts) {
    text = say("score {}", "điểm {}", say.number(fact.value["score"].number().value_or(0), 2));
    for (const Value reason : fact.value["reasons"].items()) {
      char weight[32];
      std::snprintf(weight, sizeof weight, " %+.2f", reason["log_odds"].number().value_or(0));
      text += ", " + text_of(reason["variable"]) + " " + text_of(reason["value"]) + weight;
    }
  }
  return text;
}

}  // namespace

Result<Document> run_plan(Command& command, const Host& host, Value config) {
  const Speech say(command.locale());
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const Result<Planned> planned = make_plan(host, *settings, ask_of(command), say);
  if (!planned) return planned.error();
  print_plan(command, *planned, *settings, say);
  command.print("{}\n", say("nothing was written; `outrigger assignment run` does it",
                            "chưa ghi gì; `outrigger assignment run` sẽ thực hiện"));
  return report(*planned, *settings, nullptr, true, say);
}

Result<Document> run_assign(Command& command, const Host& host, const Store& store, Value config) {
  const Speech say(command.locale());
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const Result<Planned> planned = make_plan(host, *settings, ask_of(command), say);
  if (!planned) return planned.error();
  print_plan(command, *planned, *settings, say);
  const Result<Applied> applied = apply(host, *settings, *planned, {.plan = command.plan()});
  if (!applied) return applied.error();
  if (settings->tell) tell(host, *planned, *applied);
  if (!command.plan())
    if (Result<void> kept = keep_reasons(store, host.clock, *planned, *applied); !kept) return kept.error();
  command.print("{}", applied_text(*applied, command.plan(), say));
  return report(*planned, *settings, &*applied, command.plan(), say);
}

Result<Document> run_unassigned(Command& command, const Host& host, Value config) {
  const Speech say(command.locale());
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const Result<Planned> planned = make_plan(host, *settings, {}, say);
  if (!planned) return planned.error();
  if (!command.json()) {
    command.write(leads_table(*planned, true, limit_of(command), say) + "\n");
    command.write(summary(*planned, *settings, say));
  }
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    double stake = 0;
    for (size_t i = 0; i < planned->plan.decisions.size(); ++i) {
      if (planned->plan.decisions[i].reason == Reason::kAssigned) continue;
      rows.push_back(row_value(*planned, i, say, arena));
      stake += at_stake(planned->work.leads[i]);
    }
    return arena.object({{"waiting", static_cast<int64_t>(rows.size())},
                         {"at_stake", stake},
                         {"assigned_by_a_run", static_cast<int64_t>(planned->work.leads.size() - rows.size())},
                         {"rows", arena.array(rows)}});
  });
}

Result<Document> run_why(Command& command, const Host& host, const Store& store, Value config) {
  const Speech say(command.locale());
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const int64_t lead = command.args()["lead"].integer();
  Result<Planned> planned = make_plan(host, *settings, {}, say);
  if (!planned) return planned.error();
  const auto row_of = [&] {
    const std::vector<Decision>& all = planned->plan.decisions;
    return static_cast<size_t>(
        std::find_if(all.begin(), all.end(), [&](const Decision& one) { return one.lead == lead; }) - all.begin());
  };
  if (row_of() == planned->plan.decisions.size()) {  // it does not wait
    planned = make_plan(host, *settings, {.leads = {lead}}, say);
    if (!planned) return planned.error();
  }
  const size_t row = row_of();
  if (row == planned->plan.decisions.size())
    return Error{Code::kMissing, "there is no lead " + std::to_string(lead) + " that this key may see"};
  const Result<std::string> then = kept_reason(store, lead, say);
  if (!then) return then.error();
  const std::string now = why_text(*planned, row, say);
  const std::string score = score_text(host, lead, say);
  command.print("{} {}: {}\n", lead, planned->texts[row].name, now);
  if (const Decision& one = planned->plan.decisions[row]; one.reason == Reason::kAssigned)
    command.print("{}\n", say("a run would give it to {}", "lần chạy tới sẽ giao cho {}",
                              planned->crm.member(one.team, one.member)->name));
  if (!then->empty()) command.print("{}\n", *then);
  if (!score.empty()) command.print("{}\n", score);
  return Document::build([&](Arena& arena) {
    return arena.object({{"now", row_value(*planned, row, say, arena)},
                         {"then", then->empty() ? Value{} : arena.text(*then)},
                         {"score", score.empty() ? Value{} : arena.text(score)}});
  });
}

}  // namespace outrigger::assignment
