// create: `load` with external ids, which Odoo keeps unique; a plain create where `load` cannot carry the values.
#include <algorithm>
#include <cstdlib>

#include "integration/value/datetime.hpp"
#include "integration/writes/action.hpp"
#include "integration/writes/load_rows.hpp"

namespace outrigger::writes {
namespace {

constexpr size_t kMostRecords = 1000;
constexpr int64_t kNewest = 2000;
constexpr std::string_view kModule = "__outrigger__";

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

// Two loads of one external id at once: the later one is told so, with HTTP 200.
bool lost_a_race(std::string_view message) {
  for (const std::string_view part : {"could not serialize access", "ir_model_data", "deadlock detected"})
    if (message.find(part) != std::string_view::npos) return true;
  return false;
}

struct Record {
  Value values;
  Loading loading;
  int64_t id = 0;
  bool rest_written = false;
};

class CreateAction final : public Action {
 public:
  explicit CreateAction(Work& work) : Action(work) {}

  Result<bool> prepare(const Request& request) override;
  Result<void> restore(Value state, const std::vector<Image>& images) override;
  Value state(Arena& arena) const override;
  Outcome send() override;
  Outcome look() override;
  [[nodiscard]] bool resend_at_once() const override { return !plain_; }
  Result<Document> finish(std::vector<Image>& after) override;

 private:
  Result<void> take(Value list);
  std::string name(size_t record) const { return work_.anchor + "_" + std::to_string(record); }
  Outcome load(const std::vector<Record*>& records, bool archived);
  Outcome create();
  Outcome write_rest();
  bool find_by_model_data();
  void find_by_own_records();
  Value with(Arena& arena, std::initializer_list<std::pair<std::string_view, Item>> more) const;

