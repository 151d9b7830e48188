// The structure of a domain, its paths and its plain fields; relations are in compile_links.cpp.
#include <algorithm>

#include "integration/domain/compiler.hpp"

namespace outrigger::domain {
namespace {

bool is_relation(FieldType type) { return type == FieldType::kMany2one || type == FieldType::kToMany; }

// Whether a value may be a date that depends on the moment: "today", "-7d", "=1d".
bool may_be_relative(Value value) {
  if (value.is_string()) {
    const std::string_view text = value.text();
    return !text.empty() && std::string_view("tn+-= ").find(text[0]) != std::string_view::npos;
  }
  const auto items = value.items();
  for (const Value item : items)
    if (may_be_relative(item)) return true;
  return false;
}

bool may_be_relative(const Node& node) {
  if (node.kind == Node::Kind::kTerm && node.children.empty()) return may_be_relative(node.value);
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const Node& child) { return may_be_relative(child); });
}

}  // namespace

Compiler::Compiler(const Schema& schema, const Setting& setting, std::string_view model)
    : schema_(schema), setting_(setting) {
  program_->levels.push_back({0, 0, false, std::string(model), ""});
}

Result<void> Compiler::add(const Domain& domain) {
  const bool spread = is_old() && is_search();
  archived_.clear();
  if (spread && negates_constant(domain.root()))
    return mistaken("Odoo 14 does not take '!' before (1, '=', 1) or (0, '=', 1); write the other one");
  const Node root = spread ? spread_not(domain.root()) : is_old() ? domain.root() : without_constants(domain.root());
  Result<Step> step = node(root, 0);
  if (!step) return step.error();
  if (is_search() && !setting_.archived && !names(is_old() ? domain.root() : root, "active")) {
    step = without_archived(*std::move(step), 0);
    if (!step) return step.error();
  }
  program_->momentary = program_->momentary || may_be_relative(domain.root());
  program_->domains.push_back(*std::move(step));
  return {};
}

std::shared_ptr<DomainSet::Program> Compiler::finish() {
  for (const Column& column : program_->columns) program_->fields.push_back(column.path);
  return program_;
}

Result<Step> Compiler::node(const Node& node, size_t level) {
  switch (node.kind) {
    case Node::Kind::kConstant: return Step::of(node.constant);
    case Node::Kind::kTerm: {
      Result<Step> step = term(node, level);
      // The innermost condition is the one that is named.
      if (!step && step.error().message.find("', ") == std::string::npos)
        return Error{step.error().code, shown(node) + ": " + step.error().message, Source::kHost, Effect::kNone, -1};
      return step;
    }
    case Node::Kind::kNot:
      if (is_old() && is_search()) return not_14(node.children.front(), level);
      break;
    default: break;
  }
  std::vector<Step> children;
  for (const Node& child : node.children) {
    Result<Step> step = this->node(child, level);
    if (!step) return step;
    children.push_back(*std::move(step));
  }
  if (node.kind == Node::Kind::kNot) return Step::no(std::move(children.front()));
  return Step::of(node.kind == Node::Kind::kAnd ? Step::Kind::kAnd : Step::Kind::kOr, std::move(children));
}

// Leaves out archived records, where the model has such.
Result<Step> Compiler::without_archived(Step step, size_t level) {
  const Result<SchemaField> active = schema_.field(program_->levels[level].model, "active");
  if (!active) return active.error().code == Code::kMissing ? Result<Step>(std::move(step)) : active.error();
  const auto test = [](Value have) { return answer(have.truthy()); };
  Step kept = condition(level, "active", "('active', '=', True)", test);
  return Step::of(Step::Kind::kAnd, {std::move(step), std::move(kept)});
}

Result<SchemaField> Compiler::field(size_t level, std::string_view name) {
  const std::string& model = program_->levels[level].model;
  Result<SchemaField> field = schema_.field(model, name);
  if (!field && field.error().code == Code::kMissing)
    return mistaken(model + " has no field `" + std::string(name) + "`; correct the name");
  // filtered_domain() reads the value, as anybody can; search() runs code of the field.
  const bool readable = name == "id" || (name == "display_name" && !is_old()) || !is_search();
  if (field && !field->stored && !readable) return undecided("`" + std::string(name) + "` is computed by Odoo");
  return field;
}

Result<Step> Compiler::term(const Node& node, size_t level) {
  // Odoo 14 takes only False and None for nothing when it searches.
  const bool nothing = is_old() && is_search() ? is_empty(node.value) : !node.value.truthy();
  const size_t dot = node.path.find('.');
  const bool any_value = node.op == Operator::kEqualOrUnset && nothing;
  if (any_value && (dot == std::string::npos || (is_old() && !is_search()))) return Step::of(true);
  const bool new_operator = node.op == Operator::kAny || node.op == Operator::kNotAny ||
                            node.op == Operator::kNotPattern || node.op == Operator::kNotIPattern;
  if (is_old() && new_operator)
    return mistaken("Odoo " + std::to_string(setting_.major) + " has no operator '" + to_string(node.op) + "'");
  if (is_old() && !is_search()) return filter_14(node, level);
  const std::string first = node.path.substr(0, dot);
  const Result<SchemaField> known = field(level, first);
  if (!known) return known.error();
  const bool time = known->type == FieldType::kDate || known->type == FieldType::kDatetime;
  if (dot != std::string::npos && time && !is_old())
    return any_value ? Step::of(true) : part(node, level, first, node.path.substr(dot + 1), known->type);
  if (dot != std::string::npos) {
    if (!is_relation(known->type)) return mistaken("`" + first + "` is no relation, so nothing follows its dot");
    Node rest = node;
    rest.path = node.path.substr(dot + 1);
    return along(rest, level, first, *known);
  }
  if (is_old()) return search_14(node, level, *known);
  Result<Step> step = direct(node, level, *known);
  if (step && is_negative(node.op)) return Step::no(*std::move(step));
  return step;
}

