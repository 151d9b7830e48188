// What a domain looks at: every condition is a question whose answer can be read off the records that come back.
#include <algorithm>

#include "host/grants/check.hpp"
#include "host/grants/policy.hpp"

namespace outrigger::host {
namespace {

using domain::Node;
using domain::Operator;

bool holds_text(Value value) {
  if (value.is_string() || value.kind() == Kind::kBytes) return true;
  const Value::Items items = value.items();
  for (const Value item : items)
    if (holds_text(item)) return true;
  return false;
}

bool is_pattern(Operator op) {
  switch (op) {
    case Operator::kLike:
    case Operator::kNotLike:
    case Operator::kILike:
    case Operator::kNotILike:
    case Operator::kPattern:
    case Operator::kNotPattern:
    case Operator::kIPattern:
    case Operator::kNotIPattern: return true;
    default: return false;
  }
}

// Models whose tree does not hang on parent_id.
std::string_view parent_of(std::string_view model) {
  if (model == "stock.location") return "location_id";
  return "parent_id";
}

}  // namespace

Result<void> Check::domain(std::string_view model, Value list) {
  if (list.is_null()) return {};
  const Result<domain::Domain> parsed = domain::Domain::parse(list);
  if (!parsed) return invalid("the domain cannot be read: " + parsed.error().message);
  return node(model, parsed->root());
}

Result<void> Check::node(std::string_view model, const Node& node) {
  if (node.kind == Node::Kind::kTerm) return term(model, node);
  for (const Node& child : node.children)
    if (Result<void> ok = this->node(model, child); !ok) return ok;
  return {};
}

Result<void> Check::term(std::string_view model, const Node& term) {
  const Result<PathEnd> end = path(model, term.path);
  if (!end) return end.error();
  if (term.op == Operator::kAny || term.op == Operator::kNotAny) {
    const Result<FieldInfo> field = info(end->model, end->field);
    if (!field) return field.error();
    if (field->relation.empty() || end->part)
      return invalid(term.path + " is not a relation; `any` takes a domain on related records");
    if (Result<void> ok = any_read(field->relation); !ok) return ok;
    return node(field->relation, term.children.front());
  }
  if (term.op == Operator::kChildOf || term.op == Operator::kParentOf) return hierarchy(*end, term);
  if (end->part || (!is_pattern(term.op) && !holds_text(term.value))) return {};
  // A text that is compared with a relation, or with a display name, is looked up in whatever that model is found by:
  // the login of users, the e-mail and tax number of contacts.
  if (end->field == "id" || end->field == "create_date" || end->field == "write_date") return {};
  const std::string verb = "compare " + dotted(end->model, end->field) + " with a text";
  if (end->field == "display_name")
    return never(verb, "Odoo would look it up in other fields too; compare the field `name` instead");
  const Result<FieldInfo> field = info(end->model, end->field);
  if (!field) return field.error();
  if (!field->relation.empty())
    return never(verb, "Odoo would look it up in other fields of " + field->relation + " too; compare `" + term.path +
                           ".name` instead");
  return {};
}

Result<void> Check::hierarchy(const PathEnd& end, const Node& term) {
  const char* op = domain::to_string(term.op);
  if (holds_text(term.value)) return invalid(std::string(op) + " takes ids, no names");
  std::string target = end.model;
  if (end.field != "id") {
    const Result<FieldInfo> field = info(end.model, end.field);
    if (!field) return field.error();
    if (field->relation.empty() || end.part) return invalid(term.path + " is not a relation; " + op + " takes one");
    target = field->relation;
  }
  return readable(target, parent_of(target));
}

}  // namespace outrigger::host
