// Who may take which lead. Private to the engines.
#pragma once

#include <unordered_map>
#include <vector>

#include "engine/plan.hpp"

namespace outrigger::assignment {

struct Seat {
  const Team* team = nullptr;
  const Member* member = nullptr;
  int room = 0;
};

class Candidates {
 public:
  Candidates(const Work& work, const Scope& scope);

  [[nodiscard]] const std::vector<Seat>& seats() const { return seats_; }
  // Indexes of leads that a plan may give: not left alone, and the best of their duplicates.
  [[nodiscard]] const std::vector<size_t>& leads() const { return leads_; }
  [[nodiscard]] bool may_take(size_t seat, size_t lead) const;
  // Decisions of leads that no plan gives; the others are to be filled in.
  [[nodiscard]] std::vector<Decision> decisions() const { return decisions_; }
  // Why nobody took a lead that could be given.
  [[nodiscard]] Reason waits(size_t lead) const;
  [[nodiscard]] std::vector<Load> loads() const;

 private:
  [[nodiscard]] bool may_join(const Team& team, size_t lead) const;
  void leave_duplicates();

  const Work& work_;
  const Scope& scope_;
  std::vector<Seat> seats_;
  std::vector<size_t> leads_;
  std::vector<Decision> decisions_;
};

}  // namespace outrigger::assignment
