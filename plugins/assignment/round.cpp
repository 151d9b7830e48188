#include "round.hpp"

#include "planned_reasons.hpp"
#include "told.hpp"

namespace outrigger::assignment {
namespace {

// The plan as it is once the merges have happened.
Result<void> plan_after_merges(const Host& host, const Settings& settings, const Ask& ask, const Speech& say,
                               Round& round) {
  Ask without = ask;
  without.before_engine = [&](Planned& planned) { leave_merged(planned, round.merges); };
  without.after_engine = [&](Planned& planned) { mark_merged(planned, round.merges); };
  Result<Planned> planned = make_plan(host, settings, without, say);
  if (!planned) return planned.error();
  round.planned = *std::move(planned);
  return {};
}

Result<void> find(const Host& host, const Settings& settings, const Ask& ask, bool merges, const Speech& say,
                  Round& round) {
  Result<Planned> planned = make_plan(host, settings, ask, say);
  if (!planned) return planned.error();
  round.planned = *std::move(planned);
  if (!merges || settings.duplicates != DuplicatePolicy::kMerge) return {};
  Result<std::vector<Merge>> found = find_merges(host, round.planned, say);
  if (!found) return found.error();
  round.merges = *std::move(found);
  return {};
}

Result<void> find_untouched(const Host& host, const Store& store, const Settings& settings, const Ask& ask, bool keeps,
                            const Speech& say, Round& round) {
  const Result<Overdue> overdue = find_overdue(host, store, settings, keeps, say);
  if (!overdue) return overdue.error();
  if (!overdue->why_not.empty()) round.planned.problems.push_back(overdue->why_not);
  if (overdue->leads.empty()) return {};
  // What the first plan gave is counted in Odoo by now, unless nothing was written or the count is not looked at.
  const bool whole_quota = ask.full || !ask.team.empty();
  Result<Planned> again =
      plan_again(host, settings, *overdue, ask, say, keeps && !whole_quota ? nullptr : &round.planned);
  if (!again) return again.error();
  round.again = *std::move(again);
  return {};
}

}  // namespace

Result<Round> plan_round(const Host& host, const Store& store, const Settings& settings, const Ask& ask,
                         const Speech& say) {
  Round round;
  if (Result<void> done = find(host, settings, ask, true, say, round); !done) return done.error();
  if (!round.merges.empty())
    if (Result<void> done = plan_after_merges(host, settings, ask, say, round); !done) return done.error();
  if (Result<void> done = find_untouched(host, store, settings, ask, false, say, round); !done) return done.error();
  return round;
}

Result<Round> run_round(const Host& host, const Store& store, const Settings& settings, const Ask& ask,
                        const RoundOptions& options, const Speech& say) {
  Round round;
  const bool plan = options.apply.plan;
  if (!plan)
    for (const auto step : {&settle, &settle_planned})
      if (Result<void> done = step(host, store); !done) return done.error();
  if (Result<void> done = find(host, settings, ask, options.merges, say, round); !done) return done.error();
  if (!round.merges.empty()) {
    if (Result<void> done = merge_all(host, store, round.merges, options.apply); !done) return done.error();
    if (Result<void> done = plan_after_merges(host, settings, ask, say, round); !done) return done.error();
  }
  Result<Applied> applied = carry_out(host, store, settings, round.planned, options.apply);
  if (!applied) return applied.error();
  round.applied = *std::move(applied);
  if (!options.untouched) return round;
  if (Result<void> done = find_untouched(host, store, settings, ask, !plan, say, round); !done) return done.error();
  if (!round.again) return round;
  Result<Applied> again = carry_out(host, store, settings, *round.again, options.apply);
  if (!again) return again.error();
  round.applied_again = *std::move(again);
  return round;
}

Document round_report(const Round& round, const Settings& settings, bool applied, bool plan, const Speech& say) {
  const Document first = report(round.planned, settings, applied ? &round.applied : nullptr, plan, say);
  if (round.merges.empty() && !round.again) return first;
  return Document::build([&](Arena& arena) {
    std::vector<Field> fields;
    for (const Field field : first.root().fields()) fields.push_back({field.key, arena.copy(field.value)});
    if (!round.merges.empty()) fields.push_back({"merges", merges_value(round.merges, arena)});
    if (round.again) {
      const Document again = report(*round.again, settings, applied ? &round.applied_again : nullptr, plan, say);
      fields.push_back({"reassigned", arena.copy(again.root())});
    }
    return arena.object(fields);
  });
}

}  // namespace outrigger::assignment
