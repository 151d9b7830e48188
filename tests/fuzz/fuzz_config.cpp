// The host's configuration and a plugin's manifest, which people write by hand. Between the manifest and a
// configuration for its schema may stand a line "---".
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "host/config/config.hpp"
#include "host/plugins/manifest.hpp"
#include "integration/value/json.hpp"
#include "integration/value/tests/temporary_folder.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using fuzz::require;

// Every error says where it is: "FILE:LINE: what".
void check_error(const Error& error, const std::string& file, std::string_view text) {
  fuzz::require_error(error);
  require(error.message.rfind(file + ":", 0) == 0, "an error does not name the file", error.message);
  const int line = std::atoi(error.message.c_str() + file.size() + 1);
  // A carriage return of its own is the end of a line for jsoncpp.
  const auto lines = 1 + std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; });
  require(line >= 1 && line <= lines, "an error names a line that is not there", error.message);
}

// A key of `${file:...}` would have the fuzzer read what lies on this machine.
bool reads_files(std::string_view text) { return text.find("file:") != std::string_view::npos; }

void check_host_config(const std::string& text) {
  if (reads_files(text)) return;
  const Result<host::Config> config = host::parse_config(text, "fuzz/outrigger.json");
  if (!config) return check_error(config.error(), "fuzz/outrigger.json", text);
  require(!config->databases.empty(), "a configuration without a database is accepted");
  for (const host::DatabaseConfig& database : config->databases)
    require(!database.connection.secret.empty(), "a database without a key is accepted", database.name);
}

// read_manifest takes a folder; one of this process' own, in memory where there is such a place.
std::filesystem::path folder() {
  static const TemporaryFolder kMade(::access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                                                                     : std::filesystem::temp_directory_path());
  return kMade.path();
}

Result<host::Manifest> read_manifest(std::string_view text) {
  std::ofstream(folder() / "manifest.json", std::ios::binary) << text;
  return host::read_manifest(folder());
}

void check_manifest(std::string_view text, std::string_view config_text) {
  const Result<host::Manifest> manifest = read_manifest(text);
  if (!manifest) return check_error(manifest.error(), (folder() / "manifest.json").string(), text);
  require(!manifest->id.empty(), "a manifest without an id is accepted");
  require(manifest->library.parent_path() == folder(), "a manifest names a library elsewhere",
          manifest->library.string());
  static_cast<void>(manifest->accepts_odoo(19));
  const Result<Document> config = value::read_json(config_text);
  if (!config) return;
  const Result<Document> checked = host::check_config(*manifest, config->root());
  if (!checked) fuzz::require_error(checked.error());
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  ::setenv("KEY", "a-key-of-forty-characters-or-so", 1);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  constexpr std::string_view kBetween = "\n---\n";
  const size_t at = input.find(kBetween);
  const std::string_view first = input.substr(0, at);
  const std::string_view second = at == std::string_view::npos ? "{}" : input.substr(at + kBetween.size());
  check_host_config(std::string(first));
  check_manifest(first, second);
  return 0;
}
