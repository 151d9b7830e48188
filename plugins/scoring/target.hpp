// Where scores go, and how they get there.
//
//     Result<Target> target = target_of(config);                 // "write": odoo, field or nothing; "field": its name
//     Result<Written> written = write_scores(odoo, *target, wanted, progress);
//
// `odoo` writes Odoo's own automated_probability, and probability where it was automatic; only what Odoo's own table
// gives as well may go there, which the caller sees to, and only the model `odoo`: Odoo would overwrite another model's
// number at the lead's next move, or take it for one that a person set. `field` writes a custom field (one of
// kScoreFields, made by `scoring setup`), which assignment rules may name; it is what the other models do unless the
// configuration says otherwise. `nothing` writes nothing; scores are published only.
//
// Many leads in one call. After a lost reply the values are read back, so that "unknown" remains only where Odoo cannot
// be asked. Errors: returned when nothing can be said of any lead. Threads: any.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "learned.hpp"

namespace outrigger::scoring {

// Those that the manifest asks for; the first is the usual one.
inline constexpr std::string_view kScoreFields[] = {"x_outrigger_score", "x_outrigger_extended",
                                                    "x_outrigger_logistic"};

enum class Sink { kOdoo, kField, kNothing };

struct Target {
  Sink sink = Sink::kOdoo;
  std::string_view custom = kScoreFields[0];
  double step = 0.01;  // percentage points; scores that moved less are not written
  // What a score is compared with and written to.
  [[nodiscard]] std::string_view field() const {
    return sink == Sink::kField ? custom : std::string_view("automated_probability");
  }
};

// kInvalid: words that are none, and a place where the configured model's scores must not go.
Result<Target> target_of(Value config);
// Whether a score moved enough to be written.
bool moved(const Target& target, double before, double after);

struct Wanted {
  int64_t lead = 0;
  double score = kUnset;
  double probability = kUnset;  // kUnset: stays as it is
};

struct Written {
  std::vector<int64_t> done;
  std::vector<int64_t> unknown;
  std::vector<std::pair<int64_t, std::string>> failed;
};

// `plan`: the host collects the writes instead of sending them, so nothing is read back.
Result<Written> write_scores(const Odoo& odoo, const Target& target, const std::vector<Wanted>& wanted,
                             const Progress& progress, bool plan = false);

// The scores that the custom field holds, by lead; kMissing when there is no such field.
Result<std::unordered_map<int64_t, double>> read_score_field(const Odoo& odoo, const History& history,
                                                             const Target& target);

}  // namespace outrigger::scoring
