#include "merging.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

namespace outrigger::assignment {
namespace {

constexpr size_t kMostMerged = 5;     // by Odoo, of one merge
constexpr size_t kMostOfARun = 200;   // merges; the next run goes on
constexpr int64_t kPatient = 120000;  // milliseconds, of one merge

std::string text_key(int64_t lead) { return "crm.lead:" + std::to_string(lead) + ":merged"; }

struct Row {
  MergedLead lead;
  std::vector<std::string> addresses;
  std::tuple<bool, bool, int64_t, double, int64_t> confidence;
};

using Rows = std::unordered_map<int64_t, Row>;

Result<Rows> read_rows(const Host& host, const std::set<int64_t>& ids) {
  const Result<Document> stages = host.odoo.search_read({.model = "crm.stage", .fields = {"sequence"}});
  if (!stages) return stages.error();
  std::map<int64_t, int64_t> sequence;
  for (const Value stage : stages->root().items()) sequence[stage["id"].integer()] = stage["sequence"].integer();
  const Result<Document> read = host.odoo.read("crm.lead", {ids.begin(), ids.end()},
                                               {"name", "type", "active", "stage_id", "probability", "user_id",
                                                "email_from", "expected_revenue", "create_date"});
  if (!read) return read.error();
  Rows rows;
  for (const Value one : read->root().items()) {
    const int64_t id = one["id"].integer();
    const bool opportunity = one["type"].text() == "opportunity";
    Row row;
    row.lead = {id, text_of(one["name"]), one["user_id"].integer(), one["expected_revenue"].number().value_or(0),
                text_of(one["create_date"])};
    row.addresses = addresses_of(one["email_from"].text());
    row.confidence = {opportunity || one["active"].truthy(), opportunity, sequence[one["stage_id"].integer()],
                      one["probability"].number().value_or(0), -id};
    rows.emplace(id, std::move(row));
  }
  return rows;
}

// A team of this run would take the lead.
bool is_wanted(const Planned& planned, size_t row) {
  const int64_t has = planned.work.leads[row].team;
  return std::any_of(planned.work.teams.begin(), planned.work.teams.end(), [&](const Team& team) {
    return takes_part(team, planned.scope) && (has != 0 ? has == team.id : allows(team.rule, row));
  });
}

// By the one address of a waiting lead that doubles another.
std::map<std::string, std::set<int64_t>> groups_of(const Planned& planned) {
  std::map<std::string, std::set<int64_t>> groups;
  for (size_t i = 0; i < planned.plan.decisions.size(); ++i) {
    if (planned.plan.decisions[i].reason != Reason::kDuplicate || planned.texts[i].addresses.empty() ||
        !is_wanted(planned, i))
      continue;
    std::set<int64_t>& group = groups[planned.texts[i].addresses.front()];
    group.insert(planned.work.leads[i].id);
    group.insert(planned.work.leads[i].duplicates.begin(), planned.work.leads[i].duplicates.end());
  }
  return groups;
}

std::string why_not(const std::vector<const Row*>& group, const Speech& say) {
  std::set<int64_t> owners;
  for (const Row* row : group) {
    if (row->addresses.size() != 1 || row->addresses != group.front()->addresses)
      return say("lead {} has several addresses", "tiềm năng {} có nhiều địa chỉ", std::to_string(row->lead.id));
    if (row->lead.user != 0) owners.insert(row->lead.user);
  }
  if (owners.size() > 1) return say("they belong to several salespeople", "thuộc nhiều nhân viên khác nhau");
  if (group.size() > kMostMerged)
    return say("they are {}, and Odoo merges at most 5", "có {} tiềm năng, Odoo chỉ gộp tối đa 5",
               std::to_string(group.size()));
  return {};
}

std::string described(const MergedLead& lead) { return std::to_string(lead.id) + " \"" + lead.name + "\""; }

Result<void> keep(const Store& store, const Clock& clock, const Merge& merge) {
  if (!store) return {};
  const std::string when = utc_text(clock.now()) + " UTC";
  const Result<std::optional<std::string>> before = store.get(text_key(merge.into()));
  if (!before) return before.error();
  std::string all = before->value_or("");
  Transaction change;
  for (size_t i = 1; i < merge.leads.size(); ++i) {
    const MergedLead& gone = merge.leads[i];
    all += "merged on " + when + ": lead " + described(gone) + " <" + merge.address + "> of " + gone.created +
           ", expected revenue " + std::to_string(static_cast<int64_t>(gone.revenue)) +
           "; it cannot be taken back, because Odoo deleted it\n";
    change.put(text_key(gone.id), "merged into lead " + std::to_string(merge.into()) + " on " + when + "\n");
  }
  change.put(text_key(merge.into()), all);
  return store.commit(change);
}

// What is there of the leads says what happened, whatever the reply was.
Result<void> look(const Host& host, Merge& merge, const Error* error) {
  std::vector<int64_t> ids;
  for (const MergedLead& lead : merge.leads) ids.push_back(lead.id);
  // Not the id alone: Odoo gives it without looking.
  const Result<Document> left = host.odoo.read("crm.lead", ids, {"active"});
  if (!left) {
    merge.state = Merge::State::kUnknown;
    merge.says = left.error().message;
    return {};
  }
  if (left->root().size() == 1) {
    merge.state = Merge::State::kDone;
    const int64_t stays = left->root().at(0)["id"].integer();
    std::stable_partition(merge.leads.begin(), merge.leads.end(),
                          [&](const MergedLead& lead) { return lead.id == stays; });
    return {};
  }
  const bool lost = error == nullptr || error->effect == Effect::kUnknown;
  merge.state = lost ? Merge::State::kUnknown : Merge::State::kFailed;
  merge.says = error == nullptr ? "Odoo said nothing of it" : error->message;
  return {};
}

void leave(Merge& merge, std::string why) {
  merge.state = Merge::State::kLeft;
  merge.says = std::move(why);
}

// A merge deletes leads: right before it they must still be what was planned.
Result<void> look_again(const Host& host, Merge& merge) {
  std::vector<int64_t> ids;
  for (const MergedLead& lead : merge.leads) ids.push_back(lead.id);
  const Result<Document> rows = host.odoo.read("crm.lead", ids, {"user_id", "active", "email_from", "probability"});
  if (!rows && rows.error().code != Code::kMissing) return rows.error();
  size_t same = 0;
  if (rows)
    for (const Value row : rows->root().items())
      for (const MergedLead& lead : merge.leads) {
        const bool won = row["probability"].number().value_or(0) >= 100;
        if (row["id"].integer() == lead.id && row["user_id"].integer() == lead.user && row["active"].truthy() && !won &&
            addresses_of(row["email_from"].text()) == std::vector<std::string>{merge.address})
          ++same;
      }
  if (same != merge.leads.size()) leave(merge, "they have changed since the plan was made");
  return {};
}

const char* word(Merge::State state) {
  switch (state) {
    case Merge::State::kPlanned: return "planned";
    case Merge::State::kDone: return "done";
    case Merge::State::kFailed: return "failed";
    case Merge::State::kUnknown: return "unknown";
    case Merge::State::kLeft: return "left";
  }
  return "";
}

// What a merge makes of each of its leads in this plan: 0: it is planned like any other; else the lead that it goes to,
// or the one that has a salesperson.
std::unordered_map<int64_t, int64_t> fates(const std::vector<Merge>& merges) {
  std::unordered_map<int64_t, int64_t> fate;
  for (const Merge& merge : merges) {
    if (merge.state != Merge::State::kPlanned) continue;
    for (const MergedLead& lead : merge.leads) fate[lead.id] = lead.id == merge.into() ? 0 : merge.into();
    for (const MergedLead& lead : merge.leads)
      if (lead.user != 0 && lead.id != merge.into()) fate[merge.into()] = lead.id;
  }
  return fate;
}

}  // namespace

Result<std::vector<Merge>> find_merges(const Host& host, const Planned& planned, const Speech& say) {
  std::vector<Merge> merges;
  const std::map<std::string, std::set<int64_t>> groups = groups_of(planned);
  if (groups.empty()) return merges;
  std::set<int64_t> ids;
  for (const auto& [address, group] : groups) ids.insert(group.begin(), group.end());
  const Result<Rows> rows = read_rows(host, ids);
  if (!rows) return rows.error();
  std::set<int64_t> taken;  // each lead once
  size_t planned_merges = 0;
  for (const auto& [address, group] : groups) {
    std::vector<const Row*> found;
    for (const int64_t id : group)
      if (const auto at = rows->find(id); at != rows->end() && taken.insert(id).second) found.push_back(&at->second);
    if (found.size() < 2) continue;
    std::sort(found.begin(), found.end(), [](const Row* a, const Row* b) { return a->confidence > b->confidence; });
    Merge merge;
    merge.address = address;
    for (const Row* row : found) merge.leads.push_back(row->lead);
    merge.says = why_not(found, say);
    if (merge.says.empty() && ++planned_merges > kMostOfARun)
      merge.says = say("a run merges {} times at most; the next one goes on", "mỗi lần chạy gộp tối đa {} lần",
                       std::to_string(kMostOfARun));
    if (!merge.says.empty()) merge.state = Merge::State::kLeft;
    merges.push_back(std::move(merge));
  }
  return merges;
}

Result<void> merge_all(const Host& host, const Store& store, std::vector<Merge>& merges, const ApplyOptions& options) {
  for (Merge& merge : merges) {
    if (merge.state != Merge::State::kPlanned) continue;
    if (options.plan) {  // whoever applies it later could not look at the leads again
      leave(merge, "a saved plan does not merge; `outrigger assignment run` does");
      continue;
    }
    if (Result<void> looked = look_again(host, merge); !looked) return looked;
    if (merge.state != Merge::State::kPlanned) continue;
    std::vector<int64_t> ids;
    for (const MergedLead& lead : merge.leads) ids.push_back(lead.id);
    const Result<Document> called =
        host.odoo.call("crm.lead", "merge_opportunity", ids, {},
                       {.company_id = kAllCompanies, .deadline_ms = kPatient, .delivery = options.delivery});
    if (!called && called.error().code == Code::kAccess) {
      merge.state = Merge::State::kFailed;
      merge.says = called.error().message;
      continue;
    }
    const Error* error = called ? nullptr : &called.error();
    if (Result<void> looked = look(host, merge, error); !looked) return looked;
    // An Odoo that does not answer is asked for no further merge.
    if (merge.state == Merge::State::kUnknown && error != nullptr) return *error;
    if (merge.state != Merge::State::kDone) continue;
    host.log.info("merged by Odoo into lead {}: {} leads of {}; this cannot be undone", merge.into(),
                  merge.leads.size(), merge.address);
    if (Result<void> kept = keep(store, host.clock, merge); !kept) return kept;
  }
  return {};
}

void leave_merged(Planned& planned, const std::vector<Merge>& merges) {
  const std::unordered_map<int64_t, int64_t> fate = fates(merges);
  for (Lead& lead : planned.work.leads) {
    const auto at = fate.find(lead.id);
    if (at == fate.end()) continue;
    lead.duplicates.clear();
    lead.touched = at->second != 0;
  }
}

void mark_merged(Planned& planned, const std::vector<Merge>& merges) {
  const std::unordered_map<int64_t, int64_t> fate = fates(merges);
  for (size_t i = 0; i < planned.work.leads.size(); ++i) {
    const auto at = fate.find(planned.work.leads[i].id);
    if (at == fate.end() || at->second == 0) continue;
    planned.work.leads[i].touched = false;
    planned.plan.decisions[i].reason = Reason::kDuplicate;
    planned.plan.decisions[i].other = at->second;
  }
}

Result<std::string> merged_text(const Store& store, int64_t lead) {
  if (!store) return std::string();
  const Result<std::optional<std::string>> kept = store.get(text_key(lead));
  if (!kept) return kept.error();
  std::string text = kept->value_or("");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string merges_text(const std::vector<Merge>& merges, const Speech& say) {
  std::string text;
  for (const Merge& merge : merges) {
    std::string others;
    for (size_t i = 1; i < merge.leads.size(); ++i) others += (i == 1 ? "" : ", ") + described(merge.leads[i]);
    const std::string into = described(merge.leads.front());
    switch (merge.state) {
      case Merge::State::kPlanned:
        text += say("Odoo would merge into lead {}: {}; this cannot be undone, the others are deleted",
                    "Odoo sẽ gộp vào tiềm năng {}: {}; không thể hoàn tác, các bản kia bị xóa", into, others);
        break;
      case Merge::State::kDone:
        text += say("merged into lead {}: {}; this cannot be undone, Odoo deleted the others",
                    "đã gộp vào tiềm năng {}: {}; không thể hoàn tác, Odoo đã xóa các bản kia", into, others);
        break;
      case Merge::State::kFailed:
      case Merge::State::kUnknown:
        text += say("not merged into lead {}: {}: {}", "chưa gộp vào tiềm năng {}: {}: {}", into, others, merge.says);
        break;
      case Merge::State::kLeft:
        text += say("duplicates that wait for a person: {}, {}: {}", "bản trùng chờ người xử lý: {}, {}: {}", into,
                    others, merge.says);
        break;
    }
    text += "\n";
  }
  return text;
}

Value merges_value(const std::vector<Merge>& merges, Arena& arena) {
  std::vector<Value> all;
  for (const Merge& merge : merges) {
    std::vector<Value> leads;
    for (const MergedLead& lead : merge.leads)
      leads.push_back(arena.object({{"lead", lead.id},
                                    {"name", arena.text(lead.name)},
                                    {"user", lead.user},
                                    {"expected_revenue", lead.revenue}}));
    all.push_back(arena.object({{"into", merge.into()},
                                {"address", arena.text(merge.address)},
                                {"state", Value::of(word(merge.state))},
                                {"says", arena.text(merge.says)},
                                {"leads", arena.array(leads)}}));
  }
  return arena.array(all);
}

}  // namespace outrigger::assignment
