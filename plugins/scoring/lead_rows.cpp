#include "lead_rows.hpp"

#include <algorithm>
#include <charconv>

namespace outrigger::scoring {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kPlugin, Effect::kNone, -1}; }

// Python's str() of a value, as the frequency table spells it.
std::string spelled(Value value) {
  switch (value.kind()) {
    case Kind::kBool: return value.truthy() ? "True" : "False";
    case Kind::kInt: return std::to_string(value.integer());
    case Kind::kDouble: {
      char digits[32];
      const auto end = std::to_chars(digits, digits + sizeof digits, *value.number()).ptr;
      std::string text(digits, end);
      if (text.find_first_of(".e") == std::string::npos) text += ".0";
      return text;
    }
    default: return std::string(value.text());
  }
}

// Over RPC a probability that was never set reads as 0.0; see History for how the two are told apart.
Result<void> unset_of(const Odoo& odoo, std::vector<LeadState>& states, bool automated) {
  const std::string_view field = automated ? "automated_probability" : "probability";
  const auto value = [&](LeadState& state) -> double& { return automated ? state.automated : state.probability; };
  std::vector<int64_t> zero;
  for (LeadState& state : states)
    if (value(state) == 0) zero.push_back(state.id);
  if (zero.empty()) return {};
  Arena arena;
  const std::string counter = std::string(field) + ":count";
  Query query{.model = "crm.lead", .domain = arena.array({arena.array({"id", "in", arena.ids(zero)})})};
  query.archived = true;
  query.fields = {field};
  const Result<Document> counts = odoo.read_group(query, {}, {"__count", counter});
  if (!counts) return counts.error();
  const Value counted = counts->root().size() > 0 ? counts->root().at(0) : Value{};
  const int64_t unset = counted["__count"].integer() - counted[counter].integer();
  if (unset <= 0) return {};
  const std::string order = std::string(field) + " desc, id";
  query.order = order;
  query.limit = unset;
  const Result<Document> rows = odoo.search_read(query);
  if (!rows) return rows.error();
  for (const Value row : rows->root().items())
    for (LeadState& state : states)
      if (state.id == row["id"].integer()) value(state) = kUnset;
  return {};
}

}  // namespace

Places::Places(const Model& model) {
  for (size_t i = 0; i < model.stages.size(); ++i) stage[model.stages[i].id] = static_cast<int16_t>(i);
  for (size_t i = 0; i < model.teams.size(); ++i) team[model.teams[i].id] = static_cast<int16_t>(i);
}

std::vector<std::string_view> lead_columns(const History& history) {
  std::vector<std::string_view> names{"stage_id",    "team_id", "active", "probability", "automated_probability",
                                      "create_date", "priority"};
  if (history.model.rules.won_status) names.emplace_back("won_status");
  if (history.variables.tags) names.emplace_back("tag_ids");
  for (const std::string& field : history.variables.fields)
    if (std::find(names.begin(), names.end(), field) == names.end()) names.push_back(field);
  return names;
}

Result<LeadState> decode(History& history, const Places& places, Value row) {
  Leads& leads = history.leads;
  LeadState state;
  state.id = row["id"].integer();
  if (const int64_t stage = row["stage_id"].integer(); stage != 0) {
    const auto known = places.stage.find(stage);
    if (known == places.stage.end())
      return refuse(Code::kConflict, "the pipeline changed while it was read; try again");
    state.stage = known->second;
  }
  if (const int64_t team = row["team_id"].integer(); team != 0) {
    const auto known = places.team.find(team);
    if (known == places.team.end())
      return refuse(Code::kAccess,
                    "lead " + std::to_string(state.id) +
                        " belongs to a sales team that this key cannot see; give it access to all teams");
    state.team = known->second;
  }
  state.active = row["active"].truthy() ? 1 : 0;
  const std::string_view status = row["won_status"].text();
  state.status = status == "won"       ? WonStatus::kWon
                 : status == "lost"    ? WonStatus::kLost
                 : status == "pending" ? WonStatus::kPending
                                       : WonStatus::kUnknown;
  state.probability = row["probability"].number().value_or(0);
  state.automated = row["automated_probability"].number().value_or(0);
  state.created = microseconds(row["create_date"].text()).value_or(0);
  if (const std::string_view priority = row["priority"].text(); !priority.empty())
    state.priority = static_cast<uint8_t>(priority[0]);
  state.feature.resize(history.variables.fields.size());
  for (size_t v = 0; v < history.variables.fields.size(); ++v) {
    const std::string& field = history.variables.fields[v];
    const Value value = row[field];
    if (value.truthy())
      state.feature[v] = leads.values[v].code(spelled(value));
    else if (field == "phone_state" || field == "email_state")
      state.feature[v] = leads.values[v].code("False");
  }
  for (const Value tag : row["tag_ids"].items()) state.tags.push_back(leads.tags.code(std::to_string(tag.integer())));
  return state;
}

Result<std::vector<LeadState>> read_states(const Odoo& odoo, History& history, const Places& places,
                                           const std::vector<int64_t>& ids) {
  std::vector<LeadState> states;
  constexpr size_t kAtOnce = 1000;
  for (size_t first = 0; first < ids.size(); first += kAtOnce) {
    const std::vector<int64_t> part(ids.begin() + static_cast<std::ptrdiff_t>(first),
                                    ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), first + kAtOnce)));
    const Result<Document> rows = odoo.read("crm.lead", part, lead_columns(history));
    if (!rows) return rows.error();
    for (const Value row : rows->root().items()) {
      Result<LeadState> state = decode(history, places, row);
      if (!state) return state.error();
      states.push_back(*std::move(state));
    }
  }
  std::sort(states.begin(), states.end(), [](const LeadState& a, const LeadState& b) { return a.id < b.id; });
  for (const bool automated : {false, true})
    if (Result<void> told = unset_of(odoo, states, automated); !told) return told.error();
  return states;
}

std::optional<int64_t> microseconds(std::string_view text) {
  int part[6] = {0, 1, 1, 0, 0, 0};
  constexpr size_t kAt[] = {0, 5, 8, 11, 14, 17};
  constexpr size_t kSize[] = {4, 2, 2, 2, 2, 2};
  if (text.size() != 10 && text.size() != 19) return std::nullopt;
  for (size_t i = 0; i < (text.size() == 10 ? 3U : 6U); ++i) {
    const char* first = text.data() + kAt[i];
    const auto read = std::from_chars(first, first + kSize[i], part[i]);
    if (read.ec != std::errc() || read.ptr != first + kSize[i]) return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{part[0]}, std::chrono::month{static_cast<unsigned>(part[1])},
                                         std::chrono::day{static_cast<unsigned>(part[2])}};
  if (!date.ok()) return std::nullopt;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + part[3]) * 60 + part[4]) * 60'000'000LL + part[5] * 1'000'000LL;
}

}  // namespace outrigger::scoring
