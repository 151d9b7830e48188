// Which of two versions of a plugin came first.
//
//     comes_before("1.9", "1.10")           // true: numbers count as numbers
//     comes_before("1.0-rc2", "1.0")        // true: what is on the way to a release comes before it
//     comes_before("1.0", "1.0.0")          // false, and neither the other way round: they are the same
//
// As Semantic Versioning 2.0 orders them (semver.org, 11), for versions of any number of parts; what follows a + says
// nothing. Threads: any.
#pragma once

#include <string_view>

namespace outrigger::host {

bool comes_before(std::string_view a, std::string_view b);

}  // namespace outrigger::host
