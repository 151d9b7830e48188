#include "reassign.hpp"

#include <algorithm>
#include <unordered_map>

#include "leave.hpp"
#include "told.hpp"
#include "touches.hpp"

namespace outrigger::assignment {
namespace {

constexpr int64_t kMilli = 1000;
constexpr int64_t kDay = int64_t{86400} * 1'000'000;
constexpr int64_t kApart = int64_t{600} * 1'000'000;  // how far Odoo's clock and ours may be apart
constexpr int64_t kAtOnce = 2000;                     // of one run; the oldest first

// Of the assignments whose time has come: those that are still as they were.
class Search {
 public:
  Search(const Host& host, const Store& store, const Settings& settings, bool keeps)
      : host_(host), store_(store), settings_(settings), keeps_(keeps) {
    now_ = host.clock.now().time_since_epoch().count();
  }

  Result<Overdue> run(const Speech& say) {
    Overdue overdue;
    Result<std::vector<Kept>> due = assigned_before(store_, now_ - settings_.reassign.after_ms * kMilli, kAtOnce);
    if (!due) return due.error();
    if (due->empty()) return overdue;
    if (Result<void> read = read_leads(*due); !read) return read.error();
    Result<People> people = read_people(host_);
    if (!people) return people.error();
    people_ = *std::move(people);
    if (Result<void> left = leave_alone(*due); !left) return left.error();
    const Result<std::set<int64_t>> touched = touched_leads(host_, people_, watched_);
    if (!touched && touched.error().code != Code::kAccess) return touched.error();
    if (!touched) {
      overdue.why_not =
          say("no lead is reassigned, because this key may not read what was done about leads: {}",
              "không giao lại tiềm năng nào vì khóa này không đọc được lịch sử: {}", touched.error().message);
    } else {
      for (const Kept& one : open_) {
        if (touched->count(one.lead) != 0)
          done_.push_back(one);
        else
          overdue.leads[one.lead] = {one.user, one.name, one.at, one.had};
      }
    }
    return keep(std::move(overdue));
  }

 private:
  Result<void> read_leads(const std::vector<Kept>& due) {
    const Result<Document> fields = host_.odoo.fields_get("crm.lead");
    if (!fields) return fields.error();
    Odoo::Names names{"user_id", "date_open", "active", "write_uid", "write_date", "probability"};
    for (const char* name : {"won_status", "date_last_stage_update"})
      if (fields->root().has(name)) names.emplace_back(name);
    std::vector<int64_t> ids;
    for (const Kept& one : due) ids.push_back(one.lead);
    Result<Document> rows = host_.odoo.read("crm.lead", ids, names);
    if (!rows) return rows.error();
    rows_ = *std::move(rows);
    for (const Value row : rows_.root().items()) lead_[row["id"].integer()] = row;
    return {};
  }

  [[nodiscard]] bool is_as_it_was(const Kept& one) const {
    const auto at = lead_.find(one.lead);
    if (at == lead_.end()) return false;
    const Value row = at->second;
    const bool closed = row["won_status"].is_string() ? row["won_status"].text() != "pending"
                                                      : row["probability"].number().value_or(0) >= 100;
    return row["user_id"].integer() == one.user && row["active"].truthy() && !closed &&
           micros_of(row["date_open"].text()) <= one.at + kApart;
  }

  Result<void> leave_alone(const std::vector<Kept>& due) {
    std::set<int64_t> users;
    for (const Kept& one : due) users.insert(one.user);
    const Result<Absences> absences = read_absences(host_, settings_, users);
    if (!absences) return absences.error();
    for (const Kept& one : due) {
      if (!is_as_it_was(one) || static_cast<int>(one.had.size()) >= settings_.reassign.times) {
        done_.push_back(one);
      } else if (absences->until.count(one.user) != 0) {
        absent_.push_back(one);
      } else if (!settings_.reassign.weekdays || without_weekends(host_.clock, zone_of(one.user), one.from, now_) >=
                                                     settings_.reassign.after_ms * kMilli) {
        open_.push_back(one);
        const Value row = lead_.at(one.lead);
        const int64_t opened = micros_of(row["date_open"].text());
        watched_.push_back({one.lead, one.user, opened == 0 ? one.at : opened,
                            Document::build([&](Arena& arena) { return arena.copy(row); })});
      }
    }
    return {};
  }

  [[nodiscard]] std::string zone_of(int64_t user) const {
    const auto at = people_.zones.find(user);
    return at == people_.zones.end() || at->second.empty() ? settings_.zone : at->second;
  }

