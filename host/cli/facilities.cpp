#include "host/cli/facilities.hpp"

#include "host/backup/deployment_backup.hpp"
#include "host/domains/domain_engine.hpp"
#include "host/domains/session_models.hpp"
#include "host/secrets/secret_principals.hpp"
#include "host/secrets/secrets_engine.hpp"
#include "host/services/clock.hpp"
#include "host/services/odoo_writes.hpp"
#include "host/setup/setup.hpp"
#include "host/setup/setup_access.hpp"

namespace outrigger::host {
namespace {

// The vault, as the web's room asks it.
class VaultSecrets final : public SecretSource {
 public:
  VaultSecrets(Vault& vault, std::string plugin, std::string database)
      : vault_(vault), plugin_(std::move(plugin)), database_(std::move(database)) {}

  Result<SecretValue> find(std::string_view name) override {
    const Result<Secret> secret = vault_.find({plugin_, database_, name});
    if (!secret) return secret.error();
    return SecretValue{std::string(secret->value.view()), std::string(secret->previous.view())};
  }

 private:
  Vault& vault_;
  std::string plugin_;
  std::string database_;
};

// An engine with the source of secrets that it asks.
class HttpWithSecrets final : public Engine {
 public:
  HttpWithSecrets(std::shared_ptr<Outbound> outbound, UrlCheck may_reach, VaultSecrets secrets,
                  std::function<void(const std::string&)> refused)
      : secrets_(std::move(secrets)),
        engine_(std::move(outbound), std::move(may_reach), &secrets_, std::move(refused)) {}

  [[nodiscard]] std::string_view extension() const override { return engine_.extension(); }
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override {
    return engine_.call(slot, args, stop);
  }

 private:
  VaultSecrets secrets_;
  HttpEngine engine_;
};

struct SetupKit {
  std::shared_ptr<odoo::Session> session;
  SetupAccess access;
  HintHome hints;
  Setup setup;

  SetupKit(const Facilities::Guest& guest, std::shared_ptr<odoo::Session> run, SetupRecord& record, HintAddress address)
      : session(std::move(run)),
        access(guest.database.name, *session, guest.database.setup_login, guest.database.setup_key),
        hints{std::move(address), guest.subscribed},
        setup(guest.plugin, access, record, &hints) {}
};

struct PrincipalsKit {
  std::shared_ptr<odoo::Session> session;
  SecretPrincipals principals;

