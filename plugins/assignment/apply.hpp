// Carries a plan out: one write a lead, many leads in one call.
//
//     Result<Applied> applied = apply(host, settings, planned, {.delivery = call.delivery()});
//
// Each lead is looked at once more right before: one that somebody took, moved to another team, closed or archived in
// the meantime is left alone and named in `moved`. What is written: the salesperson, the team where the lead had none
// or another one, and for a lead that becomes an opportunity its type and date of conversion. Odoo then sets the date
// of assignment, the stage and the company, and scores the lead again; the new salesperson gets no mail about it, as
// when Odoo assigns. A lead that the engine `odoo` puts into a team without a member is written its team alone.
//
// In a command with --plan the host collects the writes. After a lost reply the leads are read back. Errors: returned
// where nothing can be said of any lead. Threads: the instance's own.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "planning.hpp"

namespace outrigger::assignment {

struct Applied {
  std::vector<int64_t> done;
  std::vector<int64_t> unknown;
  std::vector<int64_t> moved;
  std::vector<std::pair<int64_t, std::string>> failed;
};

struct ApplyOptions {
  std::string_view delivery = {};
  bool plan = false;
};

Result<Applied> apply(const Host& host, const Settings& settings, const Planned& planned, const ApplyOptions& options);

}  // namespace outrigger::assignment
