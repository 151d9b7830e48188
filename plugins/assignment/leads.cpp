#include "leads.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace outrigger::assignment {
namespace {

constexpr size_t kAtOnce = 2000;  // a page of Odoo's
constexpr std::string_view kScoreFact = "scoring.score";

struct Stage {
  int sequence = 0;
  bool won = false;
};

Result<std::map<int64_t, Stage>> read_stages(const Odoo& odoo) {
  const Result<Document> rows = odoo.search_read({.model = "crm.stage", .fields = {"sequence", "is_won"}});
  if (!rows) return rows.error();
  std::map<int64_t, Stage> stages;
  for (const Value row : rows->root().items())
    stages[row["id"].integer()] = {static_cast<int>(row["sequence"].integer()), row["is_won"].truthy()};
  return stages;
}

Lead lead_of(Value row, const std::map<int64_t, Stage>& stages) {
  Lead lead;
  lead.id = row["id"].integer();
  lead.team = row["team_id"].integer();
  lead.user = row["user_id"].integer();
  if (const std::string_view priority = row["priority"].text(); !priority.empty()) lead.priority = priority[0] - '0';
  lead.active = row["active"].truthy();
  lead.opportunity = row["type"].text() == "opportunity";
  lead.touched = row["date_open"].is_string();
  lead.probability = row["probability"].number().value_or(0);
  lead.revenue = row["expected_revenue"].number().value_or(0);
  lead.created = micros_of(row["create_date"].text());
  if (const auto stage = stages.find(row["stage_id"].integer()); stage != stages.end()) {
    lead.stage_sequence = stage->second.sequence;
    lead.won = stage->second.won;
  }
  if (row["won_status"].is_string()) lead.won = row["won_status"].text() == "won";
  return lead;
}

// What is read of each lead.
struct Reading {
  std::map<int64_t, Stage> stages;  // where Odoo does not say itself which leads are won
  std::set<std::string> names;
  bool status = false;  // Odoo says itself which leads are won

  static Result<Reading> open(const Host& host, const std::set<std::string>& fields) {
    const Result<Document> known = host.odoo.fields_get("crm.lead");
    if (!known) return known.error();
    Reading reading{{},
                    {"name", "team_id", "user_id", "priority", "active", "type", "date_open", "stage_id", "email_from",
                     "probability", "create_date", "expected_revenue"}};
    reading.status = known->root().has("won_status");
    if (reading.status) {
      reading.names.insert("won_status");
    } else {
      Result<std::map<int64_t, Stage>> stages = read_stages(host.odoo);
      if (!stages) return stages.error();
      reading.stages = *std::move(stages);
    }
    for (const std::string& field : fields)
      if (field != "id" && known->root().has(field)) reading.names.insert(field);
    return reading;
  }

  Result<void> read(const Host& host, Value domain, LeadTable& table, const PageRead& progress) const {
    const Query query{.model = "crm.lead", .domain = domain, .fields = {names.begin(), names.end()}, .archived = true};
    return host.odoo.each_page(query, [&](Value rows) -> Result<void> {
      for (const Value row : rows.items()) {
        table.leads.push_back(lead_of(row, stages));
        table.texts.push_back({text_of(row["name"]), addresses_of(row["email_from"].text())});
      }
      table.columns.add(rows);
      if (progress) progress(table.leads.size());
      return {};
    });
  }
};

// What holds for a lead by scoring: its score, or what a person set.
void take_scores(const Host& host, LeadTable& table) {
  if (!host.shared) return;
  std::unordered_map<int64_t, size_t> row;
  for (size_t i = 0; i < table.leads.size(); ++i) row.emplace(table.leads[i].id, i);
  for (size_t first = 0; first < table.leads.size(); first += kAtOnce) {
    const std::vector<int64_t>& ids = table.columns.ids();
    const std::vector<int64_t> part(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                    ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), first + kAtOnce)));
    const Result<Facts> facts = host.shared.read(kScoreFact, "crm.lead", part);
    if (!facts) return host.log.debug("scores are Odoo's own: {}", facts.error().message);
    for (const Fact fact : *facts) {
      const auto probability = fact.value["probability"].number();
      const auto at = row.find(fact.id);
      if (!probability || at == row.end()) continue;
      table.leads[at->second].probability = *probability;
      ++table.scored;
    }
  }
}

}  // namespace

std::vector<std::string> addresses_of(std::string_view text) {
  std::vector<std::string> addresses;
  const auto ends = [](char c) { return c == ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '"'; };
  for (size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    size_t first = at;
    while (first > 0 && !ends(text[first - 1])) --first;
    size_t last = at + 1;
    while (last < text.size() && !ends(text[last])) ++last;
    if (first == at || last == at + 1) continue;
    std::string address(text.substr(first, last - first));
    for (char& c : address)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(address);
  }
  return addresses;
}