  PrincipalsKit(const Facilities::Guest& guest, std::shared_ptr<odoo::Session> run, Vault& vault)
      : session(std::move(run)), principals(guest.plugin, guest.database.name, vault, *session) {}
};

}  // namespace

Facilities::Facilities(const Config& config, Log& log)
    : log_(log),
      data_(config.data_folder),
      folder_(config.journal_folder.empty() ? config.data_folder / "databases" : config.journal_folder),
      public_url_(config.listeners.open ? config.listeners.open->url : std::string()),
      vault_({.folder = config.data_folder,
              .key = config.secrets_key,
              .hide = [&log](std::string value) { log.hide(std::move(value)); },
              .now = &now_micros}),
      metrics_(log),
      setup_record_(config.data_folder / "setup.json") {}

Facilities::~Facilities() = default;

class Facilities::Turn {
 public:
  Turn(Facilities& of, const std::string& database, const std::stop_token& stop) : of_(of), database_(database) {
    std::unique_lock lock(of_.mutex_);
    taken_ = of_.turned_.wait(lock, stop, [this] { return of_.busy_.count(database_) == 0; });
    if (taken_) of_.busy_.insert(database_);
  }
  ~Turn() {
    if (!taken_) return;
    const std::lock_guard lock(of_.mutex_);
    of_.busy_.erase(database_);
    of_.turned_.notify_all();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  // False: whoever asked has given up.
  explicit operator bool() const { return taken_; }

 private:
  Facilities& of_;
  const std::string database_;
  bool taken_ = false;
};

std::shared_ptr<Tenant> Facilities::opened(const std::string& database) const {
  const std::lock_guard lock(mutex_);
  const auto at = tenants_.find(database);
  return at == tenants_.end() ? nullptr : at->second;
}

// With its turn.
Result<std::shared_ptr<Tenant>> Facilities::open(const DatabaseConfig& database) {
  if (std::shared_ptr<Tenant> known = opened(database.name)) return known;
  if (restore_pending(data_))
    return Error{Code::kConflict,
                 "a restore did not come to its end: `outrigger run` or `outrigger restore` finishes it", Source::kHost,
                 Effect::kNone, -1};
  Tenant::Options options;
  options.database = database.name;
  options.folder = folder_ / database.name;
  options.feed = database.feed;
  options.feed.calls_per_second = odoo::budget_of(database.connection).calls_per_second;
  options.settle = database.settle;
  options.now = &now_micros;
  options.say = [this, name = database.name](bool problem, const std::string& sentence) {
    log_.write(problem ? LogLevel::kWarn : LogLevel::kInfo, name, sentence);
  };
  Result<std::unique_ptr<Tenant>> fresh = Tenant::open(std::move(options));
  if (!fresh) return fresh.error();
  const std::lock_guard lock(mutex_);
  return tenants_[database.name] = *std::move(fresh);
}

bool Facilities::keeps(const DatabaseConfig& database) const {
  std::error_code none;
  return std::filesystem::exists(Tenant::file_in(folder_ / database.name), none);
}

Result<std::shared_ptr<Tenant>> Facilities::tenant_offline(const DatabaseConfig& database) {
  if (std::shared_ptr<Tenant> known = opened(database.name)) return known;
  const Turn turn(*this, database.name, {});
  return open(database);
}

Result<std::shared_ptr<Tenant>> Facilities::tenant(const DatabaseConfig& database,
                                                   const std::shared_ptr<LiveSession>& session,
                                                   const std::stop_token& stop) {
  if (std::shared_ptr<Tenant> known = opened(database.name); known != nullptr && known->connected()) return known;
  const Turn turn(*this, database.name, stop);
  if (!turn) return Error{Code::kCancelled, "the host is being stopped", outrigger::Source::kHost, Effect::kNone, -1};
  Result<std::shared_ptr<Tenant>> tenant = open(database);
  if (!tenant || (*tenant)->connected()) return tenant;
  const Result<void> connected = (*tenant)->connect(session, stop);
  if (!connected && connected.error().code != Code::kConflict) return connected.error();
  if (!connected) log_.write(LogLevel::kError, database.name, connected.error().message);
  return tenant;
}

std::vector<std::shared_ptr<Tenant>> Facilities::tenants() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Tenant>> all;
  for (const auto& [name, tenant] : tenants_) all.push_back(tenant);
  return all;
}

void Facilities::forget(const std::string& database) {
  std::shared_ptr<Tenant> gone;
  {
    const std::lock_guard lock(mutex_);
    if (auto node = tenants_.extract(database)) gone = std::move(node.mapped());
  }
  if (gone == nullptr) return;
  gone->stop();
  if (gone->await_the_rest()) return;
  const std::lock_guard lock(mutex_);
  unfinished_.push_back(std::move(gone));
}

std::shared_ptr<Outbound> Facilities::outbound(const std::string& plugin, const std::string& ca_file) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Outbound>& one = outbounds_[{plugin, ca_file}];
  if (one == nullptr) {
    OutboundOptions options;
    options.connections.ca_file = ca_file;
    options.connections.proxies = Proxies::from_environment();
    one = std::make_shared<Outbound>(std::move(options));
  }
  return one;
}

void Facilities::furnish(Services& services, const Guest& guest) {
  const std::string& database = guest.database.name;
  services.hold(guest.tenant);
  services.observe(metrics_.calls(guest.plugin, database));
  services.troubles(guest.tenant->troubles(guest.plugin));
  services.add(metrics_.engine(guest.plugin, database));
  services.add(std::make_unique<SecretsEngine>(guest.plugin, database, vault_));
  services.add(std::make_unique<HttpWithSecrets>(
      outbound(guest.plugin, guest.database.connection.ca_file), guest.may_reach,
      VaultSecrets(vault_, guest.plugin, database),
      [&services](const std::string& sentence) { services.say(LogLevel::kWarn, sentence); }));
  services.add(std::make_unique<DomainEngine>(database_of([session = guest.session] { return session->get(); })));
  services.aids([this, guest](const std::shared_ptr<odoo::Session>& session) {
    const auto setup = std::make_shared<SetupKit>(guest, session, setup_record_, hint_address(guest.database.name));
    const auto principals = std::make_shared<PrincipalsKit>(guest, session, vault_);
    return OdooAids{std::shared_ptr<Principals>(principals, &principals->principals),
                    std::shared_ptr<Setup>(setup, &setup->setup)};
  });
  Withheld* withheld = guest.writing.withheld;
  using Keeps = StoreEngine::Keeps;
  for (auto& engine : guest.tenant->engines(guest.plugin, withheld == nullptr ? Keeps::kForGood : Keeps::kNothing))
    services.add(std::move(engine));
  if (withheld != nullptr)
    services.wrap([withheld](std::unique_ptr<Engine> engine) { return withheld->around(std::move(engine)); });
  if (writes::Writer* writer = guest.tenant->writer(guest.plugin)) {
    auto writes = std::make_shared<OdooWrites>(*writer, guest.plugin);
    if (!guest.writing.run.empty()) writes->run(guest.writing.run);
    if (guest.writing.plan != nullptr) writes->collect(guest.writing.plan);
    services.writes(std::move(writes));
  }
}

}  // namespace outrigger::host
