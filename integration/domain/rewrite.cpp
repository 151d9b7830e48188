// What Odoo 19 makes of a domain before it searches, as far as that decides whether archived records count.
#include <algorithm>

#include "integration/domain/compiler.hpp"

namespace outrigger::domain {

bool names(const Node& node, std::string_view field) {
  if (node.kind == Node::Kind::kTerm) return node.path == field;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const Node& child) { return names(child, field); });
}

std::optional<bool> names_active(const Node& node) {
  if (!names(node, "active")) return false;
  const bool negated = node.kind == Node::Kind::kNot && node.children.front().kind == Node::Kind::kTerm;
  if (negated) return names_active(node.children.front());
  if (node.kind == Node::Kind::kTerm) {
    // `in` with both, or with nothing, says nothing.
    const Operator op = without_negation(node.op);
    if (node.value.is_array() && (node.value.size() > 1 || op == Operator::kIn)) {
      if (node.value.size() == 1) return true;
      return std::nullopt;
    }
    if (!node.value.truthy() && op == Operator::kEqualOrUnset) return false;
    if (!node.value.truthy() && op != Operator::kEqual) return std::nullopt;
    return true;
  }
  if (node.kind != Node::Kind::kAnd) return std::nullopt;
  int named = 0;
  for (const Node& child : node.children) {
    if (!names(child, "active")) continue;
    if (names_active(child) != true || ++named > 1) return std::nullopt;
  }
  return true;
}

Node without_constants(const Node& node) {
  Node out = node;
  out.children.clear();
  const bool both = node.kind == Node::Kind::kAnd;
  for (const Node& child : node.children) {
    Node simple = without_constants(child);
    if (simple.kind == Node::Kind::kConstant && node.kind == Node::Kind::kNot) {
      simple.constant = !simple.constant;
      return simple;
    }
    const bool joined = both || node.kind == Node::Kind::kOr;
    if (joined && simple.kind == Node::Kind::kConstant) {
      if (simple.constant != both) return simple;
      continue;
    }
    out.children.push_back(std::move(simple));
  }
  if (node.kind == Node::Kind::kTerm || node.kind == Node::Kind::kConstant) return out;
  if (out.children.empty()) {
    out.kind = Node::Kind::kConstant;
    out.constant = both;
  } else if (out.children.size() == 1 && node.kind != Node::Kind::kNot) {
    return Node(out.children.front());
  }
  return out;
}

}  // namespace outrigger::domain
