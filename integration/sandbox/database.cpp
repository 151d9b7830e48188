#include "integration/sandbox/database.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace outrigger::sandbox {

Fault access_error(std::string message) { return {"odoo.exceptions.AccessError", std::move(message), 403, 4}; }
Fault missing_error(std::string message) { return {"odoo.exceptions.MissingError", std::move(message), 404, 2}; }
Fault user_error(std::string message) { return {"odoo.exceptions.UserError", std::move(message), 422, 2}; }
Fault validation_error(std::string message) { return {"odoo.exceptions.ValidationError", std::move(message), 422, 2}; }
Fault value_error(std::string message) { return {"builtins.ValueError", std::move(message), 500, 1}; }
Fault type_error(std::string message) { return {"builtins.TypeError", std::move(message), 422, 1}; }
Fault not_found(std::string message, std::string name) { return {std::move(name), std::move(message), 404, 2}; }

Database::Database(Options options) : options_(std::move(options)) {
  for (const ModelDef& model : models())
    tables_.emplace(model.name, std::make_unique<Table>(model, options_.major,
                                                        [this](std::string_view name) { return find_table(name); }));
  const std::string search_domain = options_.major >= 17 ? "domain" : "args";
  methods_ = {
      {"fields_get", &Database::fields_get, {"allfields", "attributes"}},
      {"search", &Database::search, {search_domain, "offset", "limit", "order"}},
      {"search_count", &Database::search_count, {options_.major >= 17 ? "domain" : "args", "limit"}},
      {"search_read", &Database::search_read, {"domain", "fields", "offset", "limit", "order"}},
      {"read", &Database::read, {"fields", "load"}},
      {"name_search", &Database::name_search, {"name", search_domain, "operator", "limit"}},
      {"read_group", &Database::read_group, {"domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"}},
      {"formatted_read_group",
       &Database::formatted_read_group,
       {"domain", "groupby", "aggregates", "having", "offset", "limit", "order"},
       19},
      {"create", &Database::create, {"vals_list"}, 14, true, 1},
      {"write", &Database::write, {"vals"}, 14, true, 1},
      {"web_save_multi", &Database::web_save_multi, {"vals_list", "specification"}, 19, true, 2},
      {"unlink", &Database::unlink, {}, 14, true},
      {"load", &Database::load, {"fields", "data"}, 14, true, 2},
      {"action_archive", &Database::action_archive, {}, 14, true},
      {"action_unarchive", &Database::action_unarchive, {}, 14, true},
      {"toggle_active", &Database::toggle_active, {}, 14, true},
      {"get_external_id", &Database::get_external_id, {}},
      {"action_confirm", &Database::action_confirm, {}, 14, true},
      {"action_cancel", &Database::action_cancel, {}, 14, true},
      {"action_draft", &Database::action_draft, {}, 14, true},
      {"button_validate", &Database::button_validate, {}, 14, true},
      {"action_set_won", &Database::action_set_won, {}, 14, true},
      {"action_set_lost", &Database::action_set_lost, {"lost_reason_id", "lost_reason"}, 14, true},
      {"message_post",
       &Database::message_post,
       {"body", "subject", "message_type", "body_is_html", "message_id"},
       14,
       true},
      {"context_get", &Database::context_get, {}},
      {"has_group", &Database::has_group, {"group_ext_id"}, 14, false, 1},
      {"get_param", &Database::get_param, {"key", "default"}, 14, false, 1},
      {"set_param", &Database::set_param, {"key", "value"}, 14, true, 2},
  };
  generate(*this);
}

Database::~Database() = default;

const User* Database::by_key(std::string_view key) const {
  for (const User& user : users_)
    if (!key.empty() && user.key == key && !user.key_expired) return &user;
  return nullptr;
}

const User* Database::sign_in(std::string_view login, std::string_view secret) const {
  for (const User& user : users_)
    if (user.login == login && !secret.empty() &&
        (user.password == secret || (user.key == secret && !user.key_expired)))
      return &user;
  return nullptr;
}

const User* Database::by_id(int64_t uid) const {
  for (const User& user : users_)
    if (user.id == uid) return &user;
  return nullptr;
}

const User& Database::user(std::string_view login) const {
  for (const User& user : users_)
    if (user.login == login) return user;
  return users_.front();
}

void Database::replace_key(std::string_view login, const std::string& key) {
  for (User& user : users_)
    if (user.login == login) user.key = key;
}

Table& Database::table(std::string_view model) { return *tables_.find(model)->second; }

const Table* Database::find_table(std::string_view model) const {
  const auto at = tables_.find(model);
  return at == tables_.end() ? nullptr : at->second.get();
}

