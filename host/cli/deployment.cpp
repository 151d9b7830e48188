#include "host/cli/deployment.hpp"

#include <algorithm>

#include "host/config/json_tree.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

}  // namespace

std::vector<std::filesystem::path> plugin_folders(const std::vector<std::filesystem::path>& configured) {
  std::vector<std::filesystem::path> folders = configured;
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return folders;
  const std::filesystem::path prefix = program.parent_path().parent_path();
  folders.push_back(prefix / "plugins");                        // a build folder
  folders.push_back(prefix / "lib" / "outrigger" / "plugins");  // installed
  return folders;
}

Deployment::Deployment(Config config)
    : config_(std::move(config)),
      log_(config_.log_level, config_.log_json),
      plugins_(discover(plugin_folders(config_.plugin_folders))) {
  for (const DatabaseConfig& database : config_.databases) log_.hide(database.connection.secret);
}

const Manifest* Deployment::manifest(std::string_view id) const {
  for (const Manifest& manifest : plugins_.plugins)
    if (manifest.id == id) return &manifest;
  return nullptr;
}

Result<const DatabaseConfig*> Deployment::database(std::string_view name) const {
  std::string names;
  for (const DatabaseConfig& database : config_.databases) {
    if (database.name == name) return &database;
    names += (names.empty() ? "" : ", ") + database.name;
  }
  if (name.empty() && config_.databases.size() == 1) return &config_.databases.front();
  if (name.empty())
    return refuse(Code::kInvalid,
                  "the configuration has several databases (" + names + "); choose one with --database");
  return refuse(Code::kInvalid, "the configuration has no database " + std::string(name) + "; it has " + names);
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

Result<std::unique_ptr<Instance>> Deployment::instance(std::string_view id, std::string_view database_name,
                                                       uint32_t roles, const std::stop_token& stop) {
  const Manifest* found = manifest(id);
  if (found == nullptr) {
    std::string where;
    for (const auto& folder : plugin_folders(config_.plugin_folders))
      where += (where.empty() ? "" : ", ") + folder.string();
    return refuse(Code::kMissing, "there is no plugin " + std::string(id) + " in " + where);
  }
  const PluginConfig* configured = config_.plugin(id);
  if (configured != nullptr && !configured->enabled)
    return refuse(Code::kInvalid, "plugin " + std::string(id) + " is switched off in " + config_.file.string());
  const auto empty = [](Arena& arena) {
    return arena.object(std::initializer_list<std::pair<std::string_view, Item>>{});
  };
  const Document none = Document::build(empty);
  const Result<Document> settings =
      check_config(*found, configured == nullptr ? none.root() : configured->config.root());
  if (!settings) {
    Error error = settings.error();
    if (configured != nullptr)
      error.message = config_.file.string() + ":" + std::to_string(configured->line) + ": " + error.message;
    return error;
  }
  const Result<const DatabaseConfig*> database = this->database(database_name);
  if (!database) return database.error();
  const Result<odoo::Session*> session = this->session(database_name, stop);
  if (!session) return session.error();
  if (!found->accepts_odoo((*session)->info().major))
    return refuse(Code::kUnsupported, "plugin " + found->id + " works with Odoo " + found->odoo + "; this is " +
                                          (*session)->info().version);
  const Result<Library> library = load_library(*found);
  if (!library) return library.error();
  auto services = std::make_unique<Services>(found->id + "@" + (*database)->name, log_, *session);
  InstanceOptions options{(*database)->name, roles, settings->root()};
  return Instance::create(*library, *found, std::move(services), options);
}

}  // namespace outrigger::host
