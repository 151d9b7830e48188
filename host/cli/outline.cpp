// Deployment: another configuration, checked and connected before any of it counts.
#include <algorithm>

#include "host/cli/changes.hpp"
#include "host/cli/deployment.hpp"
#include "host/config/json_tree.hpp"
#include "integration/odoo/records.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

// Empty when the user may not read it, or the key does not work any more.
std::string uuid_of(odoo::Session& session, const std::stop_token& stop) {
  const Result<Document> uuid = odoo::Records(session).parameter("database.uuid", {.stop = stop});
  return uuid ? std::string(uuid->root().text()) : std::string();
}

// Plugins go on with it and notice nothing, so it must be the same user on the same database.
Result<void> check_successor(const std::string& database, const odoo::Session& before, odoo::Session& after,
                             const std::string& known_uuid, const std::stop_token& stop) {
  if (before.info().uid != after.info().uid)
    return refuse(Code::kAuth, "database " + database + ": the new key is of user " + std::to_string(after.info().uid) +
                                   ", the one before of user " + std::to_string(before.info().uid) +
                                   "; make a key for the same user, or stop the host and start it again");
  const std::string uuid = known_uuid.empty() ? std::string() : uuid_of(after, stop);
  if (!uuid.empty() && known_uuid != uuid)
    return refuse(Code::kConflict, "database " + database +
                                       ": behind its address is another database than before (its database.uuid "
                                       "differs); stop the host, see to it, and start it again");
  if (before.info().major != after.info().major)
    return refuse(Code::kUnsupported, "database " + database + " was Odoo " + before.info().version + " and is " +
                                          after.info().version + " now; stop the host and start it again");
  return {};
}

// What the running host stands on.
Result<void> check_fixed(const Config& before, const Config& after) {
  if (before.data_folder == after.data_folder) return {};
  const std::string why =
      "`data_folder` cannot change while the host runs: its grants and its socket are there; stop "
      "it, move the folder, and start it again";
  const Result<JsonFile> file = JsonFile::read(after.file);
  const bool named = file && file->root.isMember("data_folder");
  return named ? file->error(file->root["data_folder"], why) : refuse(Code::kInvalid, after.file.string() + ": " + why);
}

// What was seen and written belongs to one place.
Error moved(const Config& after, const Change& change) {
  const std::string why = "database " + change.name + " would be another place or user (" + change.what +
                          "), and what was seen and written belongs to the one before: stop the host and start it "
                          "again, or give the new one a name of its own";
  const Result<JsonFile> file = JsonFile::read(after.file);
  if (!file) return refuse(Code::kUnsupported, why);
  Error error = file->error(file->root["databases"][change.name], why);
  error.code = Code::kUnsupported;
  return error;
}

}  // namespace

void Deployment::remember_identity(std::string_view database, const std::stop_token& stop) {
  if (const Result<std::shared_ptr<odoo::Session>> session = this->session(database, stop))
    now_.uuids[std::string(database)] = uuid_of(**session, stop);
}

Result<void> Deployment::connect_changed(Outline& next, const std::stop_token& stop) {
  const std::vector<Change> changes = differences(now_.config, next.config);
  for (const DatabaseConfig& database : next.config.databases) {
    const auto known = now_.sessions.find(database.name);
    const bool connected = this->connected(database.name);
    const bool as_before = std::none_of(changes.begin(), changes.end(), [&](const Change& change) {
      return change.name == database.name &&
             (change.kind == Change::Kind::kDatabaseAdded || change.kind == Change::Kind::kDatabaseMoved ||
              change.kind == Change::Kind::kSessionRenewed);
    });
    if (connected) {
      next.sessions.insert(*known);
      if (const auto uuid = now_.uuids.find(database.name); uuid != now_.uuids.end()) next.uuids.insert(*uuid);
    }
    if (as_before) continue;  // one that is away is asked again by itself
    Result<std::shared_ptr<odoo::Session>> fresh = connect(database, stop);
    if (!fresh) return fresh.error();
    if (!next.sessions.contains(database.name)) {
      next.uuids[database.name] = uuid_of(**fresh, stop);
      next.sessions[database.name] = std::make_shared<LiveSession>(*std::move(fresh));
      continue;
    }
    const std::shared_ptr<odoo::Session> before = known->second->get();
    if (Result<void> fits = check_successor(database.name, *before, **fresh, next.uuids[database.name], stop); !fits)
      return fits;
    next.renewed[database.name] = *std::move(fresh);
  }
  return {};
}

Result<Outline> Deployment::draft(Config config) const {
  if (const Result<void> fixed = check_fixed(now_.config, config); !fixed) return fixed.error();
  // One that was never reached has no place yet.
  for (const Change& change : differences(now_.config, config))
    if (change.kind == Change::Kind::kDatabaseMoved && connected(change.name)) return moved(config, change);
  Outline next;
  next.config = std::move(config);
  next.config.grant_all = now_.config.grant_all;
  next.config.grant_reads = now_.config.grant_reads;
  next.config.log_json = now_.config.log_json;  // from the next start on
  next.plugins = discover(plugin_folders(next.config));
  for (const PluginConfig& plugin : next.config.plugins)
    if (plugin.enabled)
      if (const Result<Document> settings = Deployment::settings(next, plugin.id); !settings) return settings.error();
  return next;
}

void Deployment::adopt(Outline next) {
  for (auto& [database, session] : next.renewed) next.sessions[database]->put(std::move(session));
  next.renewed.clear();
  log_.set_level(next.config.log_level);
  now_ = std::move(next);
}

void Deployment::keep(const PluginConfig& before) {
  for (PluginConfig& plugin : now_.config.plugins)
    if (plugin.id == before.id) plugin = before;
}

}  // namespace outrigger::host
