// History cut in two by time: what a model could have learned at a moment, and what became of the leads afterwards.
//
//     const int64_t cut = cut_at(timeline, 0.7);              // when 70 % of all decisions had been made
//     conceal_later(signals, timeline, cut);                  // what was not known yet
//     Split split = split_by_time(leads, timeline, rules, start, cut, {});
//     // learn from split.train, score split.test, compare with timeline.won
//
// A row of Leads is a lead as it was at `observed`. For a lead that was decided before the cut that is at its decision
// or later; for any other it must be a look at it while it was open, with the stage that it had then: the engine cannot
// turn time back, as_open() only takes away what a decision writes. Rows that break this are left out and counted.
// Units: microseconds since 1970 UTC. Threads: reads its arguments only.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "frequency.hpp"
#include "signals.hpp"

namespace outrigger::scoring {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

struct Timeline {
  std::vector<int64_t> observed;  // by row: when its columns were so
  std::vector<int64_t> decided;   // when it was won or lost; kNever: still open
  std::vector<uint8_t> won;       // 1 when that was a win
};

struct Split {
  int64_t cut = 0;
  std::vector<uint32_t> train;  // decided before the cut
  std::vector<uint32_t> test;   // seen open, decided at the cut or later
  // Rows that are in neither, by reason.
  size_t before_start = 0;   // created before the start date
  size_t undecided = 0;      // still open: nobody knows yet whether the score was right
  size_t seen_decided = 0;   // of the test: the columns are from when its outcome was known
  size_t other_outcome = 0;  // of the training: the columns do not tell the outcome of the timeline (reopened since)
  size_t changed_since = 0;  // of the training: the columns are from after the cut; left out when `strict`
};

struct SplitRules {
  // Leave a training lead out when its columns are from after the cut. Without it they are used and only counted: any
  // later edit moves that time, also one that changes nothing of what is learned.
  bool strict = false;
};

// The first moment by which `share` of the decisions had been made; kNever when there are none.
int64_t cut_at(const Timeline& timeline, double share);

Split split_by_time(const Leads& leads, const Timeline& timeline, const Rules& rules, int64_t start, int64_t cut,
                    const SplitRules& split_rules);

// By row, up to when what is known of a lead may be used: of one decided before the cut, just before its decision (a
// reason for losing is written together with it); of any other, when it was observed. For points_signal.
std::vector<int64_t> known_until(const Timeline& timeline, int64_t cut);

// Takes away every value that became known later than that. By signal, how many.
std::vector<size_t> conceal_later(Signals& signals, const Timeline& timeline, int64_t cut);

// Makes a row an open lead in `stage`: pending, active, no probability. For leads of which only today's columns are
// known; take the stage from Odoo's tracking, or else the first one.
void as_open(Leads& leads, size_t row, int16_t stage);

// A variable that knows more than it could have: it tells the outcome all by itself, or it does so in the training and
// not afterwards. Stages are not looked at, since a decision moves them by nature.
struct Suspect {
  std::string variable;
  double train_auc = 0;  // of the variable alone, each half judged by the other
  double test_auc = 0;
  double present_train = 0;  // share of leads that have a value
  double present_test = 0;
  std::string why;  // a sentence with the remedy
};
std::vector<Suspect> find_suspects(const Sample& sample, const Variables& variables, const Timeline& timeline,
                                   const Split& split);

}  // namespace outrigger::scoring
