#include "mirror.hpp"

#include <algorithm>
#include <charconv>

#include "engine/rounding.hpp"
#include "engine/soundness.hpp"
#include "lead_rows.hpp"

namespace outrigger::scoring {
namespace {

// Index of a variable as the table numbers them; -1: it does not count.
int32_t variable_of(const Variables& variables, std::string_view name) {
  const auto fields = static_cast<int32_t>(variables.fields.size());
  if (name == "stage_id") return fields;
  if (name == "tag_id") return variables.tags ? fields + 1 : -1;
  for (int32_t v = 0; v < fields; ++v)
    if (variables.fields[static_cast<size_t>(v)] == name) return v;
  return -1;
}

int64_t number(std::string_view text) {
  int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

constexpr std::string_view kTable = "crm.lead.scoring.frequency";
const std::vector<std::string_view> kColumns = {"variable", "value", "won_count", "lost_count", "team_id"};
constexpr size_t kPage = 2000;  // what one call gives at most, see abi/odoo.h

void add_row(Mirror& mirror, History& history, const Places& places, Value from) {
  ++mirror.read;
  const auto fields = static_cast<int32_t>(history.variables.fields.size());
  Row row;
  row.variable = variable_of(history.variables, from["variable"].text());
  if (row.variable < 0) return;
  row.group = static_cast<int32_t>(history.model.teams.size());
  if (const int64_t team = from["team_id"].integer(); team != 0) {
    const auto known = places.team.find(team);
    if (known == places.team.end()) return;
    row.group = known->second;
  }
  const std::string_view value = from["value"].text();
  if (row.variable == fields) {
    const auto known = places.stage.find(number(value));
    if (known == places.stage.end()) return;  // of a stage that was deleted: no lead has it
    row.code = static_cast<uint32_t>(known->second);
  } else {
    Values& values =
        row.variable == fields + 1 ? history.leads.tags : history.leads.values[static_cast<size_t>(row.variable)];
    row.code = values.code(value);
  }
  row.won = from["won_count"].number().value_or(0);
  row.lost = from["lost_count"].number().value_or(0);
  mirror.table.rows.push_back(row);
}

// The variables by which Odoo looks for rows: those that the lead has, or all.
std::vector<Value> looked_for(Arena& arena, const History& history, std::optional<uint32_t> one) {
  const Leads& leads = history.leads;
  std::vector<Value> names;
  if (!one || leads.stage[*one] >= 0) names.push_back(Value::of(std::string_view("stage_id")));
  for (size_t v = 0; v < history.variables.fields.size(); ++v)
    if (!one || leads.feature[v][*one] != 0) names.push_back(arena.text(history.variables.fields[v]));
  if (history.variables.tags && (!one || leads.tag_end[*one] > leads.tag_begin(*one)))
    names.push_back(Value::of(std::string_view("tag_id")));
  return names;
}

// The same search, so that rows which its order leaves open come as they come to Odoo.
Result<Document> read_as_odoo(const Odoo& odoo, const History& history, std::optional<uint32_t> one) {
  Arena arena;
  const Value names = arena.array(looked_for(arena, history, one));
  return odoo.search_read({.model = kTable,
                           .domain = arena.array({arena.array({"variable", "in", names})}),
                           .fields = kColumns,
                           .order = "team_id asc",
                           .limit = static_cast<int64_t>(kPage)});
}

}  // namespace

Result<Mirror> read_mirror(const Odoo& odoo, History& history, std::optional<uint32_t> one) {
  Mirror mirror;
  const auto fields = static_cast<int32_t>(history.variables.fields.size());
  mirror.table.stage_variable = fields;
  mirror.table.tag_variable = fields + 1;
  const Places places(history.model);
  const auto add = [&](Value rows) -> Result<void> {
    for (const Value from : rows.items()) add_row(mirror, history, places, from);
    return {};
  };
  bool as_odoo_reads = false;
  if (history.model.rules.rows_unordered) {
    const Result<Document> rows = read_as_odoo(odoo, history, one);
    if (!rows) return rows.error();
    as_odoo_reads = rows->root().size() < kPage;
    if (as_odoo_reads) static_cast<void>(add(rows->root()));
  }
  if (!as_odoo_reads) {
    if (const Result<void> read = odoo.each_page({.model = kTable, .fields = kColumns}, add); !read)
      return read.error();
    // By team, then by id: the order in which Odoo adds the rows up.
    std::stable_sort(mirror.table.rows.begin(), mirror.table.rows.end(),
                     [](const Row& a, const Row& b) { return a.group < b.group; });
  }
  mirror.problems = repair(mirror.table, history.model);
  return mirror;
}

double single_score(const History& history, const Frequencies& table, uint32_t row) {
  return Batch(history.leads, history.model, history.variables, table, {row}).score(row);
}

bool same_score(double a, double b) {
  if (!is_set(a) || !is_set(b)) return is_set(a) == is_set(b);
  return round2(a) == round2(b);
}

}  // namespace outrigger::scoring
