// `outrigger doctor`: what works, what does not, and what to do about it.
#include <set>

#include "host/cli/asked.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/key_findings.hpp"
#include "host/cli/plugin_health.hpp"
#include "host/cli/watch_findings.hpp"
#include "host/grants/ledger.hpp"
#include "host/grants/permissions.hpp"
#include "host/grants/rights.hpp"
#include "host/grants/sha256.hpp"
#include "host/runner/sandbox_support.hpp"
#include "host/secrets/vault.hpp"
#include "host/services/clock.hpp"
#include "host/setup/setup_access.hpp"
#include "integration/odoo/records.hpp"
#include "integration/value/datetime.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

struct Finding {
  enum class Level { kGood, kNote, kBad } level;
  std::string subject;
  std::string text;
};

const char* word(Finding::Level level) {
  return level == Finding::Level::kGood ? "ok" : level == Finding::Level::kNote ? "note" : "bad";
}

class Examination {
 public:
  Examination(Deployment& deployment, StopSignal& stop, bool all_rights, std::string locale)
      : deployment_(deployment), stop_(stop), all_rights_(all_rights), locale_(std::move(locale)) {}

  std::vector<Finding> run() {
    for (const DatabaseConfig& database : deployment_.config().databases) this->database(database);
    walls();
    secrets();
    plugins();
    return std::move(findings_);
  }

 private:
  void add(Finding::Level level, std::string subject, std::string text) {
    findings_.push_back({level, std::move(subject), std::move(text)});
  }

  void database(const DatabaseConfig& database) {
    const Result<std::shared_ptr<odoo::Session>> session = deployment_.session(database.name, stop_.token());
    if (!session) return add(Finding::Level::kBad, database.name, session.error().message);
    reached_.insert(database.name);
    const odoo::ServerInfo& info = (*session)->info();
    add(Finding::Level::kGood, database.name,
        "Odoo " + info.version + " at " + database.connection.url + ", signed in as user " + std::to_string(info.uid) +
            " over " + info.transport);
    if (!info.known())
      add(Finding::Level::kNote, database.name,
          "Odoo " + info.series +
              " is newer than what this Outrigger knows: it only reads until `allow_untested` is set");
    else if (!info.tested())
      add(Finding::Level::kNote, database.name,
          "Odoo " + info.series + " is expected to work but was not tested; 14 and 19 were");
    if (info.major >= 19 && info.transport != "JSON-2")
      add(Finding::Level::kNote, database.name,
          info.transport +
              " is announced to be removed from Odoo (21.1 or 22); give an API key as `key` to use JSON-2");
    if (database.connection.url.rfind("http://", 0) == 0 &&
        database.connection.url.find("127.0.0.1") == std::string::npos &&
        database.connection.url.find("localhost") == std::string::npos)
      add(Finding::Level::kBad, database.name, "the key crosses the network unencrypted; use https://");
    rights(database.name, **session);
    key_expiry(database.name, **session);
    setup_key(database, **session);
    watches(database.name, **session);
  }

  void watches(const std::string& name, odoo::Session& session) {
    std::vector<const Manifest*> plugins;
    for (const PluginConfig& plugin : deployment_.config().plugins)
      if (const Manifest* manifest = deployment_.manifest(plugin.id); manifest != nullptr && plugin.enabled)
        plugins.push_back(manifest);
    for (std::string& sentence : watch_findings(plugins, session, {.stop = stop_.token()}))
      add(Finding::Level::kNote, name, std::move(sentence));
  }

  // Keys of ordinary users live 90 days at most.
  void key_expiry(const std::string& name, odoo::Session& session) {
    const Result<std::vector<KeyExpiry>> keys = key_expiries(session, stop_.token());
    if (!keys) return;
    for (const KeyExpiry& key : *keys) {
      const std::string what = "the API key \"" + key.name + "\" of user " + std::to_string(session.info().uid);
      const KeyFinding finding = expiry_finding(what, key.expires, now_micros());
      add(finding.level == KeyFinding::Level::kGood ? Finding::Level::kGood : Finding::Level::kNote, name,
          finding.text);
    }
  }

