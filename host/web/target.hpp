// The target of a request: "/hooks/abc?x=1".
#pragma once

#include <string>
#include <string_view>

namespace outrigger::host {

// The path decoded, the query as it is. False for what no client of ours sends and what has led servers astray: another
// start than a slash, a malformed escape, a byte below a space, a backslash, "." and ".." as steps.
bool read_target(std::string_view target, std::string& path, std::string& query);

}  // namespace outrigger::host
