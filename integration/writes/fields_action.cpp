// write and write_rows: absolute values, found again by reading them.
#include <algorithm>

#include "integration/writes/action.hpp"
#include "integration/writes/evidence.hpp"

namespace outrigger::writes {
namespace {

constexpr size_t kSameAtOnce = 1000;
constexpr size_t kDifferentAtOnce = 500;  // 6 ms a lead where Odoo notes down a new salesperson; its limit is 120 s

struct Row {
  enum class State { kPending, kDone, kFailed };
  int64_t id = 0;
  Value send;  // what differs
  State state = State::kPending;
  Error error{Code::kOk, {}, Source::kPlugin, Effect::kNone, -1};
};

bool is_failed(const Row& row) { return row.state == Row::State::kFailed; }

class FieldsAction final : public Action {
 public:
  FieldsAction(Work& work, bool of_rows) : Action(work), of_rows_(of_rows) {}

  Result<bool> prepare(const Request& request) override;
  Result<void> restore(Value state, const std::vector<Image>& images) override;
  Value state(Arena& arena) const override;
  std::vector<Image> before() const override;
  Outcome send() override;
  Outcome look() override;
  [[nodiscard]] bool resend_at_once() const override { return absolute_; }
  Result<Document> finish(std::vector<Image>& after) override;

 private:
  Result<void> gather(const Request& request);
  Result<void> check();
  std::vector<std::string> names() const;
  Value differing(Value wanted, Value now);
  std::optional<Outcome> send_rows(std::vector<Row*> rows, bool same_values);
  Result<Document> call(const std::vector<Row*>& rows, bool same_values);
  Outcome summary() const;
  std::optional<bool> landed(const Row& row, Value now) const;

