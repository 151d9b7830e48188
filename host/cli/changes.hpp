// What differs between the configuration that a host works with and the file as it is now.
//
//     for (const Change& change : differences(before, after)) print(sentence(change));
//     // "plugin scoring: new configuration (start_date)"
//
// Names what differs, never a value: it may be a secret. Threads: plain data.
#pragma once

#include <json/value.h>

#include <string>
#include <vector>

#include "host/config/config.hpp"

namespace outrigger::host {

struct Change {
  enum class Kind {
    kDatabaseAdded,
    kDatabaseRemoved,
    kDatabaseMoved,     // another url, database or login: plugins are given to it as to a new one
    kSessionRenewed,    // the same database with another key, transport or budget: nobody is stopped
    kPluginAdded,       // or switched on
    kPluginRemoved,     // or switched off
    kPluginConfigured,  // another `config` alone: live if the plugin can, by a replacement otherwise
    kEndpoints,         // other endpoints or tokens: from now on
    kPluginReplaced,    // another isolation or limit: by a replacement
    kLog,
    kPluginFolders,
    kTrustedKeys,
    kAtNextStart,  // a part of the file that is read by the start alone
  };
  Kind kind;
  std::string name;  // of the database or the plugin, or the key in the file
  std::string what;  // the keys that differ; may be empty
};

std::vector<Change> differences(const Config& before, const Config& after);
// The keys of the two files that differences() knows nothing of: they wait for the next start.
std::vector<Change> differences_beyond(const Json::Value& before, const Json::Value& after);

// "database_added", for programs.
const char* to_string(Change::Kind kind);
std::string sentence(const Change& change);
// Whether the list holds such a change of this name.
bool has(const std::vector<Change>& changes, Change::Kind kind, std::string_view name);

}  // namespace outrigger::host
