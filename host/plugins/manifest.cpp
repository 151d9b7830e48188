#include "host/plugins/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "host/config/json_tree.hpp"
#include "host/config/schema.hpp"
#include "host/grants/permissions.hpp"
#include "host/grants/rights.hpp"
#include "host/schedule/when.hpp"
#include "integration/value/json.hpp"
#include "outrigger/abi.h"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTop[] = {"id",          "version",  "name",          "summary",  "abi",
                                     "odoo",        "requires", "optional",      "provides", "isolation",
                                     "permissions", "commands", "config_schema", "limits",   "subscriptions",
                                     "schedule",    "rights"};
constexpr std::string_view kLimits[] = {"memory_mib"};
constexpr std::string_view kCommand[] = {"name", "summary", "plan", "report", "audit", "arguments"};
constexpr std::string_view kArgument[] = {"name", "type", "help", "required", "positional", "default"};
constexpr std::string_view kTypes[] = {"string", "integer", "number", "boolean", "file"};
constexpr std::string_view kHostExtensions[] = {
    "outrigger.log/1",   "outrigger.clock/1",  "outrigger.odoo/1",     "outrigger.metrics/1", "outrigger.domain/1",
    "outrigger.store/1", "outrigger.shared/1", "outrigger.schedule/1", "outrigger.http/1",    "outrigger.secrets/1"};

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; });
}

struct Bound {
  std::string op;
  int major = 0;
};

// ">=17, <20"; nothing when it is not understood.
std::optional<std::vector<Bound>> bounds_of(std::string_view range) {
  std::vector<Bound> bounds;
  while (!range.empty()) {
    std::string part(range.substr(0, range.find(',')));
    range = part.size() == range.size() ? std::string_view{} : range.substr(part.size() + 1);
    std::erase(part, ' ');
    const size_t digits = std::min(part.size(), part.find_first_of("0123456789"));
    Bound bound{part.substr(0, digits), 0};
    const auto read = std::from_chars(part.data() + digits, part.data() + part.size(), bound.major);
    constexpr std::string_view kOperators[] = {">=", "<=", ">", "<", "=", "==", ""};
    const bool known = std::find(std::begin(kOperators), std::end(kOperators), bound.op) != std::end(kOperators);
    if (!known || read.ec != std::errc() || read.ptr != part.data() + part.size()) return std::nullopt;
    bounds.push_back(std::move(bound));
  }
  return bounds;
}
bool is_range(std::string_view range) { return bounds_of(range).has_value(); }

class Reader {
 public:
  Reader(JsonFile file, fs::path folder) : file_(std::move(file)) { manifest_.folder = std::move(folder); }

  Result<Manifest> run() {
    const Json::Value& root = file_.root;
    if (Result<void> known = file_.check_keys(root, "the manifest", kTop); !known) return known.error();
    for (const char* needed : {"id", "version", "abi"})
      if (!root[needed].isString())
        return file_.error(root, std::string("`") + needed + "` is missing; it must be a text");
    manifest_.id = root["id"].asString();
    if (!is_name(manifest_.id))
      return file_.error(root["id"], "`id` must be of small letters, digits, - and _, and begin with a letter");
    manifest_.version = root["version"].asString();
    manifest_.name = manifest_.id;
    for (const auto& [key, text] :
         {std::pair{"name", &manifest_.name}, {"summary", &manifest_.summary}, {"odoo", &manifest_.odoo}})
      if (Result<void> read = file_.read(root, "", key, *text); !read) return read.error();
    if (!is_range(manifest_.odoo)) return file_.error(root["odoo"], "`odoo` must be like \">=14\" or \">=17,<20\"");
    manifest_.library = manifest_.folder / (manifest_.id + ".so");
    manifest_.document = Document::build([&](Arena& arena) { return to_value(root, arena); });
    for (const auto step :
         {&Reader::abi, &Reader::extensions, &Reader::confinement, &Reader::commands, &Reader::grants})
      if (Result<void> done = (this->*step)(root); !done) return done.error();
    return std::move(manifest_);
  }