  bool of_rows_;
  bool absolute_ = true;
  std::shared_ptr<const Document> fields_;
  Arena arena_;
  std::vector<Row> rows_;
  std::vector<int64_t> same_;
  Rows before_;
};

// Rows by record, the later value of a field first.
Result<void> FieldsAction::gather(const Request& request) {
  std::map<int64_t, size_t> at;
  const auto add = [&](int64_t id, Value values) {
    std::vector<Field> merged;
    for (const Field field : values.fields())
      if (field.key != "id" || !of_rows_) merged.push_back(field);
    if (const auto known = at.find(id); known != at.end()) {
      Row& row = rows_[known->second];
      for (const Field field : row.send.fields())
        if (!values.has(field.key)) merged.push_back(field);
      row.send = arena_.copy(arena_.object(merged));
      return;
    }
    at[id] = rows_.size();
    rows_.push_back({.id = id, .send = arena_.copy(arena_.object(merged))});
  };
  if (of_rows_)
    for (const Value row : request.values.items()) add(row["id"].integer(), row);
  else
    for (const int64_t id : request.ids) add(id, request.values);
  if (rows_.empty() && !of_rows_)
    return Error{Code::kInvalid, "write was given no ids", Source::kPlugin, Effect::kNone, -1};
  for (const Row& row : rows_)
    if (row.id <= 0)
      return Error{Code::kInvalid, "a row to write has no id of a record", Source::kPlugin, Effect::kNone, -1};
  return check();
}

Result<void> FieldsAction::check() {
  auto fields = work_.fields();
  if (!fields) return fields.error();
  fields_ = *fields;
  std::string unknown;
  for (const Row& row : rows_)
    for (const Field field : row.send.fields()) {
      const Value known = fields_->root()[field.key];
      const std::string name(field.key);
      if (!known.is_object() && unknown.find(name) == std::string::npos)
        unknown += (unknown.empty() ? "" : ", ") + name;
      if (!known.is_object() || !is_list(shape_of(known).type)) continue;
      const Result<Commands> commands = parse_commands(field.value);
      if (!commands) return commands.error();
      if (!commands->create.empty()) absolute_ = false;
    }
  if (unknown.empty()) return {};
  return Error{Code::kMissing, work_.model + " in this Odoo has no field " + unknown, Source::kHost, Effect::kNone, -1};
}

std::vector<std::string> FieldsAction::names() const {
  std::set<std::string> names;
  for (const Row& row : rows_)
    for (const Field field : row.send.fields())
      if (shape_of(fields_->root()[field.key]).type != Type::kBinary) names.emplace(field.key);
  return {names.begin(), names.end()};
}

Value FieldsAction::differing(Value wanted, Value now) {
  std::vector<Field> kept;
  for (const Field field : wanted.fields()) {
    const Shape shape = shape_of(fields_->root()[field.key]);
    const std::optional<Value> send = reduce(arena_, shape, field.value, now[field.key]);
    const bool so_already =
        !send || (now.has(field.key) && work_.forms.knows(work_.model, field.key, field.value, now[field.key]));
    if (so_already)
      ++work_.counts.fields_avoided;
    else
      kept.push_back({field.key, *send});
  }
  return arena_.object(kept);
}

Result<bool> FieldsAction::prepare(const Request& request) {
  if (Result<void> gathered = gather(request); !gathered) return gathered.error();
  std::vector<int64_t> ids;
  for (const Row& row : rows_) ids.push_back(row.id);
  Result<std::vector<std::string>> read = work_.image_fields();
  if (!read) return read.error();
  for (std::string& name : names()) read->push_back(std::move(name));
  if (read->empty()) read->emplace_back("id");
  const Result<std::vector<std::string>> once = work_.existing(*read);
  if (!once) return once.error();
  if (Result<void> done = work_.read(ids, *once, before_); !done) return done.error();
  bool any = false;
  for (Row& row : rows_) {
    const Value now = before_.of(row.id);
    if (!now.is_object()) {
      row.state = Row::State::kFailed;
      row.error = {Code::kMissing, work_.model + " " + std::to_string(row.id) + " is not there, or may not be seen",
                   Source::kOdoo, Effect::kNone, -1};
      if (!of_rows_) return row.error;
      continue;
    }
    row.send = differing(row.send, now);
    if (row.send.size() == 0) {
      same_.push_back(row.id);
      ++work_.counts.records_avoided;
    }
    any = any || row.send.size() != 0;
  }
  std::erase_if(rows_, [](const Row& row) { return row.state == Row::State::kPending && row.send.size() == 0; });
  return any;
}

Value FieldsAction::state(Arena& arena) const {
  std::vector<Value> rows;
  for (const Row& row : rows_) {
    std::vector<Field> fields{{"id", Value::of(row.id)}, {"send", row.send}};
    if (row.state == Row::State::kFailed) {
      fields.push_back({"code", Value::of(static_cast<int64_t>(row.error.code))});
      fields.push_back({"message", arena.text(row.error.message)});
    }
    rows.push_back(arena.object(fields));
  }
  return arena.object({{"rows", arena.array(rows)}, {"same", arena.ids(same_)}});
}

Result<void> FieldsAction::restore(Value state, const std::vector<Image>& images) {
  same_ = ids_of(state["same"]);
  for (const Value row : state["rows"].items()) {
    Row made{.id = row["id"].integer(), .send = arena_.copy(row["send"])};
    if (row.has("code")) {
      made.state = Row::State::kFailed;
      made.error = {static_cast<Code>(row["code"].integer()), std::string(row["message"].text()), Source::kOdoo,
                    Effect::kNone, -1};
    }
    rows_.push_back(std::move(made));
  }
  for (const Image& image : images) before_.add(image.id, from_bytes(image.before).root());
  return check();
}

std::vector<Image> FieldsAction::before() const {
  std::vector<Image> images;
  for (const Row& row : rows_)
    if (row.state == Row::State::kPending) images.push_back(image(row.id, before_.of(row.id), {}));
  return images;
}

Result<Document> FieldsAction::call(const std::vector<Row*>& rows, bool same_values) {
  Arena arena;
  std::vector<int64_t> ids;
  std::vector<Value> values;
  for (const Row* row : rows) {
    ids.push_back(row->id);
    values.push_back(row->send);
  }
  if (same_values) return work_.send("write", ids, arena.array({values.front()}), {}, work_.context);
  return work_.send(
      "web_save_multi", ids, {},
      arena.object({{"vals_list", arena.array(values)},
                    {"specification", arena.object(std::initializer_list<std::pair<std::string_view, Item>>{})}}),
      work_.context);
}

// Nothing, or why the rest was not sent.
std::optional<Outcome> FieldsAction::send_rows(std::vector<Row*> rows, bool same_values) {
  const Result<Document> sent = call(rows, same_values);
  if (sent) {
    for (Row* row : rows) row->state = Row::State::kDone;
    return std::nullopt;
  }
  const Error& error = sent.error();
  if (error.effect != Effect::kNone) return outcome_of(error);
  const bool of_a_row = error.code == Code::kValidation || error.code == Code::kMissing ||
                        error.code == Code::kInvalid || error.code == Code::kConflict;
  // One bad row takes the whole call down: halve until it stands alone.
  if (of_rows_ && of_a_row && rows.size() > 1) {
    const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
    if (auto stopped = send_rows({rows.begin(), middle}, same_values)) return stopped;
    return send_rows({middle, rows.end()}, same_values);
  }
  if (!of_rows_ || !of_a_row) return outcome_of(error);
  for (Row* row : rows) {
    row->state = Row::State::kFailed;
    row->error = error;
  }
  return std::nullopt;
}

Outcome FieldsAction::send() {
  std::map<std::string, std::vector<Row*>> groups;
  for (Row& row : rows_)
    if (row.state == Row::State::kPending) groups[digest(row.send)].push_back(&row);
  const bool together = groups.size() > 1 && work_.remote.major() >= 19;
  std::vector<std::vector<Row*>> calls;
  if (together) calls.emplace_back();
  for (auto& [values, rows] : groups)
    for (Row* row : rows) {
      const size_t most = together ? kDifferentAtOnce : kSameAtOnce;
      const bool fresh = calls.empty() || calls.back().size() >= most || (!together && row == rows.front());
      if (fresh) calls.emplace_back();
      calls.back().push_back(row);
    }
  for (std::vector<Row*>& rows : calls) {
    if (rows.empty()) continue;
    const std::optional<Outcome> stopped = send_rows(rows, !together);
    if (!stopped) continue;
    if (stopped->kind == Outcome::Kind::kLost) return *stopped;
    const bool some =
        std::any_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.state == Row::State::kDone; });
    if (!some) return *stopped;
    if (is_passing(stopped->error)) {
      Error error = stopped->error;
      error.effect = Effect::kUnknown;
      return {Outcome::Kind::kLost, error};  // the rest follows
    }
    for (Row& row : rows_)
      if (row.state == Row::State::kPending) {
        row.state = Row::State::kFailed;
        row.error = stopped->error;
      }
  }
  return summary();
}

