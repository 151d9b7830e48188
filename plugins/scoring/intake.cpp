#include "intake.hpp"

#include <algorithm>
#include <unordered_set>

#include <outrigger/json.hpp>

#include "known.hpp"

namespace outrigger::scoring {
namespace {

constexpr int64_t kDay = 86'400'000'000;
constexpr int64_t kClocksDiffer = 300'000'000;  // 5 minutes
constexpr size_t kMostEvents = 1000;
constexpr size_t kLongestId = 100;
constexpr size_t kLongestName = 40;
constexpr size_t kLongestText = 300;
constexpr std::string_view kEvents = "a/e/";
constexpr std::string_view kIds = "a/i/";

Error refuse(std::string why) { return {Code::kInvalid, std::move(why), Source::kPlugin, Effect::kNone, -1}; }

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

// Why it cannot be kept; empty: it can.
std::string problem_of(const KeptEvent& event, Value json, const IntakeRules& rules, int64_t now) {
  if (event.id.empty() || event.id.size() > kLongestId || !is_plain(event.id))
    return "has no `id` of 1 to 100 characters";
  if (event.event.empty() || event.event.size() > kLongestName || !is_plain(event.event))
    return "has no `event` of 1 to 40 characters, such as \"form\"";
  if (event.lead < 0) return "has a `lead` that is none";
  if (event.email.empty() && event.lead == 0) return "names neither an `email` nor a `lead`";
  if (event.email.size() > kLongestText || !is_plain(event.email)) return "has an `email` that is none";
  if (event.event == "withdraw") return {};
  if (event.at == kNever) return "has no `at` such as \"2026-03-01T10:00:00Z\"";
  if (event.at > now + kClocksDiffer) return "says that it happened in the future";
  if (event.at < now - rules.retention) return "is older than activity.retention_days";
  if (rules.require_consent && !json["consent"].truthy()) return "has no `consent`: true";
  if (event.text.size() > kLongestText || !is_plain(event.text)) return "has a `text` of more than 300 bytes or lines";
  return {};
}

// "2026-03-01T10:00:00Z", the same with an offset, or seconds since 1970.
int64_t time_of_event(Value at) {
  if (const auto seconds = at.number(); seconds && !at.is_string())
    return *seconds > 0 && *seconds < 4e9 ? static_cast<int64_t>(*seconds * 1e6) : kNever;
  const std::string_view text = at.text();
  if (text.size() < 20 || (text[10] != 'T' && text[10] != ' ')) return kNever;
  const int64_t local = moment_of(text.substr(0, 19));
  size_t zone = 19;
  if (zone < text.size() && text[zone] == '.')
    for (++zone; zone < text.size() && text[zone] >= '0' && text[zone] <= '9';) ++zone;
  const std::string_view rest = text.substr(std::min(zone, text.size()));
  if (local == kNever || rest == "Z") return local;
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return kNever;
  int64_t minutes = 0;
  for (const size_t i : {1U, 2U, 4U, 5U}) {
    if (rest[i] < '0' || rest[i] > '9') return kNever;
    constexpr int64_t kWorth[] = {0, 600, 60, 0, 10, 1};
    minutes += kWorth[i] * (rest[i] - '0');
  }
  return local - (rest[0] == '+' ? minutes : -minutes) * 60'000'000;
}

std::string key_of(const KeptEvent& event) { return std::string(kEvents) + ordered(event.at) + "/" + event.id; }

std::string packed(const KeptEvent& event) {
  return std::to_string(event.lead) + "\n" + event.email + "\n" + event.event + "\n" + event.text;
}

KeptEvent unpacked(std::string_view key, std::string_view value) {
  KeptEvent event;
  key.remove_prefix(kEvents.size());
  uint64_t bits = 0;
  for (size_t i = 0; i < 8 && i < key.size(); ++i) bits = (bits << 8U) | static_cast<unsigned char>(key[i]);
  event.at = static_cast<int64_t>(bits ^ (uint64_t{1} << 63U));
  event.id = key.substr(std::min<size_t>(9, key.size()));
  std::string lead;
  for (std::string* part : {&lead, &event.email, &event.event}) {
    const size_t end = std::min(value.find('\n'), value.size());
    *part = value.substr(0, end);
    value.remove_prefix(std::min(value.size(), end + 1));
  }
  event.text = value;
  for (const char c : lead)
    if (c >= '0' && c <= '9') event.lead = event.lead * 10 + (c - '0');
  return event;
}

// Pages of the store. `use` answers whether to go on.
Result<void> each_entry(const Store& store, const std::function<bool(const KeptEvent&)>& use) {
  StoreRange range = StoreRange::prefix(kEvents);
  for (;;) {
    const Result<StoreEntries> entries = store.scan(range);
    if (!entries) return entries.error();
    size_t count = 0;
    for (const StoreEntry entry : *entries) {
      range.from = std::string(entry.key) + '\0';
      ++count;
      if (!use(unpacked(entry.key, entry.value))) return {};
    }
    if (count == 0) return {};
  }
}

Result<size_t> erase(const Store& store, const std::vector<KeptEvent>& events) {
  constexpr size_t kAtOnce = 500;
  for (size_t first = 0; first < events.size(); first += kAtOnce) {
    Transaction change;
    for (size_t i = first; i < std::min(events.size(), first + kAtOnce); ++i)
      change.erase(key_of(events[i])).erase(std::string(kIds) + events[i].id);
    if (const Result<void> done = store.commit(change); !done) return done.error();
  }
  return events.size();
}

}  // namespace

IntakeRules intake_rules(Value config) {
  const Value activity = config["activity"];
  const int64_t days = activity["retention_days"].as_integer().value_or(365);
  return {days * kDay, activity["require_consent"].boolean().value_or(true)};
}

Result<Intake> read_intake(std::string_view body, const IntakeRules& rules, int64_t now) {
  Arena arena;
  const Result<Value> json = parse_json(body, arena);
  if (!json) return json.error();
  if (!(*json)["events"].is_array()) return refuse("the body must be {\"events\": [...]}");
  if ((*json)["events"].size() > kMostEvents)
    return refuse("the body has " + std::to_string((*json)["events"].size()) + " events; send at most 1000 at once");
  Intake intake;
  size_t number = 0;
  for (const Value one : (*json)["events"].items()) {
    ++number;
    KeptEvent event{std::string(one["id"].text()),   std::string(one["event"].text()),
                    normalised(one["email"].text()), std::string(one["text"].text()),
                    one["lead"].integer(),           time_of_event(one["at"])};
    const std::string problem = one.is_object() ? problem_of(event, one, rules, now) : "is not an object";
    if (!problem.empty()) {
      intake.refused.push_back(
          "event " + std::to_string(number) +
          (event.id.empty() || !is_plain(event.id) ? "" : " (" + event.id.substr(0, kLongestId) + ")") + " " + problem);
      continue;
    }
    (event.event == "withdraw" ? intake.withdrawn : intake.events).push_back(std::move(event));
  }
  return intake;
}

namespace {

// Who wants to be forgotten: whatever else the same body says of them, too.
class Withdrawn {
 public:
  explicit Withdrawn(const std::vector<KeptEvent>& events) {
    for (const KeptEvent& event : events) {
      if (!event.email.empty()) emails_.insert(event.email);
      if (event.lead != 0) leads_.insert(event.lead);
    }
  }
  [[nodiscard]] bool holds(const KeptEvent& event) const {
    return (!event.email.empty() && emails_.count(event.email) != 0) ||
           (event.lead != 0 && leads_.count(event.lead) != 0);
  }