 private:
  Result<void> abi(const Json::Value& root) {
    const std::string text = root["abi"].asString();
    const size_t dot = text.find('.');
    const char* end = text.data() + text.size();
    const char* middle = dot == std::string::npos ? end : text.data() + dot;
    const auto number = [](const char* first, const char* last, int& out) {
      const auto read = std::from_chars(first, last, out);
      return first != last && read.ec == std::errc() && read.ptr == last && out >= 0;
    };
    const bool minor = dot == std::string::npos || number(middle + 1, end, manifest_.abi_minor);
    if (!minor || !number(text.data(), middle, manifest_.abi_major))
      return file_.error(root["abi"], "`abi` must be like \"1.0\"");
    if (manifest_.abi_major != OR_ABI_MAJOR)
      return file_.error(
          root["abi"],
          "the plugin needs ABI " + text + "; this host offers " + std::to_string(OR_ABI_MAJOR) + "." +
              std::to_string(OR_ABI_MINOR) +
              (manifest_.abi_major > OR_ABI_MAJOR ? ": update Outrigger" : ": rebuild the plugin with a newer SDK"));
    if (manifest_.abi_minor > OR_ABI_MINOR)
      return file_.error(root["abi"], "the plugin needs ABI " + text + "; this host offers " +
                                          std::to_string(OR_ABI_MAJOR) + "." + std::to_string(OR_ABI_MINOR) +
                                          ": update Outrigger");
    return {};
  }

  Result<void> extensions(const Json::Value& root) {
    for (const bool required : {true, false}) {
      const Json::Value& list = root[required ? "requires" : "optional"];
      if (!list.isNull() && !list.isArray())
        return file_.error(list, "`requires` and `optional` must be lists of extension ids");
      for (const Json::Value& id : list) {
        const bool known = id.isString() && std::find(std::begin(kHostExtensions), std::end(kHostExtensions),
                                                      id.asString()) != std::end(kHostExtensions);
        if (required && !known)
          return file_.error(id, "the plugin requires the extension " +
                                     (id.isString() ? id.asString() : std::string("?")) +
                                     ", which this host does not have: update Outrigger");
        if (id.isString())
          (required ? manifest_.required_extensions : manifest_.optional_extensions).push_back(id.asString());
      }
    }
    if (!root["provides"].isNull() && !root["provides"].isArray())
      return file_.error(root["provides"], "`provides` must be a list of extension ids");
    // A newer plugin may have one that this host does not know.
    for (const Json::Value& id : root["provides"])
      if (!id.isString()) return file_.error(id, "`provides` must be a list of extension ids");
    return {};
  }

  // How it wants to run. Less of a wall is for the admin's configuration alone.
  Result<void> confinement(const Json::Value& root) {
    if (const Json::Value& isolation = root["isolation"]; !isolation.isNull() && isolation != "process")
      return file_.error(isolation, "`isolation` must be \"process\" here; inproc is for the admin's configuration");
    const Json::Value& limits = root["limits"];
    if (limits.isNull()) return {};
    if (!limits.isObject()) return file_.error(limits, "`limits` must be an object: {\"memory_mib\": 512}");
    if (Result<void> known = file_.check_keys(limits, "limits", kLimits); !known) return known;
    if (const Json::Value& memory = limits["memory_mib"]; !memory.isNull()) {
      if (!memory.isInt64() || memory.asInt64() < 64 || memory.asInt64() > 1048576)
        return file_.error(memory, "`limits.memory_mib` must be a whole number from 64 to 1048576");
      manifest_.memory_bytes = static_cast<uint64_t>(memory.asInt64()) << 20U;
    }
    return {};
  }

  Result<void> commands(const Json::Value& root) {
    if (!root["commands"].isNull() && !root["commands"].isArray())
      return file_.error(root["commands"], "`commands` must be a list");
    for (const Json::Value& json : root["commands"]) {
      if (Result<void> known = file_.check_keys(json, "a command", kCommand); !known) return known;
      CommandDeclaration command;
      for (const auto& [key, text] : {std::pair{"name", &command.name}, {"summary", &command.summary}})
        if (Result<void> read = file_.read(json, "a command's ", key, *text); !read) return read;
      for (const auto& [key, flag] :
           {std::pair{"plan", &command.plan}, {"report", &command.report}, {"audit", &command.audit}})
        if (Result<void> read = file_.read(json, "a command's ", key, *flag); !read) return read;
      if (command.audit && !command.report)
        return file_.error(json["audit"], "a command with `audit` has a `report` too, which is its part of the audit");
      if (manifest_.command(command.name) != nullptr)
        return file_.error(json, "the command " + command.name + " is declared twice");
      if (!is_name(command.name))
        return file_.error(json, "a command's `name` must be of small letters, digits, - and _");
      if (json.isMember("arguments") && !json["arguments"].isArray())
        return file_.error(json["arguments"], "`arguments` must be a list");
      for (const Json::Value& argument : json["arguments"])
        if (Result<void> read = this->argument(argument, command); !read) return read;
      manifest_.commands.push_back(std::move(command));
    }
    return {};
  }

