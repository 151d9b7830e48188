#include "host/cli/deployment.hpp"

#include <algorithm>

#include "host/grants/grant.hpp"
#include "host/grants/ledger.hpp"
#include "host/grants/sha256.hpp"
#include "host/plugins/cache.hpp"
#include "host/process/process_instance.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

std::filesystem::path installed_plugins(const Config& config) { return config.data_folder / "installed"; }

std::vector<std::filesystem::path> plugin_folders(const Config& config) {
  std::vector<std::filesystem::path> folders = config.plugin_folders;
  if (!config.data_folder.empty()) folders.push_back(installed_plugins(config));
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return folders;
  const std::filesystem::path prefix = program.parent_path().parent_path();
  folders.push_back(prefix / "plugins");                        // a build folder
  folders.push_back(prefix / "lib" / "outrigger" / "plugins");  // installed
  return folders;
}

// Beside this program in a build folder, in libexec when installed.
std::filesystem::path runner_program() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path beside = program.parent_path() / "outrigger-runner";
  if (std::filesystem::exists(beside, error)) return beside;
  return program.parent_path().parent_path() / "libexec" / "outrigger" / "outrigger-runner";
}

Result<void> try_load(const Manifest& manifest, const Config& config, Log& log) {
  const std::filesystem::path data = config.data_folder.empty() ? default_data_folder() : config.data_folder;
  const Result<CachedPlugin> cached = cache_plugin(manifest, data / "plugins");
  if (!cached) return cached.error();
  RunnerOptions runner;
  runner.program = runner_program();
  runner.folder = cached->folder;
  runner.uid = uid_of(manifest.id);
  const InstanceOptions options{"", 0, {}, true, true};
  auto services = std::make_unique<Services>(manifest.id, log, nullptr);
  const Result<std::unique_ptr<Instance>> loaded = make_process(manifest, std::move(services), options, runner);
  if (!loaded) return loaded.error();
  return {};
}

std::filesystem::path control_socket(const Config& config) { return config.data_folder / "control.sock"; }

std::filesystem::path ledger_file(const Config& config) { return config.data_folder / "grants.json"; }

Result<const DatabaseConfig*> find_database(const Config& config, std::string_view name) {
  std::string names;
  for (const DatabaseConfig& database : config.databases) {
    if (database.name == name) return &database;
    names += (names.empty() ? "" : ", ") + database.name;
  }
  if (name.empty() && config.databases.size() == 1) return &config.databases.front();
  if (name.empty())
    return refuse(Code::kInvalid,
                  "the configuration has several databases (" + names + "); choose one with --database");
  return refuse(Code::kInvalid, "the configuration has no database " + std::string(name) + "; it has " + names);
}

Deployment::Deployment(Config config)
    : config_(std::move(config)),
      log_(config_.log_level, config_.log_json),
      plugins_(discover(plugin_folders(config_))) {
  for (const DatabaseConfig& database : config_.databases) log_.hide(database.connection.secret);
}

const Manifest* Deployment::manifest(std::string_view id) const {
  for (const Manifest& manifest : plugins_.plugins)
    if (manifest.id == id) return &manifest;
  return nullptr;
}

Result<odoo::Session*> Deployment::session(std::string_view name, const std::stop_token& stop) {
  const Result<const DatabaseConfig*> database = this->database(name);
  if (!database) return database.error();
  std::unique_ptr<odoo::Session>& session = sessions_[(*database)->name];
  if (session == nullptr) {
    Result<std::unique_ptr<odoo::Session>> connected = odoo::Session::connect(loop_, (*database)->connection, stop);
    if (!connected) {
      Error error = connected.error();
      error.message = "database " + (*database)->name + " at " + (*database)->connection.url + ": " + error.message;
      return error;
    }
    session = *std::move(connected);
  }
  return session.get();
}

struct Deployment::Wanted {
  const Manifest* manifest = nullptr;
  const PluginConfig* configured = nullptr;  // null: not in the configuration
  const DatabaseConfig* database = nullptr;
  odoo::Session* session = nullptr;
  Document settings;
};

