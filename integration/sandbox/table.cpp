#include "integration/sandbox/table.hpp"

namespace outrigger::sandbox {

Table::Table(const ModelDef& model, int major, Related related)
    : model_(model), major_(major), related_(std::move(related)) {
  for (const FieldDef& field : model.fields) {
    if (major < field.since || major > field.until) continue;
    by_name_.emplace(field.name, static_cast<int>(fields_.size()));
    fields_.push_back(&field);
  }
  columns_.resize(fields_.size());
}

int Table::column(std::string_view field) const {
  const auto at = by_name_.find(field);
  return at == by_name_.end() ? -1 : at->second;
}

void Table::add_field(const FieldDef& def) {
  custom_.push_back(def);
  if (const int there = column(def.name); there >= 0) {
    fields_[static_cast<size_t>(there)] = &custom_.back();
    return;
  }
  by_name_.emplace(custom_.back().name, static_cast<int>(fields_.size()));
  fields_.push_back(&custom_.back());
  columns_.emplace_back();
}

// The column stays, nameless: positions of others must not move.
void Table::drop_field(std::string_view name) {
  const auto at = by_name_.find(name);
  if (at == by_name_.end()) return;
  static constexpr FieldDef kNothing{"", "char"};
  fields_[static_cast<size_t>(at->second)] = &kNothing;
  columns_[static_cast<size_t>(at->second)].clear();
  by_name_.erase(at);
}

int64_t Table::insert() {
  alive_.push_back(true);
  ++count_;
  return last_id();
}

void Table::erase(int64_t id) {
  if (!exists(id)) return;
  alive_[static_cast<size_t>(id) - 1] = false;
  --count_;
}

void Table::put_back(const Rows& rows) {
  columns_ = rows.columns;
  columns_.resize(fields_.size());
  alive_ = rows.alive;
  count_ = rows.count;
}

Value Table::get(int64_t id, int column) const {
  if (column < 0) return {};
  const FieldDef& field = *fields_[static_cast<size_t>(column)];
  if (field.name == "id") return Value::of(id);
  if (field.name == "display_name") {
    const int name = this->column(model_.name == "ir.config_parameter" ? "key" : "name");
    return name < 0 ? Value{} : get(id, name);
  }
  const std::vector<Value>& values = columns_[static_cast<size_t>(column)];
  const auto row = static_cast<size_t>(id) - 1;
  return row < values.size() ? values[row] : Value{};
}

void Table::set(int64_t id, int column, Value value) {
  if (column < 0) return;
  std::vector<Value>& values = columns_[static_cast<size_t>(column)];
  const auto row = static_cast<size_t>(id) - 1;
  if (row >= values.size()) {
    if (value.is_null()) return;
    values.resize(row + 1);
  }
  values[row] = value;
}

bool Table::field(std::string_view name, domain::FieldInfo& info) const {
  const int at = column(name);
  if (at < 0) return false;
  const FieldDef& field = *fields_[static_cast<size_t>(at)];
  info = {domain_type(field.type), field.comodel};
  return true;
}

Value Table::value(int64_t id, std::string_view field) const { return get(id, column(field)); }

const domain::RecordSource* Table::related(std::string_view model) const { return related_(model); }

}  // namespace outrigger::sandbox
