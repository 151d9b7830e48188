// The token of the admin's listener: made once, kept in the data folder, readable by its owner alone.
//
//     Result<std::string> token = admin_token(config.data_folder);
//
// Whoever may read DATA_FOLDER/admin.token may use the listener. To change it: delete the file and start again.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "outrigger/result.hpp"

namespace outrigger::host {

inline constexpr const char* kAdminTokenFile = "admin.token";

// Reads the token, or makes one of 256 random bits (64 hexadecimal digits) when there is no file. Two hosts that start
// at once get the same. kAccess: others may read the file, or we may not; kInvalid: it holds no token.
Result<std::string> admin_token(const std::filesystem::path& folder);

// In a time that depends on the length of `given` only. Nothing equals an empty secret.
bool same_secret(std::string_view given, std::string_view secret);

}  // namespace outrigger::host
