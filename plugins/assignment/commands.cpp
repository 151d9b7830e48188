#include "commands.hpp"

#include <algorithm>
#include <cstdio>

#include "planned_reasons.hpp"
#include "round.hpp"
#include "told.hpp"

namespace outrigger::assignment {
namespace {

Ask ask_of(const Command& command) { return {text_of(command.args()["team"]), command.args()["full"].truthy(), {}}; }

size_t limit_of(const Command& command) {
  return static_cast<size_t>(std::max<int64_t>(0, command.args()["limit"].integer()));
}

void print_plan(Command& command, const Round& round, const Settings& settings, const Speech& say) {
  if (command.json()) return;
  const Planned& planned = round.planned;
  if (const std::string leads = leads_table(planned, false, limit_of(command), say); !leads.empty())
    command.write(leads + "\n");
  if (const std::string members = members_table(planned, say); !members.empty()) command.write(members + "\n");
  command.write(merges_text(round.merges, say));
  command.write(summary(planned, settings, say));
  if (round.again) command.write("\n" + again_text(*round.again, settings, limit_of(command), say));
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

Result<Document> run_plan(Command& command, const Host& host, const Store& store, Value config) {
  const Speech say(command.locale());
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const Result<Round> round = plan_round(host, store, *settings, ask_of(command), say);
  if (!round) return round.error();
  print_plan(command, *round, *settings, say);
  command.print("{}\n", say("nothing was written; `outrigger assignment run` does it",
                            "chưa ghi gì; `outrigger assignment run` sẽ thực hiện"));
  return round_report(*round, *settings, false, true, say);
}

Result<Document> run_assign(Command& command, const Host& host, const Store& store, Value config) {
  const Speech say(command.locale());
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  const RoundOptions options{.apply = {.plan = command.plan()}, .merges = true};
  const Result<Round> round = run_round(host, store, *settings, ask_of(command), options, say);
  if (!round) return round.error();
  print_plan(command, *round, *settings, say);
  command.print("{}", applied_text(round->applied, command.plan(), say));
  if (round->again)
    command.print("{}", say("to another member: ", "chuyển cho người khác: ") +
                            applied_text(round->applied_again, command.plan(), say));
  return round_report(*round, *settings, true, command.plan(), say);
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
  if (Result<void> settled = settle(host, store); !settled) return settled.error();
  if (Result<void> settled = settle_planned_lead(host, store, lead); !settled) return settled.error();
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
  const Result<std::string> merged = merged_text(store, lead);
  if (!merged) return merged.error();
  if (row == planned->plan.decisions.size() && !merged->empty())
    return Error{Code::kMissing, "there is no lead " + std::to_string(lead) + " any more: it was " + *merged};
  if (row == planned->plan.decisions.size())
    return Error{Code::kMissing, "there is no lead " + std::to_string(lead) + " that this key may see"};
  const Result<std::optional<Kept>> kept = kept_of(store, lead);
  if (!kept) return kept.error();
  std::string then = *kept ? (*kept)->sentence(say) : std::string();
  if (*kept && planned->work.leads[row].user != (*kept)->user)
    then += say("; since then it was taken back, or somebody changed the salesperson",
                "; sau đó đã được hoàn tác hoặc có người đổi nhân viên");
  const std::string now = why_text(*planned, row, say);
  const std::string score = score_text(host, lead, say);
  command.print("{} {}: {}\n", lead, planned->texts[row].name, now);
  if (const Decision& one = planned->plan.decisions[row]; one.reason == Reason::kAssigned)
    command.print("{}\n", say("a run would give it to {}", "lần chạy tới sẽ giao cho {}",
                              planned->crm.member(one.team, one.member)->name));
  if (!then.empty()) command.print("{}\n", then);
  if (!merged->empty()) command.print("{}\n", *merged);
  if (!score.empty()) command.print("{}\n", score);
  return Document::build([&](Arena& arena) {
    return arena.object({{"now", row_value(*planned, row, say, arena)},
                         {"then", then.empty() ? Value{} : arena.text(then)},
                         {"merged", merged->empty() ? Value{} : arena.text(*merged)},
                         {"score", score.empty() ? Value{} : arena.text(score)}});
  });
}

}  // namespace outrigger::assignment
