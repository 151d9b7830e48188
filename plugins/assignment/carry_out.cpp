#include "carry_out.hpp"

#include "planned_reasons.hpp"

#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace outrigger::assignment {
namespace {

constexpr int64_t kLate = int64_t{3600} * 1'000'000;  // no request is at work for so long
constexpr int64_t kAtOnce = 1000;

using Languages = std::map<int64_t, std::string>;

Result<Languages> languages_of(const Host& host, const std::set<int64_t>& users) {
  Languages languages;
  const Result<Document> rows = host.odoo.read("res.users", {users.begin(), users.end()}, {"lang"});
  if (!rows) return rows.error();
  for (const Value one : rows->root().items()) languages[one["id"].integer()] = text_of(one["lang"]);
  return languages;
}

using Leads = std::unordered_set<int64_t>;

// The leads whose salespeople are to be told later: Odoo did not answer, or the first note may still be on its way.
Result<Leads> tell(const Host& host, const std::vector<Kept>& all, bool plan) {
  Leads later;
  std::set<int64_t> users;
  for (const Kept& one : all)
    if (one.tell) users.insert(one.user);
  if (users.empty()) return later;
  Result<Languages> languages = languages_of(host, users);
  if (!languages) return languages.error();
  for (const Kept& one : all) {
    if (!one.tell) continue;
    const Speech say((*languages)[one.user].rfind("vi", 0) == 0 ? "vi" : "en");
    const std::string key = "told:" + std::to_string(one.lead) + ":" + std::to_string(one.at);
    outrigger::Scope scope;
    if (!plan) scope.idempotency_key = key;  // what is planned twice is planned twice
    scope.company_id = kAllCompanies;
    const auto posted = host.odoo.message_post(Record{"crm.lead", one.lead}, one.note(say), scope);
    if (posted) continue;
    host.log.warn("lead {}: its salesperson was not told: {}", one.lead, posted.error().message);
    const Code code = posted.error().code;
    if (code == Code::kUnreachable || code == Code::kConflict || code == Code::kDeadline || code == Code::kCancelled ||
        code == Code::kLimit || code == Code::kProtocol)
      later.insert(one.lead);
  }
  return later;
}

std::vector<Kept> those_done(const Settings& settings, int64_t now, const Planned& planned, const Applied& applied) {
  const std::unordered_set<int64_t> done(applied.done.begin(), applied.done.end());
  std::vector<Kept> all;
  for (Kept& one : kept_of_plan(settings, now, planned))
    if (done.count(one.lead) != 0) all.push_back(std::move(one));
  return all;
}

}  // namespace

Result<Applied> carry_out(const Host& host, const Store& store, const Settings& settings, const Planned& planned,
                          const ApplyOptions& options) {
  const int64_t now = host.clock.now().time_since_epoch().count();
  if (!options.plan)
    if (Result<void> kept = intend(store, settings, now, planned); !kept) return kept.error();
  Result<Applied> applied = apply(host, settings, planned, options);
  if (!applied) return applied;
  if (options.plan)
    if (Result<void> noted = note_plan(store, settings, now, planned); !noted) return noted.error();
  host.log.debug("{} leads are written; their salespeople are told next", applied->done.size());
  const Result<Leads> later = tell(host, those_done(settings, now, planned, *applied), options.plan);
  if (!later) host.log.warn("salespeople are told of their leads later: {}", later.error().message);
  if (!later || options.plan) return applied;
  if (Result<void> kept = confirm(store, planned, *applied, *later); !kept) return kept.error();
  return applied;
}

Result<void> settle(const Host& host, const Store& store) {
  if (!store) return {};
  const Result<std::vector<Kept>> open = intended(store, kAtOnce);
  if (!open) return open.error();
  if (open->empty()) return {};
  std::vector<int64_t> ids;
  for (const Kept& one : *open) ids.push_back(one.lead);
  const Result<Document> rows = host.odoo.read("crm.lead", ids, {"user_id", "team_id"});
  if (!rows) return rows.error();
  std::unordered_map<int64_t, Value> now;
  for (const Value row : rows->root().items()) now[row["id"].integer()] = row;
  const int64_t late = host.clock.now().time_since_epoch().count() - kLate;
  std::vector<Kept> done;
  std::vector<int64_t> forgotten;
  for (const Kept& one : *open) {
    const auto at = now.find(one.lead);
    if (at != now.end() && at->second["user_id"].integer() == one.user && at->second["team_id"].integer() == one.team)
      done.push_back(one);
    else if (at == now.end() || one.at < late)
      forgotten.push_back(one.lead);
  }
  const Result<Leads> later = tell(host, done, false);
  if (!later) return later.error();
  if (Result<void> kept = take_as_assigned(store, done, *later); !kept) return kept;
  return forget_intended(store, forgotten);
}

}  // namespace outrigger::assignment
