#include "tests/contract/domain_world.hpp"

#include <algorithm>

namespace outrigger::contract {
namespace {

Error broken(const std::string& why) { return {Code::kInternal, why, Source::kHost, Effect::kNone, -1}; }

// filtered_domain() is not offered over RPC: an action of the server runs both, domain by domain.
std::string question(const std::vector<std::string>& domains, domain::Meaning meaning, const std::string& model) {
  std::string list = "[";
  for (const std::string& one : domains) list += one + ",\n";
  const bool search = meaning == domain::Meaning::kSearch;
  return "model = env['" + model +
         "']\n"
         "records = model.browse(model.with_context(active_test=False).search([]).ids)\n"
         "answers = []\n"
         "domains = " +
         list +
         "]\n"
         "for domain in domains:\n"
         "  env.cr.execute('SAVEPOINT one')\n"
         "  try:\n"
         "    answers.append(" +
         (search ? "model.search(domain).ids" : "records.filtered_domain(domain).ids") +
         ")\n"
         "    env.cr.execute('RELEASE SAVEPOINT one')\n"
         "  except Exception as e:\n"
         "    answers.append(str(e) or 'refused')\n"
         "    env.cr.execute('ROLLBACK TO SAVEPOINT one')\n"
         "action = {'type': 'ir.actions.act_window_close', 'answers': answers}\n";
}

}  // namespace

DomainWorld::DomainWorld(std::shared_ptr<odoo::Session> session)
    : session_(std::move(session)),
      records_(*session_),
      database_(host::database_of([one = session_] { return one; })) {}

Result<int64_t> DomainWorld::create(const std::string& model, Value values) {
  Arena arena;
  const Result<Document> ids = records_.create(model, arena.array({values}));
  if (!ids) return ids.error();
  return ids->root().is_array() ? ids->root().at(0).integer() : ids->root().integer();
}

Result<void> DomainWorld::add_leads() {
  Arena arena;
  const Result<std::vector<int64_t>> there =
      database_.search("crm.tag", arena.array({arena.array({"name", "=", "VIP 100%"})}), true);
  if (!there) return there.error();
  if (!there->empty()) return {};
  const auto add = [&](const std::string& model, Value values) {
    const Result<int64_t> id = create(model, values);
    return id ? *id : 0;
  };
  const int64_t top = add("res.partner", arena.object({{"name", "Écluse SA"}, {"ref", "R-1"}}));
  const int64_t middle = add("res.partner", arena.object({{"name", "Strasse Süd"}, {"parent_id", top}}));
  const int64_t low =
      add("res.partner", arena.object({{"name", "Zed"}, {"parent_id", middle}, {"active", false}, {"city", ""}}));
  const int64_t group = add("res.partner.category", arena.object({{"name", "Gold"}}));
  const int64_t hidden =
      add("res.partner.category", arena.object({{"name", "Hidden"}, {"parent_id", group}, {"active", false}}));
  const int64_t tag = add("crm.tag", arena.object({{"name", "vip"}, {"color", 3}}));
  const int64_t other = add("crm.tag", arena.object({{"name", "VIP 100%"}}));
  if (top == 0 || low == 0 || hidden == 0 || other == 0) return broken("a linked record could not be created");
  if (const Result<void> linked = records_.write(
          "res.partner", {middle},
          arena.object({{"category_id", arena.array({arena.array({6, 0, arena.array({group, hidden})})})}}));
      !linked)
    return linked;
  if (const Result<void> linked =
          records_.write("res.partner", {top},
                         arena.object({{"category_id", arena.array({arena.array({6, 0, arena.array({hidden})})})}}));
      !linked)
    return linked;
  const int64_t partners[] = {0, top, middle, low};
  const char* names[] = {"Éclair", "eclair", "100%", "a_b", "Đặng", "zz", "Deal", "deal 20", "Straße", "under_score"};
  const char* days[] = {"2026-01-31", "2026-11-22", "2025-07-01", ""};
  for (int64_t i = 0; i < 60; ++i) {
    std::vector<Field> values = {{"name", arena.text(names[i % 10])},
                                 {"type", Value::of(i % 3 == 0 ? "lead" : "opportunity")},
                                 {"priority", arena.text(std::to_string(i % 4))},
                                 {"active", Value::of(i % 7 != 0)}};
    if (i % 2 == 0) values.push_back({"expected_revenue", Value::of(static_cast<double>(i % 5) * 100.5)});
    if (partners[i % 4] != 0) values.push_back({"partner_id", Value::of(partners[i % 4])});
    if (*days[i % 4] != '\0') values.push_back({"date_deadline", arena.text(days[i % 4])});
    if (i % 5 == 0) values.push_back({"color", Value::of(i % 3)});
    if (i % 3 == 1) values.push_back({"user_id", Value::of(false)});
    if (i % 6 < 3) values.push_back({"phone", arena.text(i % 6 == 0 ? std::string() : "+32 475 " + std::to_string(i))});
    if (i % 4 == 1) values.push_back({"tag_ids", arena.array({arena.array({6, 0, arena.array({tag})})})});
    if (i % 4 == 2) values.push_back({"tag_ids", arena.array({arena.array({6, 0, arena.array({tag, other})})})});
    if (i % 8 == 1) values.push_back({"city", Value::of("Gent")});
    if (const Result<int64_t> made = create("crm.lead", arena.object(values)); !made) return made.error();
  }
  return {};
}

Result<void> DomainWorld::read() {
  read_.clear();
  held_.clear();
  Arena arena;
  const Result<std::vector<int64_t>> all = database_.search("crm.lead", arena.array({}), true);
  if (!all) return all.error();
  ids_ = *all;
  std::sort(ids_.begin(), ids_.end());
  return {};
}

// Fields are read for all records of a model at once, the first time one is needed.
Result<Value> DomainWorld::record(const std::string& model, int64_t id, const std::string& field) {
  const std::string key = model + "." + field;
  if (read_.count(key) == 0) {
    Arena arena;
    const Result<std::vector<int64_t>> ids = database_.search(model, arena.array({}), true);
    if (!ids) return ids.error();
    std::map<int64_t, Value>& values = read_[key];
    constexpr size_t kChunk = 2000;
    for (size_t at = 0; at < ids->size(); at += kChunk) {
      const std::vector<int64_t> some(ids->begin() + static_cast<ptrdiff_t>(at),
                                      ids->begin() + static_cast<ptrdiff_t>(std::min(ids->size(), at + kChunk)));
      Result<Document> rows = records_.read(model, some, {field}, {}, arena.object({{"active_test", false}}));
      if (!rows) return rows.error();
      held_.push_back(*std::move(rows));
      for (const Value row : held_.back()->items()) values[row["id"].integer()] = row[field];
    }
  }
  const auto& values = read_[key];
  const auto at = values.find(id);
  return at == values.end() ? Value{} : at->second;
}

Result<Value> DomainWorld::value(const std::string& model, int64_t id, std::string_view path, Arena& arena) {
  const size_t dot = path.find('.');
  const std::string first(path.substr(0, dot));
  if (first == "id") return Value::of(id);
  const Result<Value> here = record(model, id, first);
  if (!here || dot == std::string_view::npos) return here;
  const host::ModelFields fields(database_);
  const Result<domain::SchemaField> known = fields.field(model, first);
  if (!known) return known.error();
  const std::string_view rest = path.substr(dot + 1);
  if (known->type == domain::FieldType::kMany2one)
    return here->truthy() ? value(known->comodel, here->integer(), rest, arena) : Result<Value>(Value{});
  std::vector<Value> all;
  for (const Value one : here->items()) {
    const Result<Value> next = value(known->comodel, one.integer(), rest, arena);
    if (!next) return next;
    all.push_back(*next);
  }
  return arena.array(all);
}

Result<std::vector<Value>> DomainWorld::values(const std::string& path) {
  std::vector<Value> all;
  for (const int64_t id : ids_) {
    const Result<Value> one = record("crm.lead", id, path);
    if (!one) return one.error();
    all.push_back(*one);
  }
  return all;
}

Result<Value> DomainWorld::columns(const std::vector<std::string>& fields, Arena& arena) {
  std::vector<Field> columns;
  std::vector<Value> ids;
  for (const int64_t id : ids_) ids.push_back(Value::of(id));
  columns.push_back({"id", arena.array(ids)});
  for (const std::string& path : fields) {
    if (path == "id") continue;
    std::vector<Value> values;
    for (const int64_t id : ids_) {
      const Result<Value> one = value("crm.lead", id, path, arena);
      if (!one) return one.error();
      values.push_back(*one);
    }
    columns.push_back({arena.keep(path), arena.array(values)});
  }
  return arena.object(columns);
}

Result<std::vector<OdooAnswer>> DomainWorld::ask(const std::vector<std::string>& domains, domain::Meaning meaning,
                                                 const std::string& model) {
  Arena arena;
  const std::string code = question(domains, meaning, model);
  if (action_ == 0) {
    const Result<Document> models = records_.search_read(
        {.model = "ir.model", .domain = arena.array({arena.array({"model", "=", "crm.lead"})}), .fields = {"id"}});
    if (!models) return models.error();
    if (models->root().size() != 1) return broken("this Odoo has no crm.lead");
    const Result<int64_t> made =
        create("ir.actions.server", arena.object({{"name", "differential test of domains"},
                                                  {"model_id", models->root().at(0)["id"].integer()},
                                                  {"state", "code"},
                                                  {"code", arena.text(code)}}));
    if (!made) return made.error();
    action_ = *made;
  } else if (Result<void> done =
                 records_.write("ir.actions.server", {action_}, arena.object({{"code", arena.text(code)}}));
             !done) {
    return done.error();
  }
  const Result<Document> ran =
      session_->call({.model = "ir.actions.server", .method = "run", .ids = std::vector<int64_t>{action_}},
                     {.deadline = std::chrono::minutes(5)});
  if (!ran) return ran.error();
  std::vector<OdooAnswer> answers;
  for (const Value one : ran->root()["answers"].items()) {
    OdooAnswer answer;
    answer.refused = one.is_string();
    answer.error = one.text();
    for (const Value id : one.items()) answer.ids.insert(id.integer());
    answers.push_back(std::move(answer));
  }
  if (answers.size() != domains.size()) return broken("Odoo answered " + std::to_string(answers.size()) + " domains");
  return answers;
}

}  // namespace outrigger::contract