  Result<void> argument(const Json::Value& json, CommandDeclaration& command) {
    if (Result<void> known = file_.check_keys(json, "an argument of " + command.name, kArgument); !known) return known;
    CommandArgument argument;
    for (const auto& [key, text] :
         {std::pair{"name", &argument.name}, {"type", &argument.type}, {"help", &argument.help}})
      if (Result<void> read = file_.read(json, "an argument's ", key, *text); !read) return read;
    for (const auto& [key, flag] : {std::pair{"required", &argument.required}, {"positional", &argument.positional}})
      if (Result<void> read = file_.read(json, "an argument's ", key, *flag); !read) return read;
    if (!is_name(argument.name))
      return file_.error(json, "an argument's `name` must be of small letters, digits, - and _");
    constexpr std::string_view kTaken[] = {"help", "plan", "save", "json", "config", "database", "lang"};
    bool taken = std::find(std::begin(kTaken), std::end(kTaken), argument.name) != std::end(kTaken);
    for (const CommandArgument& other : command.arguments) taken = taken || other.name == argument.name;
    taken = taken || (command.report && argument.name == "html");
    if (taken)
      return file_.error(
          json, "the argument " + argument.name + " of " + command.name + " exists already; choose another name");
    if (std::find(std::begin(kTypes), std::end(kTypes), argument.type) == std::end(kTypes))
      return file_.error(json["type"], "an argument's `type` must be string, integer, number, boolean or file");
    argument.fallback = Document::build([&](Arena& arena) { return to_value(json["default"], arena); });
    command.arguments.push_back(std::move(argument));
    return {};
  }

  // What is asked for and what is configured is understood now, and not when an admin wants to use it.
  Result<void> grants(const Json::Value& root) {
    const Value manifest = manifest_.document.root();
    const auto asked = Permissions::parse(manifest["permissions"], manifest_.id);
    if (!asked) return file_.error(root["permissions"], asked.error().message);
    auto subscriptions = read_subscriptions(manifest, *asked);
    if (!subscriptions) return file_.error(root["subscriptions"], subscriptions.error().message);
    manifest_.subscriptions = *std::move(subscriptions);
    if (const auto rights = odoo_rights(manifest); !rights) return file_.error(root["rights"], rights.error().message);
    if (const auto jobs = read_schedule(manifest["schedule"]); !jobs)
      return file_.error(root["schedule"], jobs.error().message);
    if (const auto schema = Schema::compile(manifest["config_schema"]); !schema)
      return file_.error(root["config_schema"], schema.error().message);
    return {};
  }

  JsonFile file_;
  Manifest manifest_;
};

}  // namespace

const CommandDeclaration* Manifest::command(std::string_view wanted) const {
  for (const CommandDeclaration& command : commands)
    if (command.name == wanted) return &command;
  return nullptr;
}

bool Manifest::accepts_odoo(int major) const {
  for (const Bound& bound : bounds_of(odoo).value_or(std::vector<Bound>{})) {
    const bool ok = bound.op == ">="   ? major >= bound.major
                    : bound.op == "<"  ? major < bound.major
                    : bound.op == "<=" ? major <= bound.major
                    : bound.op == ">"  ? major > bound.major
                                       : major == bound.major;
    if (!ok) return false;
  }
  return true;
}

Result<Manifest> read_manifest(const fs::path& folder) {
  Result<JsonFile> file = JsonFile::read(folder / "manifest.json");
  if (!file) return file.error();
  return Reader(*std::move(file), folder).run();
}

Result<Document> check_config(const Manifest& manifest, Value config) {
  const Result<Schema> schema = Schema::compile(manifest.document.root()["config_schema"]);
  if (!schema) return schema.error();
  return schema->check(config, "plugins." + manifest.id + ".config");
}

Discovery discover(const std::vector<fs::path>& folders) {
  Discovery found;
  for (const fs::path& folder : folders) {
    std::error_code error;
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder, error))
      if (fs::exists(entry.path() / "manifest.json", error)) entries.push_back(entry.path());
    std::sort(entries.begin(), entries.end());
    for (const fs::path& entry : entries) {
      Result<Manifest> manifest = read_manifest(entry);
      if (!manifest) {
        found.problems.push_back(manifest.error());
        continue;
      }
      const bool twice = std::any_of(found.plugins.begin(), found.plugins.end(),
                                     [&](const Manifest& other) { return other.id == manifest->id; });
      if (!twice) found.plugins.push_back(*std::move(manifest));
    }
  }
  return found;
}

}  // namespace outrigger::host
