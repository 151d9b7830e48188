// The Odoo of a FakeHost: rows that a test puts there, answers that it scripts, and what the plugin wrote.
//
//     host.odoo().rows("crm.lead", {{{"id", 1}, {"name", "Anna"}}, {{"id", 2}, {"name", "Ben"}}});
//     host.odoo().answers("crm.lead", "search_count", 3);
//     host.odoo().fails("crm.lead", "write", Code::kConflict, "somebody else writes this lead");
//
// Reading looks at the rows: domains, order, limit and archived records as in Odoo; a field that no row has is an error
// and a problem. Writing changes them and is written down. A scripted answer or failure goes before; several are used
// in turn, and the last one stays. What was neither given nor scripted is a problem. Threads: any.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <outrigger/odoo.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core.hpp"
#include "domain.hpp"
#include "recorded.hpp"

namespace outrigger::testkit {

// A call as the table of the ABI hands it on.
struct OdooCall {
  std::string method;
  std::string model;
  Value domain;
  std::vector<std::string> fields;
  std::vector<int64_t> ids;
  Value values;
  std::string order;
  std::string body;
  bool archived = false;
  int64_t offset = 0;
  int64_t limit = 0;
  or_odoo_scope scope{};
};

class FakeOdoo {
 public:
  explicit FakeOdoo(Core& core) : core_(core) {}

  // All rows of a model, each with its id. Again: these instead.
  FakeOdoo& rows(const std::string& model, const std::vector<Object>& rows) {
    Table& table = tables_[model];
    table.rows.clear();
    for (const Object& row : rows) {
      for (const Field field : row.value().fields()) table.fields.insert(std::string(field.key));
      table.rows[row["id"].integer()] = row;
    }
    return *this;
  }
  // Fields that the model has although no row has them.
  FakeOdoo& fields(const std::string& model, const std::vector<std::string>& names) {
    tables_[model].fields.insert(names.begin(), names.end());
    return *this;
  }
  // The reply of a method: search_read, search_count, read_group, create, ..., or one that is called by name.
  FakeOdoo& answers(const std::string& model, const std::string& method, const Member& reply) {
    scripts_[{model, method}].push_back({keep(reply.value), {}});
    return *this;
  }
  FakeOdoo& fails(const std::string& model, const std::string& method, Code code, std::string message,
                  Effect effect = Effect::kNone) {
    scripts_[{model, method}].push_back({{}, Error{code, std::move(message), Source::kOdoo, effect}});
    return *this;
  }
  FakeOdoo& group(const std::string& xml_id) {  // the principal is in it
    groups_.insert(xml_id);
    return *this;
  }
  FakeOdoo& parameter(const std::string& key, const std::string& value) {
    parameters_[key] = value;
    return *this;
  }

  // A row as it is now; an empty object when there is none.
  [[nodiscard]] Object row(const std::string& model, int64_t id) const {
    const auto table = tables_.find(model);
    if (table == tables_.end()) return {};
    const auto row = table->second.rows.find(id);
    return row == table->second.rows.end() ? Object() : row->second;
  }
  [[nodiscard]] const std::vector<Write>& writes() const { return writes_; }
  // Those of commands that ran with `plan`: as in a host they are collected, and Odoo is as before.
  [[nodiscard]] const std::vector<Write>& planned() const { return planned_; }
  [[nodiscard]] bool has_answer(const std::string& model, const std::string& method) const {
    return scripts_.count({model, method}) != 0;
  }
  [[nodiscard]] bool in_group(const std::string& xml_id) const { return groups_.count(xml_id) != 0; }
  [[nodiscard]] Document parameter_value(const std::string& key) const {
    const auto at = parameters_.find(key);
    return at == parameters_.end() ? Document() : keep(Value::of(std::string_view(at->second)));
  }

  // For the table of the ABI. REQUIRES: the lock of the core.
  Result<Document> read(const OdooCall& call);
  Result<Document> write(const OdooCall& call);
  Result<Document> fields_get(const std::string& model) const;
  // From begin to end what is written is read back, and then forgotten.
  void begin_plan() { before_plan_ = Before{tables_, keys_, writes_.size()}; }
  void end_plan();

 private:
  struct Script {
    Document reply;
    std::optional<Error> failure;
  };
  struct Table {
    std::map<int64_t, Object> rows;
    std::set<std::string> fields{"id"};
  };
  struct Remembered {
    uint64_t fingerprint;
    Result<Document> result;
  };

  std::optional<Result<Document>> scripted(const OdooCall& call);
  Result<Table*> table_of(const OdooCall& call);
  Result<void> check_fields(const OdooCall& call, const Table& table) const;
  Result<std::vector<Object>> select(const OdooCall& call, const Table& table) const;
  Result<Document> effect(const OdooCall& call);
  Result<Document> create(const OdooCall& call, Table& table);
  void note(const OdooCall& call, std::vector<int64_t> ids);
  static void change(Table& table, int64_t id, Value values);

  struct Before {
    std::map<std::string, Table> tables;
    std::map<std::string, Remembered> keys;
    size_t writes = 0;
  };

  Core& core_;
  std::map<std::string, Table> tables_;
  std::map<std::pair<std::string, std::string>, std::deque<Script>> scripts_;
  std::set<std::string> groups_;
  std::map<std::string, std::string> parameters_;
  std::vector<Write> writes_;
  std::vector<Write> planned_;
  std::optional<Before> before_plan_;
  std::map<std::string, Remembered> keys_;
  int64_t next_message_ = 1;
};

}  // namespace outrigger::testkit

#include "odoo_read.hpp"
#include "odoo_write.hpp"
