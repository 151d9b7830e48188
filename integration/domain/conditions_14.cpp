// Conditions on plain fields as Odoo 14 means them.
#include <algorithm>
#include <cmath>

#include "integration/domain/fold.hpp"
#include "integration/domain/moment.hpp"
#include "integration/domain/pattern.hpp"
#include "integration/domain/program.hpp"

namespace outrigger::domain {
namespace {

bool is_number(FieldType type) { return type == FieldType::kInteger || type == FieldType::kFloat; }
bool is_time(FieldType type) { return type == FieldType::kDate || type == FieldType::kDatetime; }

// Odoo 14 stores fractions of a second in these, and does not send them.
bool has_fractions(std::string_view name) { return name == "create_date" || name == "write_date"; }

std::optional<double> number_of(Value value) {
  if (is_empty(value)) return 0.0;
  if (const auto flag = value.boolean()) return *flag ? 1.0 : 0.0;
  return value.number();
}

Result<int64_t> seconds_of(FieldType type, Value wanted, bool to_the_end) {
  int64_t seconds = 0;
  const std::string_view text = wanted.text();
  if (!wanted.is_string() || (text.size() != 10 && text.size() != 19) || !read_stored(text, seconds))
    return undecided("a date is compared with " + shown(wanted));
  if (type == FieldType::kDate) return day_of(seconds) * kDaySeconds;
  return seconds + (to_the_end && text.size() == 10 ? kDaySeconds - 1 : 0);
}

// Where a value lies to the bound; kUnknown when a fraction of a second decides.
Answer time_answer(Operator op, int64_t have, int64_t bound, bool fractions) {
  const bool above = op == Operator::kLess || op == Operator::kGreaterOrEqual;
  if (fractions && have == bound && !above) return Answer::kUnknown;
  return answer(compare(op, have < bound ? -1 : have > bound ? 1 : 0));
}

// "is not set" as far as a column shows it: an empty number is sent as 0.
Answer unset(FieldType type, Value have) {
  if (is_number(type)) return number_of(have) == 0.0 ? Answer::kUnknown : Answer::kNo;
  return answer(is_empty(have));
}

Answer opposite(Answer one) { return one == Answer::kUnknown ? one : answer(one == Answer::kNo); }
Answer both(Answer one, Answer other) {
  if (one == Answer::kNo || other == Answer::kNo) return Answer::kNo;
  return one == Answer::kYes ? other : one;
}
Answer either(Answer one, Answer other) { return opposite(both(opposite(one), opposite(other))); }

// Whether a value that is set equals one.
Result<Test> equals(const SchemaField& field, std::string_view name, Value wanted) {
  if (is_number(field.type)) {
    const auto number = wanted.number();
    if (!number || std::fabs(*number) > 9007199254740992.0 || wanted.is_string() ||
        (field.type == FieldType::kInteger && std::trunc(*number) != *number))
      return undecided("a number is compared with " + shown(wanted));
    return Test([number = *number](Value have) { return answer(number_of(have) == number); });
  }
  if (is_time(field.type)) {
    const Result<int64_t> bound = seconds_of(field.type, wanted, false);
    if (!bound) return bound.error();
    return Test([bound = *bound, fractions = has_fractions(name)](Value have) {
      int64_t seconds = 0;
      if (is_empty(have)) return Answer::kNo;
      if (!have.is_string() || !read_stored(have.text(), seconds)) return Answer::kUnknown;
      return time_answer(Operator::kEqual, seconds, bound, fractions);
    });
  }
  if (!wanted.is_string()) return undecided("a text is compared with " + shown(wanted));
  return Test(
      [text = std::string(wanted.text())](Value have) { return answer(have.is_string() && have.text() == text); });
}

Result<Test> search_one_of(const SchemaField& field, std::string_view name, bool negative, Value wanted) {
  if (negative && field.translated) return undecided("a translated field is compared with a list");
  std::vector<Test> tests;
  bool null = false;
  for (const Value one : wanted.items()) {
    if (one.is_null() || one.is_array()) return undecided("the list holds " + shown(one));
    if (one.boolean() == false || one.number() == 0.0) {
      null = true;
      continue;
    }
    Result<Test> test = equals(field, name, one);
    if (!test) return test.error();
    tests.push_back(*std::move(test));
  }
  if (null && field.translated) return undecided("False in a list for a translated field");
  return Test([tests, null, negative, type = field.type, translated = field.translated](Value have) {
    const Answer empty = unset(type, have);
    Answer found = Answer::kNo;
    for (const Test& test : tests) found = either(found, test(have));
    if (!negative) return null ? either(found, empty) : found;
    if (null || translated) return both(opposite(found), opposite(empty));
    return either(opposite(found), empty);
  });
}

Result<Test> boolean_14(Operator op, Value wanted) {
  bool yes = false;
  bool no = false;
  const Operator positive = without_negation(op);
  if (positive == Operator::kIn && wanted.is_array()) {
    for (const Value one : wanted.items()) {
      const auto number = number_of(one);
      if (!number || one.is_null() || (*number != 0 && *number != 1))
        return undecided("a boolean is compared with a list of others");
      (*number == 1 ? yes : no) = true;
    }
  } else if (positive == Operator::kEqual && (wanted.boolean() || wanted.is_null())) {
    (wanted.truthy() ? yes : no) = true;
    // None asks for what was never set, which is sent as False.
    if (wanted.is_null()) return undecided("a boolean is compared with None");
  } else {
    return undecided("a boolean is compared with " + shown(wanted));
  }
  return Test(
      [yes, no, negative = is_negative(op)](Value have) { return answer((have.truthy() ? yes : no) != negative); });
}

Result<Test> search_like(const SchemaField& field, Operator op, Value wanted, const Setting& setting) {
  const Operator positive = without_negation(op);
  const bool negative = is_negative(op);
  if (field.type != FieldType::kText && field.type != FieldType::kSelection)
    return undecided("how this reads as a text is not known here");
  if (!is_whole(positive) && !wanted.truthy() && !field.translated)
    return negative ? Test([](Value have) { return answer(is_empty(have)); })
                    : Test([](Value) { return Answer::kYes; });
  if (!wanted.is_string()) return undecided("a text is compared with " + shown(wanted));
  if (wanted.text().empty())
    return field.translated ? Result<Test>(undecided("a translated field is compared with ''"))
                            : Test([](Value have) { return answer(have.is_string() && have.text().empty()); });
  Result<Test> test = like_test(positive, wanted.text(), setting);
  if (!test) return test;
  return Test([test = *test, negative, translated = field.translated](Value have) {
    if (is_empty(have)) return answer(negative && !translated);
    return negative ? opposite(test(have)) : test(have);
  });
}

Result<Test> search_order(const SchemaField& field, std::string_view name, Operator op, Value wanted,
                          const Setting& setting) {
  if (is_number(field.type)) {
    const auto bound = number_of(wanted);
    const bool cut = field.type == FieldType::kInteger && bound && std::trunc(*bound) != *bound;
    if (!bound || cut || wanted.is_string()) return undecided("a number is compared with " + shown(wanted));
    return Test([op, bound = *bound](Value have) {
      const double number = number_of(have).value_or(0);
      const bool met = compare(op, order_of(number, bound));
      // An empty number meets nothing, and is sent as 0.
      return number == 0 && met ? Answer::kUnknown : answer(met);
    });
  }
  if (is_empty(wanted) && field.type != FieldType::kBoolean) return Test([](Value) { return Answer::kNo; });
  if (is_time(field.type)) {
    const bool end = op == Operator::kGreater || op == Operator::kLessOrEqual;
    const Result<int64_t> bound = seconds_of(field.type, wanted, end);
    if (!bound) return bound.error();
    return Test([op, bound = *bound, fractions = has_fractions(name)](Value have) {
      int64_t seconds = 0;
      if (is_empty(have)) return Answer::kNo;
      if (!have.is_string() || !read_stored(have.text(), seconds)) return Answer::kUnknown;
      return time_answer(op, seconds, bound, fractions);
    });
  }
  if (!setting.code_points) return undecided("the order of texts depends on the database's collation");
  if (!wanted.is_string() || field.translated) return undecided("a text is ordered against " + shown(wanted));
  return Test([op, bound = std::string(wanted.text())](Value have) {
    return answer(have.is_string() && compare(op, have.text().compare(bound)));
  });
}

}  // namespace

Result<Test> search_test_14(const SchemaField& field, std::string_view name, Operator op, Value wanted,
                            const Setting& setting) {
  if (field.type == FieldType::kOther) return undecided("fields of this type are not compared here");
  const bool negative = is_negative(op);
  if (field.type == FieldType::kBoolean && !is_like(without_negation(op)) && !is_inequality(op))
    return boolean_14(op, wanted);
  if (is_like(without_negation(op))) return search_like(field, op, wanted, setting);
  if (is_inequality(op)) return search_order(field, name, op, wanted, setting);
  if (without_negation(op) == Operator::kIn) {
    if (!wanted.is_array()) return undecided("`in` takes a list");
    return search_one_of(field, name, negative, wanted);
  }
  if (is_empty(wanted))
    return Test([negative, type = field.type](Value have) {
      return negative ? opposite(unset(type, have)) : unset(type, have);
    });
  Result<Test> test = equals(field, name, wanted);
  if (!test) return test;
  const bool empty_too = wanted.truthy() && !field.translated;
  return Test([test = *test, negative, empty_too, type = field.type](Value have) {
    const Answer empty = unset(type, have);
    if (!negative) return both(test(have), empty == Answer::kUnknown ? Answer::kUnknown : opposite(empty));
    return empty_too ? either(opposite(test(have)), empty) : both(opposite(test(have)), opposite(empty));
  });
}

std::string file_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '*')
      pattern += '%';
    else if (c == '_' || c == '?' || c == '[')
      pattern += '_';
    else if (c == '\\')
      pattern += "\\\\";
    else
      pattern += c;
  }
  return pattern;
}

