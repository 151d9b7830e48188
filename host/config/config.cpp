#include "host/config/config.hpp"

#include "host/config/feed_config.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "host/config/json_tree.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kTop[] = {"databases",   "plugins", "plugin_folders", "data_folder", "trusted_keys",
                                     "secrets_key", "log",     "admin",          "public"};
constexpr std::string_view kDatabase[] = {"url",
                                          "database",
                                          "login",
                                          "key",
                                          "transport",
                                          "ca_file",
                                          "budget",
                                          "deadline_seconds",
                                          "settle_seconds",
                                          "largest_reply_mib",
                                          "allow_untested",
                                          "setup_key",
                                          "setup_login",
                                          "feed"};
constexpr std::string_view kBudget[] = {"rate", "in_flight"};
constexpr std::string_view kPlugin[] = {"enabled", "config", "isolation", "memory_mib", "endpoints"};
constexpr std::string_view kEndpoint[] = {"token", "database", "per_minute"};
constexpr std::string_view kLog[] = {"level", "format"};

class Parser {
 public:
  explicit Parser(JsonFile file) : file_(std::move(file)) {}

  Result<Config> run() {
    const Json::Value& root = file_.root;
    if (Result<void> known = file_.check_keys(root, "the configuration", kTop); !known) return known.error();
    config_.file = file_.path;
    config_.data_folder = default_data_folder();
    for (const auto step : {&Parser::databases, &Parser::plugins, &Parser::data_folder, &Parser::trusted_keys,
                            &Parser::secrets_key, &Parser::log, &Parser::listeners})
      if (Result<void> done = (this->*step)(root); !done) return done.error();
    return std::move(config_);
  }

 private:
  Result<void> databases(const Json::Value& root) {
    if (!root.isMember("databases"))
      return file_.error(root, "`databases` is missing; it names each Odoo database with its url and key");
    const Json::Value& all = root["databases"];
    if (!all.isObject() || all.empty())
      return file_.error(all, "`databases` must be an object with at least one database");
    for (const std::string& name : all.getMemberNames()) {
      DatabaseConfig database{name, {}};
      if (Result<void> read = connection(all[name], "databases." + name, database.connection); !read) return read;
      if (Result<void> read = setup(all[name], "databases." + name, database); !read) return read;
      if (Result<void> read = settle(all[name], "databases." + name, database.settle); !read) return read;
      if (Result<void> read = read_feed(file_, all[name], "databases." + name, database.feed); !read) return read;
      config_.databases.push_back(std::move(database));
    }
    return {};
  }

  Result<void> connection(const Json::Value& json, const std::string& where, odoo::Connection& out) {
    if (Result<void> known = file_.check_keys(json, where, kDatabase); !known) return known;
    for (const char* needed : {"url", "key"})
      if (!json.isMember(needed)) return file_.error(json, where + " lacks `" + needed + "`");
    struct Text {
      const char* key;
      std::string* to;
    };
    for (const Text& text :
         {Text{"url", &out.url}, {"database", &out.database}, {"login", &out.login}, {"ca_file", &out.ca_file}})
      if (Result<void> read = file_.read(json, where + ".", text.key, *text.to); !read) return read;
    if (Result<std::string> key = secret(json["key"], where + ".key"); !key)
      return key.error();
    else
      out.secret = *key;
    if (Result<void> read = transport(json, where, out); !read) return read;
    if (Result<void> read = budget(json, where, out); !read) return read;
    if (Result<void> valid = odoo::validate(out); !valid) {
      const std::string& message = valid.error().message;
      return file_.error(message.rfind("`url`", 0) == 0 ? json["url"] : json, where + ": " + message);
    }
    return {};
  }

  Result<void> setup(const Json::Value& json, const std::string& where, DatabaseConfig& out) {
    if (Result<void> read = file_.read(json, where + ".", "setup_login", out.setup_login); !read) return read;
    if (!json.isMember("setup_key")) {
      if (!out.setup_login.empty())
        return file_.error(json["setup_login"], where + ".setup_login is of no use without `setup_key`; leave it out");
      return {};
    }
    Result<std::string> key = secret(json["setup_key"], where + ".setup_key");
    if (!key) return key.error();
    out.setup_key = *std::move(key);
    odoo::Connection with_it = out.connection;
    with_it.secret = out.setup_key;
    with_it.login = out.setup_login;
    if (Result<void> valid = odoo::validate(with_it); !valid)
      return file_.error(json["setup_key"],
                         where + ".setup_key and setup_login must not contain line breaks or control characters");
    return {};
  }