int64_t Database::now() const {
  using namespace std::chrono;
  const int64_t now =
      options_.now ? options_.now() : duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
  return now + ahead_;
}

void Database::back_up() {
  backup_.clear();
  for (const auto& [model, table] : tables_) backup_.emplace(model, table->rows());
}

bool Database::restore() {
  for (const auto& [model, rows] : backup_) tables_.find(model)->second->put_back(rows);
  return !backup_.empty();
}

std::string Database::now_text() const {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds(now())};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%06d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

const Database::Entry* Database::find_method(const std::string& method) const {
  for (const Entry& entry : methods_)
    if (entry.name == method && options_.major >= entry.since) return &entry;
  return nullptr;
}

std::vector<std::string> Database::parameters(const std::string& method) const {
  const Entry* entry = find_method(method);
  return entry == nullptr ? std::vector<std::string>{} : entry->parameters;
}

Answer Database::execute(const User& user, const Request& request, Arena& reply) {
  const auto table = tables_.find(request.model);
  if (table == tables_.end())
    return not_found("the model '" + request.model + "' does not exist", "werkzeug.exceptions.NotFound");
  if (request.method.empty() || request.method.front() == '_')
    return access_error("Private methods (such as '" + request.model + "." + request.method +
                        "') cannot be called remotely.");
  const Entry* entry = find_method(request.method);
  if (entry == nullptr)
    return not_found("The method '" + request.model + "." + request.method + "' does not exist",
                     "werkzeug.exceptions.NotFound");
  for (const Field argument : request.args.fields()) {
    const bool known =
        std::find(entry->parameters.begin(), entry->parameters.end(), argument.key) != entry->parameters.end();
    // Since 15 search_read hands further arguments on to read.
    const bool read_argument = request.method == "search_read" && argument.key == "load" && options_.major >= 15;
    if (!known && !read_argument) {
      Fault fault =
          type_error(request.method + "() got an unexpected keyword argument '" + std::string(argument.key) + "'");
      fault.name = "werkzeug.exceptions.UnprocessableEntity";
      return fault;
    }
  }
  for (size_t i = 0; i < entry->required; ++i)
    if (!request.args.has(entry->parameters[i])) {
      Fault fault =
          type_error(request.method + "() missing 1 required positional argument: '" + entry->parameters[i] + "'");
      fault.name = "werkzeug.exceptions.UnprocessableEntity";
      return fault;
    }
  if (auto fault = check_model_access(user, table->second->model(), entry->writes)) return *fault;
  Session session{user, *table->second, request.context, reply};
  return (this->*entry->method)(session, request);
}

std::optional<Fault> Database::check_model_access(const User& user, const ModelDef& model, bool write) const {
  const bool denied = write
                          ? model.read_only || (!user.administrator && (model.restricted || model.name == "res.users"))
                          : model.restricted && !user.administrator;
  if (!denied) return std::nullopt;
  return access_error("You are not allowed to " + std::string(write ? "modify" : "access") + " '" +
                      std::string(model.label) + "' (" + std::string(model.name) +
                      ") records.\n\nNo group currently allows this operation.");
}

bool Database::visible(const User& user, const Table& table, int64_t id) const {
  if (table.model().name == "res.users.apikeys")
    return user.administrator || table.get(id, "user_id").integer() == user.id;
  if (user.all_leads || table.model().name != "crm.lead") return true;
  const int64_t owner = table.get(id, "user_id").integer();
  return owner == 0 || owner == user.id;
}

namespace {

// Ids that a domain can find, in ascending order: a range, or a list.
class Candidates {
 public:
  Candidates(int64_t first, int64_t last) : first_(first), last_(last) {}
  explicit Candidates(std::vector<int64_t> list)
      : first_(0), last_(static_cast<int64_t>(list.size()) - 1), list_(std::move(list)) {}

  class Iterator {
   public:
    Iterator(const Candidates& all, int64_t at) : all_(all), at_(at) {}
    int64_t operator*() const { return all_.list_.empty() ? at_ : all_.list_[static_cast<size_t>(at_)]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ < other.at_; }

   private:
    const Candidates& all_;
    int64_t at_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, first_}; }
  [[nodiscard]] Iterator end() const { return {*this, last_ + 1}; }

 private:
  int64_t first_;
  int64_t last_;
  std::vector<int64_t> list_;
};

