// All that one run does: merges where they are wanted, leads that wait, leads that nobody touched.
//
//     Result<Round> round = run_round(host, store, settings, {}, {.delivery = call.delivery()}, say);
//
// `plan_round` writes and keeps nothing. Under --plan `run_round` hands its writes to the host, keeps nothing but reasons
// that count once the plan is applied, and merges nothing. Errors: as of each part. Threads: the instance's own.
#pragma once

#include <optional>

#include "carry_out.hpp"
#include "merging.hpp"
#include "reassign.hpp"

namespace outrigger::assignment {

struct Round {
  std::vector<Merge> merges;
  Planned planned;
  Applied applied;
  std::optional<Planned> again;  // leads that nobody touched
  Applied applied_again;
};

struct RoundOptions {
  ApplyOptions apply = {};
  bool merges = false;    // a person asked for the run
  bool untouched = true;  // looks for leads that nobody touched
};

Result<Round> plan_round(const Host& host, const Store& store, const Settings& settings, const Ask& ask,
                         const Speech& say);
Result<Round> run_round(const Host& host, const Store& store, const Settings& settings, const Ask& ask,
                        const RoundOptions& options, const Speech& say);

// The report of the plan with `merges` and `reassigned`; `applied`: what became of it, not of a plan alone.
Document round_report(const Round& round, const Settings& settings, bool applied, bool plan, const Speech& say);

}  // namespace outrigger::assignment