namespace {

std::string literal_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

Result<Test> filter_like(FieldType type, Operator op, Value wanted, bool literally) {
  if (!wanted.is_string()) return mistaken("a pattern is compared with " + shown(wanted) + "; write a text");
  const bool texts = type == FieldType::kText || type == FieldType::kSelection;
  if (!texts) return undecided("what is no text is compared with a pattern");
  const bool caseless = is_caseless(op);
  const std::string_view text = wanted.text();
  // Only ilike looks everywhere for nothing; the others then look for nothing alone.
  const bool whole = !literally && (is_whole(op) || (text.empty() && op == Operator::kLike));
  const std::optional<std::string> lower = caseless ? lower_case(text) : std::string(text);
  if (!lower) return undecided("the case of these letters is not known here");
  const std::string pattern = literally ? literal_pattern(*lower) : file_pattern(*lower);
  return Test([=](Value have) {
    if (!have.truthy()) return answer(like("", pattern, false, whole));
    if (!have.is_string()) return Answer::kUnknown;
    const std::optional<std::string> here = caseless ? lower_case(have.text()) : std::string(have.text());
    if (!here) return Answer::kUnknown;
    return answer(like(*here, pattern, false, whole));
  });
}

// Python's ==, of what a record shows and what the domain holds.
Answer same(FieldType type, std::string_view name, Value have, Value wanted) {
  if (is_time(type)) {
    if (!wanted.truthy() || is_empty(have)) return answer(!wanted.truthy() && is_empty(have));
    int64_t seconds = 0;
    const Result<int64_t> bound = seconds_of(FieldType::kDatetime, wanted, false);
    if (!bound || !have.is_string() || !read_stored(have.text(), seconds)) return Answer::kUnknown;
    return time_answer(Operator::kEqual, seconds, *bound, has_fractions(name));
  }
  const bool texts = type == FieldType::kText || type == FieldType::kSelection;
  if (wanted.is_array() || wanted.is_null()) return Answer::kNo;
  if (texts && wanted.is_string()) return answer(have.is_string() && have.text() == wanted.text());
  if (texts && !is_empty(have)) return Answer::kNo;
  if (wanted.is_string()) return Answer::kNo;
  return answer(number_of(have) == number_of(wanted));
}

}  // namespace

