// `outrigger plugin keygen`, `pack`, `install`, `upgrade` and `remove`.
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/regrant.hpp"
#include "host/config/schema.hpp"
#include "host/control/control.hpp"
#include "host/grants/conditional.hpp"
#include "host/grants/describe.hpp"
#include "host/grants/sha256.hpp"
#include "host/packages/package.hpp"
#include "host/packages/version.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Result<std::string> read_bounded(const std::filesystem::path& path, size_t most) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return refuse(Code::kMissing, path.string() + " cannot be read; check its name and rights");
  std::string text;
  std::array<char, size_t{1} << 16U> piece;
  while (stream.read(piece.data(), piece.size()) || stream.gcount() > 0) {
    text.append(piece.data(), static_cast<size_t>(stream.gcount()));
    if (text.size() > most)
      return refuse(Code::kLimit,
                    path.string() + " is larger than " + std::to_string(most) + " bytes; name another file");
  }
  return text;
}

int tell(const CommonOptions& common, std::initializer_list<std::pair<std::string_view, Item>> fields,
         const std::string& sentence) {
  Arena arena;
  print(common.json ? value::to_pretty_json(arena.object(fields)) + "\n" : sentence + "\n");
  return kExitOk;
}

// Without a host: it is tried in a process of its own, which is all that can be tried.
Result<Document> install_here(const std::filesystem::path& file, const Config& config, const std::string& agreed) {
  const Result<Package> package = read_package(file, config.trusted_keys);
  if (!package) return package.error();
  const std::filesystem::path folder = installed_plugins(config);
  const Result<Manifest> manifest = install(*package, folder);
  if (!manifest) return manifest.error();
  Log log("warn", false);
  Result<void> done = try_load(*manifest, config, log);
  if (done) {
    if (Result<Regrant> grants = Regrant::record(config, *manifest, agreed, now_micros()))
      grants->keep();
    else
      done = grants.error();
  }
  if (!done) {
    Error error = done.error();
    if (const Result<void> back = reinstate(manifest->id, folder); !back) error.message += "; " + back.error().message;
    error.message = "plugin " + manifest->id + " " + manifest->version + " was not installed: " + error.message;
    return error;
  }
  settle(manifest->id, folder);
  return Document::build([&](Arena& arena) {
    return arena.object({{"plugin", arena.text(manifest->id)},
                         {"version", arena.text(manifest->version)},
                         {"plugins", arena.array(std::vector<Value>())}});
  });
}

Result<Document> remove_here(const std::string& id, const Config& config) {
  if (const Result<void> gone = uninstall(id, installed_plugins(config)); !gone) return gone.error();
  const PluginConfig* configured = config.plugin(id);
  return Document::build([&](Arena& arena) {
    return arena.object(
        {{"removed", arena.text(id)}, {"still_configured", configured != nullptr && configured->enabled}});
  });
}

// The host that runs does it, since it can go back to what was there; without one it is done here.
Result<Document> ask_or(const Config& config, Value request, const std::function<Result<Document>()>& here) {
  Result<Document> answer = ask_control(control_socket(config), request);
  if (!answer && answer.error().code == Code::kMissing && !host_runs(control_socket(config))) return here();
  return answer;
}

// What a new version asks, as an admin reads it.
struct Asked {
  std::string manifest_sha256;
  bool granted_somewhere = false;  // the version before was
  std::string text;
};

Result<Asked> look_at(const Package& package, const Config& config, Locale locale) {
  const auto manifest = package.files.find("manifest.json");
  if (manifest == package.files.end()) return refuse(Code::kProtocol, "the package holds no manifest.json");
  const Result<Document> json = value::read_json(manifest->second);
  if (!json) return json.error();
  const PluginConfig* configured = config.plugin(package.id);
  if (Result<void> flawless = check_conditions(json->root()["permissions"]); !flawless) return flawless.error();
  const Document none = Document::build(
      [](Arena& arena) { return arena.object(std::initializer_list<std::pair<std::string_view, Item>>{}); });
  const Value given = configured == nullptr ? none.root() : configured->config.root();
  // With the defaults of the schema, as the grant is recorded.
  const Result<Schema> schema = Schema::compile(json->root()["config_schema"]);
  if (!schema) return schema.error();
  const Result<Document> settings = schema->check(given, "plugins." + package.id + ".config");
  const Document now = permissions_under(json->root()["permissions"], settings ? settings->root() : given);
  const Result<Permissions> asked = Permissions::parse(now.root(), package.id);
  if (!asked) return asked.error();
  const Result<Ledger> ledger = Ledger::load(ledger_file(config));
  if (!ledger) return ledger.error();
  Asked shown{sha256(manifest->second), false, "plugin " + package.id + " " + package.version + " asks to:\n"};
  for (const std::string& line : describe(*asked, locale)) shown.text += "  " + line + "\n";
  for (const DatabaseConfig& database : config.databases) {
    const std::optional<GrantRecord> before = ledger->find(database.name, package.id);
    if (!before || !before->enabled) continue;
    shown.granted_somewhere = true;
    const Ledger::Standing standing =
        ledger->standing(database.name, package.id, shown.manifest_sha256, *asked, {}, locale);
    shown.text += "compared with what was granted on database " + database.name + ":\n";
    if (standing.changes.empty()) shown.text += "  the same\n";
    for (const std::string& line : standing.changes) shown.text += "  " + line + "\n";
  }
  return shown;
}

