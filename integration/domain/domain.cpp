#include "integration/domain/domain.hpp"

#include <cmath>
#include <optional>

namespace outrigger::domain {
namespace {

struct Spelling {
  Operator op;
  const char* text;
};
constexpr Spelling kSpellings[] = {
    {Operator::kEqual, "="},
    {Operator::kNotEqual, "!="},
    {Operator::kEqualOrUnset, "=?"},
    {Operator::kLess, "<"},
    {Operator::kLessOrEqual, "<="},
    {Operator::kGreater, ">"},
    {Operator::kGreaterOrEqual, ">="},
    {Operator::kIn, "in"},
    {Operator::kNotIn, "not in"},
    {Operator::kLike, "like"},
    {Operator::kNotLike, "not like"},
    {Operator::kILike, "ilike"},
    {Operator::kNotILike, "not ilike"},
    {Operator::kPattern, "=like"},
    {Operator::kNotPattern, "not =like"},
    {Operator::kIPattern, "=ilike"},
    {Operator::kNotIPattern, "not =ilike"},
    {Operator::kChildOf, "child_of"},
    {Operator::kParentOf, "parent_of"},
    {Operator::kAny, "any"},
    {Operator::kNotAny, "not any"},
};

std::optional<Operator> operator_of(std::string_view text) {
  if (text == "<>" || text == "!=") return Operator::kNotEqual;
  if (text == "==") return Operator::kEqual;
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const Spelling& spelling : kSpellings)
    if (lower == spelling.text) return spelling.op;
  return std::nullopt;
}

Error invalid(std::string message) { return {Code::kInvalid, std::move(message), Source::kHost, Effect::kNone, -1}; }

// What no domain may hold; empty when all is well.
std::string flaw_of(Value value, int depth = 0) {
  if (depth >= OR_MAX_DEPTH) return "the domain is nested too deeply";
  if (value.kind() == outrigger::Kind::kDouble && !std::isfinite(value.raw().as.f))
    return "a number is NaN or infinite; Odoo's domains have no such values";
  for (const Value item : value.items())
    if (std::string flaw = flaw_of(item, depth + 1); !flaw.empty()) return flaw;
  for (const Field field : value.fields())
    if (std::string flaw = flaw_of(field.value, depth + 1); !flaw.empty()) return flaw;
  return {};
}

// Builds the tree from the flat list with prefix operators; `where` counts list items for messages.
class Parser {
 public:
  explicit Parser(Value list) : list_(list) {}

  Result<Node> run(int depth = 0) {
    if (!list_.is_array()) return invalid("a domain is a list such as [('name', '=', 'Anna')]");
    if (depth > OR_MAX_DEPTH / 2) return invalid("the domain is nested too deeply");
    depth_ = depth;
    std::vector<Node> parts;
    while (at_ < list_.size()) {
      Result<Node> part = next(0);
      if (!part) return part;
      parts.push_back(*std::move(part));
    }
    return join(Node::Kind::kAnd, std::move(parts));
  }

 private:
  Result<Node> next(int nested) {
    if (nested > 500) return invalid("too many operators stand one before the other");
    if (at_ == list_.size())
      return invalid("after item " + std::to_string(at_) +
                     " a condition is missing: every '&' and '|' takes two, every '!' one");
    const size_t here = at_++;
    const Value item = list_.at(here);
    if (item.is_string()) return prefix(item.text(), here, nested);
    if (item.is_array() && item.size() == 3) return term(item, here);
    return invalid("item " + std::to_string(here + 1) +
                   " is neither an operator nor a condition of three parts: " + to_python(item).substr(0, 80));
  }

  Result<Node> prefix(std::string_view op, size_t here, int nested) {
    if (op != "&" && op != "|" && op != "!")
      return invalid("item " + std::to_string(here + 1) + " is '" + std::string(op.substr(0, 20)) +
                     "'; only '&', '|' and '!' can stand between conditions");
    Result<Node> first = next(nested + 1);
    if (!first) return first;
    if (op == "!") {
      Node node;
      node.kind = Node::Kind::kNot;
      node.children.push_back(*std::move(first));
      return node;
    }
    std::vector<Node> parts;
    parts.push_back(*std::move(first));
    // '&', a, '&', b, c is one list of three: printed lists are long, not deep.
    for (; at_ < list_.size() && list_.at(at_).text() == op; parts.push_back(*std::move(first))) {
      ++at_;
      first = next(nested + 1);
      if (!first) return first;
    }
    Result<Node> last = next(nested + 1);
    if (!last) return last;
    parts.push_back(*std::move(last));
    return join(op == "&" ? Node::Kind::kAnd : Node::Kind::kOr, std::move(parts));
  }

