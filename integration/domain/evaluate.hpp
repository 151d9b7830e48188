// Which records a domain finds: the meaning of Odoo's search(), on records held here.
//
//     class Leads : public RecordSource { ... };
//     Result<bool> found = matches(domain.root(), leads, id);
//
// Texts are compared by bytes and case is folded for ASCII only: where a customer's collation or accents decide, ask
// Odoo. Relative dates of Odoo 19 are not known here (kUnsupported). Source of the rules: Odoo 19, search(); checked
// against recorded answers (tests/data/assign-domains).
//
// Threads: as safe as the RecordSource. Cost: one virtual call per term and record.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "integration/domain/domain.hpp"

namespace outrigger::domain {

enum class FieldType { kBoolean, kInteger, kFloat, kText, kDate, kDatetime, kSelection, kMany2one, kToMany, kOther };

struct FieldInfo {
  FieldType type = FieldType::kOther;
  std::string_view comodel;  // of relations
};

// The records of one model.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // Nothing: the model has no such field.
  [[nodiscard]] virtual bool field(std::string_view name, FieldInfo& info) const = 0;
  // Null when empty; many2one an id, to-many an array of ids. Valid until the next change of the source.
  [[nodiscard]] virtual Value value(int64_t id, std::string_view field) const = 0;
  // The records of another model; nullptr when they are not held here.
  [[nodiscard]] virtual const RecordSource* related(std::string_view model) const = 0;
  [[nodiscard]] virtual bool exists(int64_t id) const = 0;
  // Odoo 14 compares datetimes with their microseconds; 19 compares whole seconds.
  [[nodiscard]] virtual bool microseconds() const { return false; }
  // The fields that a text is looked for in when it is compared with a relation to this model.
  [[nodiscard]] virtual std::vector<std::string_view> search_fields() const { return {"display_name"}; }
  // The field of a tree's parent, for child_of and parent_of; empty when the model is no tree.
  [[nodiscard]] virtual std::string_view parent_field() const { return "parent_id"; }
};

// kMissing: a field or model that the source does not have; kUnsupported: what cannot be decided here; kInvalid: an
// operator that does not fit the field.
Result<bool> matches(const Node& node, const RecordSource& source, int64_t id);

}  // namespace outrigger::domain
