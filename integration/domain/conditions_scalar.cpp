// Conditions on numbers, booleans, texts and selections.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <unordered_set>

#include "integration/domain/fold.hpp"
#include "integration/domain/pattern.hpp"
#include "integration/domain/program.hpp"

namespace outrigger::domain {
namespace {

Result<Test> number_test(FieldType type, Operator op, Value wanted, const Setting& setting);

struct Number {
  bool never = false;  // equals no number
  double value = 0;
};

Result<Number> read_number(FieldType type, Value wanted, const Setting& setting) {
  if (is_empty(wanted)) return Number{};
  if (const auto flag = wanted.boolean()) return Number{false, *flag ? 1.0 : 0.0};
  if (const auto number = wanted.number()) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (std::fabs(*number) > kExact) return undecided("so large a number is not compared exactly here");
    // For SQL it becomes a whole number, as Python's int() makes it.
    const bool whole = type == FieldType::kInteger && setting.meaning == Meaning::kSearch;
    return Number{false, whole ? std::trunc(*number) : *number};
  }
  if (!wanted.is_string()) return undecided("a number is compared with " + shown(wanted));
  // Odoo converts a text for SQL, while Python finds the two different.
  if (setting.meaning == Meaning::kFilter) return Number{true, 0};
  const std::string_view text = wanted.text();
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() || !std::isfinite(value))
    return mistaken("a number is compared with " + shown(wanted) + "; write a number");
  if (type == FieldType::kInteger && text.find_first_not_of("-0123456789") != std::string_view::npos)
    return mistaken("an integer is compared with " + shown(wanted) + "; write a whole number");
  return Number{false, value};
}

// A number as a text. search() has the database write it: whole numbers alike, but an empty one is sent as 0.
Result<Test> number_like(FieldType type, Operator op, Value wanted, const Setting& setting) {
  const bool search = setting.meaning == Meaning::kSearch;
  if (!wanted.truthy() && !is_whole(op)) return Test([](Value) { return Answer::kYes; });
  if (!wanted.truthy()) return number_test(type, Operator::kEqual, Value::of(false), setting);
  if (is_whole(op) && !wanted.is_string()) return mistaken("a pattern is a text");
  if (search && type != FieldType::kInteger)
    return undecided("how the database writes a number is not known here; compare it with a number");
  const Result<Test> test = like_test(op, python_text(wanted), setting);
  if (!test) return test;
  return Test([test = *test, search, real = type == FieldType::kFloat](Value have) {
    if (!is_empty(have) && !have.number()) return Answer::kUnknown;
    if (search && !have.truthy()) {
      const Answer zero = test(Value::of("0"));
      return zero == Answer::kNo ? Answer::kNo : Answer::kUnknown;
    }
    const std::string text = python_text(real && have.truthy() ? Value::of(*have.number()) : have);
    return test(Value::of(text));
  });
}

Result<Test> number_test(FieldType type, Operator op, Value wanted, const Setting& setting) {
  // An empty number counts as 0.
  const auto number_of = [](Value have, double& out) {
    const auto number = is_empty(have) ? std::optional<double>(0) : have.number();
    out = number.value_or(0);
    return number.has_value();
  };
  if (is_inequality(op)) {
    const Result<Number> bound = read_number(type, wanted, setting);
    if (!bound) return bound.error();
    if (bound->never) return mistaken("a number is compared with a text; write a number");
    return Test([op, bound = bound->value, number_of](Value have) {
      double number = 0;
      return number_of(have, number) ? answer(compare(op, order_of(number, bound))) : Answer::kUnknown;
    });
  }
  if (is_like(op)) return number_like(type, op, wanted, setting);
  const Result<std::vector<Value>> values = wanted_values(op, wanted, setting.meaning == Meaning::kSearch);
  if (!values) return values.error();
  std::vector<double> numbers;
  for (const Value value : *values) {
    const Result<Number> number = read_number(type, value, setting);
    if (!number) return number.error();
    if (type == FieldType::kFloat && setting.meaning == Meaning::kSearch && value.boolean() == true)
      return undecided("a number is compared with True; write a number");
    if (!number->never) numbers.push_back(number->value);
  }
  std::sort(numbers.begin(), numbers.end());
  return Test([numbers, number_of](Value have) {
    double number = 0;
    if (!number_of(have, number)) return Answer::kUnknown;
    return answer(std::binary_search(numbers.begin(), numbers.end(), number));
  });
}

