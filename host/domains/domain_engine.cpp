#include "host/domains/domain_engine.hpp"

#include <optional>

#include "host/services/clock.hpp"
#include "integration/domain/domain_set.hpp"
#include "integration/value/json.hpp"
#include "outrigger/abi/domain.h"

namespace outrigger::host {

using domain::Domain;
using domain::DomainSet;

namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Result<Domain> read_domain(Value item) {
  if (item.is_string()) return Domain::parse(item.text());
  return Domain::parse(item);
}

domain::Zone zone_of(const std::string& name) {
  if (name.empty()) return domain::Zone::utc();
  return {[name](int64_t utc) { return zone_to_local(name, utc); },
          [name](int64_t local) { return zone_to_utc(name, local); }};
}

Result<DomainSet> compile_set(const std::vector<Domain>& domains, std::string_view model, domain::Meaning meaning,
                              const DomainEngine::Database& database) {
  domain::Setting setting;
  setting.major = database.major;
  setting.meaning = meaning;
  setting.code_points = database.code_points;
  setting.no_unaccent = database.no_unaccent;
  setting.now = database.now ? database.now() : now_micros();
  setting.user_zone = zone_of(database.zone);
  setting.context_zone = domain::Zone::utc();  // the host's calls send no zone
  return DomainSet::compile(domains, model, ModelFields(database), setting);
}

}  // namespace

struct DomainEngine::Set {
  std::string model;
  domain::Meaning meaning = domain::Meaning::kSearch;
  std::vector<Domain> domains;  // kept where they are compiled anew for each match
  DomainSet compiled;
};

DomainEngine::DomainEngine(Database database) : database_(std::move(database)) {}
DomainEngine::~DomainEngine() = default;

std::string_view DomainEngine::extension() const { return OR_DOMAIN_ID; }

Result<Document> DomainEngine::compile(Value args) {
  if (database_.major != 19 && database_.major != 14)
    return refuse(Code::kUnsupported, "domains are evaluated here as Odoo 19 and 14 do, and this is Odoo " +
                                          std::to_string(database_.major) + "; ask Odoo with search_read instead");
  const int64_t meaning = args["meaning"].integer();
  if (meaning != OR_DOMAIN_SEARCH && meaning != OR_DOMAIN_FILTER)
    return refuse(Code::kInvalid, "`meaning` must be OR_DOMAIN_SEARCH or OR_DOMAIN_FILTER");
  const Value given = args["domains"];
  if (!given.is_array() || given.size() > kMostDomains)
    return refuse(given.is_array() ? Code::kLimit : Code::kInvalid,
                  "`domains` must be an array of at most " + std::to_string(kMostDomains) + " domains");
  std::vector<Domain> domains;
  for (const Value item : given.items()) {
    Result<Domain> domain = read_domain(item);
    if (!domain)
      return refuse(domain.error().code,
                    "domain " + std::to_string(domains.size() + 1) + ": " + domain.error().message);
    domains.push_back(*std::move(domain));
  }
  const auto means = meaning == OR_DOMAIN_SEARCH ? domain::Meaning::kSearch : domain::Meaning::kFilter;
  Result<DomainSet> compiled = compile_set(domains, args["model"].text(), means, database_);
  if (!compiled) return compiled.error();
  if (!compiled->is_momentary()) domains.clear();
  auto set = std::make_shared<const Set>(
      Set{std::string(args["model"].text()), means, std::move(domains), *std::move(compiled)});
  const std::lock_guard lock(mutex_);
  if (sets_.size() >= kMostSets)
    return refuse(Code::kLimit, "there are " + std::to_string(kMostSets) +
                                    " compiled sets of domains already; release those that are no longer needed");
  sets_.emplace(++last_, std::move(set));
  return Document(nullptr, Value::of(last_));
}

Result<std::shared_ptr<const DomainEngine::Set>> DomainEngine::find(Value args) {
  const std::lock_guard lock(mutex_);
  const auto at = sets_.find(args["set"].integer());
  if (at == sets_.end())
    return refuse(Code::kMissing, "there is no set of domains with this handle; it was released or never compiled");
  return at->second;
}

Result<Document> DomainEngine::fields(Value args) {
  const Result<std::shared_ptr<const Set>> set = find(args);
  if (!set) return set.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> names;
    for (const std::string& name : (*set)->compiled.fields()) names.push_back(arena.text(name));
    return arena.array(names);
  });
}

Result<Document> DomainEngine::match(Value args) {
  const Result<std::shared_ptr<const Set>> found = find(args);
  if (!found) return found.error();
  const Set& set = **found;
  std::optional<Result<DomainSet>> fresh;
  if (!set.domains.empty()) {
    fresh = compile_set(set.domains, set.model, set.meaning, database_);
    if (!*fresh) return fresh->error();
  }
  const Result<std::vector<domain::Bits>> matched = (fresh ? **fresh : set.compiled).match(args["columns"]);
  if (!matched) return matched.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> bitmaps;
    for (const domain::Bits& bits : *matched) bitmaps.push_back(arena.bytes(bits));
    return arena.array(bitmaps);
  });
}

Result<Document> DomainEngine::release(Value args) {
  const std::lock_guard lock(mutex_);
  sets_.erase(args["set"].integer());
  return Document{};
}

Result<Document> DomainEngine::call(std::string_view slot, Value args, const std::stop_token&) {
  if (slot == "compile") return compile(args);
  if (slot == "fields") return fields(args);
  if (slot == "match") return match(args);
  if (slot == "release") return release(args);
  if (slot != "print") return refuse(Code::kUnsupported, "this host cannot do domain." + std::string(slot) + " yet");
  const Result<Domain> domain = read_domain(args["domain"]);
  if (!domain) return domain.error();
  const int64_t form = args["form"].integer();
  if (form != OR_DOMAIN_JSON && form != OR_DOMAIN_PYTHON)
    return refuse(Code::kInvalid, "`form` must be OR_DOMAIN_JSON or OR_DOMAIN_PYTHON");
  return Document::build([&](Arena& arena) {
    return arena.text(form == OR_DOMAIN_PYTHON ? domain->to_python_tuples() : value::to_json(domain->to_value(arena)));
  });
}

}  // namespace outrigger::host