Result<Deployment::Wanted> Deployment::want(std::string_view id, std::string_view database_name,
                                            const std::stop_token& stop) {
  Wanted wanted;
  wanted.manifest = manifest(id);
  if (wanted.manifest == nullptr) {
    std::string where;
    for (const auto& folder : plugin_folders(config_)) where += (where.empty() ? "" : ", ") + folder.string();
    return refuse(Code::kMissing, "there is no plugin " + std::string(id) + " in " + where);
  }
  wanted.configured = config_.plugin(id);
  if (wanted.configured != nullptr && !wanted.configured->enabled)
    return refuse(Code::kInvalid, "plugin " + std::string(id) + " is switched off in " + config_.file.string());
  const Document none = Document::build(
      [](Arena& arena) { return arena.object(std::initializer_list<std::pair<std::string_view, Item>>{}); });
  const PluginConfig* configured = wanted.configured;
  Result<Document> settings =
      check_config(*wanted.manifest, configured == nullptr ? none.root() : configured->config.root());
  if (!settings) {
    Error error = settings.error();
    if (configured != nullptr)
      error.message = config_.file.string() + ":" + std::to_string(configured->line) + ": " + error.message;
    return error;
  }
  wanted.settings = *std::move(settings);
  const Result<const DatabaseConfig*> database = this->database(database_name);
  if (!database) return database.error();
  wanted.database = *database;
  const Result<odoo::Session*> session = this->session(database_name, stop);
  if (!session) return session.error();
  wanted.session = *session;
  if (!wanted.manifest->accepts_odoo((*session)->info().major))
    return refuse(Code::kUnsupported, "plugin " + std::string(id) + " works with Odoo " + wanted.manifest->odoo +
                                          "; this is " + (*session)->info().version);
  return wanted;
}

Result<Permissions> Deployment::granted(const Manifest& manifest, const std::string& database,
                                        const std::string& library_sha256) const {
  Result<Permissions> asked = Permissions::parse(manifest.document.root()["permissions"], manifest.id);
  if (!asked) return asked.error();
  if (config_.grant_all) return asked;
  const Result<std::string> hash = sha256_of_file(manifest.folder / "manifest.json");
  if (!hash) return hash.error();
  const Result<Ledger> ledger = Ledger::load(ledger_file(config_));
  if (!ledger) return ledger.error();
  const Ledger::Standing standing = ledger->standing(database, manifest.id, *hash, *asked, library_sha256);
  if (standing.state != GrantState::kEnabled)
    return refuse(Code::kAccess, standing.sentence(manifest.id) + " (database " + database + ")");
  return asked;
}

// Everything that the instances of one version share.
struct Recipe {
  Manifest manifest;
  std::string database;
  uint32_t roles = 0;
  Document settings;
  std::shared_ptr<const Grant> grant;
  odoo::Session* session = nullptr;
  Log* log = nullptr;
  bool inproc = false;
  RunnerOptions runner;

  [[nodiscard]] Result<std::unique_ptr<Instance>> make(bool standby) const {
    auto services = std::make_unique<Services>(manifest.id + "@" + database, *log, session);
    services->gate([grant = grant](std::string_view operation, Value args) { return grant->check(operation, args); });
    const InstanceOptions options{database, roles, settings.root(), standby};
    if (!inproc) return make_process(manifest, std::move(services), options, runner);
    const Result<Library> library = load_library(manifest);
    if (!library) return library.error();
    return make_inproc(*library, manifest, std::move(services), options);
  }
};

Result<Supervisor::Maker> Deployment::maker(std::string_view id, std::string_view database, uint32_t roles,
                                            const std::stop_token& stop) {
  const Result<Wanted> wanted = want(id, database, stop);
  if (!wanted) return wanted.error();
  const Result<CachedPlugin> cached = cache_plugin(*wanted->manifest, config_.data_folder / "plugins");
  if (!cached) return cached.error();
  Result<Permissions> permissions = granted(*wanted->manifest, wanted->database->name, cached->sha256);
  if (!permissions) return permissions.error();
  odoo::Session* session = wanted->session;
  const auto fields_of = [session](std::string_view model) -> Result<Document> {
    const auto fields = session->fields(std::string(model));
    if (!fields) return fields.error();
    return Document(*fields, (*fields)->root());
  };
  auto recipe = std::make_shared<Recipe>();
  recipe->manifest = *wanted->manifest;
  recipe->manifest.library = cached->folder / (recipe->manifest.id + ".so");
  recipe->database = wanted->database->name;
  recipe->roles = roles;
  recipe->settings = wanted->settings;
  recipe->grant =
      std::make_shared<const Grant>(recipe->manifest.id, *std::move(permissions), fields_of, wanted->settings);
  recipe->session = session;
  recipe->log = &log_;
  recipe->inproc = wanted->configured != nullptr && wanted->configured->inproc;
  recipe->runner.program = runner_program();
  recipe->runner.folder = cached->folder;
  recipe->runner.uid = uid_of(recipe->manifest.id);
  if (wanted->configured != nullptr) recipe->runner.memory_bytes = wanted->configured->memory_bytes;
  return Supervisor::Maker([recipe](bool standby) { return recipe->make(standby); });
}

Result<std::unique_ptr<Instance>> Deployment::instance(std::string_view plugin, std::string_view database,
                                                       uint32_t roles, const std::stop_token& stop) {
  const Result<Supervisor::Maker> make = maker(plugin, database, roles, stop);
  if (!make) return make.error();
  return (*make)(false);
}

}  // namespace outrigger::host
