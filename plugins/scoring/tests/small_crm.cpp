#include "small_crm.hpp"

namespace outrigger::scoring {

using testkit::Changed;
using testkit::Object;

SmallCrm::SmallCrm(bool salesperson) {
  if (salesperson)
    for (const char* group : {"sales_team.group_sale_salesman", "sales_team.group_sale_salesman_all_leads"})
      host.odoo().group(group);
  host.odoo().parameter("crm.pls_fields", "country_id,source_id,email_state,tag_ids");
  host.odoo().parameter("crm.pls_start_date", "2026-01-01");
  host.odoo().rows("res.company", {{{"id", 1}}});
  // Of nobody the probability was never set.
  host.odoo().answers(
      "crm.lead", "read_group",
      testkit::keep(Document::build([](Arena& arena) {
                      return arena.array({arena.object(
                          {{"__count", 0}, {"probability:count", 0}, {"automated_probability:count", 0}})});
                    }).root()));
}

void SmallCrm::win(int64_t id) {
  SmallLead& one = lead(id);
  one.stage = 4;
  one.active = true;
  one.probability = one.automated = 100;
  one.status = "won";
}

void SmallCrm::lose(int64_t id) {
  SmallLead& one = lead(id);
  if (one.stage == 4) one.stage = 1;
  one.active = false;
  one.probability = one.automated = 0;
  one.status = "lost";
}

void SmallCrm::restore(int64_t id, int64_t stage) {
  SmallLead& one = lead(id);
  one.stage = stage;
  one.active = true;
  one.probability = one.automated = 33.33;
  one.status = "pending";
}

void SmallCrm::fill(size_t leads) {
  for (size_t i = 1; i <= leads; ++i) {
    const auto id = static_cast<int64_t>(i);
    SmallLead& one = lead(id);
    one.team = id % 5 == 0 ? 2 : 1;
    one.stage = 1 + id % 3;
    one.country = id % 4 == 0 ? 0 : 20 + id / 3 % 3;
    one.source = 1 + id / 5 % 2;
    one.probability = one.automated = 50;
    if (id % 7 == 0) one.tags = {5};
    if (id % 3 == 0) win(id);
    if (id % 3 == 1 && id % 2 == 0) lose(id);
  }
}

void SmallCrm::put() {
  std::vector<Object> rows;
  for (const auto& [id, one] : leads_) {
    const std::vector<int64_t>& ids = one.tags;
    const Document tags = Document::build([&ids](Arena& arena) { return arena.ids(ids); });
    const auto set = [](int64_t value) { return value == 0 ? Value{} : Value::of(value); };
    const std::string_view field = custom_field ? "x_outrigger_score" : "x_other";
    rows.push_back({{"id", id},
                    {field, one.ours},
                    {"name", "Lead " + std::to_string(id)},
                    {"stage_id", set(one.stage)},
                    {"team_id", set(one.team)},
                    {"active", one.active},
                    {"probability", one.probability},
                    {"automated_probability", one.automated},
                    {"create_date", one.created},
                    {"priority", "1"},
                    {"won_status", one.status},
                    {"country_id", set(one.country)},
                    {"source_id", set(one.source)},
                    {"email_state", one.email},
                    {"email_from", one.address},
                    {"write_date", one.closed.empty() ? one.created : one.closed},
                    {"date_closed", one.closed.empty() ? Value{} : Value::of(std::string_view(one.closed))},
                    {"tag_ids", tags}});
  }
  host.odoo().rows("crm.lead", rows);
  std::vector<Object> pipeline;
  for (const StageRow& stage : stages)
    pipeline.push_back({{"id", stage.id},
                        {"name", "Stage " + std::to_string(stage.id)},
                        {"sequence", stage.sequence},
                        {"is_won", stage.won},
                        {"team_ids", testkit::list({})}});
  host.odoo().rows("crm.stage", pipeline);
  std::vector<Object> people;
  for (const int64_t team : teams)
    people.push_back({{"id", team},
                      {"name", "Team " + std::to_string(team)},
                      {"sequence", team},
                      {"create_date", "2025-01-01 00:00:00"}});
  host.odoo().rows("crm.team", people);
  host.odoo().fields("crm.lead.scoring.frequency", {"variable", "value", "won_count", "lost_count", "team_id"});
  host.odoo().rows("crm.lead.scoring.frequency", mirror);
}

void SmallCrm::take() {
  for (auto& [id, one] : leads_) {
    const Object row = host.odoo().row("crm.lead", id);
    one.probability = row["probability"].number().value_or(0);
    one.automated = row["automated_probability"].number().value_or(0);
    one.ours = row["x_outrigger_score"].number().value_or(0);
  }
}

void SmallCrm::mirror_is_exact(testkit::FakePlugin& plugin) {
  mirror.clear();
  put();
  const Result<Document> drift = plugin.command("drift", {{"limit", 0}}, {.json = true});
  ASSERT_TRUE(drift) << drift.error().message;
  int64_t id = 0;
  for (const Value row : drift->root()["rows"].items())
    mirror.push_back({{"id", ++id},
                      {"variable", row["variable"].text() == "tag_ids" ? Value::of("tag_id") : row["variable"]},
                      {"value", row["value"]},
                      {"won_count", row["exact"]["won"]},
                      {"lost_count", row["exact"]["lost"]},
                      {"team_id", row["team"]}});
  put();
}

testkit::FakePlugin SmallCrm::start(const Object& config) { return host.load(OUTRIGGER_PLUGIN_LIBRARY, config); }

Result<std::vector<testkit::Said>> SmallCrm::tell(testkit::FakePlugin& plugin, const std::vector<int64_t>& ids) {
  std::vector<Changed> batch;
  for (const int64_t id : ids) {
    Changed change(id);
    const auto there = leads_.find(id);
    if (there != leads_.end())
      change.before({{"stage_id", 0}}).after({{"stage_id", there->second.stage}});
    else
      change.before({{"stage_id", 1}});
    batch.push_back(change);
  }
  return plugin.changes("crm.lead", batch, "leads");
}

void SmallCrm::tell_all(testkit::FakePlugin& plugin, const std::vector<int64_t>& ids) {
  Result<std::vector<testkit::Said>> said = tell(plugin, ids);
  ASSERT_TRUE(said) << said.error().message;
  if (said->front().outcome == "retry") {
    const Result<Document> read = plugin.job("refresh");
    ASSERT_TRUE(read) << read.error().message;
    said = tell(plugin, ids);
    ASSERT_TRUE(said) << said.error().message;
  }
  for (const testkit::Said& one : *said) EXPECT_EQ(one.outcome, "done") << one.reason;
  take();
}

}  // namespace outrigger::scoring
