// One model of permissions.odoo.
#include "host/config/json_tree.hpp"
#include "host/grants/parse.hpp"
#include "host/grants/policy.hpp"

namespace outrigger::host::parse {
namespace {

class ModelParser {
 public:
  ModelParser(std::string_view name, Value json)
      : json_(json), where_("permissions.odoo.\"" + std::string(name) + "\"") {
    model_.model = name;
  }

  Result<ModelPermission> run() {
    if (!is_model_name(model_.model))
      return invalid("permissions.odoo: " + ticked(model_.model) + " is not the name of a model such as crm.lead");
    const ModelRule& rule = model_rule(model_.model);
    if (rule.reach == Reach::kNone)
      return invalid(where_ + " can never be granted: " + std::string(rule.why) + "; leave it out");
    constexpr std::string_view kKeys[] = {"read", "write", "create", "unlink", "methods", "message_post", "why"};
    if (Result<void> known = check_keys(json_, where_, kKeys); !known) return known.error();
    if (rule.reach != Reach::kFull)
      for (const std::string_view key : {"write", "create", "unlink", "methods", "message_post"})
        if (json_[key].truthy() || json_[key].is_array())
          return invalid(where_ + "." + std::string(key) + " can never be granted: " + std::string(rule.why) +
                         "; it may only be read");
    for (const auto step : {&ModelParser::read, &ModelParser::write, &ModelParser::create, &ModelParser::unlink,
                            &ModelParser::methods, &ModelParser::posting, &ModelParser::why})
      if (Result<void> done = (this->*step)(); !done) return done.error();
    return std::move(model_);
  }

 private:
  using Bar = std::string_view (*)(std::string_view, std::string_view);

  Result<void> name(Value item, const std::string& where, Bar bar, FieldAsk& ask) const {
    if (item.text() == "*")
      return invalid(where + ": " +
                     (bar == read_bar ? "for every field write \"read\": \"*\"" : "name each field instead of \"*\""));
    if (!item.is_string() || !is_identifier(item.text()))
      return invalid(where + ": " + ticked(item.text()) + " is not the name of a field such as stage_id");
    if (const std::string_view why = bar(model_.model, item.text()); !why.empty())
      return invalid(where + ": " + ticked(item.text()) + " can never be granted: " + std::string(why));
    ask.names.emplace_back(item.text());
    return {};
  }

  Result<void> fields(std::string_view key, Bar bar, std::vector<FieldAsk>& out) const {
    const std::string where = where_ + "." + std::string(key);
    if (!json_[key].is_array()) return invalid(where + " must be a list of field names");
    for (const Value item : json_[key].items()) {
      FieldAsk ask;
      if (item.is_object()) {
        constexpr std::string_view kKeys[] = {"any", "optional"};
        if (Result<void> known = check_keys(item, where, kKeys); !known) return known;
        if (item.has("optional") && !item["optional"].boolean())
          return invalid(where + ": `optional` must be true or false");
        ask.optional = item["optional"].truthy();
        if (item["any"].size() == 0 || !item["any"].is_array())
          return invalid(where + ": `any` must be a list of the names that the field has in the versions of Odoo");
        for (const Value one : item["any"].items())
          if (Result<void> named = name(one, where, bar, ask); !named) return named;
      } else if (Result<void> named = name(item, where, bar, ask); !named) {
        return named;
      }
      out.push_back(std::move(ask));
    }
    return {};
  }

  Result<void> read() {
    if (!json_.has("read")) return {};
    if (json_["read"].text() == "*") {
      if (model_rule(model_.model).reach == Reach::kListed)
        return invalid(where_ + ".read: name the fields; " + std::string(model_rule(model_.model).why));
      model_.read_all = true;
      return {};
    }
    if (json_["read"].is_array() && json_["read"].size() == 0)
      return invalid(where_ + ".read is empty; name at least `id`, or leave it out");
    return fields("read", read_bar, model_.read);
  }
  Result<void> write() {
    if (!json_.has("write")) return {};
    return fields("write", change_bar, model_.write);
  }
  Result<void> create() {
    model_.creates = json_.has("create");
    if (!model_.creates) return {};
    return fields("create", write_bar, model_.create);
  }

  Result<void> unlink() {
    if (!json_.has("unlink")) return {};
    if (!json_["unlink"].boolean()) return invalid(where_ + ".unlink must be true or false");
    model_.unlink = json_["unlink"].truthy();
    return {};
  }

  Result<void> methods() {
    return texts(json_["methods"], where_ + ".methods", model_.methods, [](std::string_view method) -> std::string {
      if (!is_identifier(method)) return "is not the name of a method such as action_set_lost";
      const std::string_view use = method_bar(method);
      return use.empty() ? "" : "cannot be called as a method: " + std::string(use);
    });
  }

  Result<void> posting() {
    const Value json = json_["message_post"];
    if (json.is_null() || json.boolean() == false) return {};
    if (json.boolean() != true && json.text() != "anyone")
      return invalid(where_ + ".message_post must be true (internal notes) or \"anyone\" (also messages to outsiders)");
    model_.posting = json.is_string() ? Posting::kAnyone : Posting::kNotes;
    return {};
  }

  Result<void> why() {
    const Value json = json_["why"];
    if (json.is_null()) return {};
    constexpr std::string_view kLocales[] = {"en", "vi"};
    constexpr size_t kLongest = 300;
    if (json.is_string()) {
      if (!is_plain(json.text(), kLongest)) return invalid(where_ + ".why must be one line of at most 300 bytes");
      model_.why_en = model_.why_vi = json.text();
      return {};
    }
    if (Result<void> known = check_keys(json, where_ + ".why", kLocales); !known) return known;
    for (const Field field : json.fields())
      if (!field.value.is_string() || !is_plain(field.value.text(), kLongest))
        return invalid(where_ + ".why." + std::string(field.key) + " must be one line of at most 300 bytes");
    model_.why_en = json["en"].text();
    model_.why_vi = json.has("vi") ? json["vi"].text() : json["en"].text();
    return {};
  }

  Value json_;
  std::string where_;
  ModelPermission model_;
};

}  // namespace

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

std::string ticked(std::string_view text) {
  std::string shown(text.substr(0, 80));
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  return "`" + shown + "`";
}

Result<void> check_keys(Value object, const std::string& where, std::span<const std::string_view> known) {
  if (!object.is_object()) return invalid(where + " must be an object in braces");
  std::vector<std::string_view> seen;
  for (const Field field : object.fields()) {
    if (std::find(seen.begin(), seen.end(), field.key) != seen.end())
      return invalid(where + " names " + ticked(field.key) + " twice; keep one");
    seen.push_back(field.key);
    if (std::find(known.begin(), known.end(), field.key) != known.end()) continue;
    const std::string near = nearest(field.key, known);
    std::string words;
    for (const std::string_view word : known) words += (words.empty() ? "" : ", ") + std::string(word);
    return invalid("unknown key " + ticked(field.key) + " in " + where +
                   (near.empty() ? "; known keys: " + words : "; did you mean `" + near + "`?"));
  }
  return {};
}

bool is_plain(std::string_view text, size_t longest) {
  return text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 127; });
}

Result<ModelPermission> model(std::string_view name, Value json) { return ModelParser(name, json).run(); }

}  // namespace outrigger::host::parse
