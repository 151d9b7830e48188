#include "host/cli/deployment.hpp"

#include "host/cli/asked.hpp"
#include "host/cli/recipe.hpp"
#include "host/grants/ledger.hpp"
#include "host/grants/reading.hpp"
#include "host/grants/sha256.hpp"
#include "host/plugins/cache.hpp"
#include "host/process/process_instance.hpp"
#include "host/process/user_lease.hpp"

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

const Manifest* Outline::manifest(std::string_view id) const {
  for (const Manifest& manifest : plugins.plugins)
    if (manifest.id == id) return &manifest;
  return nullptr;
}

Deployment::Deployment(Config config)
    : log_(config.log_level, config.log_json), facilities_(config, log_), grants_(std::make_shared<LiveGrants>()) {
  now_.config = std::move(config);
  now_.plugins = discover(plugin_folders(now_.config));
  for (const DatabaseConfig& database : now_.config.databases) {
    log_.hide(database.connection.secret);
    log_.hide(database.setup_key);
  }
}

Result<std::shared_ptr<odoo::Session>> Deployment::connect(const DatabaseConfig& database,
                                                           const std::stop_token& stop) {
  log_.hide(database.connection.secret);
  log_.hide(database.setup_key);
  Result<std::unique_ptr<odoo::Session>> connected = odoo::Session::connect(loop_, database.connection, stop);
  if (connected) return std::shared_ptr<odoo::Session>(*std::move(connected));
  Error error = connected.error();
  error.message = "database " + database.name + " at " + database.connection.url + ": " + error.message;
  return error;
}

void Deployment::seat(const std::string& database, std::shared_ptr<odoo::Session> session) {
  std::shared_ptr<LiveSession>& live = now_.sessions[database];
  if (live == nullptr) live = std::make_shared<LiveSession>(std::move(session));
}

Result<std::shared_ptr<LiveSession>> Deployment::live(Outline& of, std::string_view name, const std::stop_token& stop) {
  const Result<const DatabaseConfig*> database = find_database(of.config, name);
  if (!database) return database.error();
  std::shared_ptr<LiveSession>& live = of.sessions[(*database)->name];
  if (live == nullptr) {
    Result<std::shared_ptr<odoo::Session>> connected = connect(**database, stop);
    if (!connected) return connected.error();
    live = std::make_shared<LiveSession>(*std::move(connected));
  }
  return live;
}

Result<std::shared_ptr<odoo::Session>> Deployment::session(std::string_view name, const std::stop_token& stop) {
  const Result<std::shared_ptr<LiveSession>> live = this->live(now_, name, stop);
  if (!live) return live.error();
  return (*live)->get();
}

struct Deployment::Wanted {
  const Manifest* manifest = nullptr;
  const PluginConfig* configured = nullptr;  // null: not in the configuration
  const DatabaseConfig* database = nullptr;
  std::shared_ptr<LiveSession> session;
  Document settings;
};

Result<Document> Deployment::settings(const Outline& of, std::string_view id) {
  const PluginConfig* configured = of.config.plugin(id);
  const auto at_its_line = [&](Error error) {
    if (configured != nullptr && configured->line > 0)
      error.message = of.config.file.string() + ":" + std::to_string(configured->line) + ": " + error.message;
    return error;
  };
  const Manifest* manifest = of.manifest(id);
  if (manifest == nullptr) {
    std::string where;
    for (const auto& folder : plugin_folders(of.config)) where += (where.empty() ? "" : ", ") + folder.string();
    return at_its_line(refuse(Code::kMissing, "there is no plugin " + std::string(id) + " in " + where));
  }
  const Document none = Document::build(
      [](Arena& arena) { return arena.object(std::initializer_list<std::pair<std::string_view, Item>>{}); });
  Result<Document> settings = check_config(*manifest, configured == nullptr ? none.root() : configured->config.root());
  if (!settings) return at_its_line(settings.error());
  return settings;
}

