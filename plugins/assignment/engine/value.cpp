// Members are nodes, and an arc from one to another is the best lead of the first that could move to the second. Each
// round gives one lead more along the chain of moves that gains most, which keeps the plan the best for its number of
// leads (successive shortest paths); it ends when nothing more is gained or no room is left. The price of a member's
// places is the gain of one place more there, which is filled by a lead that waits or by one that another member gives
// up.
#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/candidates.hpp"

namespace outrigger::assignment {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();
constexpr size_t kNone = SIZE_MAX;

class Exchange {
 public:
  Exchange(const Work& work, const Candidates& candidates, const Worth& value, std::vector<int> room)
      : work_(work), room_(std::move(room)), seats_(candidates.seats().size()) {
    int64_t places = 0;
    for (const int one : room_) places += one;
    held_.resize(seats_);
    next_.assign(seats_, 0);
    choose(candidates, value, static_cast<size_t>(places) + 1);
    owner_.assign(leads_.size(), kNone);
    arcs_.assign(seats_ * seats_, {kNever, kNone});
  }

  void run() {
    while (step()) {
    }
    price_all(0);
  }
  // The leads that may be given at all, as places in candidates.leads(); what follows is numbered by this list.
  [[nodiscard]] const std::vector<size_t>& leads() const { return leads_; }
  [[nodiscard]] size_t owner(size_t lead) const { return owner_[lead]; }
  [[nodiscard]] double worth(size_t seat, size_t lead) const { return worth_[seat][lead]; }
  [[nodiscard]] double price(size_t seat) const { return full(seat) && gain_[seat] > 0 ? gain_[seat] : 0; }

 private:
  struct Arc {
    double gain = kNever;
    size_t lead = kNone;
  };

  [[nodiscard]] double worth_of(const Candidates& candidates, const Worth& value, size_t seat, size_t at) const {
    const Seat& here = candidates.seats()[seat];
    const double one = value(work_.leads[candidates.leads()[at]], *here.team, *here.member);
    return std::isfinite(one) && one > 0 ? one : 0;
  }

  // Of so many leads of a member that fill all places and one more, one is always free: the others are never needed.
  // So what is kept grows with the places and not with the leads.
  void choose(const Candidates& candidates, const Worth& value, size_t most) {
    const std::vector<size_t>& all = candidates.leads();
    std::vector<std::vector<size_t>> best(seats_);
    std::vector<uint8_t> wanted(all.size(), 0);
    std::vector<std::pair<double, size_t>> may;
    const auto before = [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    };
    for (size_t seat = 0; seat < seats_; ++seat) {
      may.clear();
      for (size_t at = 0; at < all.size(); ++at)
        if (candidates.may_take(seat, all[at])) may.emplace_back(worth_of(candidates, value, seat, at), at);
      if (may.size() > most) {
        std::nth_element(may.begin(), may.begin() + static_cast<std::ptrdiff_t>(most), may.end(), before);
        may.resize(most);
      }
      std::sort(may.begin(), may.end(), before);
      for (const auto& [worth, at] : may) {
        best[seat].push_back(at);
        wanted[at] = 1;
      }
    }
    std::vector<size_t> number(all.size(), kNone);
    for (size_t at = 0; at < all.size(); ++at) {
      if (wanted[at] == 0) continue;
      number[at] = leads_.size();
      leads_.push_back(at);
    }
    wishes_.resize(seats_);
    worth_.resize(seats_);
    for (size_t seat = 0; seat < seats_; ++seat) {
      for (const size_t at : best[seat]) wishes_[seat].push_back(number[at]);
      worth_[seat].assign(leads_.size(), kNever);
      for (size_t lead = 0; lead < leads_.size(); ++lead)
        if (candidates.may_take(seat, all[leads_[lead]]))
          worth_[seat][lead] = worth_of(candidates, value, seat, leads_[lead]);
    }
  }

  [[nodiscard]] bool full(size_t seat) const { return static_cast<int>(held_[seat].size()) >= room_[seat]; }

  // The best lead that nobody has yet.
  size_t best_free(size_t seat) {
    std::vector<size_t>& wishes = wishes_[seat];
    while (next_[seat] < wishes.size() && owner_[wishes[next_[seat]]] != kNone) ++next_[seat];
    return next_[seat] < wishes.size() ? wishes[next_[seat]] : kNone;
  }