// Narrowed by what is said of the id at the top of the domain; everything else is left to matches().
Candidates candidates(const domain::Node& root, int64_t last_id) {
  const std::vector<domain::Node> single(root.kind == domain::Node::Kind::kTerm ? 1 : 0, root);
  int64_t first = 1;
  for (const domain::Node& term : root.kind == domain::Node::Kind::kAnd ? root.children : single) {
    if (term.kind != domain::Node::Kind::kTerm || term.path != "id") continue;
    const auto bound = term.value.as_integer();
    if (term.op == domain::Operator::kGreater && bound) first = std::max(first, *bound + 1);
    if (term.op == domain::Operator::kEqual && bound) return {std::max(first, *bound), std::min(last_id, *bound)};
    if (term.op == domain::Operator::kIn && term.value.is_array() && term.value.size() > 0) {
      std::vector<int64_t> ids;
      for (const Value id : term.value.items()) ids.push_back(id.integer());
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      return Candidates(std::move(ids));
    }
  }
  return {first, last_id};
}

}  // namespace

Database::Found Database::find(Session& session, const Table& table, Value domain, std::string_view order,
                               int64_t offset, int64_t limit) const {
  const Result<domain::Domain> parsed =
      domain::Domain::parse(domain.is_null() ? session.arena.array(std::initializer_list<Item>{}) : domain);
  if (!parsed) return {{}, value_error("Domain() " + parsed.error().message)};
  const bool active_test = table.column("active") >= 0 && session.context["active_test"].boolean().value_or(true) &&
                           parsed->to_python().find("'active'") == std::string::npos;
  const int active = table.column("active");
  const std::string_view sorted = order.empty() ? table.model().order : order;
  // A page by id needs no look at what lies before it or behind it.
  const bool by_id = sorted == "id" || sorted == "id asc";
  const size_t enough = by_id && limit > 0 ? static_cast<size_t>(std::max<int64_t>(0, offset) + limit) : SIZE_MAX;
  Found found;
  for (const int64_t id : candidates(parsed->root(), table.last_id())) {
    if (found.ids.size() >= enough) break;
    if (!table.exists(id) || (active_test && !table.get(id, active).truthy()) || !visible(session.user, table, id))
      continue;
    const Result<bool> match = matches(parsed->root(), table, id);
    if (!match) return {{}, value_error("Invalid domain: " + match.error().message)};
    if (*match) found.ids.push_back(id);
  }
  found.fault = sort(table, found.ids, sorted);
  const size_t begin = std::min(found.ids.size(), static_cast<size_t>(std::max<int64_t>(0, offset)));
  const size_t end = limit > 0 ? std::min(found.ids.size(), begin + static_cast<size_t>(limit)) : found.ids.size();
  found.ids = std::vector<int64_t>(found.ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                   found.ids.begin() + static_cast<std::ptrdiff_t>(end));
  return found;
}

namespace {

struct OrderKey {
  int column;
  bool descending;
};

// PostgreSQL's order: empty values last, or first when descending.
int compare(Value a, Value b) {
  if (a.is_null() || b.is_null()) return static_cast<int>(a.is_null()) - static_cast<int>(b.is_null());
  if (a.is_string()) return a.text().compare(b.text());
  const double x = a.number().value_or(a.truthy() ? 1 : 0);
  const double y = b.number().value_or(b.truthy() ? 1 : 0);
  return x < y ? -1 : x > y ? 1 : 0;
}

}  // namespace

std::optional<Fault> Database::sort(const Table& table, std::vector<int64_t>& ids, std::string_view order) const {
  std::vector<OrderKey> keys;
  while (!order.empty()) {
    std::string_view part = order.substr(0, order.find(','));
    order = part.size() == order.size() ? std::string_view{} : order.substr(part.size() + 1);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    const std::string_view name = part.substr(0, part.find(' '));
    std::string direction(part.substr(std::min(part.size(), name.size() + 1)));
    std::transform(direction.begin(), direction.end(), direction.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const int column = table.column(name);
    if (column < 0)
      return value_error("Invalid field '" + std::string(name) + "' on model '" + std::string(table.model().name) +
                         "' in order");
    keys.push_back({column, direction.rfind("desc", 0) == 0});
  }
  // Ids come in ascending order already.
  if (keys.size() == 1 && table.field_def(keys[0].column).name == "id" && !keys[0].descending) return std::nullopt;
  std::stable_sort(ids.begin(), ids.end(), [&](int64_t a, int64_t b) {
    for (const OrderKey& key : keys) {
      const int result = compare(table.get(a, key.column), table.get(b, key.column));
      if (result != 0) return key.descending ? result > 0 : result < 0;
    }
    return false;
  });
  return std::nullopt;
}

}  // namespace outrigger::sandbox
