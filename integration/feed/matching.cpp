#include "integration/feed/matching.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "integration/domain/evaluate.hpp"
#include "integration/value/json.hpp"

namespace outrigger::feed {
namespace {

using domain::FieldType;
using domain::Node;
using domain::Operator;

constexpr int kSettledNumbers = 19;  // since then an empty number is 0 in every comparison

FieldType type_of(std::string_view type) {
  if (type == "boolean") return FieldType::kBoolean;
  if (type == "integer") return FieldType::kInteger;
  if (type == "float" || type == "monetary") return FieldType::kFloat;
  if (type == "selection") return FieldType::kSelection;
  if (type == "date") return FieldType::kDate;
  if (type == "datetime") return FieldType::kDatetime;
  if (type == "many2one") return FieldType::kMany2one;
  if (type == "one2many" || type == "many2many") return FieldType::kToMany;
  return FieldType::kOther;
}

bool is_equality(Operator op) { return op == Operator::kEqual || op == Operator::kNotEqual; }
bool is_list(Operator op) { return op == Operator::kIn || op == Operator::kNotIn; }
bool is_order(Operator op) {
  return op == Operator::kLess || op == Operator::kLessOrEqual || op == Operator::kGreater ||
         op == Operator::kGreaterOrEqual;
}
bool is_false(Value value) { return value.is_null() || (value.boolean() && !*value.boolean()); }

template <typename Is>
bool all_items(Value list, Is is) {
  if (!list.is_array() || list.size() == 0) return false;
  for (const Value item : list.items())
    if (!is(item)) return false;
  return true;
}

bool is_plain_date(Value value) { return value.is_string() && value.text().size() == 10 && value.text()[4] == '-'; }

// Whether the term means here exactly what it means in every version's SQL.
bool decided_here(const Node& term, Value definitions, int major) {
  const auto id_value = [](Value value) { return value.as_integer().has_value(); };
  const auto text_value = [](Value value) { return value.is_string() && !value.text().empty(); };
  if (term.path == "id")
    return is_list(term.op) ? all_items(term.value, id_value)
                            : (is_equality(term.op) || is_order(term.op)) && id_value(term.value);
  const Value definition = definitions[term.path];
  if (term.path.find('.') != std::string::npos || !definition.is_object() || !definition["store"].truthy())
    return false;
  switch (type_of(definition["type"].text())) {
    case FieldType::kBoolean: return is_equality(term.op) && term.value.boolean().has_value();
    case FieldType::kSelection:
      return is_list(term.op) ? all_items(term.value, text_value)
                              : is_equality(term.op) && (text_value(term.value) || is_false(term.value));
    case FieldType::kMany2one:
      return is_list(term.op) ? all_items(term.value, id_value)
                              : is_equality(term.op) && (id_value(term.value) || is_false(term.value));
    case FieldType::kInteger:
    case FieldType::kFloat:
      return major >= kSettledNumbers && (is_equality(term.op) || is_order(term.op)) && term.value.number().has_value();
    case FieldType::kDate: return (is_equality(term.op) || is_order(term.op)) && is_plain_date(term.value);
    default: return false;
  }
}

bool decided_here(const Node& node, Value definitions, bool negated, int major) {
  switch (node.kind) {
    case Node::Kind::kConstant: return true;
    // Before 19 an order on an empty value is false both ways, so "not less" is no "greater or equal".
    case Node::Kind::kNot: return decided_here(node.children.front(), definitions, true, major);
    case Node::Kind::kTerm: return !(negated && is_order(node.op)) && decided_here(node, definitions, major);
    default:
      return std::all_of(node.children.begin(), node.children.end(),
                         [&](const Node& child) { return decided_here(child, definitions, negated, major); });
  }
}

// The record's own fields that a domain looks at, as far as reading them is cheap.
void collect_fields(const Node& node, Value definitions, std::vector<std::string>& fields) {
  for (const Node& child : node.children)
    if (node.kind != Node::Kind::kTerm) collect_fields(child, definitions, fields);
  if (node.kind != Node::Kind::kTerm) return;
  const std::string name = node.path.substr(0, node.path.find('.'));
  const Value definition = definitions[name];
  const FieldType type = type_of(definition["type"].text());
  const bool heavy = type == FieldType::kToMany || definition["type"].text() == "binary" ||
                     definition["type"].text() == "html" || definition["type"].text() == "text";
  if (name == "id" || !definition["store"].truthy() || heavy) return;
  if (std::find(fields.begin(), fields.end(), name) == fields.end()) fields.push_back(name);
}

// One row as the only record there is.
class Row final : public domain::RecordSource {
 public:
  Row(Value definitions, Value row) : definitions_(definitions), row_(row) {}

