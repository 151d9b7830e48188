// Custom fields and views: kept, found and described, but views are neither put together nor checked.
#include "integration/sandbox/database.hpp"

namespace outrigger::sandbox {
namespace {

// "[('a', 'A'), ('b', 'B')]" -> "a:A,b:B". Enough for what this project writes: no colon, comma or bracket in a text.
std::string pairs_of(std::string_view python) {
  std::string out;
  std::vector<std::string> texts;
  for (size_t at = 0; at < python.size(); ++at) {
    if (python[at] != '\'') continue;
    std::string text;
    for (++at; at < python.size() && python[at] != '\''; ++at) {
      if (python[at] == '\\') ++at;
      text += python[at];
    }
    texts.push_back(std::move(text));
  }
  for (size_t i = 0; i + 1 < texts.size(); i += 2) out += (i == 0 ? "" : ",") + texts[i] + ":" + texts[i + 1];
  return out;
}

}  // namespace

std::optional<Fault> Database::check_setup(const Table& table, int64_t id, Value values) const {
  if (table.model().name != "ir.model.fields") return std::nullopt;
  if (id != 0) {
    if (values.has("ttype") && values["ttype"].text() != table.get(id, "ttype").text())
      return user_error("Changing the type of a field is not yet supported. Please drop it and create it again!");
    return std::nullopt;
  }
  if (!values["name"].text().starts_with("x_"))
    return validation_error("Custom fields must have a name that starts with 'x_'!");
  const Table* models = find_table("ir.model");
  const Table* model = find_table(models->get(values["model_id"].integer(), "model").text());
  if (model != nullptr && model->column(values["name"].text()) >= 0)
    return validation_error("The operation cannot be completed: Field names must be unique per model.");
  if (!values["relation"].text().empty() && find_table(values["relation"].text()) == nullptr)
    return user_error("Unknown model name '" + std::string(values["relation"].text()) + "' in Related Model");
  return std::nullopt;
}

void Database::after_setup_write(Table& table, int64_t id) {
  if (table.model().name == "ir.ui.view" && table.get(id, "type").is_null())
    table.set(id, "type", this->table("ir.ui.view").get(table.get(id, "inherit_id").integer(), "type"));
  if (table.model().name != "ir.model.fields" || table.get(id, "name").is_null()) return;
  const Value model = this->table("ir.model").get(table.get(id, "model_id").integer(), "model");
  if (model.is_null()) return;
  table.set(id, "model", model);
  Table& target = this->table(model.text());
  Arena& texts = target.arena();
  const auto text = [&](const char* field) { return texts.keep(table.get(id, field).text()); };
  target.add_field({text("name"), text("ttype"), text("relation"), text("field_description"), false, 14, 99,
                    texts.keep(pairs_of(table.get(id, "selection").text())), text("help")});
}

void Database::before_setup_unlink(const Table& table, int64_t id) {
  if (table.model().name != "ir.model.fields" || table.get(id, "model").is_null()) return;
  this->table(table.get(id, "model").text()).drop_field(table.get(id, "name").text());
}

}  // namespace outrigger::sandbox
