#include "host/packages/version.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What stands before the mark, which is taken away as well; all of it where there is none.
std::string_view take(std::string_view& text, char mark) {
  const size_t end = std::min(text.find(mark), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  return part;
}

// Digits as a number, the rest as text: rc9 before rc10. Below zero: a comes first.
int compare_part(std::string_view a, std::string_view b) {
  const auto run = [](std::string_view& text, bool digits) {
    size_t end = 0;
    while (end < text.size() && is_digit(text[end]) == digits) ++end;
    std::string_view found = text.substr(0, end);
    text.remove_prefix(end);
    return found;
  };
  while (!a.empty() || !b.empty()) {
    const bool digits = is_digit(a.empty() ? b.front() : a.front());
    std::string_view x = run(a, digits);
    std::string_view y = run(b, digits);
    if (digits) {
      while (x.starts_with('0')) x.remove_prefix(1);
      while (y.starts_with('0')) y.remove_prefix(1);
      if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
    }
    if (const int order = x.compare(y); order != 0) return order;
  }
  return 0;
}

int compare(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty())
    if (const int order = compare_part(take(a, '.'), take(b, '.')); order != 0) return order;
  return 0;
}

}  // namespace

bool comes_before(std::string_view a, std::string_view b) {
  a = take(a, '+');
  b = take(b, '+');
  if (const int order = compare(take(a, '-'), take(b, '-')); order != 0) return order < 0;
  if (a.empty() || b.empty()) return !a.empty();
  return compare(a, b) < 0;
}

}  // namespace outrigger::host
