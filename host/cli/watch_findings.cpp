#include "host/cli/watch_findings.hpp"

#include <map>
#include <optional>
#include <set>

#include "host/plugins/subscription.hpp"
#include "host/services/clock.hpp"
#include "integration/feed/traps.hpp"
#include "integration/odoo/records.hpp"

namespace outrigger::host {
namespace {

std::map<std::string, std::set<std::string>> watched(const std::vector<const Manifest*>& plugins,
                                                     odoo::Session& session, const odoo::CallOptions& options) {
  std::map<std::string, std::set<std::string>> fields;
  for (const Manifest* plugin : plugins)
    for (const Subscription& subscription : plugin->subscriptions) {
      if (subscription.is_fact()) continue;
      const auto known = session.fields(subscription.model, options);
      if (!known) continue;
      const auto resolved =
          resolve(subscription, plugin->id, [&](std::string_view field) { return (*known)->root().has(field); });
      if (resolved) fields[subscription.model].insert(resolved->fields.begin(), resolved->fields.end());
    }
  return fields;
}

// Of a look that finds nothing, as the feed makes them.
std::optional<std::string> index_finding(const std::string& model, odoo::Session& session,
                                         const odoo::CallOptions& options) {
  odoo::Records records(session);
  const Result<int64_t> count = records.search_count({.model = model, .archived = true}, options);
  if (!count) return std::nullopt;
  Arena arena;
  const Value never = arena.array({arena.array({"write_date", ">=", "9999-01-01 00:00:00"})});
  const int64_t began = monotonic_micros();
  const Result<int64_t> none = records.search_count({.model = model, .domain = never, .archived = true}, options);
  if (!none) return std::nullopt;
  return feed::index_advice(model, *count, monotonic_micros() - began);
}

}  // namespace

std::vector<std::string> watch_findings(const std::vector<const Manifest*>& plugins, odoo::Session& session,
                                        const odoo::CallOptions& options) {
  std::vector<std::string> findings;
  const std::map<std::string, std::set<std::string>> fields = watched(plugins, session, options);
  for (const auto& [model, names] : fields) {
    const std::vector<std::string> list(names.begin(), names.end());
    const auto definitions = session.fields(model, options);
    for (const feed::Advice& advice : feed::stream_advice(model, list, definitions ? (*definitions)->root() : Value{}))
      if (!advice.field.empty() && (advice.stream.empty() || fields.count(advice.stream) == 0))
        findings.push_back(advice.sentence);
    if (std::optional<std::string> dear = index_finding(model, session, options)) findings.push_back(*std::move(dear));
  }
  const Result<Document> uuid = odoo::Records(session).parameter("database.uuid", options);
  if (!uuid && uuid.error().code == Code::kAccess)
    findings.emplace_back(
        "the key may not read database.uuid: a copy of the database is told apart by its address and its records "
        "alone, "
        "and a neutralised one not at all");
  return findings;
}

}  // namespace outrigger::host
