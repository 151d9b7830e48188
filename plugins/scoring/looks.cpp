#include "looks.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "kept_lead.hpp"

namespace outrigger::scoring {
namespace {

constexpr std::string_view kEnd = ":look";
constexpr size_t kBytes = 14;

// As it is kept: the stage by its id, the score in hundredths of a percent.
struct Kept {
  int64_t at = 0;
  uint32_t stage = 0;
  uint16_t score = 0;
};

void append(std::string& bytes, uint64_t number, size_t count) {
  for (size_t i = count; i-- > 0;) bytes += static_cast<char>((number >> (8 * i)) & 0xFFU);
}

uint64_t number_at(std::string_view bytes, size_t at, size_t count) {
  uint64_t number = 0;
  for (size_t i = 0; i < count; ++i) number = (number << 8U) | static_cast<unsigned char>(bytes[at + i]);
  return number;
}

Kept kept_at(std::string_view bytes, size_t at) {
  return {static_cast<int64_t>(number_at(bytes, at, 8)), static_cast<uint32_t>(number_at(bytes, at + 8, 4)),
          static_cast<uint16_t>(number_at(bytes, at + 12, 2))};
}

// The lead of a key; 0 when there are no looks under it.
int64_t lead_of(std::string_view key) {
  if (!key.ends_with(kEnd)) return 0;
  key.remove_suffix(kEnd.size());
  return kept_id(key);
}

// Adds what has changed; returns how many were new.
Result<size_t> take_page(Value rows, int64_t now, const Store& store) {
  std::vector<std::string> keys;
  for (const Value row : rows.items()) keys.push_back(look_key(row["id"].integer()));
  const auto before = store.get_many(std::vector<std::string_view>(keys.begin(), keys.end()));
  if (!before) return before.error();
  Transaction change;
  size_t added = 0;
  for (size_t i = 0; i < keys.size(); ++i) {
    const Value row = rows.at(i);
    const double score = std::clamp(row["automated_probability"].number().value_or(0), 0.0, 100.0);
    const Kept now_so{now, static_cast<uint32_t>(row["stage_id"].integer()),
                      static_cast<uint16_t>(std::lround(score * 100))};
    std::string bytes = (*before)[i].value_or(std::string());
    bytes.resize(bytes.size() - bytes.size() % kBytes);
    if (!bytes.empty()) {
      const Kept last = kept_at(bytes, bytes.size() - kBytes);
      if (last.stage == now_so.stage && last.score == now_so.score) continue;
    }
    append(bytes, static_cast<uint64_t>(now_so.at), 8);
    append(bytes, now_so.stage, 4);
    append(bytes, now_so.score, 2);
    if (bytes.size() > kMostLooks * kBytes) bytes.erase(0, bytes.size() - kMostLooks * kBytes);
    change.put(keys[i], bytes);
    ++added;
  }
  if (added > 0)
    if (const Result<void> kept = store.commit(change); !kept) return kept.error();
  return added;
}

}  // namespace

std::string look_key(int64_t lead) { return kept_key(lead) + std::string(kEnd); }

Result<size_t> take_looks(const Odoo& odoo, const Clock& clock, const Store& store) {
  Arena arena;
  const Query query{
      .model = "crm.lead",
      .domain = arena.array({arena.array({"stage_id", "!=", false}), arena.array({"probability", "<", 100})}),
      .fields = {"stage_id", "automated_probability"}};
  const int64_t now = clock.now().time_since_epoch().count();
  size_t added = 0;
  const Result<void> read = odoo.each_page(query,
                                           [&](Value rows) -> Result<void> {
                                             const Result<size_t> taken = take_page(rows, now, store);
                                             if (!taken) return taken.error();
                                             added += *taken;
                                             return {};
                                           },
                                           {.lane = Lane::kSweeps});
  if (!read) return read.error();
  return added;
}

Result<void> read_looks(const Store& store, const History& history, std::vector<std::vector<Look>>& looks) {
  if (!store) return {};
  std::unordered_map<uint32_t, int16_t> stage_at;
  for (size_t s = 0; s < history.model.stages.size(); ++s)
    stage_at[static_cast<uint32_t>(history.model.stages[s].id)] = static_cast<int16_t>(s);
  StoreRange range = StoreRange::prefix(kKeptPrefix);
  for (;;) {
    const Result<StoreEntries> entries = store.scan(range);
    if (!entries) return entries.error();
    if (entries->empty()) return {};
    for (const StoreEntry entry : *entries) {
      range.from = std::string(entry.key) + '\0';
      const int64_t lead = lead_of(entry.key);
      const int64_t row = lead == 0 ? -1 : row_of(history.leads, lead);
      if (row < 0) continue;
      if (looks.empty()) looks.resize(history.leads.size());
      for (size_t at = 0; at + kBytes <= entry.value.size(); at += kBytes) {
        const Kept kept = kept_at(entry.value, at);
        const auto stage = stage_at.find(kept.stage);
        looks[static_cast<size_t>(row)].push_back(
            {kept.at, stage == stage_at.end() ? int16_t{-1} : stage->second, kept.score / 100.0});
      }
    }
  }
}

}  // namespace outrigger::scoring