  // The administrator's key, which may have been taken away for good reason: so nothing about it is bad.
  void setup_key(const DatabaseConfig& database, odoo::Session& run) {
    std::string asking;
    for (const Manifest& manifest : deployment_.plugins().plugins) {
      const auto asked = Permissions::parse(manifest.document.root()["permissions"], manifest.id);
      if (asked && (asked->may("ensure_field") || asked->may("ensure_view") || asked->may("install_webhook")))
        asking += (asking.empty() ? "" : ", ") + manifest.id;
    }
    SetupAccess access(database.name, run, database.setup_login, database.setup_key);
    if (!access.given())
      return add(asking.empty() ? Finding::Level::kGood : Finding::Level::kNote, database.name,
                 asking.empty() ? "no setup key is set, and no plugin here asks for fields or views"
                                : "no setup key is set; " + asking +
                                      " may add fields or views only when `setup_key` is an administrator's key");
    const auto session = access.session(stop_.token());
    if (!session) return add(Finding::Level::kNote, database.name, session.error().message);
    add(Finding::Level::kGood, database.name,
        "the setup key works, as user " + std::to_string((*session)->info().uid) +
            "; it is used for fields, views and automation rules alone and may be revoked when all is set up");
    if ((*session)->info().uid == run.info().uid)
      add(Finding::Level::kNote, database.name,
          "`key` and `setup_key` belong to the same user; give `key` a user of its own with fewer rights");
    else
      key_expiry(database.name, **session);
  }

  void secrets() {
    const Config& config = deployment_.config();
    Vault vault({.folder = config.data_folder, .key = config.secrets_key, .hide = {}, .now = now_micros});
    const Result<std::vector<SecretEntry>> kept = vault.list();
    if (!kept) return add(Finding::Level::kBad, "secrets", kept.error().message);
    if (kept->empty()) return;
    add(Finding::Level::kGood, "secrets",
        std::to_string(kept->size()) + " kept, encrypted, in " + vault.file().string());
    for (const SecretEntry& entry : *kept) {
      if (entry.expires == 0) continue;
      const KeyFinding finding = expiry_finding("the secret " + entry.name, entry.expires, now_micros());
      if (finding.level == KeyFinding::Level::kGood) continue;
      add(finding.level == KeyFinding::Level::kOver ? Finding::Level::kBad : Finding::Level::kNote,
          entry.plugin + "@" + entry.database, finding.text);
    }
  }

  void plugins() {
    for (const Error& problem : deployment_.plugins().problems) add(Finding::Level::kBad, "plugins", problem.message);
    for (const PluginConfig& plugin : deployment_.config().plugins)
      if (deployment_.manifest(plugin.id) == nullptr)
        add(Finding::Level::kBad, plugin.id,
            "is configured, but no such plugin was found; see `outrigger plugin list`");
    for (const Manifest& manifest : deployment_.plugins().plugins) {
      const Result<void> loads = try_load(manifest, deployment_.config(), deployment_.log());
      standing(manifest);
      if (loads)
        add(Finding::Level::kGood, manifest.id, manifest.version + " loads from " + manifest.library.string());
      else
        add(Finding::Level::kBad, manifest.id, loads.error().message);
    }
  }

  // A plugin that was not enabled works nowhere, and its commands say so; here it is told before.
  void standing(const Manifest& manifest) {
    const auto asked = asked_by(manifest, deployment_.config());
    const Result<std::string> hash = sha256_of_file(manifest.folder / "manifest.json");
    const Result<Ledger> ledger = Ledger::load(ledger_file(deployment_.config()));
    if (!ledger) return add(Finding::Level::kBad, manifest.id, ledger.error().message);
    if (!asked || !hash) return;
    for (const DatabaseConfig& database : deployment_.config().databases) {
      const Ledger::Standing standing = ledger->standing(database.name, manifest.id, *hash, *asked);
      if (standing.state != GrantState::kEnabled)
        add(Finding::Level::kNote, manifest.id + "@" + database.name, standing.sentence(manifest.id));
      else if (reached_.count(database.name) != 0)
        health(manifest.id, database.name);
    }
  }

