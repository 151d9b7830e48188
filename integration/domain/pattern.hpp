// SQL patterns: % stands for any text, _ for one character, a backslash takes the next one literally.
#pragma once

#include <string_view>

namespace outrigger::domain {

// `whole`: the pattern must cover the text (=like); otherwise it may stand anywhere in it (like). `fold`: ASCII case
// does not count. Characters are UTF-8. Linear in the text for each % of the pattern.
bool like(std::string_view text, std::string_view pattern, bool fold, bool whole);

}  // namespace outrigger::domain
