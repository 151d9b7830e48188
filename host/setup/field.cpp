#include "host/setup/field.hpp"

#include <algorithm>

#include "host/grants/policy.hpp"
#include "host/setup/load.hpp"

namespace outrigger::host {
namespace {

using Options = std::vector<std::pair<std::string, std::string>>;

// Not monetary, one2many, reference, json or properties: they need further fields or change more than themselves.
constexpr std::string_view kTypes[] = {"binary", "boolean", "char",      "date",     "datetime",  "float",
                                       "html",   "integer", "many2many", "many2one", "selection", "text"};

Error invalid(std::string message) { return setup_error(Code::kInvalid, std::move(message)); }

bool is_relation(std::string_view type) { return type == "many2one" || type == "many2many"; }

bool is_name(std::string_view name) {
  constexpr size_t kLongest = 63;  // PostgreSQL's
  return name.size() > 2 && name.size() <= kLongest && name.starts_with("x_") &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_line(std::string_view text, size_t longest) {
  return !text.empty() && text.size() <= longest &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
}

Result<Options> parse_options(Value selection) {
  constexpr size_t kMost = 200;
  constexpr size_t kLongest = 200;
  Options options;
  for (const Value one : selection.items()) {
    if (!one.is_array() || one.size() != 2 || !is_line(one.at(0).text(), kLongest) ||
        !is_line(one.at(1).text(), kLongest))
      return invalid("`selection` must be a list of [key, label], both one line of text");
    for (const auto& [key, label] : options)
      if (key == one.at(0).text()) return invalid("`selection` names the key " + key + " twice; keep one");
    options.emplace_back(one.at(0).text(), one.at(1).text());
  }
  if (options.empty() || options.size() > kMost)
    return invalid("a selection needs 1 to 200 options, as `selection`: [[key, label], ...]");
  return options;
}

// As Python writes a list of pairs, which is what the column takes.
std::string python_list(const Options& options) {
  const auto quoted = [](const std::string& text) {
    std::string out = "'";
    for (const char c : text) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    return out + "'";
  };
  std::string list = "[";
  for (const auto& [key, label] : options)
    list += (list.size() > 1 ? ", (" : "(") + quoted(key) + ", " + quoted(label) + ")";
  return list + "]";
}

// The field as Odoo describes it now; null when it is not there. Past every cache.
Result<Document> described(odoo::Session& session, const FieldWish& wish, const odoo::CallOptions& options) {
  Arena arena;
  odoo::Call call{.model = wish.model, .method = "fields_get", .read_only = true};
  call.kwargs = arena.object({{"allfields", arena.array({Value::of(std::string_view(wish.name))})},
                              {"attributes", arena.array({"type", "relation", "selection"})}});
  const Result<Document> fields = session.call(call, options);
  if (!fields) return fields.error();
  return Document::build([&](Arena& out) { return out.copy(fields->root()[wish.name]); });
}

struct Comparison {
  bool same = false;
  Options lacking;  // options that are to be added
  Options all;      // with those that are there
};

Result<Comparison> compare(const FieldWish& wish, Value field) {
  const std::string name = wish.model + "." + wish.name;
  const auto conflict = [&](const std::string& is) {
    return setup_error(Code::kConflict, name + " is there already, but " + is +
                                            "; rename one of them, or remove it in Odoo when it is of no more use");
  };
  if (field["type"].text() != wish.type)
    return conflict("as " + std::string(field["type"].text()) + " and not as " + wish.type);
  if (is_relation(wish.type) && field["relation"].text() != wish.relation)
    return conflict("to " + std::string(field["relation"].text()) + " and not to " + wish.relation);
  Comparison comparison;
  for (const Value one : field["selection"].items()) comparison.all.emplace_back(one.at(0).text(), one.at(1).text());
  for (const auto& option : wish.options) {
    const bool there = std::any_of(comparison.all.begin(), comparison.all.end(),
                                   [&](const auto& known) { return known.first == option.first; });
    if (!there) comparison.lacking.push_back(option);
  }
  comparison.all.insert(comparison.all.end(), comparison.lacking.begin(), comparison.lacking.end());
  comparison.same = comparison.lacking.empty();
  return comparison;
}

std::string table_of(const FieldWish& wish) {
  constexpr size_t kLongest = 58;
  std::string table = "x_" + wish.model + "_" + wish.name;
  std::replace(table.begin(), table.end(), '.', '_');
  if (table.size() > kLongest) table = table.substr(0, kLongest - 9) + "_" + digest_of(table).substr(0, 8);
  return table + "_rel";
}

Result<void> make(const FieldWish& wish, odoo::Session& setup, const std::string& external,
                  const odoo::CallOptions& options) {
  Arena arena;
  const Value domain = arena.array({arena.array({"model", "=", Value::of(std::string_view(wish.model))})});
  const Result<Document> model = find_row(setup, "ir.model", domain, {"model"}, options);
  if (!model) return model.error();
  if (model->root().is_null())
    return setup_error(Code::kMissing,
                       "Odoo has no model " + wish.model + "; the app that it belongs to is not installed");
  std::vector<std::pair<std::string, std::string>> columns{
      {"name", wish.name},
      {"ttype", wish.type},
      {"field_description", wish.label},
      {"help", wish.help},
      {"model_id/.id", std::to_string(model->root()["id"].integer())},
      {"state", "manual"}};
  if (!wish.options.empty()) columns.emplace_back("selection", python_list(wish.options));
  if (!wish.relation.empty()) columns.emplace_back("relation", wish.relation);
  // Without names of its own Odoo lets two fields between the same models share one table, and so their values.
  if (wish.type == "many2many") {
    columns.emplace_back("relation_table", table_of(wish));
    columns.emplace_back("column1", "source_id");
    columns.emplace_back("column2", "target_id");
  }
  const Result<int64_t> made = load_record(setup, "ir.model.fields", external, columns, options);
  if (!made) return made.error();
  return {};
}

Result<void> add_options(const FieldWish& wish, const Comparison& comparison, odoo::Session& setup,
                         const std::string& external, const odoo::CallOptions& options) {
  const Result<std::optional<Named>> ours = find_named(setup, kSetupModule, external, options);
  if (!ours) return ours.error();
  std::string keys;
  for (const auto& [key, label] : comparison.lacking) keys += (keys.empty() ? "" : ", ") + key;
  if (!*ours)
    return setup_error(Code::kConflict, wish.model + "." + wish.name +
                                            " was made by somebody else and lacks the options " + keys +
                                            "; add them in Odoo, or let the plugin use another name");
  const Result<int64_t> changed =
      load_record(setup, "ir.model.fields", external, {{"selection", python_list(comparison.all)}}, options);
  if (!changed) return changed.error();
  return {};
}

}  // namespace

Result<FieldWish> FieldWish::parse(Value args) {
  FieldWish wish{std::string(args["model"].text()),
                 std::string(args["name"].text()),
                 std::string(args["type"].text()),
                 std::string(args["string"].text()),
                 std::string(args["help"].text()),
                 std::string(args["relation"].text()),
                 {}};
  constexpr size_t kLongestLabel = 200;
  constexpr size_t kLongestHelp = 2000;
  if (!is_model_name(wish.model)) return invalid("`model` must be the name of a model such as crm.lead");
  if (!is_name(wish.name))
    return invalid("the name of a custom field is x_ and small letters, digits and _, at most 63 in all");
  if (std::find(std::begin(kTypes), std::end(kTypes), wish.type) == std::end(kTypes)) {
    std::string types;
    for (const std::string_view type : kTypes) types += (types.empty() ? "" : ", ") + std::string(type);
    return invalid("a custom field cannot be of type " + wish.type.substr(0, 40) + "; use one of " + types);
  }
  if (!is_line(wish.label, kLongestLabel))
    return invalid("`string`, which users read, must be one line of at most 200 bytes");
  if (wish.help.size() > kLongestHelp) return invalid("`help` is longer than 2000 bytes; shorten it");
  if (is_relation(wish.type) != !wish.relation.empty())
    return invalid(is_relation(wish.type) ? "a " + wish.type + " needs `relation`, the model on the other side"
                                          : "only a many2one or many2many has a `relation`; leave it out");
  if (is_relation(wish.type)) {
    if (!is_model_name(wish.relation)) return invalid("`relation` must be the name of a model such as res.partner");
    if (const ModelRule& rule = model_rule(wish.relation); rule.reach == Reach::kNone)
      return setup_error(Code::kAccess, "no plugin may add a field to " + wish.model + " that leads to " +
                                            wish.relation + ": " + std::string(rule.why));
  }
  if (wish.type != "selection") {
    if (args["selection"].size() != 0) return invalid("only a selection has `selection`; leave it out");
    return wish;
  }
  Result<Options> options = parse_options(args["selection"]);
  if (!options) return options.error();
  wish.options = *std::move(options);
  return wish;
}

Result<bool> ensure(const FieldWish& wish, SetupAccess& access, const odoo::CallOptions& options) {
  const std::string external = external_name("field", wish.model, wish.name);
  Result<Document> there = described(access.run(), wish, options);
  if (!there) return there.error();
  const bool absent = there->root().is_null();
  Comparison comparison;
  if (!absent) {
    Result<Comparison> compared = compare(wish, there->root());
    if (!compared) return compared.error();
    comparison = *std::move(compared);
    if (comparison.same) return false;
  }
  const Result<std::shared_ptr<odoo::Session>> setup = access.session(options.stop);
  if (!setup) {
    Error error = setup.error();
    error.message = wish.model + "." + wish.name + (absent ? " is not there: " : " lacks options: ") + error.message;
    return error;
  }
  const Result<void> done =
      absent ? make(wish, **setup, external, options) : add_options(wish, comparison, **setup, external, options);
  access.run().forget_fields();
  if (done) return absent;
  if (done.error().code == Code::kAuth) return access.explain(done.error(), options.stop);
  // Somebody else was quicker.
  there = described(**setup, wish, options);
  if (there && !there->root().is_null() && absent) {
    const Result<Comparison> compared = compare(wish, there->root());
    if (!compared) return compared.error();
    if (compared->same) return false;
  }
  return done.error();
}

}  // namespace outrigger::host
