#include "host/cli/changes.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace outrigger::host {
namespace {

using Kind = Change::Kind;

struct Word {
  Kind kind;
  const char* id;
  const char* subject;  // before the name
  const char* text;
};

constexpr std::array kWords{
    Word{Kind::kDatabaseAdded, "database_added", "database", "new"},
    Word{Kind::kDatabaseRemoved, "database_removed", "database", "removed; its plugins are stopped"},
    Word{Kind::kDatabaseMoved, "database_moved", "database", "another place or user"},
    Word{Kind::kSessionRenewed, "session_renewed", "database", "connected anew"},
    Word{Kind::kPluginAdded, "plugin_added", "plugin", "new"},
    Word{Kind::kPluginRemoved, "plugin_removed", "plugin", "removed or switched off"},
    Word{Kind::kPluginConfigured, "plugin_configured", "plugin", "new configuration"},
    Word{Kind::kEndpoints, "endpoints", "plugin", "other endpoints or tokens"},
    Word{Kind::kPluginReplaced, "plugin_replaced", "plugin", "other limits; started anew"},
    Word{Kind::kLog, "log", "", "changed"},
    Word{Kind::kPluginFolders, "plugin_folders", "", "changed"},
    Word{Kind::kTrustedKeys, "trusted_keys", "", "changed"},
    Word{Kind::kAtNextStart, "at_next_start", "", "changed; it counts from the next start of the host"}};

const Word& word_of(Kind kind) {
  return *std::find_if(kWords.begin(), kWords.end(), [&](const Word& word) { return word.kind == kind; });
}

// The names of what differs: "key, transport".
class Names {
 public:
  void add_if(bool differs, std::string_view name) {
    if (differs) text_ += (text_.empty() ? "" : ", ") + std::string(name);
  }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

bool same(const odoo::BudgetLimits& one, const odoo::BudgetLimits& other) {
  return one.calls_per_second == other.calls_per_second && one.in_flight == other.in_flight;
}

void compare(const DatabaseConfig& before, const DatabaseConfig& after, std::vector<Change>& out) {
  const odoo::Connection& a = before.connection;
  const odoo::Connection& b = after.connection;
  Names place;
  place.add_if(a.url != b.url, "url");
  place.add_if(a.database != b.database, "database");
  place.add_if(a.login != b.login, "login");
  Names rest;
  rest.add_if(a.secret != b.secret, "key");
  rest.add_if(a.transport != b.transport, "transport");
  rest.add_if(a.ca_file != b.ca_file, "ca_file");
  rest.add_if(!same(odoo::budget_of(a), odoo::budget_of(b)), "budget");
  rest.add_if(a.deadline != b.deadline, "deadline_seconds");
  rest.add_if(a.largest_reply != b.largest_reply, "largest_reply_mib");
  rest.add_if(a.allow_untested != b.allow_untested, "allow_untested");
  if (!place.empty())
    out.push_back({Kind::kDatabaseMoved, after.name, place.text()});
  else if (!rest.empty())
    out.push_back({Kind::kSessionRenewed, after.name, rest.text()});
}

std::string differing_members(Value a, Value b) {
  Names names;
  for (const Field field : b.fields()) names.add_if(!a.has(field.key) || !(a[field.key] == field.value), field.key);
  for (const Field field : a.fields()) names.add_if(!b.has(field.key), field.key);
  return names.text();
}

void compare(const PluginConfig& before, const PluginConfig& after, std::vector<Change>& out) {
  if (before.endpoints != after.endpoints) out.push_back({Kind::kEndpoints, after.id, {}});
  Names limits;
  limits.add_if(before.inproc != after.inproc, "isolation");
  limits.add_if(before.memory_bytes != after.memory_bytes, "memory_mib");
  const std::string config = differing_members(before.config.root(), after.config.root());
  if (!limits.empty())
    out.push_back({Kind::kPluginReplaced, after.id, limits.text() + (config.empty() ? "" : ", " + config)});
  else if (!config.empty())
    out.push_back({Kind::kPluginConfigured, after.id, config});
}

const DatabaseConfig* find(const Config& config, const std::string& name) {
  for (const DatabaseConfig& database : config.databases)
    if (database.name == name) return &database;
  return nullptr;
}

const PluginConfig* enabled(const Config& config, const std::string& id) {
  const PluginConfig* plugin = config.plugin(id);
  return plugin != nullptr && plugin->enabled ? plugin : nullptr;
}

// Members of two objects but these. A missing one is null.
std::vector<std::string> other_members(const Json::Value& before, const Json::Value& after,
                                       const std::set<std::string>& known) {
  std::set<std::string> names;
  for (const Json::Value* object : {&before, &after})
    if (object->isObject())
      for (const std::string& name : object->getMemberNames()) names.insert(name);
  std::vector<std::string> differ;
  const Json::Value nothing;
  for (const std::string& name : names) {
    const Json::Value& a = before.isObject() ? before[name] : nothing;
    const Json::Value& b = after.isObject() ? after[name] : nothing;
    if (!known.contains(name) && a != b) differ.push_back(name);
  }
  return differ;
}

}  // namespace

std::vector<Change> differences(const Config& before, const Config& after) {
  std::vector<Change> out;
  for (const DatabaseConfig& database : after.databases)
    if (const DatabaseConfig* known = find(before, database.name))
      compare(*known, database, out);
    else
      out.push_back({Kind::kDatabaseAdded, database.name, {}});
  for (const DatabaseConfig& database : before.databases)
    if (find(after, database.name) == nullptr) out.push_back({Kind::kDatabaseRemoved, database.name, {}});
  for (const PluginConfig& plugin : after.plugins) {
    if (!plugin.enabled) continue;
    if (const PluginConfig* known = enabled(before, plugin.id))
      compare(*known, plugin, out);
    else
      out.push_back({Kind::kPluginAdded, plugin.id, {}});
  }
  for (const PluginConfig& plugin : before.plugins)
    if (plugin.enabled && enabled(after, plugin.id) == nullptr) out.push_back({Kind::kPluginRemoved, plugin.id, {}});
  if (before.log_level != after.log_level) out.push_back({Kind::kLog, "log", "level"});
  if (before.log_json != after.log_json) out.push_back({Kind::kAtNextStart, "log", "format"});
  if (before.plugin_folders != after.plugin_folders) out.push_back({Kind::kPluginFolders, "plugin_folders", {}});
  if (before.trusted_keys != after.trusted_keys) out.push_back({Kind::kTrustedKeys, "trusted_keys", {}});
  return out;
}

std::vector<Change> differences_beyond(const Json::Value& before, const Json::Value& after) {
  static const std::set<std::string> top{"databases",   "plugins",      "plugin_folders",
                                         "data_folder", "trusted_keys", "log"};
  static const std::set<std::string> database{"url",           "database",         "login",
                                              "key",           "transport",        "ca_file",
                                              "budget",        "deadline_seconds", "largest_reply_mib",
                                              "allow_untested"};
  static const std::set<std::string> plugin{"enabled", "config", "isolation", "memory_mib", "endpoints"};
  std::vector<Change> out;
  for (const std::string& name : other_members(before, after, top)) out.push_back({Kind::kAtNextStart, name, {}});
  const auto inside = [&](const char* list, const std::set<std::string>& known) {
    if (!before[list].isObject() || !after[list].isObject()) return;
    for (const std::string& name : after[list].getMemberNames()) {
      if (!before[list].isMember(name)) continue;
      for (const std::string& key : other_members(before[list][name], after[list][name], known))
        out.push_back({Kind::kAtNextStart, std::string(list) + "." + name + "." + key, {}});
    }
  };
  if (!before.isObject() || !after.isObject()) return out;
  inside("databases", database);
  inside("plugins", plugin);
  return out;
}

const char* to_string(Change::Kind kind) { return word_of(kind).id; }

std::string sentence(const Change& change) {
  const Word& word = word_of(change.kind);
  std::string text = std::string(word.subject) + (*word.subject == '\0' ? "" : " ") + change.name + ": " + word.text;
  if (!change.what.empty()) text += " (" + change.what + ")";
  return text;
}

bool has(const std::vector<Change>& changes, Change::Kind kind, std::string_view name) {
  return std::any_of(changes.begin(), changes.end(),
                     [&](const Change& change) { return change.kind == kind && change.name == name; });
}

}  // namespace outrigger::host
