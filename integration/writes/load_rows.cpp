#include "integration/writes/load_rows.hpp"

#include <algorithm>
#include <charconv>

#include "integration/value/base64.hpp"
#include "integration/writes/values.hpp"

namespace outrigger::writes {
namespace {

std::string joined(const std::vector<int64_t>& ids) {
  std::string text;
  for (const int64_t id : ids) text += (text.empty() ? "" : ",") + std::to_string(id);
  return text;
}

std::string number_text(Value value) {
  if (value.as_integer()) return std::to_string(*value.as_integer());
  char text[40];
  const auto end = std::to_chars(text, text + sizeof text, value.number().value_or(0)).ptr;
  return {text, end};
}

struct Cell {
  std::string column;
  std::string text;
};

// Nothing: `load` has no form for it.
std::optional<Cell> cell_of(std::string_view name, const Shape& shape, Value value) {
  const std::string column(name);
  const bool empty = value.is_null() || (value.kind() == Kind::kBool && !value.truthy());
  switch (shape.type) {
    case Type::kBoolean: return Cell{column, value.truthy() ? "1" : "0"};
    case Type::kInteger:
    case Type::kFloat:
    case Type::kMonetary:
      if (value.kind() == Kind::kBool) return Cell{column, value.truthy() ? "1" : "0"};
      return Cell{column, empty ? "" : number_text(value)};
    case Type::kMany2one: return Cell{column + "/.id", empty ? "" : std::to_string(value.integer())};
    case Type::kText:
    case Type::kHtml:
    case Type::kDate:
    case Type::kDatetime: return Cell{column, empty ? "" : std::string(value.text())};
    case Type::kBinary:
      if (value.kind() == Kind::kBytes) return Cell{column, value::to_base64(value.text())};
      return Cell{column, empty ? "" : std::string(value.text())};
    case Type::kMany2many: {
      const Result<Commands> commands = parse_commands(value);
      if (!commands || !commands->of_links()) return std::nullopt;
      return Cell{column + "/.id", joined(apply_links(*commands, Value{}))};
    }
    default: return std::nullopt;
  }
}

Error missing(const std::string& model, const std::string& names) {
  return {Code::kMissing, model + " in this Odoo has no field " + names, Source::kHost, Effect::kNone, -1};
}

class Loader {
 public:
  Loader(Remote& remote, const odoo::CallOptions& options) : remote_(remote), options_(options) {}

  // False: it cannot be carried.
  Result<bool> take(const std::string& model, Value values);
  // New lines under a one2many field; all of them have to name the same fields.
  Result<bool> take_lines(std::string_view name, const Shape& shape, Value value);
  void put(size_t line, const Cell& cell) {
    const auto at = std::find(loading.columns.begin(), loading.columns.end(), cell.column);
    const auto column = static_cast<size_t>(at - loading.columns.begin());
    if (at == loading.columns.end()) loading.columns.push_back(cell.column);
    if (loading.lines.size() <= line) loading.lines.resize(line + 1);
    cells_.push_back({line, column, cell.text});
  }
  void fill() {
    for (auto& line : loading.lines) line.assign(loading.columns.size(), {});
    for (const auto& [line, column, text] : cells_) loading.lines[line][column] = text;
  }

  Loading loading;

 private:
  struct Placed {
    size_t line, column;
    std::string text;
  };
  Remote& remote_;
  const odoo::CallOptions& options_;
  std::vector<Placed> cells_;
};

Result<bool> Loader::take(const std::string& model, Value values) {
  const auto fields = remote_.fields(model, options_);
  if (!fields) return fields.error();
  std::string unknown;
  for (const Field field : values.fields())
    if (!(*fields)->root().has(field.key)) unknown += (unknown.empty() ? "" : ", ") + std::string(field.key);
  if (!unknown.empty()) return missing(model, unknown);
  for (const Field field : values.fields()) {
    const Shape shape = shape_of((*fields)->root()[field.key]);
    if (shape.type == Type::kOne2many) {
      const Result<bool> carried = take_lines(field.key, shape, field.value);
      if (!carried) return carried;
      if (!*carried) return false;
    } else if (const std::optional<Cell> cell = cell_of(field.key, shape, field.value)) {
      put(0, *cell);
    } else if ((shape.type == Type::kProperties || shape.type == Type::kOther) && !shape.required) {
      loading.rest.emplace_back(field.key);
    } else {
      return false;
    }
  }
  return true;
}

Result<bool> Loader::take_lines(std::string_view name, const Shape& shape, Value value) {
  const Result<Commands> commands = parse_commands(value);
  if (!commands) return commands.error();
  if (commands->create.size() != value.size()) return false;
  const auto fields = remote_.fields(std::string(shape.model), options_);
  if (!fields) return fields.error();
  for (size_t line = 0; line < commands->create.size(); ++line) {
    const Value values = commands->create[line];
    if (values.size() == 0 || values.size() != commands->create.front().size()) return false;
    for (const Field field : values.fields()) {
      if (!commands->create.front().has(field.key)) return false;
      if (!(*fields)->root().has(field.key)) return missing(std::string(shape.model), std::string(field.key));
      const Shape of = shape_of((*fields)->root()[field.key]);
      std::optional<Cell> cell = cell_of(field.key, of, field.value);
      if (!cell) return false;
      cell->column = std::string(name) + "/" + cell->column;
      put(line, *cell);
    }
  }
  return true;
}

}  // namespace

Result<std::optional<Loading>> to_load(Remote& remote, const std::string& model, Value values,
                                       const std::string& external_id, const odoo::CallOptions& options) {
  Loader loader(remote, options);
  loader.put(0, {"id", external_id});
  const Result<bool> carried = loader.take(model, values);
  if (!carried) return carried.error();
  if (!*carried) return std::optional<Loading>();
  loader.fill();
  return std::optional<Loading>(std::move(loader.loading));
}

}  // namespace outrigger::writes
