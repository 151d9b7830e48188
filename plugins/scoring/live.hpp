// The live table: every lead since the start date, the exact table over them, and scores that follow what changes.
//
//     Live live({odoo(), store(), shared(), schedule(), clock(), log()});
//     Outcome on_changes(const Changes& batch) { return live.take(batch, config()); }
//
// - take: leads that changed are read as they are now, put into columns and exact table, scored, and written where the
//   target allows it (target.hpp); what is kept of them is committed together with the outcome of the delivery. A
//   change that is told twice is the same state put twice. A change of stages or teams has the leads arranged anew.
// - rescore (job): every open lead against the table as it has become; writes what moved by the configured step.
// - refresh (job): reads everything from Odoo, corrects what is kept and says how much that was. Also the first
// reading,
//   and the way out when settings changed or something does not fit.
// - train (job): trains the configured model anew, where it is another than Odoo's (learned.hpp), then rescores. Between
//   two trainings a lead's score follows the lead and not the counts; points are looked at by rescore.
//
// Into Odoo's own fields goes only a score that Odoo's own table (the mirror) gives as well; the others are held back
// and counted. A probability that a person set is left alone; that it is, and that it no longer is, is a line in the
// log.
//
// Threads: the instance's own. Errors: a change that could not be kept or written is to be repeated.
#pragma once

#include <memory>
#include <optional>
#include <set>

#include "engine/exact_table.hpp"
#include "kept.hpp"
#include "mirror.hpp"
#include "model_scores.hpp"
#include "publish.hpp"
#include "target.hpp"

namespace outrigger::scoring {

class Live {
 public:
  struct Host {
    const Odoo& odoo;
    const Store& store;
    const Shared& shared;
    const Schedule& schedule;
    const Clock& clock;
    const Log& log;
  };

  explicit Live(Host host) : host_(host) {}

  Outcome take(const Changes& batch, Value config);
  JobResult rescore(Value config);
  JobResult refresh(Value config);
  JobResult train(Value config);
  // Everything is loaded anew at the next call: after another configuration.
  void forget() { state_.reset(); }

 private:
  struct State {
    explicit State(History&& of)
        : history(std::move(of)), places(history.model), table(history.model, history.variables, history.start) {}
    History history;
    Places places;
    ExactTable table;
    std::vector<double> published;     // by row
    std::unique_ptr<Learned> learned;  // of another model than Odoo's
    std::vector<PointEvent> events;    // as of the last look at all scores
    bool events_read = false;
  };
  struct Settled {
    size_t written = 0;
    size_t held_back = 0;
    size_t failed = 0;
    std::vector<uint32_t> touched;  // rows of which something else is to be kept now
    std::set<uint32_t> unwritten;   // rows whose score did not get there
  };
  // Open leads with their scores: all of them by the exact table, or some by another model.
  class Scored {
   public:
    explicit Scored(const State& state);
    explicit Scored(ModelScores&& by_model) : by_model_(std::move(by_model)) {}
    [[nodiscard]] const std::vector<uint32_t>& rows() const { return by_model_ ? by_model_->rows() : batches_.rows; }
    [[nodiscard]] double score(size_t i) const;
    [[nodiscard]] Reasons reasons(const History& history, size_t i) const;

   private:
    Frequencies exact_;
    Batches batches_;
    std::optional<ModelScores> by_model_;
  };

  Result<bool> load(Value config);
  [[nodiscard]] Result<void> sees_all() const;
  Result<void> find_model(State& state, Value config);
  Result<void> train_now(State& state, Value config);
  static std::string aim_now(const State& state, const Target& target);
  Result<void> aim(State& state, const Target& target);
  Result<Scored> score(const std::vector<uint32_t>& rows, Value config);
  Outcome wait_for_refresh(std::string why);
  Result<std::vector<uint32_t>> apply(const std::vector<int64_t>& ids, std::vector<int64_t>& gone);
  void make_room(const std::vector<LeadState>& states);
  void tell_of_hand(const LeadState& before, const LeadState& after) const;
  Result<Settled> settle(const std::vector<uint32_t>& rows, const Target& target, Value config);
  Result<void> gate(std::vector<size_t>& chosen, const Scored& scored, Settled& settled);
  Result<void> write(const std::vector<size_t>& chosen, const Scored& scored, const Target& target, Settled& settled);
  Result<void> publish(const std::vector<uint32_t>& rows, const Scored& scored, const Target& target, Settled& settled);
  Result<void> keep(const std::vector<uint32_t>& rows, Transaction& last);
  [[nodiscard]] bool by_hand(uint32_t row) const;
  [[nodiscard]] size_t count_by_hand() const;
  void note_counts(Transaction& change, const Settled& settled, const Target& target) const;
  Result<size_t> correct(State& fresh);
  [[nodiscard]] size_t table_errors() const;

  Host host_;
  std::unique_ptr<State> state_;
  bool dirty_ = true;     // the table moved since all scores were last looked at
  size_t held_back_ = 0;  // at the last look at all scores
};

}  // namespace outrigger::scoring
