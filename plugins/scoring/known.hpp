// What is read of the leads beyond Odoo's own variables: the configured fields, what people did, and when each lead was
// decided. Rows are those of History::leads.
//
//     Result<Known> known = read_known(odoo, clock, store, config, history, progress);
//     Signals signals = known->at(history.leads, moments);     // with the points of each lead at its own moment
//
// Two passes over the leads are two moments: a lead that was deleted between them knows nothing here. Errors: as
// choose_extra(); an app of Odoo that is not installed, or that the key may not read, is no error but a note.
// Threads: read_known on the caller's; a Known is plain data.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/backtest.hpp"
#include "engine/points.hpp"
#include "extra_fields.hpp"

namespace outrigger::scoring {

struct Known {
  Signals fields;                        // of the configured variables
  std::vector<PointRule> rules;          // of the configured points
  std::vector<PointEvent> events;        // of all sources, by lead
  std::vector<int64_t> decided;          // by row: when Odoo closed it; kNever: open, or it does not say
  std::vector<int64_t> edited;           // by row: write_date
  std::vector<std::vector<Look>> looks;  // by row, oldest first; empty: none were kept
  std::vector<std::string> notes;        // what is missing, a sentence each

  // The fields, and where there are rules the variable "points": of each row at its own moment.
  [[nodiscard]] Signals at(const Leads& leads, const std::vector<int64_t>& moments) const;
};

Result<Known> read_known(const Odoo& odoo, const Clock& clock, const Store& store, Value config, const History& history,
                         const Progress& progress);

// The same of some leads only, to score them now: the fields alone, with the codes of `codes` first. Rows are those of
// `leads`. Nothing is asked of Odoo where no field is configured.
Result<Known> read_known_of(const Odoo& odoo, Value config, const History& history, const Leads& leads,
                            const Signals& codes);

inline constexpr std::string_view kPointsSignal = "points";

// Which leads an address or a partner belongs to.
struct Owners {
  std::unordered_map<std::string, std::vector<int64_t>> by_email;  // normalised: small letters, no spaces
  std::unordered_map<int64_t, std::vector<int64_t>> by_partner;
};

Result<Owners> read_owners(const Odoo& odoo, const History& history, const std::vector<int64_t>& leads);

// "2026-01-31 12:00:00" as Odoo writes it, or a date alone, in microseconds UTC; kNever when it is neither.
int64_t moment_of(std::string_view text);
// The other way round, as "2026-03-01".
std::string day_of(int64_t micros);
// An address as it is compared: small letters, no spaces around; empty when there is no @ in it.
std::string normalised(std::string_view email);

}  // namespace outrigger::scoring
