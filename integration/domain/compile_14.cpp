// Terms as Odoo 14 means them.
#include <algorithm>
#include <set>

#include "integration/domain/compiler.hpp"

namespace outrigger::domain {
namespace {

Operator negated(Operator op) {
  switch (op) {
    case Operator::kLess: return Operator::kGreaterOrEqual;
    case Operator::kGreaterOrEqual: return Operator::kLess;
    case Operator::kGreater: return Operator::kLessOrEqual;
    case Operator::kLessOrEqual: return Operator::kGreater;
    case Operator::kEqual: return Operator::kNotEqual;
    case Operator::kIn: return Operator::kNotIn;
    case Operator::kLike: return Operator::kNotLike;
    case Operator::kILike: return Operator::kNotILike;
    default: return without_negation(op);  // itself where there is no opposite
  }
}

// `in True` is `= True`, and `= [..]` is `in [..]`.
Operator settled(Operator op, Value wanted) {
  const bool negative = is_negative(op);
  const Operator positive = without_negation(op);
  if (positive == Operator::kIn && wanted.kind() == outrigger::Kind::kBool)
    return negative ? Operator::kNotEqual : Operator::kEqual;
  if (positive == Operator::kEqual && wanted.is_array()) return negative ? Operator::kNotIn : Operator::kIn;
  return op;
}

bool is_relation(FieldType type) { return type == FieldType::kMany2one || type == FieldType::kToMany; }

std::set<int64_t> ids_of(Value wanted) {
  std::set<int64_t> ids;
  if (!wanted.is_array()) return {wanted.integer()};
  for (const Value one : wanted.items())
    if (one.truthy()) ids.insert(one.integer());
  return ids;
}

bool all_ids(Value wanted) {
  if (!wanted.is_array()) return wanted.kind() == outrigger::Kind::kInt && wanted.truthy();
  for (const Value one : wanted.items())
    if (one.kind() != outrigger::Kind::kInt && one.boolean() != false) return false;
  return true;
}

}  // namespace

Node spread_not(const Node& node, bool negate) {
  Node out = node;
  if (node.kind == Node::Kind::kNot) return spread_not(node.children.front(), !negate);
  if (node.kind == Node::Kind::kConstant) {
    out.constant = node.constant != negate;
    return out;
  }
  if (node.kind == Node::Kind::kTerm) {
    if (!negate) return out;
    out.op = negated(node.op);
    if (out.op != node.op) return out;
    Node wrapped;
    wrapped.kind = Node::Kind::kNot;
    wrapped.children.push_back(std::move(out));
    return wrapped;
  }
  if (negate) out.kind = node.kind == Node::Kind::kAnd ? Node::Kind::kOr : Node::Kind::kAnd;
  for (Node& child : out.children) child = spread_not(child, negate);
  return out;
}

bool negates_constant(const Node& node, bool negate) {
  if (node.kind == Node::Kind::kConstant) return negate;
  if (node.kind == Node::Kind::kTerm) return false;
  if (node.kind == Node::Kind::kNot) negate = !negate;
  return std::any_of(node.children.begin(), node.children.end(),
                     [negate](const Node& child) { return negates_constant(child, negate); });
}

// SQL's NOT, which an empty field does not pass.
Result<Step> Compiler::not_14(const Node& inner, size_t level) {
  if (inner.path.find('.') != std::string::npos || inner.op == Operator::kEqualOrUnset)
    return undecided(shown(inner) + ": '!' before it");
  const Result<SchemaField> known = field(level, inner.path);
  if (!known) return known.error();
  Result<Step> step = node(inner, level);
  if (!step) return step;
  if (inner.path == "id" || known->type == FieldType::kToMany) return Step::no(*std::move(step));
  Step set = condition(level, inner.path, "('" + inner.path + "', 'is', 'set')",
                       [](Value have) { return answer(!is_empty(have)); });
  return Step::of(Step::Kind::kAnd, {Step::no(*std::move(step)), std::move(set)});
}

Result<Step> Compiler::search_14(const Node& node, size_t level, const SchemaField& known) {
  if (node.op == Operator::kChildOf || node.op == Operator::kParentOf) return tree(node, level, node.op, known);
  const bool by_text = known.translated || (is_relation(known.type) && node.value.is_string());
  if (node.op == Operator::kEqualOrUnset && (by_text || node.value.is_array()))
    return undecided("'=?' of a list, a translated text or a name");
  const Operator op = settled(node.op == Operator::kEqualOrUnset ? Operator::kEqual : node.op, node.value);
  if (node.path == "id") {
    const bool listed = without_negation(op) == Operator::kIn || without_negation(op) == Operator::kEqual;
    if (listed && is_empty(node.value)) return Step::of(is_negative(op));
    if (listed && !all_ids(node.value)) return undecided("an id is compared with " + shown(node.value));
    if (is_like(without_negation(op))) return undecided("an id is compared with a pattern");
    Node positive = node;
    positive.op = without_negation(op);
    Result<Step> step = by_id(positive, level, positive.op);
    return step && is_negative(op) ? Result<Step>(Step::no(*std::move(step))) : std::move(step);
  }
  if (is_relation(known.type)) return link_14(node, level, op, known);
  Result<Test> test = search_test_14(known, node.path, op, node.value, setting_);
  if (!test) return test.error();
  return condition(level, node.path, shown(node), *std::move(test));
}

Result<Step> Compiler::link_14(const Node& node, size_t level, Operator op, const SchemaField& known) {
  const bool many = known.type == FieldType::kToMany;
  const Operator positive = without_negation(op);
  const bool negative = is_negative(op);
  const auto maybe_not = [negative](Result<Step> step) {
    return step && negative ? Result<Step>(Step::no(*std::move(step))) : std::move(step);
  };
  if (is_inequality(op)) {
    if (many || node.value.kind() != outrigger::Kind::kInt)
      return undecided("a relation is ordered against " + shown(node.value));
    return linked(level, node.path, known, shown(node),
                  [op, bound = node.value.integer()](int64_t id) { return compare(op, id < bound ? -1 : id > bound); });
  }
  if (node.value.is_string()) {
    // A name is looked up with its own operator; only a link to many is looked up without the negation.
    const bool listed = positive == Operator::kIn || positive == Operator::kEqual;
    if (many && positive == Operator::kIn) return undecided("a relation is compared with " + shown(node.value));
    const Operator plain = listed ? (negative ? Operator::kNotEqual : Operator::kEqual) : op;
    const Result<std::vector<int64_t>> found =
        schema_.named(known.comodel, many ? without_negation(plain) : plain, node.value.text(), !many);
    if (!found) return found.error();
    program_->momentary = true;
    const std::set<int64_t> ids(found->begin(), found->end());
    Result<Step> some =
        linked(level, node.path, known, shown(node) + " by name", [ids](int64_t id) { return ids.count(id) != 0; });
    if (many) return maybe_not(std::move(some));
    if (!some || !negative) return some;
    Step unset = condition(level, node.path, "('" + node.path + "', '=', False)",
                           [](Value have) { return answer(!have.truthy()); });
    return Step::of(Step::Kind::kOr, {*std::move(some), std::move(unset)});
  }
  if (positive != Operator::kEqual && positive != Operator::kIn)
    return undecided("a relation is compared with " + shown(node.value));
  if (is_empty(node.value)) {
    if (node.value.is_null() && (many || positive == Operator::kIn))
      return undecided("a relation is compared with None");
    Result<Step> set =
        linked(level, node.path, known, "('" + node.path + "', '!=', False)", [](int64_t) { return true; });
    return !set || negative ? std::move(set) : Result<Step>(Step::no(*std::move(set)));
  }
  if (!all_ids(node.value)) return undecided("a relation is compared with " + shown(node.value));
  const std::set<int64_t> ids = ids_of(node.value);
  if (many)
    return maybe_not(linked(level, node.path, known, shown(node), [ids](int64_t id) { return ids.count(id) != 0; }));
  // False, and 0 with it, asks for what is not set.
  bool empty_too = false;
  for (const Value one : node.value.items()) empty_too = empty_too || !one.truthy();
  return condition(level, node.path, shown(node), [ids, empty_too, negative](Value have) {
    if (!have.truthy()) return answer(empty_too != negative);
    return answer((ids.count(have.integer()) != 0) != negative);
  });
}

// Records that a record reaches, and a test on the last field of the path.
Result<Step> Compiler::reach_14(std::string_view path, size_t level, const Leaf& leaf) {
  const size_t dot = path.find('.');
  const std::string first(path.substr(0, dot));
  const Result<SchemaField> known = field(level, first);
  if (!known) return known.error();
  if (dot == std::string_view::npos) return leaf(first, level, *known);
  if (!is_relation(known->type)) return mistaken("`" + first + "` is no relation, so nothing follows its dot");
  const size_t next = level_of(level, first, *known);
  Result<Step> step = reach_14(path.substr(dot + 1), next, leaf);
  if (step && known->type == FieldType::kToMany) step = without_archived(*std::move(step), next);
  if (!step) return step;
  return Step::of(Step::Kind::kAny, {*std::move(step)}, next);
}

Result<Step> Compiler::filter_14(const Node& node, size_t level) {
  if (node.op == Operator::kChildOf || node.op == Operator::kParentOf)
    return undecided("filtered_domain of Odoo 14 looks a tree up once for all records");
  std::string path = node.path;
  if (path.size() > 3 && path.compare(path.size() - 3, 3, ".id") == 0) path.resize(path.size() - 3);
  const bool negative = is_negative(node.op);
  const Operator op = node.op == Operator::kEqualOrUnset ? Operator::kEqual : without_negation(node.op);
  const Value wanted = node.value;
  const Value first = wanted.is_array() && wanted.size() > 0 ? wanted.at(0) : wanted;
  bool empty_too = false;
  const Leaf leaf = [&](const std::string& name, size_t here, const SchemaField& known) -> Result<Step> {
    const bool own = name == "id";
    if (!own && !is_relation(known.type)) {
      Result<Test> test = filter_test_14(known.type, name, op, wanted, negative);
      if (!test) return test.error();
      return condition(here, name, shown(node), *std::move(test));
    }
    if (first.is_string()) {
      Result<Test> test = filter_test_14(FieldType::kText, "display_name", op, wanted, negative);
      if (!test) return test.error();
      if (own) return condition(here, "display_name", shown(node), *std::move(test));
      const size_t next = level_of(here, name, known);
      Result<Step> step = condition(next, "display_name", shown(node), *std::move(test));
      if (known.type == FieldType::kToMany) step = without_archived(*std::move(step), next);
      if (!step) return step;
      return Step::of(Step::Kind::kAny, {*std::move(step)}, next);
    }
    const Result<Test> test = filter_test_14(FieldType::kInteger, "id", op, wanted, negative);
    if (!test) return test.error();
    const Answer of_nothing = (*test)(Value::of(0));  // Python's False is 0
    if (of_nothing == Answer::kUnknown) return undecided("a relation is compared with " + shown(wanted));
    empty_too = of_nothing == Answer::kYes;
    const auto wanted_id = [test = *test](int64_t id) { return test(Value::of(id)) == Answer::kYes; };
    if (own) return condition(here, "id", shown(node), *test);
    return linked(here, name, known, shown(node), wanted_id);
  };
  Result<Step> step = reach_14(path, level, leaf);
  if (step && empty_too) {
    // Nothing at the end of the path.
    const Leaf any = [&](const std::string& name, size_t here, const SchemaField& known) -> Result<Step> {
      if (name == "id") return Step::of(true);
      return linked(here, name, known, "('" + name + "', '!=', False)", [](int64_t) { return true; });
    };
    Result<Step> something = reach_14(path, level, any);
    if (!something) return something;
    step = Step::of(Step::Kind::kOr, {*std::move(step), Step::no(*std::move(something))});
  }
  return step && negative ? Result<Step>(Step::no(*std::move(step))) : std::move(step);
}

}  // namespace outrigger::domain