// Installs it, by the host that runs or here.
int put(const CommonOptions& common, const Config& config, const std::filesystem::path& file,
        const std::string& agreed_sha256) {
  Arena arena;
  const std::string path = std::filesystem::absolute(file).string();
  const Result<Document> done = ask_or(
      config, arena.object({{"do", "upgrade"}, {"package", arena.text(path)}, {"agreed", arena.text(agreed_sha256)}}),
      [&] { return install_here(path, config, agreed_sha256); });
  if (!done) return report_error(done.error(), common.json);
  const Value report = done->root();
  if (common.json) {
    print(value::to_pretty_json(report) + "\n");
    return kExitOk;
  }
  const std::string id(report["plugin"].text());
  print("plugin " + id + " " + std::string(report["version"].text()) + " is installed\n");
  print_steps(report["plugins"]);
  bool asks = agreed_sha256.empty() && report["plugins"].size() == 0;
  for (const Value step : report["plugins"].items()) asks = asks || step["done"].text() == "waiting";
  if (asks) print("see what it asks with `outrigger plugin enable " + id + "`\n");
  return kExitOk;
}

// A signed package of long ago brings back what was mended since.
Result<void> refuse_older(const Package& package, const Config& config, bool may_be_older) {
  const Discovery found = discover(plugin_folders(config));
  for (const Manifest& there : found.plugins)
    if (there.id == package.id && !may_be_older && comes_before(package.version, there.version))
      return refuse(Code::kConflict, "plugin " + package.id + " " + there.version + " is there already, and " +
                                         package.version + " is older; say --older to go back to it");
  return {};
}

}  // namespace

int run_plugin_keygen(const CommonOptions& common, const std::filesystem::path& file) {
  const Result<KeyPair> keys = make_keys();
  if (!keys) return report_error(keys.error(), common.json);
  if (std::filesystem::exists(file))
    return report_error(refuse(Code::kConflict, file.string() + " is there already; name another file"), common.json);
  const mode_t before = ::umask(0077);
  std::ofstream out(file);
  ::umask(before);
  out << keys->secret << "\n";
  if (!out.flush()) return report_error(refuse(Code::kInternal, file.string() + " cannot be written"), common.json);
  return tell(common, {{"public_key", Value::of(std::string_view(keys->public_key))}},
              "the signing key is in " + file.string() +
                  ": keep it secret\nyour public key, for the `trusted_keys` of others:\n" + keys->public_key);
}

int run_plugin_pack(const CommonOptions& common, const std::filesystem::path& folder, const std::filesystem::path& key,
                    std::filesystem::path to) {
  constexpr size_t kLongestSigningKey = 4096;
  const Result<std::string> secret = read_bounded(key, kLongestSigningKey);
  if (!secret) return report_error(secret.error(), common.json);
  const Result<std::string> package = pack(folder, secret->substr(0, secret->find_first_of("\r\n")));
  if (!package) return report_error(package.error(), common.json);
  if (to.empty()) to = folder.filename().string() + ".plugin";
  std::ofstream out(to, std::ios::binary);
  out << *package;
  if (!out.flush()) return report_error(refuse(Code::kInternal, to.string() + " cannot be written"), common.json);
  return tell(common, {{"package", Value::of(std::string_view(to.native()))}}, "packed and signed: " + to.string());
}

int run_plugin_install(const CommonOptions& common, const std::filesystem::path& file, bool may_be_older) {
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  const Result<Package> package = read_package(file, config->trusted_keys);
  if (!package) return report_error(package.error(), common.json);
  if (const Result<void> fresh = refuse_older(*package, *config, may_be_older); !fresh)
    return report_error(fresh.error(), common.json);
  return put(common, *config, file, {});
}

int run_plugin_upgrade(const CommonOptions& common, const std::filesystem::path& file, bool yes, bool may_be_older) {
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  const Result<Package> package = read_package(file, config->trusted_keys);
  if (!package) return report_error(package.error(), common.json);
  if (!is_installed(package->id, installed_plugins(*config)))
    return report_error(
        refuse(Code::kMissing, "plugin " + package->id + " is not installed yet; use `outrigger plugin install`"),
        common.json);
  if (const Result<void> fresh = refuse_older(*package, *config, may_be_older); !fresh)
    return report_error(fresh.error(), common.json);
  const Result<Asked> asked = look_at(*package, *config, locale_of(common.locale));
  if (!asked) return report_error(asked.error(), common.json);
  if (!asked->granted_somewhere) return put(common, *config, file, {});
  if (common.json && !yes)
    return report_error(refuse(Code::kInvalid, "nothing was changed; --json does not ask, so say --yes as well"), true);
  if (!common.json) print(asked->text);
  if (!agreed(yes)) return kExitFailed;
  return put(common, *config, file, asked->manifest_sha256);
}

int run_plugin_remove(const CommonOptions& common, const std::string& id) {
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Arena arena;
  const Result<Document> done = ask_or(*config, arena.object({{"do", "remove"}, {"plugin", arena.text(id)}}),
                                       [&] { return remove_here(id, *config); });
  if (!done) return report_error(done.error(), common.json);
  if (common.json) {
    print(value::to_pretty_json(done->root()) + "\n");
    return kExitOk;
  }
  print("plugin " + id + " is removed; its grant is kept\n");
  if (done->root()["still_configured"].truthy())
    print("take it out of `plugins` in " + config->file.string() + ": the host does not start with it\n");
  return kExitOk;
}

}  // namespace outrigger::host
