// What a database says of its models, as the schema of its domains. Threads: those of the function that it asks.
#pragma once

#include <functional>

#include "integration/domain/schema.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

class ModelFields final : public domain::Schema {
 public:
  // `ask` outlives this; it answers as fields_get does.
  explicit ModelFields(const std::function<Result<Document>(std::string_view model)>& ask) : ask_(ask) {}

  [[nodiscard]] Result<domain::SchemaField> field(std::string_view model, std::string_view name) const override;
  // For models of which Odoo 19 looks up the name alone or a few fields more, as long as no other module extends them.
  [[nodiscard]] std::vector<std::string> name_fields(std::string_view model) const override;

 private:
  const std::function<Result<Document>(std::string_view model)>& ask_;
};

}  // namespace outrigger::host
