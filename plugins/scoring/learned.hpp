// The model that the configuration names instead of Odoo's own: trained, kept in the store, found again.
//
//     Result<Learned> learned = learn(odoo, clock, store, config, history, progress);   // all leads; job `train`
//     if (Result<void> kept = keep_learned(store, *learned); !kept) ...
//     Result<std::optional<Learned>> again = load_learned(store, history, config);       // none: train first
//
// Learned from the closed leads of the history as they are known to have been when they were decided: points by that
// moment, no date that came later, and no further variable that tells the outcome all by itself, which is left out and
// named. It scores alike until it is trained anew: in the service, in commands, after a restart. What it was trained
// for (the settings, the pipeline, the variables, the rules for points) is kept with it; another one of these asks for
// another training. Kept under scoring:model:N. Errors: those of Odoo and of the store. Threads: plain functions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/trained.hpp"
#include "known.hpp"

namespace outrigger::scoring {

struct Learned {
  ModelKind kind = ModelKind::kOdoo;
  std::string purpose;  // all that it depends on
  int64_t at = 0;       // when, microseconds UTC
  int64_t won = 0;      // leads that it learned from
  int64_t lost = 0;
  std::vector<std::string> left_out;  // variables that know the outcome
  std::vector<std::string> notes;     // what training found wanting
  Leads codes{0};                     // no leads: the texts of Odoo's variables, as they are numbered in the model
  Signals signals;                    // no rows: the further variables, likewise
  std::unique_ptr<Trained> model;
};

// Of the configuration: kInvalid for a word that is none.
Result<ModelKind> model_kind(Value config);
// Whether scores move while no lead and no count does: by what the customer's record says, or by points that fade.
bool moves_by_itself(Value config);
std::string purpose_of(const History& history, Value config);

// Reads what is known beyond the history. REQUIRES: history has all leads.
Result<Learned> learn(const Odoo& odoo, const Clock& clock, const Store& store, Value config, const History& history,
                      const Progress& progress);
Result<void> keep_learned(const Store& store, const Learned& learned);
// Nothing: none is kept, it is for another purpose, or what is kept is damaged.
Result<std::optional<Learned>> load_learned(const Store& store, const History& history, Value config);

}  // namespace outrigger::scoring
