#include "integration/domain/operators.hpp"

#include <algorithm>
#include <iterator>

namespace outrigger::domain {
namespace {

constexpr std::pair<Operator, Operator> kNegations[] = {
    {Operator::kNotEqual, Operator::kEqual},     {Operator::kNotIn, Operator::kIn},
    {Operator::kNotLike, Operator::kLike},       {Operator::kNotILike, Operator::kILike},
    {Operator::kNotPattern, Operator::kPattern}, {Operator::kNotIPattern, Operator::kIPattern},
    {Operator::kNotAny, Operator::kAny},
};

}  // namespace

bool is_negative(Operator op) {
  return std::any_of(std::begin(kNegations), std::end(kNegations), [op](const auto& pair) { return pair.first == op; });
}
Operator without_negation(Operator op) {
  for (const auto& [negative, positive] : kNegations)
    if (negative == op) return positive;
  return op;
}
bool is_like(Operator op) {
  return op == Operator::kLike || op == Operator::kILike || op == Operator::kPattern || op == Operator::kIPattern;
}
bool is_whole(Operator op) { return op == Operator::kPattern || op == Operator::kIPattern; }
bool is_caseless(Operator op) { return op == Operator::kILike || op == Operator::kIPattern; }
bool is_inequality(Operator op) {
  return op == Operator::kLess || op == Operator::kLessOrEqual || op == Operator::kGreater ||
         op == Operator::kGreaterOrEqual;
}

bool compare(Operator op, int order) {
  switch (op) {
    case Operator::kLess: return order < 0;
    case Operator::kLessOrEqual: return order <= 0;
    case Operator::kGreater: return order > 0;
    case Operator::kGreaterOrEqual: return order >= 0;
    default: return order == 0;
  }
}

}  // namespace outrigger::domain
