#include "engine/replay.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <unordered_map>

namespace outrigger::assignment {
namespace {

constexpr int64_t kDay = int64_t{86'400} * 1'000'000;

class Replay {
 public:
  Replay(const Work& work, const ReplayOptions& options, const Engine& engine)
      : work_(work), options_(options), engine_(engine), order_(work.leads.size()) {
    result_.leads.resize(work.leads.size());
    for (size_t i = 0; i < work.leads.size(); ++i) {
      row_.emplace(work.leads[i].id, i);
      result_.leads[i].team = work.leads[i].team;
    }
    std::iota(order_.begin(), order_.end(), size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](size_t a, size_t b) { return work.leads[a].created < work.leads[b].created; });
  }

  Replayed run(const std::function<void(int64_t)>& passed) {
    int64_t next = options_.every > 0 ? options_.from : options_.until + 1;
    while (true) {
      const int64_t look = options_.live && come_ < order_.size() ? next_look() : options_.until + 1;
      const int64_t now = std::min(next, look);
      if (now > options_.until) break;
      std::vector<size_t> fresh = come(now);
      if (next <= look) {
        run_all(now, fresh);
        next += options_.every;
      } else {
        const std::vector<size_t> left = plan(now, fresh);
        waiting_.insert(waiting_.end(), left.begin(), left.end());
      }
      if (passed) passed(now);
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] int64_t next_look() const {
    const int64_t since = work_.leads[order_[come_]].created - options_.from;
    return options_.from + (since + kLook - 1) / kLook * kLook;
  }

  std::vector<size_t> come(int64_t now) {
    std::vector<size_t> fresh;
    for (; come_ < order_.size() && work_.leads[order_[come_]].created <= now; ++come_) fresh.push_back(order_[come_]);
    return fresh;
  }

  static std::optional<Flags> part_of(const std::optional<Flags>& flags, const std::vector<size_t>& leads) {
    if (!flags) return std::nullopt;
    Flags part(leads.size(), 0);
    for (size_t i = 0; i < leads.size(); ++i) part[i] = allows(flags, leads[i]) ? 1 : 0;
    return part;
  }

  [[nodiscard]] Work at(int64_t now, const std::vector<size_t>& leads) const {
    Work work;
    work.now = now;
    for (const size_t i : leads) {
      Lead lead = work_.leads[i];
      lead.team = result_.leads[i].team;
      const auto absent = [&](int64_t id) {
        const auto other = row_.find(id);
        if (other == row_.end()) return false;
        const Lead& one = work_.leads[other->second];
        return one.created > now || (one.closed != 0 && one.closed <= now);
      };
      lead.duplicates.erase(std::remove_if(lead.duplicates.begin(), lead.duplicates.end(), absent),
                            lead.duplicates.end());
      work.leads.push_back(std::move(lead));
    }
    for (const Team& team : work_.teams) {
      Team copy{team.id, team.active, team.pipeline, team.skipped, part_of(team.rule, leads), {}};
      for (const Member& member : team.members) {
        const auto given = lately_.find({team.id, member.id});
        copy.members.push_back({member.id, member.user, member.monthly, given == lately_.end() ? 0 : given->second,
                                member.paused, member.joined, part_of(member.rule, leads),
                                part_of(member.preferred, leads)});
      }
      work.teams.push_back(std::move(copy));
    }
    return work;
  }

  void run_all(int64_t now, const std::vector<size_t>& fresh) {
    expire(now);
    if (!options_.scope.full_quota && !has_room()) {  // what came is looked at for its reason
      const std::vector<size_t> left = plan(now, fresh);
      waiting_.insert(waiting_.end(), left.begin(), left.end());
      return;
    }
    waiting_.insert(waiting_.end(), fresh.begin(), fresh.end());
    std::vector<size_t> rest;
    if (waiting_.size() > kMostAtOnce) {
      result_.looked_at_part = true;
      const auto worth = [&](size_t i) {
        const Lead& lead = work_.leads[i];
        return options_.by_probability ? lead.probability : lead.probability * lead.revenue;
      };
      const auto middle = waiting_.begin() + static_cast<std::ptrdiff_t>(kMostAtOnce);
      std::nth_element(waiting_.begin(), middle, waiting_.end(),
                       [&](size_t a, size_t b) { return worth(a) != worth(b) ? worth(a) > worth(b) : a < b; });
      rest.assign(middle, waiting_.end());
      waiting_.erase(middle, waiting_.end());
      std::sort(waiting_.begin(), waiting_.end());
    }
    waiting_ = plan(now, waiting_);
    waiting_.insert(waiting_.end(), rest.begin(), rest.end());
  }

  [[nodiscard]] bool has_room() const {
    for (const Team& team : work_.teams) {
      if (!takes_part(team, options_.scope)) continue;
      for (Member member : team.members) {
        const auto given = lately_.find({team.id, member.id});
        member.recently = given == lately_.end() ? 0 : given->second;
        if (!member.paused && quota(member, false) > 0) return true;
      }
    }
    return false;
  }

  void expire(int64_t now) {
    while (!given_.empty() && given_.front().first <= now - kDay) {
      --lately_[given_.front().second];
      given_.pop_front();
    }
  }

  // Those that still wait afterwards.
  std::vector<size_t> plan(int64_t now, const std::vector<size_t>& leads) {
    expire(now);
    if (leads.empty()) return {};
    ++result_.runs;
    const Plan plan = engine_(at(now, leads), options_.scope);
    std::vector<size_t> left;
    for (size_t i = 0; i < leads.size(); ++i) {
      const Decision& one = plan.decisions[i];
      Handed& handed = result_.leads[leads[i]];
      handed.reason = one.reason;
      if (one.team != 0) handed.team = one.team;
      if (one.reason != Reason::kAssigned) {
        // What no rule wants today, none wants tomorrow.
        const bool may_change =
            one.reason == Reason::kCapped || one.reason == Reason::kTooNew || one.reason == Reason::kDuplicate;
        if (may_change) left.push_back(leads[i]);
        continue;
      }
      handed.at = now;
      handed.member = one.member;
      handed.user = one.user;
      const std::pair<int64_t, int64_t> place{one.team, one.member};
      ++lately_[place];
      given_.emplace_back(now, place);
    }
    return left;
  }

  const Work& work_;
  const ReplayOptions& options_;
  const Engine& engine_;
  std::unordered_map<int64_t, size_t> row_;
  std::vector<size_t> order_;  // by creation
  size_t come_ = 0;            // so many of them have come
  std::vector<size_t> waiting_;
  std::map<std::pair<int64_t, int64_t>, double> lately_;  // by team and member
  std::deque<std::pair<int64_t, std::pair<int64_t, int64_t>>> given_;
  Replayed result_;
};

}  // namespace

Replayed replay(const Work& work, const ReplayOptions& options, const Engine& engine,
                const std::function<void(int64_t at)>& passed) {
  return Replay(work, options, engine).run(passed);
}

}  // namespace outrigger::assignment
