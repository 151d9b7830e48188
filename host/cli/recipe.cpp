#include "host/cli/recipe.hpp"

namespace outrigger::host {
namespace {

struct Making {
  std::shared_ptr<const Recipe> recipe;
  Result<std::unique_ptr<Instance>> operator()(bool standby) const { return recipe->make(standby); }
};

}  // namespace

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
  services->gate([live = live](std::string_view operation, Value args) { return live->get()->check(operation, args); });
  Facilities::Guest with = guest;
  with.may_reach = [live = live](std::string_view url) { return reach_of(live->get())(url); };
  facilities->furnish(*services, with);
  const InstanceOptions options{database, roles, settings.root(), standby};
  if (!inproc) return make_process(manifest, std::move(services), options, runner);
  const Result<Library> library = load_library(manifest);
  if (!library) return library.error();
  return make_inproc(*library, manifest, std::move(services), options);
}

}  // namespace outrigger::host