  Result<void> settle(const Json::Value& json, const std::string& where, std::chrono::milliseconds& out) {
    if (!json.isMember("settle_seconds")) return {};
    const Result<double> seconds = positive(json["settle_seconds"], where + ".settle_seconds", 3600);
    if (!seconds) return seconds.error();
    out = std::chrono::milliseconds(static_cast<int64_t>(*seconds * 1000));
    return {};
  }

  Result<void> transport(const Json::Value& json, const std::string& where, odoo::Connection& out) {
    const std::string word = json.get("transport", "auto").isString() ? json.get("transport", "auto").asString() : "";
    if (word == "auto")
      out.transport = odoo::TransportChoice::kAuto;
    else if (word == "json2")
      out.transport = odoo::TransportChoice::kJson2;
    else if (word == "jsonrpc")
      out.transport = odoo::TransportChoice::kJsonRpc;
    else if (word == "xmlrpc")
      out.transport = odoo::TransportChoice::kXmlRpc;
    else
      return file_.error(json["transport"], where + ".transport must be auto, json2, jsonrpc or xmlrpc");
    return file_.read(json, where + ".", "allow_untested", out.allow_untested);
  }

  Result<double> positive(const Json::Value& json, const std::string& where, double highest) {
    if (!json.isNumeric() || json.asDouble() <= 0 || json.asDouble() > highest)
      return file_.error(
          json, where + " must be a number above 0 and at most " + std::to_string(static_cast<int64_t>(highest)));
    return json.asDouble();
  }

  Result<void> budget(const Json::Value& json, const std::string& where, odoo::Connection& out) {
    if (json.isMember("deadline_seconds")) {
      const Result<double> seconds = positive(json["deadline_seconds"], where + ".deadline_seconds", 3600);
      if (!seconds) return seconds.error();
      if (*seconds < 0.001)
        return file_.error(json["deadline_seconds"], where + ".deadline_seconds must be at least 0.001");
      out.deadline = std::chrono::milliseconds(static_cast<int64_t>(*seconds * 1000));
    }
    if (json.isMember("largest_reply_mib")) {
      const Result<double> size = positive(json["largest_reply_mib"], where + ".largest_reply_mib", 65536);
      if (!size) return size.error();
      out.largest_reply = static_cast<size_t>(*size * 1048576);
    }
    if (!json.isMember("budget")) return {};
    const Json::Value& limits = json["budget"];
    if (Result<void> known = file_.check_keys(limits, where + ".budget", kBudget); !known) return known;
    odoo::BudgetLimits chosen = odoo::budget_of(out);
    if (limits.isMember("rate")) {
      const Result<double> rate = positive(limits["rate"], where + ".budget.rate (calls a second)", 10000);
      if (!rate) return rate.error();
      chosen.calls_per_second = *rate;
    }
    if (limits.isMember("in_flight")) {
      const Result<double> count = positive(limits["in_flight"], where + ".budget.in_flight", 64);
      if (!count) return count.error();
      chosen.in_flight = std::max(1, static_cast<int>(*count));
    }
    out.budget = chosen;
    return {};
  }

