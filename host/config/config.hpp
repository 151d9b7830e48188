// The configuration file: JSON with comments, checked before anything starts.
//
//     Result<Config> config = read_config("outrigger.json");
//     if (!config) print(config.error().message);  // "outrigger.json:7: unknown key `ulr` in databases.main; did you
//     mean `url`?"
//
// Every error names file, line, key and remedy. Secrets are written as ${env:NAME} or ${file:PATH} and resolved here;
// a secret in plain text is refused. Threads: plain data.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/listeners.hpp"
#include "integration/feed/watch.hpp"
#include "integration/odoo/connection.hpp"
#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

struct DatabaseConfig {
  std::string name;  // the deployment's own name for it
  odoo::Connection connection;
  // An administrator's key, for adding fields and views and for nothing else; empty: none, or taken away again.
  std::string setup_key = {};
  std::string setup_login = {};  // empty: the connection's
  feed::Settings feed = {};
  // How long a request whose reply was lost may still be at work in Odoo.
  std::chrono::milliseconds settle{150000};
};

// Where another system posts to a plugin: plugins.ID.endpoints.NAME.
struct EndpointConfig {
  std::string name;
  std::string token;
  std::string database;  // empty: the only one
  int64_t per_minute = 600;
  bool operator==(const EndpointConfig&) const = default;
};

struct PluginConfig {
  std::string id;
  bool enabled = true;
  bool inproc = false;        // `isolation`: in the host's own process; no wall then
  uint64_t memory_bytes = 0;  // 0: as its manifest says, else 1 GiB
  Document config;            // an object
  std::vector<EndpointConfig> endpoints = {};
  int line = 0;  // where it stands in the file, for errors found later
};

struct Config {
  std::filesystem::path file;
  std::vector<DatabaseConfig> databases;
  std::vector<PluginConfig> plugins;
  std::vector<std::filesystem::path> plugin_folders;  // beside the default ones
  std::vector<std::string> trusted_keys;              // public keys of those whose packages may be installed
  std::filesystem::path data_folder;                  // what the program keeps: grants, copies of plugins, its socket
  std::filesystem::path journal_folder;  // of what is kept of each database; empty: databases/ in data_folder
  std::string secrets_key;   // 64 hexadecimal digits, from elsewhere than the file secrets.key; empty: that file
  bool grant_all = false;    // every plugin may do what it asks for; for the demo, not to be had from a file
  bool grant_reads = false;  // every plugin may read what it asks for, no more; for `outrigger audit`, likewise
  ListenersConfig listeners;
  std::string log_level = "info";
  bool log_json = false;

  [[nodiscard]] const PluginConfig* plugin(std::string_view id) const;
};

// Where `data_folder` is when it is not set: /var/lib/outrigger for root, else $XDG_STATE_HOME/outrigger or
// ~/.local/state/outrigger.
std::filesystem::path default_data_folder();

Result<Config> read_config(const std::filesystem::path& file);
// The same from a text; `file` is used in messages and for relative paths.
Result<Config> parse_config(const std::string& text, const std::filesystem::path& file);

}  // namespace outrigger::host
