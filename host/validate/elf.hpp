// What a shared library exports, read from its file without loading it.
//
//     Result<Exports> exports = exports_of("plugins/scoring/scoring.so");
//
// Threads: any.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::host::validate {

struct Exports {
  std::vector<std::string> names;   // defined and visible, sorted
  std::vector<std::string> unique;  // shared by the loader between all libraries that have them, sorted
};

// kInvalid: not a shared library of this machine.
Result<Exports> exports_of(const std::filesystem::path& library);

}  // namespace outrigger::host::validate