Result<Deployment::Wanted> Deployment::want(Outline& of, std::string_view id, std::string_view database_name,
                                            const std::stop_token& stop) {
  Wanted wanted;
  wanted.configured = of.config.plugin(id);
  if (wanted.configured != nullptr && !wanted.configured->enabled)
    return refuse(Code::kInvalid, "plugin " + std::string(id) + " is switched off in " + of.config.file.string());
  Result<Document> settings = Deployment::settings(of, id);
  if (!settings) return settings.error();
  wanted.settings = *std::move(settings);
  wanted.manifest = of.manifest(id);
  const Result<const DatabaseConfig*> database = find_database(of.config, database_name);
  if (!database) return database.error();
  wanted.database = *database;
  Result<std::shared_ptr<LiveSession>> live = this->live(of, database_name, stop);
  if (!live) return live.error();
  wanted.session = *std::move(live);
  const odoo::ServerInfo info = wanted.session->get()->info();
  if (!wanted.manifest->accepts_odoo(info.major))
    return refuse(Code::kUnsupported, "plugin " + std::string(id) + " works with Odoo " + wanted.manifest->odoo +
                                          "; this is " + info.version);
  return wanted;
}

Result<Permissions> Deployment::granted(const Manifest& manifest, Value settings, const std::string& database,
                                        const std::string& library_sha256) const {
  Result<Permissions> asked = asked_by(manifest, settings);
  if (!asked) return asked.error();
  if (now_.config.grant_all) return asked;
  if (now_.config.grant_reads) return reads_only(*asked);
  const Result<std::string> hash = sha256_of_file(manifest.folder / "manifest.json");
  if (!hash) return hash.error();
  const Result<Ledger> ledger = Ledger::load(ledger_file(now_.config));
  if (!ledger) return ledger.error();
  const Ledger::Standing standing = ledger->standing(database, manifest.id, *hash, *asked, library_sha256);
  if (standing.state != GrantState::kEnabled)
    return refuse(Code::kAccess, standing.sentence(manifest.id) + " (database " + database + ")");
  return asked;
}

Result<void> Deployment::may_receive(std::string_view plugin, const std::string& database,
                                     const std::string& endpoint) const {
  const Manifest* manifest = now_.manifest(plugin);
  if (manifest == nullptr) return refuse(Code::kMissing, "plugin " + std::string(plugin) + " is not installed");
  const Result<std::string> library = sha256_of_file(manifest->library);
  if (!library) return library.error();
  const Result<Document> settings = this->settings(plugin);
  if (!settings) return settings.error();
  const Result<Permissions> permissions = granted(*manifest, settings->root(), database, *library);
  if (!permissions) return permissions.error();
  if (permissions->may("endpoint:" + endpoint)) return {};
  return refuse(Code::kAccess, "the manifest of " + std::string(plugin) +
                                   " asks for no such endpoint; it would be permissions.host \"endpoint:" + endpoint +
                                   "\"");
}

Result<std::shared_ptr<Tenant>> Deployment::tenant(std::string_view database, const std::stop_token& stop) {
  const Result<const DatabaseConfig*> found = this->database(database);
  if (!found) return found.error();
  const Result<std::shared_ptr<LiveSession>> live = this->live(now_, database, stop);
  if (!live) return live.error();
  return facilities_.tenant(**found, *live, stop);
}

Result<std::shared_ptr<Tenant>> Deployment::tenant_offline(std::string_view database) {
  const Result<const DatabaseConfig*> found = this->database(database);
  if (!found) return found.error();
  return facilities_.tenant_offline(**found);
}

