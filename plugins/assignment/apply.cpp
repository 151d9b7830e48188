#include "apply.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "told.hpp"

namespace outrigger::assignment {
namespace {

constexpr size_t kAtOnce = 2000;     // a page of Odoo's
using Wanted = std::vector<size_t>;  // rows of the plan that change something in Odoo

Wanted wanted_of(const Planned& planned) {
  Wanted wanted;
  for (size_t i = 0; i < planned.plan.decisions.size(); ++i) {
    const Decision& one = planned.plan.decisions[i];
    const bool joins = one.team != 0 && one.team != planned.work.leads[i].team;
    if (one.reason == Reason::kAssigned || joins) wanted.push_back(i);
  }
  return wanted;
}

bool has_moved(Value now, const Lead& lead) {
  return now.is_null() || now["user_id"].integer() != lead.user || now["team_id"].integer() != lead.team ||
         !now["active"].truthy() || (now["won_status"].is_string() && now["won_status"].text() != "pending");
}

// The rows that are still as the plan has them; the others are noted.
Result<Wanted> unmoved(const Host& host, const Planned& planned, const Wanted& part, bool status, Applied& applied) {
  std::vector<int64_t> ids;
  for (const size_t i : part) ids.push_back(planned.work.leads[i].id);
  Odoo::Names names{"user_id", "team_id", "active"};
  if (status) names.emplace_back("won_status");
  const Result<Document> rows = host.odoo.read("crm.lead", ids, names);
  if (!rows) return rows.error();
  std::unordered_map<int64_t, Value> now;
  for (const Value row : rows->root().items()) now[row["id"].integer()] = row;
  Wanted left;
  for (const size_t i : part) {
    const Lead& lead = planned.work.leads[i];
    if (has_moved(now.count(lead.id) == 0 ? Value{} : now[lead.id], lead))
      applied.moved.push_back(lead.id);
    else
      left.push_back(i);
  }
  return left;
}

Value row_of(const Settings& settings, const Planned& planned, size_t i, std::string_view now, Arena& arena) {
  const Decision& one = planned.plan.decisions[i];
  const Lead& lead = planned.work.leads[i];
  std::vector<Field> row{{"id", Value::of(lead.id)}};
  if (one.team != lead.team) row.push_back({"team_id", Value::of(one.team)});
  if (one.reason == Reason::kAssigned) {
    row.push_back({"user_id", Value::of(one.user)});
    if (settings.convert && !lead.opportunity) {
      row.push_back({"type", Value::of("opportunity")});
      row.push_back({"date_conversion", arena.text(now)});
    }
  }
  return arena.object(row);
}

void take(const Document& report, Applied& applied) {
  for (const Value id : report.root()["done"].items()) applied.done.push_back(id.integer());
  for (const Value id : report.root()["unknown"].items()) applied.unknown.push_back(id.integer());
  for (const Value row : report.root()["failed"].items())
    applied.failed.emplace_back(row["id"].integer(), text_of(row["message"]));
}

class Sender {
 public:
  Sender(const Host& host, const Settings& settings, const Planned& planned, const ApplyOptions& options)
      : host_(host), settings_(settings), planned_(planned), options_(options), now_(utc_text(host.clock.now())) {}

  // A right that is missing on one team stops all rows of a call: then each team goes alone.
  Result<void> send(const Wanted& part, Applied& applied) const {
    const Result<Document> report = write(part);
    if (report) {
      take(*report, applied);
      return {};
    }
    if (report.error().code != Code::kAccess) return report.error();
    std::map<int64_t, Wanted> teams;
    for (const size_t i : part) teams[planned_.plan.decisions[i].team].push_back(i);
    for (const auto& [team, rows] : teams) {
      const Result<Document> alone = write(rows);
      if (alone)
        take(*alone, applied);
      else
        for (const size_t i : rows) applied.failed.emplace_back(planned_.work.leads[i].id, alone.error().message);
    }
    return {};
  }

 private:
  Result<Document> write(const Wanted& rows) const {
    Arena arena;
    std::vector<Value> values;
    for (const size_t i : rows) values.push_back(row_of(settings_, planned_, i, now_, arena));
    std::vector<Field> context{{"mail_auto_subscribe_no_notify", Value::of(true)}};
    if (settings_.quiet) context.push_back({"tracking_disable", Value::of(true)});
    return host_.odoo.write_rows(
        "crm.lead", arena.array(values),
        {.company_id = kAllCompanies, .delivery = options_.delivery, .context = arena.object(context)});
  }

  const Host& host_;
  const Settings& settings_;
  const Planned& planned_;
  const ApplyOptions& options_;
  std::string now_;
};

// A reply was lost: look whether the lead is where it was to go.
void settle(const Host& host, const Planned& planned, Applied& applied) {
  std::unordered_map<int64_t, const Decision*> expected;
  for (const Decision& one : planned.plan.decisions) expected.emplace(one.lead, &one);
  std::vector<int64_t> open;
  for (size_t first = 0; first < applied.unknown.size(); first += kAtOnce) {
    const std::vector<int64_t> ids(
        applied.unknown.begin() + static_cast<std::ptrdiff_t>(first),
        applied.unknown.begin() + static_cast<std::ptrdiff_t>(std::min(applied.unknown.size(), first + kAtOnce)));
    const Result<Document> rows = host.odoo.read("crm.lead", ids, {"user_id", "team_id"});
    if (!rows) {
      open.insert(open.end(), ids.begin(), ids.end());
      continue;
    }
    for (const Value row : rows->root().items()) {
      const auto at = expected.find(row["id"].integer());
      if (at == expected.end()) continue;
      const Decision& one = *at->second;
      if (row["user_id"].integer() == one.user && row["team_id"].integer() == one.team)
        applied.done.push_back(one.lead);
      else
        applied.failed.emplace_back(one.lead, "the reply was lost and the lead is as it was; run it again");
    }
  }
  applied.unknown = std::move(open);
}

}  // namespace

Result<Applied> apply(const Host& host, const Settings& settings, const Planned& planned, const ApplyOptions& options) {
  Applied applied;
  const Wanted wanted = wanted_of(planned);
  if (wanted.empty()) return applied;
  const Result<Document> fields = host.odoo.fields_get("crm.lead");
  if (!fields) return fields.error();
  const bool status = fields->root().has("won_status");
  const Sender sender(host, settings, planned, options);
  for (size_t first = 0; first < wanted.size(); first += kAtOnce) {
    const Wanted part(wanted.begin() + static_cast<std::ptrdiff_t>(first),
                      wanted.begin() + static_cast<std::ptrdiff_t>(std::min(wanted.size(), first + kAtOnce)));
    const Result<Wanted> left = unmoved(host, planned, part, status, applied);
    if (!left) return left.error();
    if (left->empty()) continue;
    if (Result<void> sent = sender.send(*left, applied); !sent) {
      if (applied.done.empty()) return sent.error();
      for (const size_t i : *left) applied.failed.emplace_back(planned.work.leads[i].id, sent.error().message);
    }
  }
  if (!options.plan) settle(host, planned, applied);
  return applied;
}

}  // namespace outrigger::assignment
