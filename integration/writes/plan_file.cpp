// A plan as JSON and as a table.
#include <algorithm>

#include "integration/value/json.hpp"
#include "integration/writes/digest.hpp"
#include "integration/writes/plan.hpp"
#include "integration/writes/values.hpp"

namespace outrigger::writes {
namespace {

constexpr int64_t kVersion = 1;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

std::optional<Class> class_of(std::string_view word) {
  for (const Class known : {Class::kReversible, Class::kCompensable, Class::kIrreversible})
    if (word == to_string(known)) return known;
  return std::nullopt;
}

Value write_value(Arena& arena, const PlannedWrite& write) {
  std::vector<Value> rows;
  for (const PlannedRow& row : write.rows)
    rows.push_back(
        arena.object({{"id", row.id}, {"field", arena.text(row.field)}, {"old", row.before}, {"new", row.after}}));
  std::vector<Value> says;
  for (const std::string& sentence : write.says) says.push_back(arena.text(sentence));
  std::vector<Field> fields{{"operation", arena.text(to_string(write.operation))},
                            {"model", arena.text(write.model)},
                            {"method", arena.text(write.method)},
                            {"ids", arena.ids(write.ids)},
                            {"values", write.values},
                            {"context", write.context},
                            {"class", Value::of(std::string_view(to_string(write.kind)))},
                            {"side_effects", arena.array(says)},
                            {"rows", arena.array(rows)},
                            {"made", Value::of(write.made)},
                            {"put_back", Value::of(write.put_back)}};
  if (!write.principal.empty()) fields.push_back({"principal", arena.text(write.principal)});
  return arena.object(fields);
}

// One line, cut between characters.
std::string short_text(Value value) {
  std::string text = value.is_null() ? "-" : value.is_string() ? std::string(value.text()) : value::to_json(value);
  std::replace(text.begin(), text.end(), '\n', ' ');
  constexpr size_t kLongest = 40;
  if (text.size() <= kLongest) return text;
  size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string padded(std::string text, size_t width) {
  const auto shown = static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  if (shown < width) text.append(width - shown, ' ');
  return text;
}

}  // namespace

Value Plan::content(Arena& arena) const {
  std::vector<Value> writes;
  for (const PlannedWrite& write : writes_) writes.push_back(write_value(arena, write));
  std::vector<Value> notes;
  for (const std::string& note : notes_) notes.push_back(arena.text(note));
  return arena.object({{"outrigger_plan", kVersion},
                       {"epoch", arena.text(header_.epoch)},
                       {"database", arena.text(header_.database)},
                       {"plugin", arena.text(header_.plugin)},
                       {"title", arena.text(header_.title)},
                       {"made_at", header_.made_at},
                       {"writes", arena.array(writes)},
                       {"notes", arena.array(notes)}});
}

bool Plan::concerns(std::string_view model) const {
  return std::any_of(writes_.begin(), writes_.end(), [&](const PlannedWrite& write) { return write.model == model; });
}

std::string Plan::hash() const {
  Arena arena;
  return digest(content(arena));
}

Document Plan::to_document() const {
  return Document::build([&](Arena& arena) {
    std::vector<Field> fields;
    for (const Field field : content(arena).fields()) fields.push_back({field.key, arena.copy(field.value)});
    fields.push_back({"hash", arena.text(hash())});
    fields.push_back(
        {"also", Value::of("Odoo may do more than this plan shows: computed fields, automation rules, mails")});
    return arena.object(fields);
  });
}

std::string Plan::to_json() const { return value::to_pretty_json(to_document().root()); }

Result<void> Plan::read_content(Value content) {
  header_ = {std::string(content["epoch"].text()), std::string(content["database"].text()),
             std::string(content["plugin"].text()), std::string(content["title"].text()), content["made_at"].integer()};
  for (const Value note : content["notes"].items()) notes_.emplace_back(note.text());
  for (const Value read : content["writes"].items()) {
    const std::optional<Operation> operation = operation_of(read["operation"].text());
    const std::optional<Class> kind = class_of(read["class"].text());
    if (!operation || !kind) return refuse(Code::kInvalid, "the plan has a write of an unknown kind");
    PlannedWrite write;
    write.operation = *operation;
    write.kind = *kind;
    write.model = read["model"].text();
    write.method = read["method"].text();
    write.principal = read["principal"].text();
    write.ids = ids_of(read["ids"]);
    write.values = arena_->copy(read["values"]);
    write.context = arena_->copy(read["context"]);
    for (const Value sentence : read["side_effects"].items()) write.says.emplace_back(sentence.text());
    for (const Value row : read["rows"].items())
      write.rows.push_back(
          {row["id"].integer(), std::string(row["field"].text()), arena_->copy(row["old"]), arena_->copy(row["new"])});
    write.made = read["made"].integer();
    write.put_back = read["put_back"].truthy();
    writes_.push_back(std::move(write));
  }
  return {};
}

Result<Plan> Plan::from_json(std::string_view text) {
  const Result<Document> read = value::read_json(text);
  if (!read || !read->root().has("outrigger_plan"))
    return refuse(Code::kInvalid, "this is not a plan of Outrigger; `--plan --save FILE` writes one");
  const Value root = read->root();
  if (root["outrigger_plan"].integer() > kVersion)
    return refuse(Code::kUnsupported, "this plan was made by a newer Outrigger: update, or make the plan again");
  Plan plan({});
  if (Result<void> taken = plan.read_content(root); !taken) return taken.error();
  if (plan.hash() != root["hash"].text())
    return refuse(Code::kInvalid, "this plan was changed since it was made; make it again");
  return plan;
}

std::string Plan::to_text() const {
  std::string text;
  size_t record = 6;
  size_t field = 5;
  size_t before = 3;
  for (const PlannedWrite& write : writes_)
    for (const PlannedRow& row : write.rows) {
      record = std::max(record, write.model.size() + 1 + std::to_string(row.id).size());
      field = std::max(field, row.field.size());
      before = std::max(before, short_text(row.before).size());
    }
  const auto line = [&](const std::string& a, const std::string& b, const std::string& c, const std::string& d,
                        const std::string& e) {
    text += padded(a, record + 2) + padded(b, field + 2) + padded(c, before + 4) + d + "  " + e + "\n";
  };
  if (!writes_.empty()) line("Record", "Field", "Old", "New", "");
  for (const PlannedWrite& write : writes_) {
    for (const PlannedRow& row : write.rows) {
      const bool fresh = is_provisional(row.id);
      const std::string name = write.model + " " +
                               (fresh         ? "new" + std::to_string(kFirstProvisional - row.id + 1)
                                : row.id == 0 ? std::string()
                                              : std::to_string(row.id));
      const std::string after = write.operation == Operation::kUnlink ? "deleted" : short_text(row.after);
      line(name, row.field, short_text(row.before), "-> " + after, std::string("(") + to_string(write.kind) + ")");
    }
    if (!write.principal.empty()) text += "    in the name of " + write.principal + "\n";
    for (const std::string& sentence : write.says) text += "    " + sentence + "\n";
  }
  text += std::to_string(writes_.size()) + (writes_.size() == 1 ? " write" : " writes") + ", " +
          std::to_string(avoided_) + " values are so already. Odoo may do more.\n";
  for (const std::string& note : notes_) text += note + "\n";
  return text;
}

}  // namespace outrigger::writes