 private:
  std::unordered_set<std::string> emails_;
  std::unordered_set<int64_t> leads_;
};

}  // namespace

Result<Taken> keep(const Store& store, const Intake& given, std::string_view delivery) {
  Taken taken;
  Intake intake = given;
  if (!intake.withdrawn.empty()) {
    const Withdrawn withdrawn(intake.withdrawn);
    std::vector<KeptEvent> gone;
    const Result<void> looked = each_entry(store, [&](const KeptEvent& event) {
      if (withdrawn.holds(event)) gone.push_back(event);
      return true;
    });
    if (!looked) return looked.error();
    const Result<size_t> erased = erase(store, gone);
    if (!erased) return erased.error();
    taken.erased = *erased;
    taken.erased += std::erase_if(intake.events, [&](const KeptEvent& event) { return withdrawn.holds(event); });
  }
  std::vector<std::string> keys;
  for (const KeptEvent& event : intake.events) keys.push_back(std::string(kIds) + event.id);
  Result<std::vector<std::optional<std::string>>> known = std::vector<std::optional<std::string>>{};
  if (!keys.empty()) {
    known = store.get_many(std::vector<std::string_view>(keys.begin(), keys.end()));
    if (!known) return known.error();
  }
  Transaction change;
  std::unordered_set<std::string> here;
  for (size_t i = 0; i < intake.events.size(); ++i) {
    const KeptEvent& event = intake.events[i];
    if ((*known)[i] || !here.insert(event.id).second) {
      ++taken.repeated;
      continue;
    }
    // Two bodies at once with the same id: one of them is refused as a conflict and comes again.
    change.expect_absent(keys[i]).put(keys[i], ordered(event.at)).put(key_of(event), packed(event));
    ++taken.kept;
  }
  if (!delivery.empty()) change.outcome(delivery, done());
  if (taken.kept == 0 && delivery.empty()) return taken;
  if (const Result<void> kept = store.commit(change); !kept) return kept.error();
  return taken;
}

Outcome on_activity(const WebhookCall& call, const Store& store, const Clock& clock, const Log& log, Value config) {
  if (call.endpoint() != "activity")
    return reject("there is no endpoint " + std::string(call.endpoint()) + "; the one for events is `activity`");
  const Result<Intake> intake = read_intake(call.body(), intake_rules(config), clock.now().time_since_epoch().count());
  if (!intake) return reject(intake.error().message);
  for (size_t i = 0; i < std::min<size_t>(5, intake->refused.size()); ++i) log.warn("{}", intake->refused[i]);
  if (intake->events.empty() && intake->withdrawn.empty() && !intake->refused.empty())
    return reject("no event of the body can be kept: " + intake->refused.front());
  const Result<Taken> taken = keep(store, *intake, call.delivery());
  if (!taken) return taken.error();
  log.info("activity: {} kept, {} repeated, {} erased, {} refused", taken->kept, taken->repeated, taken->erased,
           intake->refused.size());
  return done();
}

Result<void> each_kept_event(const Store& store, const std::function<void(const KeptEvent&)>& use) {
  return each_entry(store, [&](const KeptEvent& event) {
    use(event);
    return true;
  });
}

Result<size_t> forget_old(const Store& store, const IntakeRules& rules, int64_t now) {
  std::vector<KeptEvent> old;
  const Result<void> looked = each_entry(store, [&](const KeptEvent& event) {
    if (event.at >= now - rules.retention) return false;
    old.push_back(event);
    return true;
  });
  if (!looked) return looked.error();
  return erase(store, old);
}

}  // namespace outrigger::scoring