  Result<std::string> secret(const Json::Value& json, const std::string& where) {
    const std::string text = json.isString() ? json.asString() : "";
    if (text.rfind("${env:", 0) == 0 && text.back() == '}') {
      const std::string name = text.substr(6, text.size() - 7);
      const char* value = std::getenv(name.c_str());
      if (value == nullptr || *value == '\0')
        return file_.error(json,
                           where + ": the environment variable " + name + " is not set; export it before starting");
      return std::string(value);
    }
    if (text.rfind("${file:", 0) == 0 && text.back() == '}') {
      std::filesystem::path path = text.substr(7, text.size() - 8);
      if (path.is_relative()) path = file_.path.parent_path() / path;
      constexpr size_t kLongest = 4096;  // a device never ends
      std::string held(kLongest, '\0');
      std::ifstream stream(path, std::ios::binary);
      stream.read(held.data(), kLongest);
      held.resize(static_cast<size_t>(stream.gcount()));
      const std::string line = held.substr(0, held.find_first_of("\r\n"));
      if (line.empty())
        return file_.error(json,
                           where + ": " + path.string() + " cannot be read or is empty; put the key on its first line");
      if (line.size() == kLongest)
        return file_.error(json, where + ": the first line of " + path.string() + " is too long to be a key");
      return line;
    }
    return file_.error(json,
                       where + " must be ${env:NAME} or ${file:PATH}, so that the key does not stand in this file");
  }

  Result<void> confinement(const Json::Value& json, const std::string& where, PluginConfig& plugin) {
    std::string isolation = "process";
    if (Result<void> read = file_.read(json, where + ".", "isolation", isolation); !read) return read;
    if (isolation != "process" && isolation != "inproc")
      return file_.error(json["isolation"], where + ".isolation must be process or inproc");
    plugin.inproc = isolation == "inproc";
    if (!json.isMember("memory_mib")) return {};
    constexpr double kLeast = 64;
    const Result<double> memory = positive(json["memory_mib"], where + ".memory_mib", 1048576);
    if (!memory) return memory.error();
    if (*memory < kLeast) return file_.error(json["memory_mib"], where + ".memory_mib must be at least 64");
    plugin.memory_bytes = static_cast<uint64_t>(*memory) << 20U;
    return {};
  }

  Result<void> endpoints(const Json::Value& all, const std::string& where, PluginConfig& plugin) {
    if (all.isNull()) return {};
    if (!all.isObject()) return file_.error(all, where + " must be an object: its name -> {token}");
    constexpr size_t kShortest = 32;
    constexpr size_t kLongest = 256;
    constexpr double kMostPosts = 100'000;
    for (const std::string& name : all.getMemberNames()) {
      const Json::Value& json = all[name];
      const std::string at = where + "." + name;
      if (Result<void> known = file_.check_keys(json, at, kEndpoint); !known) return known;
      EndpointConfig endpoint;
      endpoint.name = name;
      const Result<std::string> token = secret(json["token"], at + ".token");
      if (!token) return token.error();
      const bool plain = token->find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
                         std::string::npos;
      if (token->size() < kShortest || token->size() > kLongest || !plain)
        return file_.error(json["token"], at + ".token must be 32 to 256 letters, digits, - and _; make one with "
                                               "`openssl rand -hex 32`");
      endpoint.token = *token;
      if (Result<void> read = file_.read(json, at + ".", "database", endpoint.database); !read) return read;
      if (json.isMember("per_minute")) {
        const Result<double> rate = positive(json["per_minute"], at + ".per_minute", kMostPosts);
        if (!rate) return rate.error();
        endpoint.per_minute = std::max<int64_t>(1, static_cast<int64_t>(*rate));
      }
      plugin.endpoints.push_back(std::move(endpoint));
    }
    return {};
  }

  Result<void> trusted_keys(const Json::Value& root) {
    const Json::Value& keys = root["trusted_keys"];
    constexpr size_t kDigits = 64;
    if (!keys.isNull() && !keys.isArray()) return file_.error(keys, "trusted_keys must be a list of public keys");
    for (const Json::Value& key : keys) {
      const std::string text = key.isString() ? key.asString() : "";
      if (text.size() != kDigits || text.find_first_not_of("0123456789abcdef") != std::string::npos)
        return file_.error(
            key,
            "trusted_keys: a public key has 64 digits from 0 to 9 and a to f, as `outrigger plugin keygen` prints it");
      config_.trusted_keys.push_back(text);
    }
    return {};
  }

  Result<void> secrets_key(const Json::Value& root) {
    if (!root.isMember("secrets_key")) return {};
    constexpr size_t kDigits = 64;
    Result<std::string> key = secret(root["secrets_key"], "secrets_key");
    if (!key) return key.error();
    if (key->size() != kDigits || key->find_first_not_of("0123456789abcdef") != std::string::npos)
      return file_.error(root["secrets_key"],
                         "secrets_key must be 64 digits from 0 to 9 and a to f; make it with `openssl rand -hex 32`");
    config_.secrets_key = *std::move(key);
    return {};
  }

