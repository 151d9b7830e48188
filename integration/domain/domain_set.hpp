// Many domains at once over columns of records, without the database: the meaning of search() and of filtered_domain().
//
//     Result<DomainSet> rules = DomainSet::compile(domains, "crm.lead", schema, setting);
//     read(rules->fields());                                      // {"country_id", "country_id.code", "probability"}
//     Result<std::vector<Bits>> found = rules->match(columns);    // found[1] has a bit for each record
//
// Columns are an object: a field's name or dotted path -> an array with a value for each record, all of one length.
// Null or false is an empty field, many2one is an id (or [id, name]), to-many an array of ids. The column of a path
// beyond a to-many field has, for each record, an array with a value for each of the ids, in their order, and so on:
// "tag_ids": [[1, 2], []], "tag_ids.name": [["a", "b"], []]. To-many columns hold archived links too (read them with
// active_test off); which of them count is decided here.
//
// What it answers is what Odoo 19 or 14 answers (tests/columns_golden_test.cpp, tests/contract/domains_test.cpp). What
// depends on the database's collation, its unaccent extension, records that are not in the columns or code of Odoo is
// refused as kUnsupported with the condition named: by compile where the domain says so, by match where only the data
// does.
//
// Threads: immutable; match from any. Cost: each different condition is evaluated once for all domains and records.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "integration/domain/domain.hpp"
#include "integration/domain/schema.hpp"

namespace outrigger::domain {

// Bit i % 8 of byte i / 8 says whether record i matches.
using Bits = std::string;

class DomainSet {
 public:
  // kInvalid: a field or an operator that Odoo refuses, too, when it comes to the condition. The message begins with "domain 2: ", counted from
  // one, and names the condition. The schema is not used afterwards.
  static Result<DomainSet> compile(const std::vector<Domain>& domains, std::string_view model, const Schema& schema,
                                   const Setting& setting);
  // The columns that match needs.
  [[nodiscard]] const std::vector<std::string>& fields() const;
  // Whether it holds what was so at the moment of the compilation: relative dates, trees, names that Odoo looked up.
  [[nodiscard]] bool is_momentary() const;
  // kInvalid: a column is missing, or they do not fit together.
  [[nodiscard]] Result<std::vector<Bits>> match(Value columns) const;

  struct Program;

 private:
  explicit DomainSet(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

}  // namespace outrigger::domain