Result<Test> boolean_test(Operator op, Value wanted) {
  if (is_inequality(op)) return mistaken("a boolean has no order; compare it by =");
  if (is_like(op)) return undecided("a boolean is compared with a text; write True or False");
  const Result<std::vector<Value>> values = wanted_values(op, wanted);
  if (!values) return values.error();
  bool yes = false;
  bool no = false;
  for (const Value value : *values) {
    bool truth = value.truthy();
    if (value.is_string()) {
      constexpr std::string_view kTrue[] = {"y", "yes", "1", "true", "t", "on"};
      const std::string text = lower_case(value.text()).value_or("");
      truth = std::find(std::begin(kTrue), std::end(kTrue), text) != std::end(kTrue);
    }
    (truth ? yes : no) = true;
  }
  return Test([yes, no](Value have) { return answer(have.truthy() ? yes : no); });
}

// Texts and selections by equality. `empty_too`: what is not set is among the wanted.
Result<Test> one_of(const std::vector<Value>& values, const Setting& setting, bool selection) {
  std::set<std::string, std::less<>> texts;
  bool empty_too = false;
  for (const Value value : values) {
    if (is_empty(value) || (!selection && value.is_string() && value.text().empty()))
      empty_too = true;
    else if (value.is_string())
      texts.emplace(value.text());
    else if (selection && value.kind() == outrigger::Kind::kInt && setting.meaning == Meaning::kSearch)
      texts.insert(std::to_string(value.raw().as.i));
    else if (!(selection && value.kind() == outrigger::Kind::kInt))
      return undecided("a text is compared with " + shown(value) + "; write a text");
  }
  return Test([texts, empty_too](Value have) {
    if (is_empty(have) || (have.is_string() && have.text().empty())) return answer(empty_too);
    return have.is_string() ? answer(texts.find(have.text()) != texts.end()) : Answer::kUnknown;
  });
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Test> selection_order(Operator op, Value wanted, const Setting& setting) {
  if (!wanted.is_string()) return undecided("a selection is ordered against " + shown(wanted));
  const bool exact = setting.meaning == Meaning::kFilter || setting.code_points;
  return Test([op, bound = std::string(wanted.text()), exact](Value have) {
    if (is_empty(have)) return Answer::kNo;
    if (!have.is_string()) return Answer::kUnknown;
    const std::string_view text = have.text();
    // Digits stand in this order in every collation.
    if (!exact && text != bound && (text.size() != bound.size() || !all_digits(text) || !all_digits(bound)))
      return Answer::kUnknown;
    return answer(compare(op, text.compare(bound)));
  });
}

// Python's str(float): the shortest digits that read the same.
std::string float_text(double number) {
  if (number == 0) return "0.0";
  const double size = std::fabs(number);
  char digits[40];
  const auto format = size < 1e-4 || size >= 1e16 ? std::chars_format::scientific : std::chars_format::fixed;
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, number, format).ptr);
  if (format == std::chars_format::fixed && text.find('.') == std::string::npos) text += ".0";
  return text;
}

// As search() answers it where nothing but ASCII is folded, and as filtered_domain() does with Python's lower().
Answer told_apart(Operator op, std::string_view text, std::string_view pattern, const Setting& setting) {
  if (setting.meaning == Meaning::kSearch)
    return setting.code_points ? answer(like(text, pattern, true, is_whole(op))) : Answer::kUnknown;
  const std::optional<std::string> have = lower_case(text);
  const std::optional<std::string> want = lower_case(pattern);
  return have && want ? answer(like(*have, *want, false, is_whole(op))) : Answer::kUnknown;
}

}  // namespace

