// What a deployment keeps, by name. Internal to this room. Threads: plain functions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::host {

inline constexpr std::string_view kOtherFiles[] = {"grants.json", "setup.json", "secrets.vault"};
// What opens the rest.
inline constexpr std::string_view kKeyFiles[] = {"secrets.key", "admin.token"};
inline constexpr std::string_view kInstalled = "installed";
inline constexpr std::string_view kStaging = "restoring.part";
inline constexpr std::string_view kPending = "restoring";

inline std::filesystem::path journal_of(const std::string& database) {
  return std::filesystem::path("databases") / database / "journal.db";
}
// By their folders; sorted.
std::vector<std::string> databases_in(const std::filesystem::path& data);
// A version of a package that is kept aside while another one takes over.
bool is_aside(const std::filesystem::path& name);
// When root restores what another user's host works with: all of it belongs to whom the folder belongs to.
void give_to_owner(const std::filesystem::path& data);

}  // namespace outrigger::host
