// What rules look at: columns of leads, and of the records that they link to.
//
//     LeadColumns columns({"country_id", "probability"});
//     columns.add(rows);                                                  // page by page, as Odoo gives them
//     Links links(odoo, columns);
//     Result<Value> part = links.column("country_id.code", 0, 20000, arena);    // for match() of domain.hpp
//
// Linked records are read once, a thousand at a time, archived ones too (which of them count is decided by the domain).
// Errors: as Odoo or the grant says. Threads: the instance's own.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <outrigger/plugin.hpp>

namespace outrigger::assignment {

// Of a many2one its id, of a selection its key; empty: not set.
inline std::string key_of(Value value) {
  if (value.is_string()) return std::string(value.text());
  return value.integer() != 0 ? std::to_string(value.integer()) : std::string();
}

class LeadColumns {
 public:
  explicit LeadColumns(const std::set<std::string>& fields) {
    for (const std::string& field : fields) values_[field];
  }
  void add(Value rows);
  // As if Odoo had said this of lead `row`, or of all of them. Not kept: a field that was not read.
  void set(const std::string& field, size_t row, Value value) {
    if (const auto at = values_.find(field); at != values_.end()) at->second[row] = arena_.copy(value);
  }
  void set(const std::string& field, Value value) {
    for (size_t row = 0; row < ids_.size(); ++row) set(field, row, value);
  }
  [[nodiscard]] const std::vector<int64_t>& ids() const { return ids_; }
  // nullptr: it was not read.
  [[nodiscard]] const std::vector<Value>* values(const std::string& field) const {
    const auto at = values_.find(field);
    return at == values_.end() ? nullptr : &at->second;
  }

 private:
  Arena arena_;
  std::vector<int64_t> ids_;
  std::map<std::string, std::vector<Value>> values_;
};

class Links {
 public:
  // REQUIRES: both outlive it.
  Links(const Odoo& odoo, const LeadColumns& columns) : odoo_(odoo), columns_(columns) {}
  // An array with the values of `path` for leads `first` to `first + count`; valid as long as `arena` and *this.
  Result<Value> column(const std::string& path, size_t first, size_t count, Arena& arena);

 private:
  using Values = std::unordered_map<int64_t, Value>;
  // What `path` of `model` is for the records that `from`, a path of the lead, leads to.
  Result<const Values*> of(const std::string& from, const std::string& model, const std::string& path,
                           const std::set<int64_t>& ids);
  Result<std::string> relation(const std::string& model, const std::string& field);

  const Odoo& odoo_;
  const LeadColumns& columns_;
  Arena arena_;
  std::map<std::string, Values> known_;  // by path from the lead
  std::map<std::string, std::string> relations_;
};

}  // namespace outrigger::assignment