  bool field(std::string_view name, domain::FieldInfo& info) const override {
    const Value definition = definitions_[name];
    if (!definition.is_object()) return false;
    info = {type_of(definition["type"].text()), definition["relation"].text()};
    return true;
  }
  Value value(int64_t, std::string_view field) const override { return row_[field]; }
  const RecordSource* related(std::string_view) const override { return nullptr; }
  bool exists(int64_t) const override { return true; }

 private:
  Value definitions_;
  Value row_;
};

Result<domain::Domain> parse(const Subscriber& subscriber) {
  const Result<Document> json = value::read_json(subscriber.domain);
  Result<domain::Domain> parsed = json ? domain::Domain::parse(json->root()) : Result<domain::Domain>(json.error());
  if (parsed) return parsed;
  return Error{Code::kInvalid, "the domain of " + subscriber.name + " cannot be read: " + parsed.error().message,
               outrigger::Source::kHost, Effect::kNone, -1};
}

}  // namespace

Result<void> Matching::check(const Stream& stream) {
  for (const Subscriber& subscriber : stream.subscribers)
    if (!subscriber.domain.empty())
      if (const Result<domain::Domain> parsed = parse(subscriber); !parsed) return parsed.error();
  return {};
}

Result<Matching> Matching::make(const Stream& stream, std::shared_ptr<const Document> definitions, int major) {
  Matching matching;
  matching.model_ = stream.model;
  matching.definitions_ = std::move(definitions);
  const Value fields = matching.definitions_->root();
  std::map<std::string, size_t> known;
  for (size_t i = 0; i < stream.subscribers.size(); ++i) {
    const Subscriber& subscriber = stream.subscribers[i];
    const uint64_t bit = uint64_t{1} << i;
    if (subscriber.domain.empty()) {
      matching.always_ |= bit;
      continue;
    }
    Result<domain::Domain> parsed = parse(subscriber);
    if (!parsed) return parsed.error();
    const std::string text = parsed->to_python();
    if (const auto same = known.find(text); same != known.end()) {
      matching.rules_[same->second].subscribers |= bit;
      continue;
    }
    known[text] = matching.rules_.size();
    const bool here = decided_here(parsed->root(), fields, false, major);
    collect_fields(parsed->root(), fields, matching.fields_);
    matching.rules_.push_back({std::make_shared<const domain::Domain>(*std::move(parsed)), bit, here, subscriber.name});
  }
  return matching;
}

size_t Matching::asked() const {
  return static_cast<size_t>(std::count_if(rules_.begin(), rules_.end(), [](const Rule& rule) { return !rule.here; }));
}

Result<void> Matching::match(Reader& reader, const Manner& manner, std::span<const Value> rows,
                             std::span<Seen> seen) const {
  for (Seen& each : seen) each.matches = always_;
  if (seen.empty()) return {};
  for (const Rule& rule : rules_) {
    if (rule.here) {
      for (size_t i = 0; i < seen.size(); ++i) {
        const Row row(definitions_->root(), rows[i]);
        const Result<bool> holds = domain::matches(rule.domain->root(), row, seen[i].id);
        if (!holds) return holds.error();
        if (*holds) seen[i].matches |= rule.subscribers;
      }
      continue;
    }
    Arena arena;
    std::vector<int64_t> ids;
    for (const Seen& each : seen) ids.push_back(each.id);
    std::vector<Value> terms{arena.array({"id", "in", arena.ids(ids)})};
    const Value own = rule.domain->to_value(arena);
    // A list of one term or a prefix form; "and" before both keeps either whole.
    if (own.size() > 0) terms.insert(terms.begin(), Value::of("&"));
    for (const Value term : own.items()) terms.push_back(term);
    const Result<std::vector<int64_t>> found = reader.search(model_, arena.array(terms), manner);
    if (!found) {
      Error error = found.error();
      if (error.source == outrigger::Source::kOdoo && error.code != Code::kAccess)
        error.message = "Odoo does not take the domain of " + rule.first + ": " + error.message;
      return error;
    }
    const std::unordered_set<int64_t> holding(found->begin(), found->end());
    for (Seen& each : seen)
      if (holding.count(each.id) != 0) each.matches |= rule.subscribers;
  }
  return {};
}

}  // namespace outrigger::feed
