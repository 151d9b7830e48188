// What a DomainSet is compiled to: levels of records, columns of them, conditions on the columns, and how these
// combine.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "integration/domain/domain_set.hpp"
#include "integration/domain/operators.hpp"

namespace outrigger::domain {

enum class Answer { kNo, kYes, kUnknown };
inline Answer answer(bool yes) { return yes ? Answer::kYes : Answer::kNo; }

// One value against a condition's constants.
using Test = std::function<Answer(Value)>;

// The records themselves are level 0; every relation that a path goes along leads to a level of its own.
struct Level {
  size_t parent = 0;
  size_t relation = 0;  // the column that leads here; of the parent
  bool many = false;
  std::string model;
  std::string prefix;  // "partner_id."
};

struct Column {
  size_t level = 0;
  std::string path;
};

struct Condition {
  size_t level = 0;
  size_t column = 0;
  bool of_link = false;  // the id of the level's own records: the column is that of the relation
  std::string text;      // as Python, for messages
  Test test;
};

struct Step {
  enum class Kind { kConstant, kAnd, kOr, kNot, kCondition, kAny };
  Kind kind = Kind::kConstant;
  bool constant = true;
  size_t index = 0;  // kCondition: the condition; kAny: the level of the linked records
  std::vector<Step> children;

  static Step of(bool constant) {
    Step step;
    step.constant = constant;
    return step;
  }
  static Step of(Kind kind, std::vector<Step> children, size_t index = 0) {
    Step step;
    step.kind = kind;
    step.index = index;
    step.children = std::move(children);
    return step;
  }
  static Step no(Step inner) { return of(Kind::kNot, {std::move(inner)}); }
};

struct DomainSet::Program {
  std::vector<Level> levels;
  std::vector<Column> columns;
  std::vector<Condition> conditions;
  std::vector<Step> domains;
  std::vector<std::string> fields;
  bool momentary = false;
};

Error undecided(const std::string& why);
Error mistaken(const std::string& why);

// The test of a condition on a field of a simple type; relations are the compiler's own. `op` is not negative.
Result<Test> scalar_test(FieldType type, Operator op, Value wanted, const Setting& setting);
Result<Test> text_test(Operator op, Value wanted, const Setting& setting);
Result<Test> like_test(Operator op, std::string_view pattern, const Setting& setting);
// create_date.month_number; `part` is the word after the dot.
Result<Test> part_test(FieldType type, std::string_view part, Operator op, Value wanted, const Setting& setting);
Result<Test> time_test(FieldType type, Operator op, Value wanted, const Setting& setting);

// Of Odoo 14. Its search() knows no general negation: `op` may be negative. `name` is the field's.
Result<Test> search_test_14(const SchemaField& field, std::string_view name, Operator op, Value wanted,
                            const Setting& setting);
// Its filtered_domain() compares as Python does; `literally` without wildcards, as its "not like" does.
Result<Test> filter_test_14(FieldType type, std::string_view name, Operator op, Value wanted, bool literally);
// What fnmatch makes of a text with % and _, as a pattern of ours.
std::string file_pattern(std::string_view text);
// Pushes every "not" down to the conditions, as Odoo 14 does before it searches.
Node spread_not(const Node& node, bool negate = false);
// Whether that puts a "not" before (1, '=', 1) or (0, '=', 1), which Odoo 14 refuses.
bool negates_constant(const Node& node, bool negate = false);

// The values that "=" and "in" look among. `= []` looks for an empty field, so it gives one false. `none`: whether a
// None in a list counts; filtered_domain() finds nothing by it, unlike by a False.
Result<std::vector<Value>> wanted_values(Operator op, Value wanted, bool none = true);
bool is_empty(Value value);  // null, false
// How Python writes it: "Anna", "20.0", "3"; empty for what is not true.
std::string python_text(Value value);
std::string shown(const Node& term);
inline std::string shown(Value value) { return to_python(value).substr(0, 40); }

}  // namespace outrigger::domain
