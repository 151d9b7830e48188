#include "host/grants/check.hpp"

#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

// A name that a plugin made up must not write lines of its own into a log.
std::string plain(std::string text) {
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

}  // namespace

std::string odoo_line(std::string_view model, std::string_view kind, std::string_view field) {
  const std::string asked = field.empty() ? "true" : "[\"" + std::string(field) + "\"]";
  return "\"odoo\": {\"" + std::string(model) + "\": {\"" + std::string(kind) + "\": " + asked + "}}";
}

std::string dotted(std::string_view model, std::string_view field) {
  return std::string(model) + "." + std::string(field);
}

Error Check::lacks(const std::string& verb, const std::string& line) const {
  return {Code::kAccess,
          plain("plugin " + plugin_ + " may not " + verb + ": the grant lacks " + line +
                "; add it to the manifest and enable the plugin again"),
          Source::kHost, Effect::kNone, -1};
}

Error Check::never(const std::string& verb, std::string_view why) const {
  return {Code::kAccess, plain("plugin " + plugin_ + " may not " + verb + ": " + std::string(why)), Source::kHost,
          Effect::kNone, -1};
}

Error Check::invalid(const std::string& message) const {
  return {Code::kInvalid, plain("plugin " + plugin_ + ": " + message), Source::kHost, Effect::kNone, -1};
}

Error Check::unknown_field(std::string_view model, std::string_view field) const {
  return never("use " + dotted(model, field) + " here",
               "the host cannot see what kind of field it is; look whether Odoo has it and the key may read the model");
}

Result<void> Check::reach(std::string_view model, std::string_view verb, bool change) const {
  if (!is_model_name(model)) return invalid("`" + std::string(model.substr(0, 80)) + "` is not the name of a model");
  const ModelRule& rule = model_rule(model);
  if (rule.reach == Reach::kNone || (change && rule.reach != Reach::kFull))
    return never(std::string(verb) + " " + std::string(model),
                 "no plugin may, whatever was granted, since " + std::string(rule.why));
  return {};
}

Result<Value> Check::described(std::string_view model) {
  auto known = models_.find(model);
  if (known == models_.end())
    known = models_.emplace(model, fields_of_ ? fields_of_(model) : Result<Document>(Document{})).first;
  if (!known->second) return known->second.error();
  return known->second->root();
}

Result<FieldInfo> Check::info(std::string_view model, std::string_view field) {
  const std::pair key{std::string(model), std::string(field)};
  if (const auto known = infos_.find(key); known != infos_.end()) return known->second;
  const Result<Value> all = described(model);
  if (!all) return all.error();
  const Value found = (*all)[field];
  if (!found.is_object() || found["type"].text().empty()) return unknown_field(model, field);
  FieldInfo info{std::string(found["type"].text()), std::string(found["relation"].text()),
                 std::string(found["relation_field"].text())};
  return infos_.emplace(key, std::move(info)).first->second;
}

Result<void> Check::ids(Value list, std::string_view what) const {
  if (!list.is_null() && !list.is_array()) return invalid(std::string(what) + " must be a list of ids");
  for (const Value id : list.items())
    if (id.kind() != outrigger::Kind::kInt) return invalid(std::string(what) + " must be a list of ids");
  return {};
}

}  // namespace outrigger::host