// Some linked record matches the inner domain.
Result<Step> Compiler::along(const Node& inner, size_t level, const std::string& relation, const SchemaField& known) {
  const size_t next = level_of(level, relation, known);
  Result<Step> step = node(inner, next);
  if (!step) return step;
  if (known.type == FieldType::kToMany && !sees_archived(level)) {
    const Result<bool> all = with_archived(is_old() ? names(inner, "active") : names_active(inner), next);
    if (!all) return all.error();
    if (!*all) step = without_archived(*std::move(step), next);
  }
  if (!step) return step;
  return Step::of(Step::Kind::kAny, {*std::move(step)}, next);
}

// Whether a condition on to-many links counts archived ones. `named`: whether it names `active`.
Result<bool> Compiler::with_archived(std::optional<bool> named, size_t level) {
  // filtered_domain() sees the links that a record shows, whatever is asked of them.
  if (!is_search()) return false;
  if (is_old()) return named == true;
  const Result<SchemaField> active = schema_.field(program_->levels[level].model, "active");
  if (!active) return active.error().code == Code::kMissing ? Result<bool>(false) : active.error();
  // Odoo joins the conditions on one link, rewrites them again, and then asks whether they name `active`.
  const auto [at, first] = archived_.try_emplace(level, named == true);
  if (!named || (!first && (at->second || *named)))
    return undecided("whether archived records of " + program_->levels[level].model + " count is not known here");
  return *named;
}

// Odoo 14 forgets to hide archived records behind a link to one.
bool Compiler::sees_archived(size_t level) const {
  if (!is_old() || !is_search()) return false;
  for (; level != 0; level = program_->levels[level].parent)
    if (!program_->levels[level].many) return true;
  return false;
}

Result<Step> Compiler::part(const Node& node, size_t level, const std::string& name, std::string_view part,
                            FieldType type) {
  Result<Test> test = part_test(type, part, without_negation(node.op), node.value, setting_);
  if (!test) return test.error();
  Step step = condition(level, name, shown(node), *std::move(test));
  return is_negative(node.op) ? Step::no(std::move(step)) : std::move(step);
}

Result<Step> Compiler::direct(const Node& node, size_t level, const SchemaField& known) {
  const Operator op = without_negation(node.op);
  if (op == Operator::kAny) {
    if (node.path == "id") return this->node(node.children.front(), level);
    if (!is_relation(known.type)) return mistaken("`any` needs a relation");
    return along(node.children.front(), level, node.path, known);
  }
  if (op == Operator::kChildOf || op == Operator::kParentOf) return tree(node, level, op, known);
  if (node.path == "id") return by_id(node, level, op);
  if (is_relation(known.type)) return link(node, level, op, known);
  if (node.path == "display_name" && is_search()) return by_shown_name(node, level);
  Result<Test> test =
      scalar_test(known.type, op == Operator::kEqualOrUnset ? Operator::kEqual : op, node.value, setting_);
  if (!test) return test.error();
  return condition(level, node.path, shown(node), *std::move(test));
}

// search() looks a display name up in the fields that make it.
Result<Step> Compiler::by_shown_name(const Node& node, size_t level) {
  const Operator op = without_negation(node.op);
  const std::string& model = program_->levels[level].model;
  const std::vector<std::string> fields = schema_.name_fields(model);
  if (fields.empty()) return undecided("where Odoo looks for a name of " + model + " is not known here");
  if (is_inequality(op)) return undecided("a display name has no order here");
  std::vector<Step> found;
  for (const std::string& name : fields) {
    Result<Test> test = text_test(op, node.value, setting_);
    if (!test) return test.error();
    found.push_back(condition(level, name, shown(node) + " by " + name, *std::move(test)));
  }
  return found.size() == 1 ? std::move(found[0]) : Step::of(Step::Kind::kOr, std::move(found));
}

size_t Compiler::column(size_t level, const std::string& name) {
  const std::string path = program_->levels[level].prefix + name;
  const auto [at, made] = columns_.try_emplace(path, program_->columns.size());
  if (made) program_->columns.push_back({level, path});
  return at->second;
}

size_t Compiler::level_of(size_t parent, const std::string& relation, const SchemaField& known) {
  const size_t link = column(parent, relation);
  const std::string prefix = program_->levels[parent].prefix + relation + ".";
  const auto [at, made] = levels_.try_emplace(prefix, program_->levels.size());
  if (made) program_->levels.push_back({parent, link, known.type == FieldType::kToMany, known.comodel, prefix});
  return at->second;
}

Step Compiler::condition(size_t level, const std::string& name, std::string text, Test test) {
  return remember({level, column(level, name), false, std::move(text), std::move(test)});
}

// Domains of many teams and members repeat conditions; each is evaluated once.
Step Compiler::remember(Condition condition) {
  const std::string key =
      std::to_string(condition.level) + " " + std::to_string(condition.column) + " " + condition.text;
  Step step;
  step.kind = Step::Kind::kCondition;
  step.index = program_->conditions.size();
  // What is shown cut may differ behind the cut.
  if (key.find("...") == std::string::npos) {
    const auto [at, made] = conditions_.try_emplace(key, step.index);
    step.index = at->second;
    if (!made) return step;
  }
  program_->conditions.push_back(std::move(condition));
  return step;
}

}  // namespace outrigger::domain
