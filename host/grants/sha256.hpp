// SHA-256, by libsodium.
//
//     Result<std::string> hash = sha256_of_file("plugins/scoring/scoring.so");   // 64 small hexadecimal digits
//
// Errors: kMissing when the file cannot be read. Threads: any.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

std::string sha256(std::string_view bytes);
// Read in pieces: the size of the file does not matter.
Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace outrigger::host