  Result<Node> term(Value item, size_t here) {
    const std::string where = "item " + std::to_string(here + 1) + ": ";
    const Value path = item.at(0);
    // (1, '=', 1) and (0, '=', 1) are Odoo's true and false.
    if (path.as_integer() && item.at(2).as_integer() && item.at(1).text() == "=")
      return constant(*path.as_integer() == *item.at(2).as_integer());
    if (!path.is_string() || path.text().empty()) return invalid(where + "a condition starts with the name of a field");
    const std::optional<Operator> op = operator_of(item.at(1).text());
    if (!op) return invalid(where + "there is no operator '" + std::string(item.at(1).text().substr(0, 20)) + "'");
    Node node;
    node.kind = Node::Kind::kTerm;
    node.path = path.text();
    node.op = *op;
    node.value = item.at(2);
    if (*op == Operator::kAny || *op == Operator::kNotAny) {
      Result<Node> inner = Parser(item.at(2)).run(depth_ + 1);
      if (!inner) return invalid(where + inner.error().message);
      node.children.push_back(*std::move(inner));
    }
    return node;
  }

  static Result<Node> constant(bool value) {
    Node node;
    node.constant = value;
    return node;
  }

  static Node join(Node::Kind kind, std::vector<Node> parts) {
    if (parts.size() == 1) return std::move(parts.front());
    Node node;
    if (parts.empty()) return node;
    node.kind = kind;
    node.children = std::move(parts);
    return node;
  }

  Value list_;
  size_t at_ = 0;
  int depth_ = 0;
};

void flatten(const Node& node, Arena& arena, std::vector<Value>& out) {
  switch (node.kind) {
    case Node::Kind::kConstant: out.push_back(arena.array({node.constant ? 1 : 0, "=", 1})); return;
    case Node::Kind::kNot:
      out.push_back(Value::of("!"));
      flatten(node.children.front(), arena, out);
      return;
    case Node::Kind::kTerm: {
      const Value value = node.children.empty() ? arena.copy(node.value) : [&] {
        std::vector<Value> inner;
        flatten(node.children.front(), arena, inner);
        return arena.array(inner);
      }();
      out.push_back(arena.array({arena.text(node.path), to_string(node.op), value}));
      return;
    }
    case Node::Kind::kAnd:
    case Node::Kind::kOr:
      for (size_t i = 0; i < node.children.size(); ++i) {
        if (i + 1 < node.children.size()) out.push_back(Value::of(node.kind == Node::Kind::kAnd ? "&" : "|"));
        flatten(node.children[i], arena, out);
      }
      return;
  }
}

std::string with_tuples(Value list) {
  std::string out = "[";
  for (const Value item : list.items()) {
    if (out.size() > 1) out += ", ";
    if (item.is_string()) {
      out += to_python(item);
      continue;
    }
    const std::string_view op = item.at(1).text();
    const bool inner = op == to_string(Operator::kAny) || op == to_string(Operator::kNotAny);
    out += "(" + to_python(item.at(0)) + ", " + to_python(item.at(1)) + ", " +
           (inner ? with_tuples(item.at(2)) : to_python(item.at(2))) + ")";
  }
  return out + "]";
}

}  // namespace

const char* to_string(Operator op) {
  for (const Spelling& spelling : kSpellings)
    if (op == spelling.op) return spelling.text;
  return "?";
}

Result<Domain> Domain::parse(Value list) {
  if (std::string flaw = flaw_of(list); !flaw.empty()) return invalid(std::move(flaw));
  Domain domain;
  domain.held_ = Document::build([&](Arena& arena) { return arena.copy(list); });
  Result<Node> root = Parser(domain.held_.root()).run();
  if (!root) return root.error();
  domain.root_ = *std::move(root);
  return domain;
}

Result<Domain> Domain::parse(std::string_view python) {
  Result<Document> list = read_python(python);
  if (!list) return list.error();
  return parse(list->root());
}

Value Domain::to_value(Arena& arena) const {
  std::vector<Value> items;
  const bool everything = root_.kind == Node::Kind::kConstant && root_.constant;
  if (!everything) flatten(root_, arena, items);
  return arena.array(items);
}

std::string Domain::to_python_tuples() const {
  Arena arena;
  return with_tuples(to_value(arena));
}

std::string Domain::to_python() const {
  Arena arena;
  return domain::to_python(to_value(arena));
}

}  // namespace outrigger::domain
