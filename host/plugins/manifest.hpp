// manifest.json: what a plugin says of itself, read and checked before any of its code runs.
//
//     Result<Manifest> manifest = read_manifest("plugins/scoring");
//
// Errors are one sentence with file, line, key and remedy. Threads: plain data.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/plugins/subscription.hpp"
#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

struct CommandArgument {
  std::string name;
  std::string type = "string";  // string, integer, number, boolean; file: the text of the file that is named
  std::string help;
  bool required = false;
  bool positional = false;
  Document fallback;  // the default; null: none
};

struct CommandDeclaration {
  std::string name;
  std::string summary;
  bool plan = false;    // takes --plan
  bool report = false;  // answers a report (outrigger/report.hpp), and takes --html
  bool audit = false;   // its report is a part of `outrigger audit`; it only reads
  std::vector<CommandArgument> arguments;
};

struct Manifest {
  std::filesystem::path folder;
  std::filesystem::path library;  // the .so beside the manifest
  std::string id;
  std::string version;
  std::string name;
  std::string summary;
  int abi_major = 1;
  int abi_minor = 0;
  std::string odoo;  // ">=14", ">=17,<20"
  std::vector<std::string> required_extensions;
  std::vector<std::string> optional_extensions;  // with the required ones, all that it gets besides log and clock
  uint64_t memory_bytes = 0;  // that it needs, where the configuration says nothing; 0: the usual. More than usual is
                              // the admin's to give
  std::vector<CommandDeclaration> commands;
  std::vector<Subscription> subscriptions;
  Document document;  // the whole manifest

  [[nodiscard]] const CommandDeclaration* command(std::string_view name) const;
  // Whether the plugin says that it works with this major version of Odoo.
  [[nodiscard]] bool accepts_odoo(int major) const;
};

Result<Manifest> read_manifest(const std::filesystem::path& folder);

// Checks a configuration against the manifest's config_schema and fills in defaults; see host/config/schema.hpp.
Result<Document> check_config(const Manifest& manifest, Value config);

// Every folder below the given ones that holds a manifest.json, each id once: the first folder wins.
struct Discovery {
  std::vector<Manifest> plugins;
  std::vector<Error> problems;
};
Discovery discover(const std::vector<std::filesystem::path>& folders);

}  // namespace outrigger::host
