// Makes the program of a DomainSet. Private to this room.
//
// Terms of Odoo 19 are compiled without their negation, which is applied to the answer; Odoo 14 knows no such rule, so
// its terms keep their operator and say themselves what becomes of empty fields.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "integration/domain/program.hpp"

namespace outrigger::domain {

// Whether the domain names the field itself, outside of any.
bool names(const Node& node, std::string_view field);
// Whether a domain on links names `active` in a way that outlasts what Odoo 19 makes of it before it searches: terms
// that are always true are taken out first, with those that they make superfluous. Nothing: that is not known here.
std::optional<bool> names_active(const Node& node);
// Without (1, '=', 1) and (0, '=', 1) and what they decide, as Odoo 19 reads a domain.
Node without_constants(const Node& node);

class Compiler {
 public:
  Compiler(const Schema& schema, const Setting& setting, std::string_view model);

  Result<void> add(const Domain& domain);
  std::shared_ptr<DomainSet::Program> finish();

 private:
  [[nodiscard]] bool is_search() const { return setting_.meaning == Meaning::kSearch; }
  [[nodiscard]] bool is_old() const { return setting_.major < 19; }

  // compile.cpp: the structure, paths, plain fields.
  Result<Step> node(const Node& node, size_t level);
  Result<Step> without_archived(Step step, size_t level);
  Result<SchemaField> field(size_t level, std::string_view name);
  Result<Step> term(const Node& node, size_t level);
  Result<Step> along(const Node& inner, size_t level, const std::string& relation, const SchemaField& known);
  Result<bool> with_archived(std::optional<bool> named, size_t level);
  [[nodiscard]] bool sees_archived(size_t level) const;
  Result<Step> part(const Node& node, size_t level, const std::string& name, std::string_view part, FieldType type);
  Result<Step> direct(const Node& node, size_t level, const SchemaField& known);
  Result<Step> by_shown_name(const Node& node, size_t level);

  // compile_links.cpp: relations.
  Result<Step> by_id(const Node& node, size_t level, Operator op);
  Result<Step> link(const Node& node, size_t level, Operator op, const SchemaField& known);
  Result<Step> link_in(const Node& node, size_t level, Operator op, const SchemaField& known);
  Result<Step> by_name(const Node& node, size_t level, Operator op, const std::vector<Value>& texts,
                       const SchemaField& known);
  Result<Step> asked_by_name(const Node& node, size_t level, Operator op, const std::vector<Value>& texts,
                             const SchemaField& known);
  Result<Step> tree(const Node& node, size_t level, Operator op, const SchemaField& known);
  Step ids_step(size_t level, std::string text, std::vector<int64_t> ids);
  Result<Step> linked(size_t level, const std::string& name, const SchemaField& known, const std::string& text,
                      const std::function<bool(int64_t)>& wanted);

  // compile_14.cpp: Odoo 14, where a term says itself what becomes of empty fields.
  Result<Step> search_14(const Node& node, size_t level, const SchemaField& known);
  Result<Step> link_14(const Node& node, size_t level, Operator op, const SchemaField& known);
  Result<Step> not_14(const Node& inner, size_t level);
  Result<Step> filter_14(const Node& node, size_t level);
  using Leaf = std::function<Result<Step>(const std::string& name, size_t level, const SchemaField& known)>;
  Result<Step> reach_14(std::string_view path, size_t level, const Leaf& leaf);

  size_t column(size_t level, const std::string& name);
  size_t level_of(size_t parent, const std::string& relation, const SchemaField& known);
  Step condition(size_t level, const std::string& name, std::string text, Test test);
  Step remember(Condition condition);

  const Schema& schema_;
  const Setting& setting_;
  std::shared_ptr<DomainSet::Program> program_ = std::make_shared<DomainSet::Program>();
  std::map<std::string, size_t, std::less<>> columns_;
  std::map<std::string, size_t, std::less<>> levels_;
  std::map<std::string, size_t, std::less<>> conditions_;
  std::map<size_t, bool> archived_;  // of the domain that is compiled: levels on which archived records count, or not
};

}  // namespace outrigger::domain
