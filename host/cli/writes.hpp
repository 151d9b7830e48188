// Plans in files, for `outrigger PLUGIN COMMAND --plan --save FILE` and `outrigger writes apply FILE`.
#pragma once

#include <string>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

// kMissing when there is nothing in it to be kept.
Result<void> save_plan(const std::string& file, std::string_view plan);
Result<std::string> load_plan(const std::string& file);

}  // namespace outrigger::host