  // What the plugin says of itself.
  void health(const std::string& plugin, const std::string& database) {
    const std::string subject = plugin + "@" + database;
    const Result<Document> findings = ask_health(deployment_, plugin, database, locale_, stop_.token());
    if (!findings && findings.error().code == Code::kMissing && findings.error().source == Source::kHost)
      return add(Finding::Level::kNote, subject, "it was not asked how it is: " + findings.error().message);
    if (!findings) return add(Finding::Level::kBad, subject, findings.error().message);
    for (const Value one : findings->root().items()) {
      const std::string_view level = one["level"].text();
      const std::string remedy(one["remedy"].text());
      add(level == "fail"   ? Finding::Level::kBad
          : level == "warn" ? Finding::Level::kNote
                            : Finding::Level::kGood,
          subject, std::string(one["text"].text()) + (remedy.empty() ? "" : "; " + remedy));
    }
  }

  // What keeps plugins apart on this machine. A wall that is missing is a note: the others stand.
  void walls() {
    std::string standing;
    for (const Support& wall : sandbox_support().walls()) {
      if (wall.present)
        standing += (standing.empty() ? "" : ", ") + wall.name;
      else
        add(Finding::Level::kNote, "isolation", wall.sentence);
    }
    add(Finding::Level::kGood, "isolation", "plugins are kept apart by " + standing);
  }

  // What the features of plugins need of the run key, by the groups that give it: what is missing for those that are on,
  // with --rights all of it, and for every plugin that is there.
  void rights(const std::string& database, odoo::Session& session) {
    for (const Manifest& manifest : deployment_.plugins().plugins) {
      const PluginConfig* config = deployment_.config().plugin(manifest.id);
      if (!all_rights_ && (config == nullptr || !config->enabled)) continue;
      const auto rights = odoo_rights(manifest.document.root());
      if (!rights) continue;
      for (const OdooRight& right : *rights) this->right(manifest.id + "@" + database, right, session);
    }
  }

  void right(const std::string& subject, const OdooRight& right, odoo::Session& session) {
    std::string what = right.feature + " needs to";
    for (const std::string& operation : right.operations)
      what += (operation == right.operations.front() ? " " : ", ") + operation;
    what += " " + right.model;
    if (right.group.empty()) {
      if (all_rights_) add(Finding::Level::kNote, subject, what + "; no group gives that: the admin sees to it");
      return;
    }
    odoo::Records records(session);
    const Result<bool> member = records.has_group(right.group, {.stop = stop_.token()});
    if (!member)
      add(Finding::Level::kBad, subject,
          what + "; whether the key may could not be found out: " + member.error().message);
    else if (!*member)
      add(Finding::Level::kBad, subject, what + ": give the key's user the group " + right.group);
    else if (all_rights_)
      add(Finding::Level::kGood, subject, what + ": the key has the group " + right.group);
  }

  Deployment& deployment_;
  StopSignal& stop_;
  bool all_rights_;
  std::string locale_;
  std::set<std::string> reached_;  // databases
  std::vector<Finding> findings_;
};

}  // namespace

int run_doctor(const CommonOptions& common, bool rights, StopSignal& stop) {
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Deployment deployment(*std::move(config));
  const std::vector<Finding> findings = Examination(deployment, stop, rights, common.locale).run();
  bool bad = false;
  Arena arena;
  std::vector<Value> rows;
  for (const Finding& finding : findings) {
    bad = bad || finding.level == Finding::Level::kBad;
    rows.push_back(arena.object({{"level", word(finding.level)},
                                 {"subject", arena.text(finding.subject)},
                                 {"text", arena.text(finding.text)}}));
    if (!common.json)
      print(std::string("[") + word(finding.level) + "] " + finding.subject + ": " + finding.text + "\n");
  }
  if (common.json) print(value::to_pretty_json(arena.object({{"findings", arena.array(rows)}, {"good", !bad}})) + "\n");
  return bad ? kExitFailed : kExitOk;
}

}  // namespace outrigger::host