std::string python_text(Value value) {
  if (!value.truthy()) return {};
  if (value.is_string()) return std::string(value.text());
  if (value.kind() == outrigger::Kind::kDouble) return float_text(value.raw().as.f);
  return to_python(value);
}

Result<Test> like_test(Operator op, std::string_view pattern, const Setting& setting) {
  const bool whole = is_whole(op);
  const bool folds = is_caseless(op);
  // filtered_domain() takes what is not set for "".
  const bool search = setting.meaning == Meaning::kSearch;
  size_t slashes = 0;
  while (slashes < pattern.size() && pattern[pattern.size() - 1 - slashes] == '\\') ++slashes;
  if (slashes % 2 != 0) return mistaken("a pattern ends in a lone backslash; write two");
  if (pattern.empty())
    return whole ? Test([](Value have) { return answer(is_empty(have) || have.text().empty()); })
                 : Test([](Value) { return Answer::kYes; });
  const Folded wanted = fold(pattern);
  const bool plain = is_ascii(pattern);
  const bool one = pattern.find('_') != std::string_view::npos;
  return Test([=, pattern = std::string(pattern)](Value have) {
    if (is_empty(have)) return answer(!search && like("", pattern, folds, whole));
    if (!have.is_string()) return Answer::kUnknown;
    const std::string_view text = have.text();
    const bool found = like(text, pattern, folds, whole);
    if (!folds || (plain && is_ascii(text))) return answer(found);
    if (setting.no_unaccent)
      if (const Answer told = told_apart(op, text, pattern, setting); told != Answer::kUnknown) return told;
    // Accents and the case of other letters than ASCII are the database's matter.
    const Folded other = fold(text);
    // A letter may become two, which _ would tell.
    const bool vague = one || wanted.unknown || other.unknown || (wanted.foreign && other.foreign);
    if (found) return one ? Answer::kUnknown : Answer::kYes;
    return vague || like(other.text, wanted.text, true, whole) ? Answer::kUnknown : Answer::kNo;
  });
}

Result<Test> text_test(Operator op, Value wanted, const Setting& setting) {
  if (is_like(op)) {
    if (wanted.is_array()) return undecided("a text is compared with " + shown(wanted) + "; write a text");
    if (is_whole(op) && !wanted.is_string() && wanted.truthy()) return mistaken("a pattern is a text");
    return like_test(op, python_text(wanted), setting);
  }
  if (is_inequality(op)) {
    // Nothing is less than an empty text, whatever the collation.
    const bool nothing = is_empty(wanted) || (wanted.is_string() && wanted.text().empty());
    if (!nothing && setting.meaning == Meaning::kSearch && !setting.code_points)
      return undecided("the order of texts depends on the database's collation");
    if (!nothing && !wanted.is_string()) return undecided("a text is ordered against " + shown(wanted));
    return Test([op, bound = std::string(wanted.text())](Value have) {
      if (!is_empty(have) && !have.is_string()) return Answer::kUnknown;
      return answer(compare(op, have.text().compare(bound)));
    });
  }
  const Result<std::vector<Value>> values = wanted_values(op, wanted, setting.meaning == Meaning::kSearch);
  if (!values) return values.error();
  return one_of(*values, setting, false);
}

Result<Test> scalar_test(FieldType type, Operator op, Value wanted, const Setting& setting) {
  switch (type) {
    case FieldType::kInteger:
    case FieldType::kFloat: return number_test(type, op, wanted, setting);
    case FieldType::kBoolean: return boolean_test(op, wanted);
    case FieldType::kText: return text_test(op, wanted, setting);
    case FieldType::kSelection: {
      if (is_like(op)) return text_test(op, wanted, setting);
      if (is_inequality(op)) return selection_order(op, wanted, setting);
      const Result<std::vector<Value>> values = wanted_values(op, wanted, setting.meaning == Meaning::kSearch);
      if (!values) return values.error();
      return one_of(*values, setting, true);
    }
    case FieldType::kDate:
    case FieldType::kDatetime: return time_test(type, op, wanted, setting);
    default: return undecided("fields of this type are not compared here");
  }
}

}  // namespace outrigger::domain