  Result<void> data_folder(const Json::Value& root) {
    std::string path;
    if (Result<void> read = file_.read(root, "", "data_folder", path); !read) return read;
    if (path.empty()) return {};
    config_.data_folder = path;
    if (config_.data_folder.is_relative())
      config_.data_folder = std::filesystem::absolute(file_.path).parent_path() / config_.data_folder;
    return {};
  }

  Result<void> plugins(const Json::Value& root) {
    if (root.isMember("plugin_folders") && !root["plugin_folders"].isArray())
      return file_.error(root["plugin_folders"], "plugin_folders must be a list of paths");
    for (const Json::Value& folder : root["plugin_folders"]) {
      if (!folder.isString()) return file_.error(folder, "plugin_folders must be a list of paths");
      std::filesystem::path path = folder.asString();
      config_.plugin_folders.push_back(path.is_relative() ? file_.path.parent_path() / path : path);
    }
    if (!root.isMember("plugins")) return {};
    const Json::Value& all = root["plugins"];
    if (!all.isObject()) return file_.error(all, "`plugins` must be an object: plugin id -> {enabled, config}");
    for (const std::string& id : all.getMemberNames()) {
      const Json::Value& json = all[id];
      if (Result<void> known = file_.check_keys(json, "plugins." + id, kPlugin); !known) return known;
      PluginConfig plugin;
      plugin.id = id;
      plugin.line = file_.line_of(json);
      if (Result<void> read = confinement(json, "plugins." + id, plugin); !read) return read;
      if (Result<void> read = file_.read(json, "plugins." + id + ".", "enabled", plugin.enabled); !read) return read;
      if (json.isMember("config") && !json["config"].isObject())
        return file_.error(json["config"], "plugins." + id + ".config must be an object");
      plugin.config = Document::build([&](Arena& arena) {
        return to_value(json.isMember("config") ? json["config"] : Json::Value(Json::objectValue), arena);
      });
      if (Result<void> read = endpoints(json["endpoints"], "plugins." + id + ".endpoints", plugin); !read) return read;
      config_.plugins.push_back(std::move(plugin));
    }
    return {};
  }

  Result<void> log(const Json::Value& root) {
    if (!root.isMember("log")) return {};
    const Json::Value& json = root["log"];
    if (Result<void> known = file_.check_keys(json, "log", kLog); !known) return known;
    std::string format = "text";
    if (Result<void> read = file_.read(json, "log.", "level", config_.log_level); !read) return read;
    if (Result<void> read = file_.read(json, "log.", "format", format); !read) return read;
    constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};
    if (std::find(std::begin(kLevels), std::end(kLevels), config_.log_level) == std::end(kLevels))
      return file_.error(json["level"], "log.level must be debug, info, warn or error");
    if (format != "text" && format != "json") return file_.error(json["format"], "log.format must be text or json");
    config_.log_json = format == "json";
    return {};
  }

  Result<void> listeners(const Json::Value&) { return read_listeners(file_, config_.listeners); }

  JsonFile file_;
  Config config_;
};

}  // namespace

const PluginConfig* Config::plugin(std::string_view id) const {
  for (const PluginConfig& plugin : plugins)
    if (plugin.id == id) return &plugin;
  return nullptr;
}

Result<Config> parse_config(const std::string& text, const std::filesystem::path& file) {
  Result<JsonFile> json = JsonFile::parse(text, file);
  if (!json) return json.error();
  return Parser(*std::move(json)).run();
}

std::filesystem::path default_data_folder() {
  if (::geteuid() == 0) return "/var/lib/outrigger";
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return std::filesystem::path(state) / "outrigger";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr ? "." : home) / ".local" / "state" / "outrigger";
}

Result<Config> read_config(const std::filesystem::path& file) {
  Result<JsonFile> json = JsonFile::read(file);
  if (!json) return json.error();
  return Parser(*std::move(json)).run();
}

}  // namespace outrigger::host