Result<LeadTable> read_leads(const Host& host, const std::vector<int64_t>& only, const std::set<std::string>& fields) {
  Result<Reading> reading = Reading::open(host, fields);
  if (!reading) return reading.error();
  LeadTable table(fields);
  Arena arena;
  if (only.empty()) {
    std::vector<Value> terms{arena.array({"user_id", "=", false}), arena.array({"active", "=", true})};
    terms.push_back(reading->status ? arena.array({"won_status", "!=", "won"})
                                    : arena.array({"stage_id.is_won", "=", false}));
    if (Result<void> done = reading->read(host, arena.array(terms), table, {}); !done) return done.error();
  }
  for (size_t first = 0; first < only.size(); first += kAtOnce) {
    const Value part = arena.ids(std::span(only).subspan(first, std::min(kAtOnce, only.size() - first)));
    const Value domain = arena.array({arena.array({"id", "in", part})});
    if (Result<void> done = reading->read(host, domain, table, {}); !done) return done.error();
  }
  take_scores(host, table);
  return table;
}

Result<LeadTable> read_created(const Host& host, const std::string& from, const std::string& until,
                               const std::set<std::string>& fields, const PageRead& progress) {
  Result<Reading> reading = Reading::open(host, fields);
  if (!reading) return reading.error();
  LeadTable table(fields);
  Arena arena;
  const Value domain = arena.array(
      {arena.array({"create_date", ">=", arena.text(from)}), arena.array({"create_date", "<", arena.text(until)})});
  if (Result<void> done = reading->read(host, domain, table, progress); !done) return done.error();
  return table;
}

void put_duplicates(LeadTable& table, std::map<std::string, std::vector<int64_t>>& by_address) {
  std::unordered_map<int64_t, size_t> row;
  for (size_t i = 0; i < table.leads.size(); ++i) row.emplace(table.leads[i].id, i);
  // Leads of somebody stand before all that wait; of those that wait the best does. So these few decide for all.
  const auto before = [&](int64_t a, int64_t b) {
    const auto one = row.find(a);
    const auto other = row.find(b);
    if ((one == row.end()) != (other == row.end())) return one == row.end();
    if (one == row.end()) return a < b;
    const double chance = table.leads[one->second].probability;
    const double other_chance = table.leads[other->second].probability;
    return chance != other_chance ? chance > other_chance : a < b;
  };
  for (auto& [address, ids] : by_address) {
    if (ids.size() <= kMostDuplicates) continue;
    std::partial_sort(ids.begin(), ids.begin() + kMostDuplicates, ids.end(), before);
    ids.resize(kMostDuplicates);
  }
  for (size_t i = 0; i < table.leads.size(); ++i) {
    std::vector<int64_t>& list = table.leads[i].duplicates;
    for (const std::string& address : table.texts[i].addresses)
      for (const int64_t id : by_address[address])
        if (std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
  }
}

Result<void> read_duplicates(const Host& host, LeadTable& table) {
  const Result<Document> known = host.odoo.fields_get("crm.lead");
  if (!known) return known.error();
  if (!known->root().has("email_normalized")) return {};
  std::map<std::string, std::vector<int64_t>> by_address;
  for (const LeadText& text : table.texts)
    for (const std::string& address : text.addresses) by_address[address];
  std::vector<std::string_view> all;
  for (const auto& [address, leads] : by_address) all.push_back(address);
  for (size_t first = 0; first < all.size(); first += kAtOnce) {
    Arena arena;
    std::vector<Value> part;
    for (size_t i = first; i < std::min(all.size(), first + kAtOnce); ++i) part.push_back(Value::of(all[i]));
    std::vector<Value> terms{arena.array({"email_normalized", "in", arena.array(part)})};
    if (known->root().has("won_status"))
      terms.push_back(arena.array({"won_status", "=", "pending"}));
    else
      terms.push_back(arena.array({"stage_id.is_won", "=", false}));
    const Query query{.model = "crm.lead", .domain = arena.array(terms), .fields = {"email_normalized"}};
    const Result<void> read = host.odoo.each_page(query, [&](Value rows) -> Result<void> {
      for (const Value row : rows.items()) {
        const auto at = by_address.find(std::string(row["email_normalized"].text()));
        if (at != by_address.end()) at->second.push_back(row["id"].integer());
      }
      return {};
    });
    if (!read) return read;
  }
  put_duplicates(table, by_address);
  return {};
}

}  // namespace outrigger::assignment
