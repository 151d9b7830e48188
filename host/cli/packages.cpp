// `outrigger plugin keygen`, `pack`, `install` and `remove`.
#include <sys/stat.h>

#include <array>
#include <fstream>

#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/control/control.hpp"
#include "host/packages/package.hpp"
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

// Every database that the running host has the plugin on.
void reload_where_it_runs(const Config& config, const std::string& id) {
  for (const DatabaseConfig& database : config.databases) {
    Arena arena;
    const Result<Document> answer = ask_control(
        control_socket(config),
        arena.object({{"do", "reload"}, {"plugin", arena.text(id)}, {"database", arena.text(database.name)}}));
    if (!answer && answer.error().code != Code::kMissing) print_error(answer.error().message);
  }
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
  constexpr size_t kLongestKey = 4096;
  const Result<std::string> secret = read_bounded(key, kLongestKey);
  if (!secret) return report_error(secret.error(), common.json);
  const Result<std::string> package = pack(folder, secret->substr(0, secret->find_first_of("\r\n")));
  if (!package) return report_error(package.error(), common.json);
  if (to.empty()) to = folder.filename().string() + ".plugin";
  std::ofstream out(to, std::ios::binary);
  out << *package;
  if (!out.flush()) return report_error(refuse(Code::kInternal, to.string() + " cannot be written"), common.json);
  return tell(common, {{"package", Value::of(std::string_view(to.native()))}}, "packed and signed: " + to.string());
}

int run_plugin_install(const CommonOptions& common, const std::filesystem::path& file) {
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Result<std::string> bytes = read_bounded(file, kLargestPackage);
  if (!bytes) return report_error(bytes.error(), common.json);
  const Result<Package> package = open_package(*std::move(bytes), config->trusted_keys);
  if (!package) return report_error(package.error(), common.json);
  const Result<Manifest> manifest = install(*package, installed_plugins(*config));
  if (!manifest) return report_error(manifest.error(), common.json);
  reload_where_it_runs(*config, manifest->id);
  return tell(common,
              {{"plugin", Value::of(std::string_view(manifest->id))},
               {"version", Value::of(std::string_view(manifest->version))}},
              "plugin " + manifest->id + " " + manifest->version +
                  " is installed; see what it asks with `outrigger plugin enable " + manifest->id + "`");
}

int run_plugin_remove(const CommonOptions& common, const std::string& id) {
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  for (const DatabaseConfig& database : config->databases) {
    Arena arena;
    (void)ask_control(
        control_socket(*config),
        arena.object({{"do", "disable"}, {"plugin", arena.text(id)}, {"database", arena.text(database.name)}}));
  }
  if (const Result<void> gone = uninstall(id, installed_plugins(*config)); !gone)
    return report_error(gone.error(), common.json);
  return tell(common, {{"removed", Value::of(std::string_view(id))}},
              "plugin " + id + " is removed; its grant is kept");
}

}  // namespace outrigger::host