Result<Test> filter_test_14(FieldType type, std::string_view name, Operator op, Value wanted, bool literally) {
  if (type == FieldType::kOther || type == FieldType::kToMany || type == FieldType::kMany2one)
    return undecided("fields of this type are not compared here");
  if (is_like(op)) return filter_like(type, op, wanted, literally);
  const std::string field(name);
  if (is_inequality(op)) {
    if (is_time(type)) {
      const Result<int64_t> bound = seconds_of(FieldType::kDatetime, wanted, false);
      if (!bound) return bound.error();
      return Test([op, bound = *bound, field](Value have) {
        int64_t seconds = 0;
        if (is_empty(have)) return Answer::kNo;
        if (!have.is_string() || !read_stored(have.text(), seconds)) return Answer::kUnknown;
        return time_answer(op, seconds, bound, has_fractions(field));
      });
    }
    if (is_number(type) || type == FieldType::kBoolean) {
      const auto bound = number_of(wanted);
      if (!bound || wanted.is_null() || wanted.is_string())
        return mistaken("a number is compared with " + shown(wanted));
      return Test([op, bound = *bound](Value have) {
        return answer(compare(op, order_of(number_of(have).value_or(0), bound)));
      });
    }
    if (!wanted.is_string()) return undecided("a text is ordered against " + shown(wanted));
    // Python cannot order an empty field and a text.
    return Test([op, bound = std::string(wanted.text())](Value have) {
      return have.is_string() ? answer(compare(op, have.text().compare(bound))) : Answer::kUnknown;
    });
  }
  std::vector<std::shared_ptr<Document>> kept;
  const auto keep = [&](Value one) {
    kept.push_back(std::make_shared<Document>(Document::build([&](Arena& arena) { return arena.copy(one); })));
  };
  if (op == Operator::kIn && wanted.is_array())
    for (const Value one : wanted.items()) keep(one);
  else
    keep(wanted);
  if (is_time(type))
    for (const auto& one : kept)
      if (one->root().truthy() && !seconds_of(FieldType::kDatetime, one->root(), false))
        return undecided("a date is compared with " + shown(one->root()));
  return Test([kept, type, field](Value have) {
    Answer found = Answer::kNo;
    for (const auto& one : kept) found = either(found, same(type, field, have, one->root()));
    return found;
  });
}

}  // namespace outrigger::domain
