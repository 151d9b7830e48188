// Rules of 20 teams and 200 members over columns of leads, as filtered_domain() decides; beside it, in
// odoo_domains.sh, Odoo's own filtered_domain of the same rules. "evaluations" are records times domains.
#include <benchmark/benchmark.h>

#include <map>
#include <random>

#include "integration/domain/domain_set.hpp"

namespace outrigger::domain {
namespace {

class Leads final : public Schema {
 public:
  [[nodiscard]] Result<SchemaField> field(std::string_view, std::string_view name) const override {
    static const std::map<std::string_view, SchemaField> fields = {
        {"id", {FieldType::kInteger, ""}},           {"name", {FieldType::kText, ""}},
        {"probability", {FieldType::kFloat, ""}},    {"type", {FieldType::kSelection, ""}},
        {"country_id", {FieldType::kMany2one, "c"}}, {"tag_ids", {FieldType::kToMany, "t"}}};
    const auto at = fields.find(name);
    if (at == fields.end()) return Error{Code::kMissing, "no such field", Source::kHost, Effect::kNone, -1};
    return at->second;
  }
};

// The rules that odoo_domains.py makes.
std::vector<Domain> rules() {
  std::vector<Domain> rules;
  for (int i = 0; i < 220; ++i) {
    const std::string country = std::to_string(1 + i % 40);
    const std::string chance = std::to_string(i % 10 * 10);
    const std::string word = std::string("'deal ") + std::to_string(i % 20) + "'";
    rules.push_back(*Domain::parse(std::string_view(
        i % 3 == 0 ? "[('country_id', '=', " + country + "), ('probability', '>=', " + chance + ")]"
        : i % 3 == 1
            ? "['|', ('type', '=', 'lead'), ('name', 'ilike', " + word + ")]"
            : "['&', ('probability', '>=', " + chance + "), '!', ('country_id', 'in', [" + country + ", 3, 5])]")));
  }
  return rules;
}

Document columns(int64_t count) {
  std::mt19937 random(1);
  return Document::build([&](Arena& arena) {
    std::vector<Value> name, probability, type, country;
    for (int64_t i = 0; i < count; ++i) {
      name.push_back(arena.text("Deal " + std::to_string(random() % 1000)));
      probability.push_back(Value::of(static_cast<double>(random() % 10000) / 100));
      type.push_back(Value::of(random() % 2 == 0 ? "lead" : "opportunity"));
      country.push_back(random() % 5 == 0 ? Value{} : Value::of(static_cast<int64_t>(1 + random() % 250)));
    }
    return arena.object({{"name", arena.array(name)},
                         {"probability", arena.array(probability)},
                         {"type", arena.array(type)},
                         {"country_id", arena.array(country)}});
  });
}

void match(benchmark::State& state) {
  Setting setting;
  setting.meaning = Meaning::kFilter;
  const std::vector<Domain> domains = rules();
  const DomainSet set = *DomainSet::compile(domains, "crm.lead", Leads(), setting);
  const Document leads = columns(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(set.match(leads.root())->size());
  const double all = static_cast<double>(state.range(0)) * static_cast<double>(domains.size());
  state.counters["evaluations/s"] = benchmark::Counter(all, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(match)->Arg(2000)->Arg(20000)->Arg(200000)->Unit(benchmark::kMillisecond);

void compile(benchmark::State& state) {
  Setting setting;
  setting.meaning = Meaning::kFilter;
  const std::vector<Domain> domains = rules();
  for (auto _ : state) benchmark::DoNotOptimize(DomainSet::compile(domains, "crm.lead", Leads(), setting)->fields());
}
BENCHMARK(compile)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace outrigger::domain
