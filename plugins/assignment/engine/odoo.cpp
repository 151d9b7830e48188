#include "engine/odoo.hpp"

#include <algorithm>
#include <deque>
#include <tuple>
#include <unordered_map>

#include "engine/seeded.hpp"

namespace outrigger::assignment {
namespace {

struct Queue {
  const Team* team = nullptr;
  double weight = 0;
  std::deque<size_t> leads;  // indexes
};

std::vector<Queue> queues_of(const Work& work, const Scope& scope) {
  std::vector<Queue> queues;
  for (const Team& team : work.teams) {
    if (!takes_part(team, scope) || weight(team) <= 0) continue;
    Queue queue{&team, weight(team), {}};
    std::vector<size_t> found;
    for (size_t i = 0; i < work.leads.size(); ++i) {
      const Lead& lead = work.leads[i];
      // A rule may ask for archived leads, and a lead without a salesperson may have had one.
      Lead judged = lead;
      judged.active = true;
      judged.touched = false;
      const bool wanted = team.rule ? allows(team.rule, i) : lead.active;
      if (lead.team == 0 && wanted && !left_alone(judged, work, scope)) found.push_back(i);
    }
    std::sort(found.begin(), found.end(), [&](size_t a, size_t b) {
      const Lead& one = work.leads[a];
      const Lead& other = work.leads[b];
      // A priority that is not set sorts first, as the database has it.
      const auto rank = [](const Lead& lead) { return lead.priority < 0 ? 1'000 : lead.priority; };
      return rank(one) != rank(other) ? rank(one) > rank(other) : one.id > other.id;
    });
    queue.leads.assign(found.begin(), found.end());
    queues.push_back(std::move(queue));
  }
  return queues;
}

class Allocator {
 public:
  Allocator(const Work& work, const Scope& scope, const AllocateOptions& options)
      : work_(work), options_(options), random_(options.seed), queues_(queues_of(work, scope)) {
    for (const Lead& lead : work.leads) leads_.emplace(lead.id, &lead);
  }

  Allocation run() {
    for (size_t count = 1; !queues_.empty(); ++count) {
      std::vector<double> weights;
      Draw draw;
      for (const Queue& queue : queues_) {
        weights.push_back(queue.weight);
        draw.teams.push_back(queue.team->id);
      }
      const size_t picked = random_.choose(weights);
      Queue& queue = queues_[picked];
      draw.picked = queue.team->id;
      allocation_.draws.push_back(draw);
      while (!queue.leads.empty() && is_gone(work_.leads[queue.leads.front()].id)) queue.leads.pop_front();
      if (queue.leads.empty())
        queues_.erase(queues_.begin() + static_cast<ptrdiff_t>(picked));
      else
        take(queue);
      if (count % std::max<size_t>(1, options_.bundle) == 0) deleted_.insert(doomed_.begin(), doomed_.end());
    }
    return std::move(allocation_);
  }

 private:
  [[nodiscard]] bool is_gone(int64_t id) const { return done_.count(id) != 0 || deleted_.count(id) != 0; }

  void take(Queue& queue) {
    const Lead& lead = work_.leads[queue.leads.front()];
    if (options_.joined) joined_[lead.id] = options_.joined(lead, *queue.team);
    std::vector<const Lead*> same;
    for (const int64_t id : lead.duplicates)
      if (const auto at = leads_.find(id); at != leads_.end() && deleted_.count(id) == 0) same.push_back(at->second);
    TeamLeads& got = allocation_.teams[queue.team->id];
    if (same.size() < 2) {
      got.assigned.insert(lead.id);
      done_.insert(lead.id);
      return;
    }
    std::sort(same.begin(), same.end(), [this](const Lead* a, const Lead* b) { return outlives(*a, *b); });
    got.kept.insert(same.front()->id);
    for (size_t i = 0; i < same.size(); ++i) {
      done_.insert(same[i]->id);
      if (i == 0) continue;
      got.duplicates.insert(same[i]->id);
      doomed_.insert(same[i]->id);
    }
    if (!options_.as_odoo) done_.insert(lead.id);
  }

  // Whether Odoo's merge keeps the first: opportunities and active leads come first, then the later stage, the better
  // chance, the older lead.
  [[nodiscard]] bool outlives(const Lead& a, const Lead& b) const {
    const auto rank = [this](const Lead& lead) {
      const auto at = joined_.find(lead.id);
      const Joined now = at == joined_.end() ? Joined{lead.probability, lead.stage_sequence} : at->second;
      return std::tuple(lead.opportunity || lead.active, lead.opportunity, now.stage_sequence, now.probability);
    };
    return rank(a) != rank(b) ? rank(a) > rank(b) : a.id < b.id;
  }

  const Work& work_;
  const AllocateOptions& options_;
  Seeded random_;
  std::vector<Queue> queues_;
  std::unordered_map<int64_t, const Lead*> leads_;
  std::unordered_map<int64_t, Joined> joined_;
  std::set<int64_t> done_;
  std::set<int64_t> doomed_;
  std::set<int64_t> deleted_;
  Allocation allocation_;
};

struct Place {
  const Member* member = nullptr;
  int left = 0;
};

std::vector<Place> line_of(const Team& team, bool full) {
  std::vector<Place> line;
  for (const Member& member : team.members)
    if (!member.paused && quota(member, full) > 0) line.push_back({&member, quota(member, full)});
  std::stable_sort(line.begin(), line.end(), [](const Place& a, const Place& b) {
    if (a.left != b.left) return a.left > b.left;
    return std::pair(a.member->joined, a.member->id) < std::pair(b.member->joined, b.member->id);
  });
  return line;
}

class Giver {
 public:
  Giver(const Work& work, const Team& team, std::vector<Place> line, bool as_odoo)
      : work_(work), team_(team), line_(std::move(line)), as_odoo_(as_odoo) {}

  void run(const std::vector<size_t>& waiting, std::vector<Gift>& gifts) {
    std::vector<Place*> everybody;
    std::vector<Place*> fans;
    for (Place& place : line_) {
      everybody.push_back(&place);
      if (place.member->preferred) fans.push_back(&place);
    }
    std::vector<size_t> wanted;
    for (const Place* fan : fans)
      for (const size_t i : waiting)
        if (allows(fan->member->rule, i) && allows(fan->member->preferred, i)) wanted.push_back(i);
    by_chance(wanted);
    std::set<size_t> given;
    for (const size_t i : wanted) {
      if (!as_odoo_ && given.count(i) != 0) continue;
      for (Place* fan : fans)
        if (allows(fan->member->rule, i) && allows(fan->member->preferred, i)) {
          given.insert(i);
          hand_over(i, fan, true, everybody, fans, gifts);
          break;
        }
    }
    for (const size_t i : waiting)
      if (given.count(i) == 0)
        for (Place* place : everybody)
          if (allows(place->member->rule, i)) {
            hand_over(i, place, false, everybody, fans, gifts);
            break;
          }
  }

 private:
  void by_chance(std::vector<size_t>& leads) const {
    std::stable_sort(leads.begin(), leads.end(),
                     [this](size_t a, size_t b) { return work_.leads[a].probability > work_.leads[b].probability; });
  }

  // Who got a lead goes to the end, or away when there is no room left.
  void hand_over(size_t lead, Place* place, bool preferred, std::vector<Place*>& everybody, std::vector<Place*>& fans,
                 std::vector<Gift>& gifts) const {
    gifts.push_back({work_.leads[lead].id, team_.id, place->member->id, preferred});
    --place->left;
    for (std::vector<Place*>* list : {&everybody, &fans}) {
      const auto at = std::find(list->begin(), list->end(), place);
      if (at == list->end()) continue;
      list->erase(at);
      if (place->left > 0) list->push_back(place);
    }
  }

  const Work& work_;
  const Team& team_;
  std::vector<Place> line_;
  bool as_odoo_;
};

}  // namespace

Allocation allocate(const Work& work, const Scope& scope, const AllocateOptions& options) {
  return Allocator(work, scope, options).run();
}

std::vector<Gift> give(const Work& work, const Scope& scope, bool as_odoo) {
  std::vector<const Team*> teams;
  for (const Team& team : work.teams)
    if (takes_part(team, scope) && !team.members.empty()) teams.push_back(&team);
  std::sort(teams.begin(), teams.end(), [](const Team* a, const Team* b) { return a->id < b->id; });
  std::vector<Gift> gifts;
  for (const Team* team : teams) {
    std::vector<Place> line = line_of(*team, scope.full_quota || scope.team != 0);
    if (line.empty()) continue;
    std::vector<size_t> waiting;
    for (size_t i = 0; i < work.leads.size(); ++i) {
      const Lead& lead = work.leads[i];
      if (lead.team == team->id && lead.user == 0 && !lead.touched && lead.active && (as_odoo || !lead.won))
        waiting.push_back(i);
    }
    std::sort(waiting.begin(), waiting.end(), [&](size_t a, size_t b) {
      const Lead& one = work.leads[a];
      const Lead& other = work.leads[b];
      return one.probability != other.probability ? one.probability > other.probability : one.id < other.id;
    });
    Giver(work, *team, std::move(line), as_odoo).run(waiting, gifts);
  }
  return gifts;
}

}  // namespace outrigger::assignment
