#include "host/tenant/tests/day_company.hpp"

#include "integration/value/datetime.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

int64_t Company::pause() {
  const int64_t hour = odoo_.now % kDay / kHour;
  const bool office = hour >= 8 && hour < 18;
  const int64_t mean = office ? 9'000 : 10 * kMinute;
  return 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(2 * mean));
}

void Company::act() {
  ++actions;
  switch (random_() % 20) {
    case 0:
    case 1: return call("crm.lead", "create", {}, R"({"vals_list": [{"name": "new", "type": "opportunity"}]})");
    case 2:
    case 3:
      return call("crm.lead", "write", some("crm.lead", 2),
                  R"({"vals": {"name": "bell )" + std::to_string(random_() % 100000) + "\"}}");
    case 4: return call("crm.lead", "write", some("crm.lead", 3), R"({"vals": {"active": false}})");
    case 5: return call("crm.lead", "write", some("crm.lead", 3), R"({"vals": {"active": true}})");
    case 6: return call("crm.lead", "unlink", some("crm.lead", 1), "{}");
    case 7: return call("res.partner", "create", {}, R"({"vals_list": [{"name": "Somebody"}]})");
    case 8: return call("res.partner", "write", some("res.partner", 2), text("email"));
    case 9: return call("sale.order", "create", {}, R"({"vals_list": [{"name": "S", "partner_id": 1}]})");
    case 10: return call("sale.order", "write", some("sale.order", 1), R"({"vals": {"state": "sale"}})");
    case 11:
      return call("mail.activity", "create", {}, R"({"vals_list": [{"summary": "Call", "res_model": "crm.lead"}]})");
    case 12: return call("mail.activity", "unlink", some("mail.activity", 1), "{}");
    case 13: return act_beside_odoo();
    default: return act_on_lead();
  }
}

void Company::import() {
  std::string rows;
  for (int i = 0; i < 1000; ++i) rows += std::string(i == 0 ? "" : ",") + R"({"name": "import", "type": "lead"})";
  call("crm.lead", "create", {}, "{\"vals_list\": [" + rows + "]}");
}

void Company::night() { sql({}, "night", 300); }

void Company::act_on_lead() { call("crm.lead", "write", some("crm.lead", 3), text("contact_name")); }

void Company::act_beside_odoo() {
  constexpr int64_t kLongest = 400;  // seconds that a transaction stays open; more than the overlap
  switch (random_() % 8) {
    case 0: return erase();
    case 1:
    case 2:
    case 3: {
      const auto open = static_cast<int64_t>(random_() % kLongest);
      return sql(value::to_datetime(odoo_.now / 1000 - open), "late", 2);
    }
    default: return sql({}, "silent", 2);
  }
}

std::string Company::text(const std::string& field) {
  return R"({"vals": {")" + field + R"(": "v)" + std::to_string(random_() % 100000) + "\"}}";
}

std::vector<int64_t> Company::some(const std::string& model, size_t most) {
  const std::vector<int64_t> all = ids(model);
  std::vector<int64_t> chosen;
  for (size_t i = 0; i < most && !all.empty(); ++i) chosen.push_back(all[random_() % all.size()]);
  return chosen;
}

std::vector<int64_t> Company::ids(const std::string& model) {
  Arena arena;
  const sandbox::Request request{model,
                                 "search",
                                 {},
                                 arena.object({{"domain", arena.array(std::initializer_list<Item>{})}}),
                                 arena.object({{"active_test", false}})};
  const sandbox::Answer answer = odoo_.database.execute(odoo_.database.user("admin"), request, arena);
  std::vector<int64_t> found;
  for (const Value id : answer.value.items()) found.push_back(id.integer());
  return found;
}

void Company::call(const std::string& model, const std::string& method, const std::vector<int64_t>& on,
                   const std::string& args) {
  if (method != "create" && on.empty()) return;
  const Result<Document> parsed = value::read_json(args);
  odoo_.as_user(model, method, on, parsed->root());
}

void Company::sql(const std::string& write_date, const std::string& word, size_t count) {
  Arena arena;
  const Value values = arena.object({{"contact_name", arena.text(word + std::to_string(random_() % 100000))}});
  static_cast<void>(odoo_.database.change({"crm.lead", some("crm.lead", count), values, write_date, false}));
}

void Company::erase() { static_cast<void>(odoo_.database.change({"crm.lead", some("crm.lead", 2), {}, {}, true})); }

}  // namespace outrigger::host
