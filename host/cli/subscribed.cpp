#include "host/cli/subscribed.hpp"

#include "host/plugins/subscription.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

// Asked of the grant as the reads that the feed will make, so that a subscription reaches nothing that a call cannot.
Result<void> check_granted(const Subscription& subscription, const feed::Subscriber& resolved, const Grant& grant) {
  Arena arena;
  std::vector<Value> fields;
  for (const std::string& field : resolved.fields) fields.push_back(arena.text(field));
  Result<Document> domain = Document();
  if (!resolved.domain.empty()) domain = value::read_json(resolved.domain);
  if (!domain) return domain.error();
  return grant.check("odoo.search_read", arena.object({{"model", arena.text(subscription.model)},
                                                       {"domain", domain->root()},
                                                       {"fields", arena.array(fields)}}));
}

}  // namespace

Result<std::vector<Tenant::Subscribed>> subscribed(const Manifest& manifest, odoo::Session& session,
                                                   const Grant& grant) {
  std::vector<Tenant::Subscribed> watches;
  for (const Subscription& subscription : manifest.subscriptions) {
    std::shared_ptr<const Document> fields;
    if (!subscription.is_fact()) {
      const auto known = session.fields(subscription.model);
      if (!known) return known.error();
      fields = *known;
    }
    const auto has = [&](std::string_view field) { return fields != nullptr && fields->root().has(field); };
    Result<feed::Subscriber> resolved = resolve(subscription, manifest.id, has);
    if (!resolved) return resolved.error();
    if (!subscription.is_fact())
      if (const Result<void> granted = check_granted(subscription, *resolved, grant); !granted) return granted.error();
    watches.push_back({subscription.model, *std::move(resolved)});
  }
  return watches;
}

}  // namespace outrigger::host