  // The gain of a lead more for each member, by chains of moves: the longest paths of Bellman and Ford. `idle`: that of
  // a member who gets no lead for the one given up.
  void price_all(double idle) {
    gain_.assign(seats_, idle);
    from_.assign(seats_, kNone);
    for (size_t seat = 0; seat < seats_; ++seat)
      if (const size_t lead = best_free(seat); lead != kNone) gain_[seat] = std::max(idle, worth_[seat][lead]);
    const double tiny = 1e-9 * largest();
    bool better = true;
    for (size_t round = 0; better && round < seats_; ++round) {
      better = false;
      for (size_t from = 0; from < seats_; ++from) {
        if (gain_[from] == kNever || held_[from].empty()) continue;
        for (size_t to = 0; to < seats_; ++to) {
          const Arc& arc = arcs_[from * seats_ + to];
          if (arc.lead == kNone || gain_[from] + arc.gain <= gain_[to] + tiny) continue;
          gain_[to] = gain_[from] + arc.gain;
          from_[to] = from;
          better = true;
        }
      }
    }
  }

  [[nodiscard]] double largest() const {
    double largest = 0;
    for (size_t seat = 0; seat < seats_; ++seat)
      if (!wishes_[seat].empty()) largest = std::max(largest, worth_[seat][wishes_[seat].front()]);
    return largest;
  }

  bool step() {
    price_all(kNever);
    size_t last = kNone;
    for (size_t seat = 0; seat < seats_; ++seat)
      if (!full(seat) && gain_[seat] >= 0 && (last == kNone || gain_[seat] > gain_[last])) last = seat;
    if (last == kNone) return false;
    std::vector<size_t> chain{last};
    while (from_[chain.back()] != kNone && chain.size() <= seats_) chain.push_back(from_[chain.back()]);
    // From the end: each takes over a lead of the one before, who takes one in turn.
    for (size_t i = 0; i + 1 < chain.size(); ++i) move(arcs_[chain[i + 1] * seats_ + chain[i]].lead, chain[i]);
    move(best_free(chain.back()), chain.back());
    for (const size_t seat : chain) refresh(seat);
    return true;
  }

  void move(size_t lead, size_t to) {
    if (owner_[lead] != kNone) {
      std::vector<size_t>& old = held_[owner_[lead]];
      old.erase(std::find(old.begin(), old.end(), lead));
    }
    owner_[lead] = to;
    held_[to].push_back(lead);
  }

  void refresh(size_t from) {
    for (size_t to = 0; to < seats_; ++to) {
      Arc best;
      if (to != from)
        for (const size_t lead : held_[from]) {
          if (worth_[to][lead] == kNever) continue;
          const double gain = worth_[to][lead] - worth_[from][lead];
          if (gain > best.gain || (gain == best.gain && lead < best.lead)) best = {gain, lead};
        }
      arcs_[from * seats_ + to] = best;
    }
  }

  const Work& work_;
  std::vector<int> room_;
  size_t seats_;
  std::vector<size_t> leads_;
  std::vector<std::vector<double>> worth_;   // of a lead for a member; kNever: may not take it
  std::vector<std::vector<size_t>> wishes_;  // of a member, best first
  std::vector<size_t> next_;
  std::vector<std::vector<size_t>> held_;
  std::vector<size_t> owner_;
  std::vector<Arc> arcs_;
  std::vector<double> gain_;
  std::vector<size_t> from_;
};

}  // namespace

Plan plan_by_value(const Work& work, const Scope& scope, const ValueOptions& options) {
  const Candidates candidates(work, scope);
  Plan plan{candidates.decisions(), candidates.loads(), 0, 0};
  const Worth value = options.value ? options.value : [](const Lead& lead, const Team&, const Member&) {
    return lead.probability / 100 * lead.revenue;
  };
  const std::vector<size_t>& leads = candidates.leads();
  const double bound = std::max(1.0, std::floor(options.largest_share * static_cast<double>(leads.size())));
  std::vector<int> room;
  for (const Seat& seat : candidates.seats()) room.push_back(static_cast<int>(std::min<double>(seat.room, bound)));
  Exchange exchange(work, candidates, value, room);
  exchange.run();
  for (const size_t lead : leads) plan.decisions[lead].reason = candidates.waits(lead);
  for (size_t at = 0; at < exchange.leads().size(); ++at) {
    Decision& decision = plan.decisions[leads[exchange.leads()[at]]];
    const size_t owner = exchange.owner(at);
    if (owner == kNone) continue;
    const Seat& seat = candidates.seats()[owner];
    decision.reason = Reason::kAssigned;
    decision.team = seat.team->id;
    decision.member = seat.member->id;
    decision.user = seat.member->user;
    decision.score = exchange.worth(owner, at);
    decision.choice = Choice::kGreatestValue;
    decision.room = plan.loads[owner].room;
    decision.taken = plan.loads[owner].given++;
    plan.value += decision.score;
  }
  for (size_t seat = 0; seat < plan.loads.size(); ++seat) plan.loads[seat].price = exchange.price(seat);
  return plan;
}

}  // namespace outrigger::assignment