  Arena arena_;
  std::vector<Record> records_;
  bool plain_ = false;
};

Result<void> CreateAction::take(Value list) {
  if (!list.is_array() || list.size() == 0) return refuse(Code::kInvalid, "create takes a list of at least one record");
  if (list.size() > kMostRecords) return refuse(Code::kLimit, "create at most 1000 records in one call");
  for (const Value values : list.items()) {
    if (!values.is_object()) return refuse(Code::kInvalid, "create takes objects of values");
    Record record;
    record.values = arena_.copy(values);
    Result<std::optional<Loading>> loading = to_load(work_.remote, work_.model, record.values,
                                                     std::string(kModule) + "." + name(records_.size()), work_.call);
    if (!loading) return loading.error();
    if (*loading)
      record.loading = **std::move(loading);
    else
      plain_ = true;
    records_.push_back(std::move(record));
  }
  return {};
}

Result<bool> CreateAction::prepare(const Request& request) {
  if (Result<void> taken = take(request.values); !taken) return taken.error();
  return true;
}

Result<void> CreateAction::restore(Value state, const std::vector<Image>&) { return take(state["values"]); }

Value CreateAction::state(Arena& arena) const {
  std::vector<Value> values;
  for (const Record& record : records_) values.push_back(record.values);
  return arena.object({{"values", arena.array(values)}});
}

Value CreateAction::with(Arena& arena, std::initializer_list<std::pair<std::string_view, Item>> more) const {
  std::vector<Field> fields;
  for (const auto& [key, item] : more) fields.push_back({key, item.value});
  for (const Field field : work_.context.fields())
    if (std::none_of(fields.begin(), fields.end(), [&](const Field& known) { return known.key == field.key; }))
      fields.push_back(field);
  return arena.object(fields);
}

Outcome CreateAction::load(const std::vector<Record*>& records, bool archived) {
  Arena arena;
  std::vector<Value> columns;
  for (const std::string& column : records.front()->loading.columns)
    columns.push_back(Value::of(std::string_view(column)));
  std::vector<Value> lines;
  for (const Record* record : records)
    for (const std::vector<std::string>& line : record->loading.lines) {
      std::vector<Value> cells;
      for (const std::string& cell : line) cells.push_back(Value::of(std::string_view(cell)));
      lines.push_back(arena.array(cells));
    }
  const Value context = archived ? with(arena, {{"tz", "UTC"}, {"active_test", false}}) : with(arena, {{"tz", "UTC"}});
  const Result<Document> reply =
      work_.send("load", std::nullopt, arena.array({arena.array(columns), arena.array(lines)}), {}, context);
  if (!reply) return outcome_of(reply.error());
  const Value ids = reply->root()["ids"];
  if (ids.size() == records.size()) {
    for (size_t i = 0; i < records.size(); ++i) records[i]->id = ids.at(i).integer();
    return {};
  }
  std::string problem;
  for (const Value message : reply->root()["messages"].items())
    if (problem.empty()) problem = message["message"].text();
  if (lost_a_race(problem))
    return {Outcome::Kind::kLost, {Code::kConflict, "Odoo: " + problem, Source::kOdoo, Effect::kUnknown, 1000}};
  // An archived record is no record to `load`, unless it is told.
  if (!archived && problem.find("No matching record") != std::string::npos) return load(records, true);
  if (problem.empty()) problem = "load made nothing and said nothing";
  return {Outcome::Kind::kRefused, {Code::kValidation, "Odoo: " + problem, Source::kOdoo, Effect::kNone, -1}};
}

Outcome CreateAction::create() {
  Arena arena;
  std::vector<Value> values;
  for (const Record& record : records_) values.push_back(record.values);
  const Result<Document> reply =
      work_.send("create", std::nullopt, arena.array({arena.array(values)}), {}, work_.context);
  if (!reply) return outcome_of(reply.error());
  const Value ids = reply->root();
  if (ids.is_array() && ids.size() == records_.size())
    for (size_t i = 0; i < records_.size(); ++i) records_[i].id = ids.at(i).integer();
  else
    records_.front().id = ids.integer();
  return {};
}

Outcome CreateAction::write_rest() {
  for (Record& record : records_) {
    if (record.loading.rest.empty() || record.rest_written) continue;
    Arena arena;
    std::vector<Field> values;
    for (const std::string& field : record.loading.rest) values.push_back({field, record.values[field]});
    const Result<Document> sent =
        work_.send("write", std::vector<int64_t>{record.id}, arena.array({arena.object(values)}), {}, work_.context);
    if (!sent) {
      Error error = sent.error();
      if (error.effect == Effect::kNone && is_passing(error)) error.effect = Effect::kUnknown;
      if (error.effect == Effect::kNone) {
        error.message =
            work_.model + " " + std::to_string(record.id) + " was made, but a part of it was refused: " + error.message;
        error.effect = Effect::kDone;
        return {Outcome::Kind::kRefused, error};
      }
      return outcome_of(error);
    }
    record.rest_written = true;
  }
  return {};
}

Outcome CreateAction::send() {
  if (plain_) return create();
  std::map<std::vector<std::string>, std::vector<Record*>> groups;
  for (Record& record : records_)
    if (record.id == 0) groups[record.loading.columns].push_back(&record);
  for (const auto& [columns, records] : groups) {
    Outcome outcome = load(records, false);
    if (outcome.kind == Outcome::Kind::kDone) continue;
    const bool some =
        std::any_of(records_.begin(), records_.end(), [](const Record& record) { return record.id != 0; });
    if (outcome.kind == Outcome::Kind::kRefused && some && is_passing(outcome.error)) {
      outcome.kind = Outcome::Kind::kLost;  // the rest follows
      outcome.error.effect = Effect::kUnknown;
    } else if (outcome.kind == Outcome::Kind::kRefused && some) {
      outcome.error.message = "a part of the records was made, this one not: " + outcome.error.message;
      outcome.error.effect = Effect::kDone;
    }
    return outcome;
  }
  return write_rest();
}

// With the right to read external ids they tell it at once.
bool CreateAction::find_by_model_data() {
  if (work_.model_data_refused) return false;
  Arena arena;
  std::vector<Value> names;
  for (size_t i = 0; i < records_.size(); ++i) names.push_back(arena.text(name(i)));
  transport::Call search{.model = "ir.model.data", .method = "search_read", .read_only = true};
  search.kwargs = arena.object({{"domain", arena.array({arena.array({"module", "=", Value::of(kModule)}),
                                                        arena.array({"name", "in", arena.array(names)})})},
                                {"fields", arena.array({"name", "res_id"})}});
  const Result<Document> found = work_.remote.call(search, work_.call);
  if (!found) {
    work_.model_data_refused = found.error().code == Code::kAccess;
    return false;
  }
  for (const Value row : found->root().items())
    for (size_t i = 0; i < records_.size(); ++i)
      if (row["name"].text() == name(i)) records_[i].id = row["res_id"].integer();
  return true;
}

// Without it, our own newest records are asked for theirs.
void CreateAction::find_by_own_records() {
  if (!work_.remote.integer_keys()) return;
  constexpr int64_t kDay = 86400000;  // Odoo's clock and ours differ
  Arena arena;
  transport::Call search{.model = work_.model, .method = "search", .read_only = true};
  search.args = arena.array({arena.array(
      {arena.array({"create_uid", "=", work_.remote.uid()}),
       arena.array({"create_date", ">=", arena.text(value::to_datetime((work_.sent_at - kDay) / 1000))})})});
  search.kwargs = arena.object({{"limit", kNewest}, {"order", "id desc"}});
  search.context = with(arena, {{"active_test", false}});
  const Result<Document> own = work_.remote.call(search, work_.call);
  if (!own || own->root().size() == 0) return;
  transport::Call names{
      .model = work_.model, .method = "get_external_id", .ids = ids_of(own->root()), .read_only = true};
  const Result<Document> external = work_.remote.call(names, work_.call);
  if (!external) return;
  for (const Field field : external->root().fields())
    for (size_t i = 0; i < records_.size(); ++i)
      if (field.value.text() == std::string(kModule) + "." + name(i))
        records_[i].id = std::atoll(std::string(field.key).c_str());
}

Outcome CreateAction::look() {
  if (plain_) return {Outcome::Kind::kUnknowable};
  if (!find_by_model_data()) find_by_own_records();
  const bool all = std::all_of(records_.begin(), records_.end(), [](const Record& record) {
    return record.id != 0 && (record.loading.rest.empty() || record.rest_written);
  });
  return {all ? Outcome::Kind::kDone : Outcome::Kind::kNotDone};
}

Result<Document> CreateAction::finish(std::vector<Image>& after) {
  std::vector<int64_t> ids;
  std::set<std::string> wanted;
  const auto fields = work_.fields();
  for (const Record& record : records_) {
    ids.push_back(record.id);
    for (const Field field : record.values.fields())
      if (fields && shape_of((*fields)->root()[field.key]).type != Type::kBinary) wanted.emplace(field.key);
  }
  work_.counts.records += ids.size();
  std::vector<std::string> read(wanted.begin(), wanted.end());
  if (const Result<std::vector<std::string>> images = work_.image_fields())
    read.insert(read.end(), images->begin(), images->end());
  read.emplace_back("write_uid");
  Rows now;
  if (const Result<std::vector<std::string>> once = work_.existing(read))
    static_cast<void>(work_.read(ids, *once, now));  // without it the images have no after
  for (const Record& record : records_) {
    const Value stored = now.of(record.id);
    if (fields) tell_stored((*fields)->root(), record.id, record.values, stored);
    after.push_back(image(record.id, {}, stored.is_object() ? stored : record.values));
  }
  return Document::build([&](Arena& arena) { return arena.ids(ids); });
}

}  // namespace

std::unique_ptr<Action> make_create_action(Work& work) { return std::make_unique<CreateAction>(work); }

}  // namespace outrigger::writes
