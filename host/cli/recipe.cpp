#include "host/cli/recipe.hpp"

namespace outrigger::host {
namespace {

struct Making {
  std::shared_ptr<const Recipe> recipe;
  Result<std::unique_ptr<Instance>> operator()(bool standby) const { return recipe->make(standby); }
};

Error taken_away(const std::string& plugin, const std::string& database) {
  return {Code::kAccess,
          "plugin " + plugin + " may do nothing on database " + database +
              " any more: it was disabled; `outrigger plugin enable " + plugin + "` lets it",
          Source::kHost, Effect::kNone, -1};
}

}  // namespace

void LiveGrants::add(const std::string& database, const std::string& plugin, const std::shared_ptr<LiveGrant>& grant) {
  const std::lock_guard lock(mutex_);
  std::vector<std::weak_ptr<LiveGrant>>& known = all_[{database, plugin}];
  std::erase_if(known, [](const std::weak_ptr<LiveGrant>& one) { return one.expired(); });
  known.push_back(grant);
}

void LiveGrants::put(const std::string& database, const std::string& plugin,
                     const std::shared_ptr<const Grant>& grant) {
  const std::lock_guard lock(mutex_);
  for (const std::weak_ptr<LiveGrant>& one : all_[{database, plugin}])
    if (const std::shared_ptr<LiveGrant> live = one.lock()) live->put(grant);
}

void Recipe::configure(Document chosen) {
  settings = std::move(chosen);
  const auto fields_of = [session = session](std::string_view model) -> Result<Document> {
    const std::shared_ptr<odoo::Session> now = session->get();
    const auto fields = now->fields(std::string(model));
    if (!fields) return fields.error();
    return Document(*fields, (*fields)->root());
  };
  live = std::make_shared<LiveGrant>(std::make_shared<const Grant>(manifest.id, permissions, fields_of, settings));
}

Supervisor::Maker Recipe::maker() const { return Making{std::make_shared<const Recipe>(*this)}; }

const Recipe* Recipe::of(const Supervisor::Maker& maker) {
  const auto* making = maker.target<Making>();
  return making == nullptr ? nullptr : making->recipe.get();
}

Result<std::unique_ptr<Instance>> Recipe::make(bool standby) const {
  auto services = std::make_unique<Services>(manifest.id + "@" + database, *log, session);
  const auto none = [id = manifest.id, database = database] { return taken_away(id, database); };
  services->gate([live = live, none](std::string_view operation, Value args) -> Result<void> {
    const std::shared_ptr<const Grant> grant = live->get();
    return grant == nullptr ? none() : grant->check(operation, args);
  });
  Facilities::Guest with = guest;
  with.may_reach = [live = live, none](std::string_view url) -> Result<bool> {
    const std::shared_ptr<const Grant> grant = live->get();
    if (grant == nullptr) return none();
    return reach_of(grant)(url);
  };
  facilities->furnish(*services, with);
  std::set<std::string, std::less<>> asked(manifest.required_extensions.begin(), manifest.required_extensions.end());
  asked.insert(manifest.optional_extensions.begin(), manifest.optional_extensions.end());
  services->only(std::move(asked));
  const InstanceOptions options{database, roles, settings.root(), standby};
  if (!inproc) return make_process(manifest, std::move(services), options, runner);
  const Result<Library> library = load_library(manifest);
  if (!library) return library.error();
  return make_inproc(*library, manifest, std::move(services), options);
}

}  // namespace outrigger::host