  Result<Overdue> keep(Overdue overdue) {
    if (!keeps_) return overdue;
    if (Result<void> kept = stop_watching(store_, done_); !kept) return kept.error();
    if (Result<void> kept = count_anew(store_, absent_, now_); !kept) return kept.error();
    return overdue;
  }

  const Host& host_;
  const Store& store_;
  const Settings& settings_;
  bool keeps_;
  int64_t now_ = 0;
  Document rows_;
  std::unordered_map<int64_t, Value> lead_;
  People people_;
  std::vector<Kept> open_;
  std::vector<Watched> watched_;
  std::vector<Kept> done_;
  std::vector<Kept> absent_;
};

// A member's rule that says no to this lead, whatever it said before.
void refuse(Member& member, size_t row, size_t leads) {
  if (!member.rule) member.rule = Flags(leads, 1);
  (*member.rule)[row] = 0;
}

constexpr double kDaysOfMonth = 30;  // a quota is one of so many parts

void offer(Planned& planned, const Planned* before, bool whole_quota) {
  for (size_t i = 0; i < planned.work.leads.size(); ++i) {
    Lead& lead = planned.work.leads[i];
    const auto at = planned.again.find(lead.id);
    if (at == planned.again.end() || lead.user != at->second.user) continue;
    lead.user = 0;
    lead.touched = false;
    lead.created = 0;  // its age was looked at when it was assigned
    const auto had = [&](int64_t user) {
      return user == at->second.user ||
             std::find(at->second.had.begin(), at->second.had.end(), user) != at->second.had.end();
    };
    for (Team& team : planned.work.teams)
      for (Member& member : team.members)
        if (had(member.user)) refuse(member, i, planned.work.leads.size());
  }
  if (before == nullptr) return;
  for (const Load& load : before->plan.loads)
    for (Team& team : planned.work.teams)
      for (Member& member : team.members)
        if (team.id == load.team && member.id == load.member) {
          member.recently += load.given;
          // A whole quota does not look at what was given lately, but this run gives no more than one.
          if (whole_quota) member.monthly = std::max(0.0, member.monthly - kDaysOfMonth * load.given);
        }
}

void take_back(Planned& planned) {
  for (Lead& lead : planned.work.leads)
    if (const auto at = planned.again.find(lead.id); at != planned.again.end() && lead.user == 0) {
      lead.user = at->second.user;
      lead.touched = true;
    }
}

}  // namespace

Result<Overdue> find_overdue(const Host& host, const Store& store, const Settings& settings, bool keeps,
                             const Speech& say) {
  if (settings.reassign.after_ms == 0 || !store) return Overdue{};
  return Search(host, store, settings, keeps).run(say);
}

Result<Planned> plan_again(const Host& host, const Settings& settings, const Overdue& overdue, const Ask& ask,
                           const Speech& say, const Planned* before) {
  Settings without = settings;
  without.duplicates = DuplicatePolicy::kKeep;
  without.youngest_hours = 0;
  without.oldest_days = 0;
  Ask these = ask;
  these.leads.clear();
  for (const auto& [lead, again] : overdue.leads) these.leads.push_back(lead);
  these.before_engine = [&](Planned& planned) {
    planned.again = overdue.leads;
    offer(planned, before, ask.full || !ask.team.empty());
  };
  these.after_engine = take_back;
  return make_plan(host, without, these, say);
}

int64_t without_weekends(const Clock& clock, const std::string& zone, int64_t from, int64_t to) {
  const auto local = [&](int64_t at) {
    const auto here = clock.to_local(zone.empty() ? "UTC" : zone, Time(std::chrono::microseconds(at)));
    return here ? here->time_since_epoch().count() : at;
  };
  const int64_t first = local(from);
  const int64_t last = local(to);
  int64_t counted = 0;
  for (int64_t at = first; at < last;) {
    const int64_t day = at / kDay;  // of 1970-01-01, a Thursday
    const int64_t end = std::min(last, (day + 1) * kDay);
    const int64_t weekday = (day + 4) % 7;  // Sunday is 0
    if (weekday != 0 && weekday != 6) counted += end - at;
    at = end;
  }
  return counted;
}

std::string again_text(const Planned& again, const Settings& settings, size_t limit, const Speech& say) {
  if (again.work.leads.empty()) return {};
  std::string text = say("untouched for {}, to another member:", "chưa ai xử lý trong {}, chuyển cho người khác:",
                         settings.reassign.after) +
                     "\n";
  text += leads_table(again, false, limit, say);
  if (const std::string stay = leads_table(again, true, limit, say); !stay.empty())
    text += say("these stay where they are:", "giữ nguyên:") + "\n" + stay;
  return text;
}

}  // namespace outrigger::assignment
