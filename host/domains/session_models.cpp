#include "host/domains/session_models.hpp"

namespace outrigger::host {
namespace {

constexpr auto kLimit = static_cast<int64_t>(kMostFound) + 1;

Result<std::vector<int64_t>> ids_of(const Result<Document>& reply, std::string_view model) {
  if (!reply) return reply.error();
  if (reply->root().size() > kMostFound)
    return Error{Code::kLimit,
                 "more than " + std::to_string(kMostFound) + " records of " + std::string(model) +
                     " fit a name or a tree in the domain; narrow it, or ask Odoo",
                 Source::kHost, Effect::kNone, -1};
  std::vector<int64_t> ids;
  // name_search answers pairs of id and name.
  for (const Value one : reply->root().items()) ids.push_back(one.is_array() ? one.at(0).integer() : one.integer());
  return ids;
}

}  // namespace

DomainEngine::Database database_of(std::function<std::shared_ptr<odoo::Session>()> session) {
  DomainEngine::Database database;
  const odoo::ServerInfo info = session()->info();
  database.major = info.major;
  database.zone = info.tz;
  database.fields = [session](std::string_view model) -> Result<Document> {
    const auto fields = session()->fields(std::string(model));
    if (!fields) return fields.error();
    return Document(*fields, (*fields)->root());
  };
  database.search = [session](std::string_view model, Value domain, bool archived) {
    Arena arena;
    return ids_of(session()->call({.model = std::string(model),
                                   .method = "search",
                                   .args = arena.array({domain}),
                                   .kwargs = arena.object({{"limit", kLimit}}),
                                   .context = arena.object({{"active_test", !archived}}),
                                   .read_only = true}),
                  model);
  };
  database.name_search = [session = std::move(session)](std::string_view model, std::string_view op,
                                                        std::string_view text, bool archived) {
    Arena arena;
    return ids_of(session()->call({.model = std::string(model),
                                   .method = "name_search",
                                   .args = arena.array({arena.text(text), arena.array({}), arena.text(op), kLimit}),
                                   .context = arena.object({{"active_test", !archived}}),
                                   .read_only = true}),
                  model);
  };
  return database;
}

}  // namespace outrigger::host
