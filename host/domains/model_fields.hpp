// What a database says of its models, as the schema of its domains. Threads: those of the functions that it asks.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "integration/domain/schema.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

// How a database is asked. `fields` must be there; without the others, what needs them is refused.
struct ModelQuestions {
  int major = 0;  // of Odoo
  // What fields_get answers for a model: name -> {type, relation, store, translate}.
  std::function<Result<Document>(std::string_view model)> fields;
  // The ids that search() finds; `archived` ones too. At most kMostFound; kLimit beyond.
  std::function<Result<std::vector<int64_t>>(std::string_view model, Value domain, bool archived)> search;
  // The ids that name_search() finds with an operator such as "ilike": how Odoo 14 looks names up.
  std::function<Result<std::vector<int64_t>>(std::string_view model, std::string_view op, std::string_view text,
                                             bool archived)>
      name_search;
};
inline constexpr size_t kMostFound = 100'000;

class ModelFields final : public domain::Schema {
 public:
  // `ask` outlives this.
  explicit ModelFields(const ModelQuestions& ask) : ask_(ask) {}

  [[nodiscard]] Result<domain::SchemaField> field(std::string_view model, std::string_view name) const override;
  // For models of which Odoo 19 looks up the name alone or a few fields more, as long as no other module extends them.
  [[nodiscard]] std::vector<std::string> name_fields(std::string_view model) const override;
  [[nodiscard]] Result<std::vector<int64_t>> tree(std::string_view model, std::string_view field, domain::Operator op,
                                                  const std::vector<int64_t>& ids) const override;
  [[nodiscard]] Result<std::vector<int64_t>> named(std::string_view model, domain::Operator op, std::string_view text,
                                                   bool archived) const override;

 private:
  const ModelQuestions& ask_;
};

}  // namespace outrigger::host
