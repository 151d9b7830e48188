// `outrigger doctor`: what works, what does not, and what to do about it.
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/key_findings.hpp"
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
  Examination(Deployment& deployment, StopSignal& stop, bool all_rights)
      : deployment_(deployment), stop_(stop), all_rights_(all_rights) {}

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
    if (all_rights_) plugin_rights(database.name, **session);
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

  void rights(const std::string& name, odoo::Session& session) {
    odoo::Records records(session);
    const odoo::CallOptions options{.stop = stop_.token()};
    const Result<bool> all = records.has_group("sales_team.group_sale_salesman_all_leads", options);
    if (!all)
      add(Finding::Level::kBad, name, "the user's groups cannot be read: " + all.error().message);
    else if (*all)
      add(Finding::Level::kGood, name, "the user sees all leads of its companies");
    else
      add(Finding::Level::kBad, name,
          "the user sees only its own leads: scoring refuses to run; give it the group \"User: All Documents\" of "
          "Sales");
    for (const char* key : {"crm.pls_fields", "crm.pls_start_date"}) {
      const Result<Document> value = records.parameter(key, options);
      if (!value && value.error().code == Code::kAccess)
        add(Finding::Level::kNote, name,
            std::string("the user may not read the parameter ") + key + "; set it in plugins.scoring.config");
      else if (!value)
        add(Finding::Level::kBad, name, std::string(key) + ": " + value.error().message);
      else if (!value->root().truthy() && std::string_view(key) == "crm.pls_start_date")
        add(Finding::Level::kNote, name,
            "crm.pls_start_date is not set: Odoo's scoring is off; set it in the CRM settings");
    }
  }

  // Keys of ordinary users live 90 days at most. Which of a user's keys is the one in use, Odoo does not say.
  void key_expiry(const std::string& name, odoo::Session& session) {
    if (session.info().major < 18) return;
    odoo::Records records(session);
    Arena arena;
    const Query query{.model = "res.users.apikeys",
                      .domain = arena.array({arena.array({"user_id", "=", session.info().uid})}),
                      .fields = {"name", "expiration_date"}};
    const Result<Document> keys = records.search_read(query, {.stop = stop_.token()});
    if (!keys) return;
    for (const Value key : keys->root().items()) {
      const int64_t expires = value::from_datetime(key["expiration_date"].text()) * 1'000'000;
      if (expires == 0) continue;
      const std::string what =
          "the API key \"" + std::string(key["name"].text()) + "\" of user " + std::to_string(session.info().uid);
      const KeyFinding finding = expiry_finding(what, expires, now_micros());
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
    const auto asked = Permissions::parse(manifest.document.root()["permissions"], manifest.id);
    const Result<std::string> hash = sha256_of_file(manifest.folder / "manifest.json");
    const Result<Ledger> ledger = Ledger::load(ledger_file(deployment_.config()));
    if (!ledger) return add(Finding::Level::kBad, manifest.id, ledger.error().message);
    if (!asked || !hash) return;
    for (const DatabaseConfig& database : deployment_.config().databases) {
      const Ledger::Standing standing = ledger->standing(database.name, manifest.id, *hash, *asked);
      if (standing.state != GrantState::kEnabled)
        add(Finding::Level::kNote, manifest.id + "@" + database.name, standing.sentence(manifest.id));
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

  // What each plugin's features need of the run key, by the groups that give it.
  void plugin_rights(const std::string& database, odoo::Session& session) {
    odoo::Records records(session);
    const odoo::CallOptions options{.stop = stop_.token()};
    for (const Manifest& manifest : deployment_.plugins().plugins) {
      const auto rights = odoo_rights(manifest.document.root());
      if (!rights) continue;
      for (const OdooRight& right : *rights) {
        std::string what = right.feature + " needs to";
        for (const std::string& operation : right.operations)
          what += (operation == right.operations.front() ? " " : ", ") + operation;
        what += " " + right.model;
        const std::string subject = manifest.id + "@" + database;
        if (right.group.empty()) {
          add(Finding::Level::kNote, subject, what + "; no group gives that: the admin sees to it");
          continue;
        }
        const Result<bool> member = records.has_group(right.group, options);
        if (!member)
          add(Finding::Level::kBad, subject,
              what + "; whether the key may could not be found out: " + member.error().message);
        else if (*member)
          add(Finding::Level::kGood, subject, what + ": the key has the group " + right.group);
        else
          add(Finding::Level::kBad, subject, what + ": give the key's user the group " + right.group);
      }
    }
  }

  Deployment& deployment_;
  StopSignal& stop_;
  bool all_rights_;
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
  const std::vector<Finding> findings = Examination(deployment, stop, rights).run();
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
