#include "kept.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include "told.hpp"

namespace outrigger::assignment {
namespace {

constexpr size_t kAtOnce = 500;
constexpr std::string_view kIntended = "intended/";
constexpr std::string_view kSince = "since/";
constexpr std::string_view kForm = "2";  // the first line of a record

std::string key_of(int64_t lead, const char* what) { return "crm.lead:" + std::to_string(lead) + ":" + what; }
std::string assigned_key(int64_t lead) { return key_of(lead, "assigned"); }
std::string intended_key(int64_t lead) { return key_of(lead, "intended"); }
std::string intended_index(int64_t lead) { return std::string(kIntended) + ordered(lead); }
std::string since_index(const Kept& kept) { return std::string(kSince) + ordered(kept.from) + ordered(kept.lead); }

// Rules may be of several lines; a record has one for each text.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

int64_t number_at(std::string_view bytes) {
  uint64_t bits = 0;
  for (const char c : bytes.substr(0, 8)) bits = bits << 8U | static_cast<unsigned char>(c);
  return static_cast<int64_t>(bits ^ (uint64_t{1} << 63U));
}

Kept kept_from(const Settings& settings, int64_t now, const Planned& planned, size_t row) {
  const Decision& one = planned.plan.decisions[row];
  Kept kept;
  kept.lead = one.lead;
  kept.at = kept.from = now;
  kept.user = one.user;
  kept.team = one.team;
  kept.name = planned.crm.member(one.team, one.member)->name;
  kept.why[0] = why_text(planned, row, Speech("en"));
  kept.why[1] = why_text(planned, row, Speech("vi"));
  kept.tell = settings.tell;
  if (const auto again = planned.again.find(one.lead); again != planned.again.end()) {
    kept.had = again->second.had;
    kept.had.push_back(again->second.user);
  }
  return kept;
}

// The records of these leads, in their order.
Result<std::vector<std::optional<Kept>>> records(const Store& store, const std::vector<int64_t>& leads,
                                                 std::string (*key)(int64_t)) {
  std::vector<std::optional<Kept>> all;
  for (size_t first = 0; first < leads.size(); first += kAtOnce) {
    const size_t end = std::min(leads.size(), first + kAtOnce);
    std::vector<std::string> keys;
    for (size_t i = first; i < end; ++i) keys.push_back(key(leads[i]));
    const Result<std::vector<std::optional<std::string>>> texts =
        store.get_many(std::vector<std::string_view>(keys.begin(), keys.end()));
    if (!texts) return texts.error();
    for (size_t i = first; i < end; ++i) {
      const std::optional<std::string>& text = (*texts)[i - first];
      all.push_back(text ? parse_kept(leads[i], *text) : std::nullopt);
    }
  }
  return all;
}

template <typename All, typename Change>
Result<void> in_parts(const Store& store, const All& all, Change&& change) {
  for (size_t first = 0; first < all.size(); first += kAtOnce) {
    Transaction transaction;
    for (size_t i = first; i < std::min(all.size(), first + kAtOnce); ++i) change(transaction, all[i]);
    if (Result<void> kept = store.commit(transaction); !kept) return kept;
  }
  return {};
}

}  // namespace

std::string print_kept(const Kept& kept) {
  std::string text = std::string(kForm) + "\n" + one_line(kept.why[0]) + "\n" + one_line(kept.why[1]) + "\n" +
                     one_line(kept.name) + "\n";
  for (const int64_t number : {kept.at, kept.from, kept.user, kept.team, int64_t{kept.tell ? 1 : 0}})
    text += std::to_string(number) + " ";
  for (const int64_t user : kept.had) text += std::to_string(user) + " ";
  return text;
}

std::optional<Kept> parse_kept(int64_t lead, const std::string& text) {
  std::istringstream in(text);
  std::string form;
  Kept kept;
  kept.lead = lead;
  int64_t tell = 0;
  if (!std::getline(in, form) || form != kForm || !std::getline(in, kept.why[0]) || !std::getline(in, kept.why[1]) ||
      !std::getline(in, kept.name) || !(in >> kept.at >> kept.from >> kept.user >> kept.team >> tell))
    return std::nullopt;
  kept.tell = tell != 0;
  for (int64_t user = 0; in >> user;) kept.had.push_back(user);
  return kept;
}

std::string Kept::sentence(const Speech& say) const {
  return say("assigned on {} UTC to {}: {}", "đã giao lúc {} UTC cho {}: {}",
             utc_text(Time(std::chrono::microseconds(at))), name, say(why[0], why[1]));
}

std::string Kept::note(const Speech& say) const {
  return say("Assigned to {}: {}", "Đã giao cho {}: {}", name, say(why[0], why[1]));
}

std::vector<Kept> kept_of_plan(const Settings& settings, int64_t now, const Planned& planned) {
  std::vector<Kept> all;
  for (size_t i = 0; i < planned.plan.decisions.size(); ++i)
    if (planned.plan.decisions[i].reason == Reason::kAssigned) all.push_back(kept_from(settings, now, planned, i));
  return all;
}

Result<void> intend(const Store& store, const Settings& settings, int64_t now, const Planned& planned) {
  if (!store) return {};
  return in_parts(store, kept_of_plan(settings, now, planned), [](Transaction& change, const Kept& kept) {
    change.put(intended_key(kept.lead), print_kept(kept)).put(intended_index(kept.lead), kForm);
  });
}

Result<void> confirm(const Store& store, const Planned& planned, const Applied& applied,
                     const std::unordered_set<int64_t>& later) {
  if (!store) return {};
  const std::unordered_set<int64_t> done(applied.done.begin(), applied.done.end());
  const std::unordered_set<int64_t> unknown(applied.unknown.begin(), applied.unknown.end());
  std::vector<int64_t> assigned;
  std::vector<int64_t> not_done;
  for (const Decision& one : planned.plan.decisions) {
    if (one.reason != Reason::kAssigned || unknown.count(one.lead) != 0) continue;
    (done.count(one.lead) != 0 ? assigned : not_done).push_back(one.lead);
  }
  if (Result<void> forgotten = forget_intended(store, not_done); !forgotten) return forgotten;
  const Result<std::vector<std::optional<Kept>>> read = records(store, assigned, intended_key);
  if (!read) return read.error();
  std::vector<Kept> all;
  for (const std::optional<Kept>& one : *read)
    if (one) all.push_back(*one);
  return take_as_assigned(store, all, later);
}

Result<std::vector<Kept>> intended(const Store& store, int64_t limit) {
  StoreRange range = StoreRange::prefix(kIntended);
  range.keys_only = true;
  range.limit = limit;
  const Result<StoreEntries> entries = store.scan(range);
  if (!entries) return entries.error();
  std::vector<int64_t> leads;
  for (const StoreEntry entry : *entries) leads.push_back(number_at(entry.key.substr(kIntended.size())));
  const Result<std::vector<std::optional<Kept>>> read = records(store, leads, intended_key);
  if (!read) return read.error();
  std::vector<Kept> all;
  std::vector<int64_t> gone;
  for (size_t i = 0; i < leads.size(); ++i) {
    if ((*read)[i])
      all.push_back(*(*read)[i]);
    else
      gone.push_back(leads[i]);
  }
  if (Result<void> forgotten = forget_intended(store, gone); !forgotten) return forgotten.error();
  return all;
}

Result<void> take_as_assigned(const Store& store, const std::vector<Kept>& all,
                              const std::unordered_set<int64_t>& later) {
  std::vector<int64_t> leads;
  for (const Kept& one : all) leads.push_back(one.lead);
  const Result<std::vector<std::optional<Kept>>> before = records(store, leads, assigned_key);
  if (!before) return before.error();
  std::unordered_map<int64_t, const Kept*> old;
  for (const std::optional<Kept>& one : *before)
    if (one) old.emplace(one->lead, &*one);
  return in_parts(store, all, [&](Transaction& change, const Kept& one) {
    if (const auto at = old.find(one.lead); at != old.end()) change.erase(since_index(*at->second));
    change.put(assigned_key(one.lead), print_kept(one)).put(since_index(one), kForm);
    if (later.count(one.lead) == 0) change.erase(intended_key(one.lead)).erase(intended_index(one.lead));
  });
}

Result<void> forget_intended(const Store& store, const std::vector<int64_t>& leads) {
  return in_parts(store, leads, [](Transaction& change, int64_t lead) {
    change.erase(intended_key(lead)).erase(intended_index(lead));
  });
}

Result<std::optional<Kept>> kept_of(const Store& store, int64_t lead) {
  if (!store) return std::optional<Kept>();
  Result<std::vector<std::optional<Kept>>> read = records(store, {lead}, assigned_key);
  if (!read) return read.error();
  return std::move(read->front());
}

Result<std::vector<Kept>> assigned_before(const Store& store, int64_t until, int64_t limit) {
  StoreRange range = StoreRange::prefix(kSince);
  range.to = std::string(kSince) + ordered(until);
  range.keys_only = true;
  range.limit = limit;
  const Result<StoreEntries> entries = store.scan(range);
  if (!entries) return entries.error();
  std::vector<int64_t> leads;
  std::vector<std::string> keys;
  for (const StoreEntry entry : *entries) {
    keys.emplace_back(entry.key);
    leads.push_back(number_at(entry.key.substr(kSince.size() + 8)));
  }
  const Result<std::vector<std::optional<Kept>>> read = records(store, leads, assigned_key);
  if (!read) return read.error();
  std::vector<Kept> all;
  std::vector<std::string> stale;
  for (size_t i = 0; i < leads.size(); ++i) {
    if ((*read)[i] && since_index(*(*read)[i]) == keys[i])
      all.push_back(*(*read)[i]);
    else
      stale.push_back(keys[i]);
  }
  const Result<void> swept =
      in_parts(store, stale, [](Transaction& change, const std::string& key) { change.erase(key); });
  if (!swept) return swept.error();
  return all;
}

Result<void> stop_watching(const Store& store, const std::vector<Kept>& all) {
  return in_parts(store, all, [](Transaction& change, const Kept& one) { change.erase(since_index(one)); });
}

Result<void> count_anew(const Store& store, const std::vector<Kept>& all, int64_t now) {
  return in_parts(store, all, [&](Transaction& change, const Kept& one) {
    Kept later = one;
    later.from = now;
    change.erase(since_index(one)).put(assigned_key(one.lead), print_kept(later)).put(since_index(later), kForm);
  });
}

void erase_lead(Transaction& change, int64_t lead) {
  change.erase(assigned_key(lead)).erase(intended_key(lead)).erase(intended_index(lead));
  change.erase("crm.lead:" + std::to_string(lead) + ":merged");
}

}  // namespace outrigger::assignment
