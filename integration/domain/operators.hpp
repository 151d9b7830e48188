// Operators of domains by kind. Threads: pure functions.
#pragma once

#include "integration/domain/domain.hpp"

namespace outrigger::domain {

bool is_negative(Operator op);  // !=, not in, not like, not any, ...
// The operator that it negates; any other stays as it is.
Operator without_negation(Operator op);
bool is_like(Operator op);  // like, ilike, =like, =ilike
// like and ilike look anywhere in the text, =like and =ilike at all of it.
bool is_whole(Operator op);
bool is_caseless(Operator op);  // ilike, =ilike
bool is_inequality(Operator op);
// Whether values of this order (below 0, 0, above 0) meet an operator of equality or inequality.
bool compare(Operator op, int order);
inline int order_of(double a, double b) { return a < b ? -1 : a > b ? 1 : 0; }

}  // namespace outrigger::domain
