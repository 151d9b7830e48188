// The Odoo domain language: a tree of conditions, read from JSON-like values or from Python text, and printed again.
//
//     Result<Domain> domain = Domain::parse("['|', ('probability', '>=', 20), ('tag_ids.name', 'ilike', 'vip')]");
//     if (!domain) print(domain.error().message);   // "at character 7: ..." with the remedy
//
// A list of terms is joined by "and"; '&', '|' and '!' stand before their operands. A term is (path, operator, value).
// Source: Odoo 14 to 19, search domains. Threads: a Domain is immutable. Ownership: it holds its own values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::domain {

enum class Operator {
  kEqual,           // =
  kNotEqual,        // != and <>
  kEqualOrUnset,    // =?   true when the value is false or none
  kLess,            // <
  kLessOrEqual,     // <=
  kGreater,         // >
  kGreaterOrEqual,  // >=
  kIn,              // in
  kNotIn,           // not in
  kLike,            // like      % on both sides of the value
  kNotLike,         // not like
  kILike,           // ilike     without regard to case
  kNotILike,        // not ilike
  kPattern,         // =like     the value is the whole pattern
  kNotPattern,      // not =like
  kIPattern,        // =ilike
  kNotIPattern,     // not =ilike
  kChildOf,         // child_of
  kParentOf,        // parent_of
  kAny,             // any       the value is a domain on the related records
  kNotAny,          // not any
};
const char* to_string(Operator op);

struct Node {
  enum class Kind { kAnd, kOr, kNot, kTerm, kConstant };
  Kind kind = Kind::kConstant;
  bool constant = true;        // kConstant
  std::vector<Node> children;  // kAnd, kOr: two or more; kNot: one; kTerm with any / not any: the inner domain
  std::string path;            // kTerm: "stage_id", "partner_id.country_id.code"
  Operator op = Operator::kEqual;
  Value value;  // kTerm; held by the Domain
};

class Domain {
 public:
  Domain() = default;  // matches everything
  // A list as it comes over RPC. kInvalid with what is wrong and where.
  static Result<Domain> parse(Value list);
  // Python literals, as Odoo's own form fields hold them; tuples and lists, single and double quotes. No names, calls
  // or arithmetic. kInvalid with the position.
  static Result<Domain> parse(std::string_view python);

  [[nodiscard]] const Node& root() const { return root_; }
  // The canonical Python form: one list, prefix operators.
  [[nodiscard]] std::string to_python() const;
  // The same with conditions as tuples, as Odoo's own forms and error messages show them.
  [[nodiscard]] std::string to_python_tuples() const;
  // The same as a value for RPC, in the caller's arena.
  [[nodiscard]] Value to_value(Arena& arena) const;

 private:
  Document held_;
  Node root_;
};

// Reads one Python literal: None, True, False, numbers, strings, lists, tuples, dicts. Tuples become arrays.
Result<Document> read_python(std::string_view text);
// Writes a value as a Python literal.
std::string to_python(Value value);

}  // namespace outrigger::domain