Outcome FieldsAction::summary() const {
  if (!of_rows_)
    if (const auto bad = std::find_if(rows_.begin(), rows_.end(), is_failed); bad != rows_.end()) {
      Error error = bad->error;
      error.message = "only a part of the records was written: " + error.message;
      error.effect = Effect::kDone;
      return {Outcome::Kind::kRefused, error};
    }
  const Row* failed = nullptr;
  for (const Row& row : rows_)
    if (row.state == Row::State::kPending) return {Outcome::Kind::kNotDone};
  for (const Row& row : rows_) {
    if (row.state == Row::State::kDone) return {};
    if (failed != nullptr && failed->error.code != row.error.code) return {};
    failed = &row;
  }
  if (failed == nullptr || !same_.empty()) return {};
  return {Outcome::Kind::kRefused, failed->error};
}

// Nothing: it cannot be told.
std::optional<bool> FieldsAction::landed(const Row& row, Value now) const {
  const Value before = before_.of(row.id);
  bool landed = false;
  for (const Field field : row.send.fields()) {
    const Shape shape = shape_of(fields_->root()[field.key]);
    switch (evidence_of(shape, field.value, before[field.key], now[field.key])) {
      case Evidence::kAmbiguous: return std::nullopt;
      case Evidence::kNot: return false;
      case Evidence::kLanded: landed = true; break;
      case Evidence::kNone: break;
    }
  }
  return landed;
}

Outcome FieldsAction::look() {
  std::vector<int64_t> ids;
  for (const Row& row : rows_)
    if (row.state == Row::State::kPending) ids.push_back(row.id);
  Rows now;
  std::vector<std::string> read = names();
  if (read.empty()) read.emplace_back("id");
  if (Result<void> done = work_.read(ids, read, now); !done) return {Outcome::Kind::kLost, done.error()};
  for (Row& row : rows_) {
    if (row.state != Row::State::kPending) continue;
    const Value present = now.of(row.id);
    if (!present.is_object()) {
      row.state = Row::State::kFailed;
      row.error = {Code::kMissing, work_.model + " " + std::to_string(row.id) + " is not there any more", Source::kOdoo,
                   Effect::kNone, -1};
      continue;
    }
    const std::optional<bool> done = landed(row, present);
    if (!done) return {Outcome::Kind::kUnknowable};
    if (*done) row.state = Row::State::kDone;
  }
  return summary();
}

Result<Document> FieldsAction::finish(std::vector<Image>& after) {
  std::vector<int64_t> ids;
  std::vector<Field> failed_all;
  for (const Row& row : rows_)
    if (row.state == Row::State::kDone) ids.push_back(row.id);
  work_.counts.records += ids.size();
  std::vector<std::string> read = names();
  const bool alterable = std::any_of(read.begin(), read.end(), [&](const std::string& name) {
    const Type type = shape_of(fields_->root()[name]).type;
    return may_be_altered(type) || is_list(type);
  });
  Result<std::vector<std::string>> images = work_.image_fields();
  if (images) read.insert(read.end(), images->begin(), images->end());
  Rows now;
  if (!ids.empty() && (alterable || (images && !images->empty()))) {
    read.emplace_back("write_uid");
    if (const Result<std::vector<std::string>> once = work_.existing(read))
      static_cast<void>(work_.read(ids, *once, now));  // without it the images have no after
  }
  for (const Row& row : rows_) {
    if (row.state != Row::State::kDone) continue;
    const Value stored = now.of(row.id);
    tell_stored(fields_->root(), row.id, row.send, stored);
    after.push_back(image(row.id, before_.of(row.id), stored.is_object() ? stored : row.send));
  }
  if (!of_rows_) return Document();
  return Document::build([&](Arena& arena) {
    std::vector<int64_t> done = same_;
    done.insert(done.end(), ids.begin(), ids.end());
    std::vector<Value> failed;
    for (const Row& row : rows_)
      if (row.state == Row::State::kFailed)
        failed.push_back(arena.object({{"id", row.id},
                                       {"message", arena.text(row.error.message)},
                                       {"code", static_cast<int64_t>(row.error.code)}}));
    return arena.object({{"done", arena.ids(done)},
                         {"unknown", arena.array(std::initializer_list<Item>{})},
                         {"failed", arena.array(failed)}});
  });
}

}  // namespace

std::unique_ptr<Action> make_fields_action(Operation operation, Work& work) {
  return std::make_unique<FieldsAction>(work, operation == Operation::kWriteRows);
}

}  // namespace outrigger::writes