Result<Supervisor::Maker> Deployment::maker(Outline& of, std::string_view id, std::string_view database, uint32_t roles,
                                            const std::stop_token& stop, Writing writing) {
  const Result<Wanted> wanted = want(of, id, database, stop);
  if (!wanted) return wanted.error();
  const Result<CachedPlugin> cached = cache_plugin(*wanted->manifest, of.config.data_folder / "plugins");
  if (!cached) return cached.error();
  Result<Permissions> permissions =
      granted(*wanted->manifest, wanted->settings.root(), wanted->database->name, cached->sha256);
  if (!permissions) return permissions.error();
  Recipe recipe;
  recipe.manifest = *wanted->manifest;
  recipe.manifest.library = cached->folder / (recipe.manifest.id + ".so");
  recipe.database = wanted->database->name;
  recipe.roles = roles;
  recipe.permissions = *std::move(permissions);
  recipe.session = wanted->session;
  Result<std::shared_ptr<Tenant>> tenant = facilities_.tenant(*wanted->database, recipe.session, stop);
  if (!tenant) return tenant.error();
  recipe.facilities = &facilities_;
  recipe.guest = {recipe.manifest.id, *wanted->database, recipe.session, *std::move(tenant), {}, std::move(writing)};
  for (const Subscription& subscription : recipe.manifest.subscriptions)
    for (const FieldAsk& ask : subscription.fields) {
      std::vector<std::string>& fields = recipe.guest.subscribed[subscription.model];
      fields.insert(fields.end(), ask.names.begin(), ask.names.end());
    }
  recipe.log = &log_;
  recipe.inproc = wanted->configured != nullptr && wanted->configured->inproc;
  recipe.runner.program = runner_program();
  recipe.runner.folder = cached->folder;
  recipe.runner.uid = uid_of(recipe.manifest.id);
  const uint64_t configured = wanted->configured == nullptr ? 0 : wanted->configured->memory_bytes;
  const uint64_t asked = wanted->manifest->memory_bytes;
  if (configured != 0)
    recipe.runner.memory_bytes = configured;
  else if (asked != 0)  // more than usual is the admin's to give
    recipe.runner.memory_bytes = std::min(asked, recipe.runner.memory_bytes);
  recipe.configure(wanted->settings);
  grants_->add(recipe.database, recipe.manifest.id, recipe.live);
  return recipe.maker();
}

Result<Deployment::Reconfigured> Deployment::reconfigured(const Supervisor::Maker& running, const Outline& next) const {
  const Recipe* before = Recipe::of(running);
  if (before == nullptr) return refuse(Code::kUnsupported, "it was not made from a configuration");
  const PluginConfig* configured = next.config.plugin(before->manifest.id);
  if (configured == nullptr) return refuse(Code::kMissing, "plugin " + before->manifest.id + " is not configured");
  Result<Document> settings = check_config(before->manifest, configured->config.root());
  if (!settings) return settings.error();
  // What it may do is fixed with the process that it runs in.
  const Result<Permissions> asked = asked_by(before->manifest, settings->root());
  if (!asked) return asked.error();
  if (!(asked->json.root() == before->permissions.json.root()))
    return refuse(Code::kUnsupported, "as it is configured now, it asks for other permissions");
  Recipe recipe = *before;
  recipe.configure(*settings);
  const std::shared_ptr<const Grant> grant = recipe.live->get();
  recipe.live = before->live;
  const auto enforce = [grants = grants_, database = recipe.database, plugin = recipe.manifest.id, grant] {
    grants->put(database, plugin, grant);
  };
  return Reconfigured{*std::move(settings), recipe.maker(), enforce};
}

void Deployment::take_away(const std::string& plugin, const std::string& database) {
  grants_->put(database, plugin, nullptr);
}

Result<std::unique_ptr<Instance>> Deployment::instance(std::string_view plugin, std::string_view database,
                                                       uint32_t roles, const std::stop_token& stop, Writing writing) {
  const Result<Supervisor::Maker> make = maker(now_, plugin, database, roles, stop, std::move(writing));
  if (!make) return make.error();
  return (*make)(false);
}

}  // namespace outrigger::host
