// Texts without case and marks, to tell when neither can matter: whether a database has the unaccent extension and how
// it folds the case of other letters than ASCII is not known here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace outrigger::domain {

bool is_ascii(std::string_view text);

struct Folded {
  std::string text;      // Latin letters in lower case and without their marks
  bool foreign = false;  // has letters of alphabets that never become ASCII
  bool unknown = false;  // has others, which might become anything
};
Folded fold(std::string_view text);

// As Python's lower(). Nothing: it has letters whose lower case is not known here (only ASCII, Latin with marks, and
// alphabets without case are).
std::optional<std::string> lower_case(std::string_view text);

}  // namespace outrigger::domain
