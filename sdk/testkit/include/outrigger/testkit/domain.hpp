// Odoo domains on the rows of a test: enough for the domains that plugins write, in Odoo's search meaning.
//
//     Result<bool> is = matches(domain, [&](std::string_view field) { return row[field]; });
//
// Knows & | !, = != > >= < <= in, not in, like and ilike without wildcards. What it does not know is kUnsupported:
// script the answer instead. Threads: pure.
#pragma once

#include <functional>
#include <outrigger/arena.hpp>
#include <outrigger/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::testkit {

using FieldReader = std::function<Value(std::string_view)>;

namespace domain_detail {

inline Value plain(Value value) {  // [id, name] as its id
  return value.is_array() && value.size() == 2 && value.at(1).is_string() ? value.at(0) : value;
}
inline bool same(Value a, Value b) {
  const auto absent = [](Value v) { return v.is_null() || v.boolean() == false; };  // Odoo's false
  if (absent(a) || absent(b)) return !a.truthy() && !b.truthy() && !a.number() && !b.number();
  return plain(a) == plain(b);
}
inline bool among(Value one, Value all) {
  for (const Value item : all.items())
    if (same(one, item)) return true;
  return false;
}
inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}
inline int order(Value a, Value b) {
  if (a.number() && b.number()) return *a.number() < *b.number() ? -1 : *a.number() > *b.number() ? 1 : 0;
  return a.text().compare(b.text());
}

inline Result<bool> leaf(Value term, const FieldReader& read) {
  const std::string_view op = term.at(1).text();
  const Value has = term.at(0).is_string() ? read(term.at(0).text()) : term.at(0);  // (1, '=', 1)
  const Value wanted = term.at(2);
  if (op == "=" || op == "==") return same(has, wanted);
  if (op == "!=" || op == "<>") return !same(has, wanted);
  if (op == "in") return among(plain(has), wanted) || (has.is_array() && plain(has).is_array() && among(has, wanted));
  if (op == "not in") return !among(plain(has), wanted);
  if (op == "like" || op == "ilike") {
    const std::string text = op == "ilike" ? lower(has.text()) : std::string(has.text());
    return text.find(op == "ilike" ? lower(wanted.text()) : std::string(wanted.text())) != std::string::npos;
  }
  const bool ordered = op == ">" || op == ">=" || op == "<" || op == "<=";
  if (!ordered)
    return Error{Code::kUnsupported,
                 "the testkit does not know the operator " + std::string(op) +
                     " of domains; script the answer with host.odoo().answers()",
                 Source::kHost};
  if (has.is_null()) return false;  // as NULL in SQL
  const int sign = order(plain(has), wanted);
  return op == ">" ? sign > 0 : op == ">=" ? sign >= 0 : op == "<" ? sign < 0 : sign <= 0;
}

}  // namespace domain_detail

// null and [] match everything.
inline Result<bool> matches(Value domain, const FieldReader& read) {
  const Error malformed{Code::kInvalid, "the domain is not well formed: operators come before their terms",
                        Source::kHost};
  if (!domain.is_null() && !domain.is_array()) return malformed;
  std::vector<bool> stack;  // read from the end, as the prefix notation wants it
  for (size_t i = domain.size(); i-- > 0;) {
    const Value term = domain.at(i);
    if (term.is_array() && term.size() == 3) {
      const Result<bool> is = domain_detail::leaf(term, read);
      if (!is) return is.error();
      stack.push_back(*is);
      continue;
    }
    const size_t needs = term.text() == "!" ? 1 : 2;
    if (stack.size() < needs || (term.text() != "&" && term.text() != "|" && term.text() != "!")) return malformed;
    const bool first = stack.back();
    stack.pop_back();
    if (needs == 1) {
      stack.push_back(!first);
      continue;
    }
    const bool second = stack.back();
    stack.back() = term.text() == "&" ? first && second : first || second;
  }
  for (const bool each : stack)  // the terms that are left are joined by and
    if (!each) return false;
  return true;
}

// The fields and paths that it reads.
inline void fields_of(Value domain, std::vector<std::string>& names) {
  for (const Value term : domain.items()) {
    if (!term.is_array() || term.size() != 3 || !term.at(0).is_string()) continue;
    const std::string name(term.at(0).text());
    bool known = false;
    for (const std::string& one : names) known = known || one == name;
    if (!known) names.push_back(name);
  }
}

}  // namespace outrigger::testkit
