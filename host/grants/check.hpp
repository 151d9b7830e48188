// One call held against a grant: the rules, by what a call can name. Inside this room; others use grant.hpp.
//
//     Check check("scoring", permissions, fields_of);
//     if (Result<void> ok = check.domain("crm.lead", domain); !ok) return ok;
//
// Holds for one call and keeps the fields it asked for. Threads: one.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "host/grants/grant.hpp"
#include "integration/domain/domain.hpp"

namespace outrigger::host {

struct FieldInfo {
  std::string type;
  std::string relation;  // the model on the other side, empty when there is none
  std::string inverse;   // of a one2many: the many2one over there
};

// Where a dotted path ends.
struct PathEnd {
  std::string model;
  std::string field;
  bool part = false;  // a part of that field: a month, a property
};

class Check {
 public:
  Check(std::string_view plugin, const Permissions& granted, const FieldsOf& fields_of)
      : plugin_(plugin), granted_(granted), fields_of_(fields_of) {}

  // check_read.cpp
  [[nodiscard]] Result<void> any_read(std::string_view model);
  [[nodiscard]] Result<void> readable(std::string_view model, std::string_view field);
  [[nodiscard]] Result<PathEnd> path(std::string_view model, std::string_view dotted);
  [[nodiscard]] Result<void> fields(std::string_view model, Value list);
  [[nodiscard]] Result<void> order(std::string_view model, Value text);
  [[nodiscard]] Result<void> groupby(std::string_view model, Value list);
  [[nodiscard]] Result<void> aggregates(std::string_view model, Value list);
  [[nodiscard]] Result<void> names_of(std::string_view model);

  // check_domain.cpp
  [[nodiscard]] Result<void> domain(std::string_view model, Value list);

  // check_write.cpp
  enum class Kind { kCreate, kWrite };
  [[nodiscard]] Result<void> values(std::string_view model, Value object, Kind kind, int depth = 0);
  [[nodiscard]] Result<void> may_create(std::string_view model);
  [[nodiscard]] Result<void> may_unlink(std::string_view model);

  // check_call.cpp
  [[nodiscard]] Result<void> scope(Value scope);
  [[nodiscard]] Result<void> context(Value context);
  [[nodiscard]] Result<void> call(Value arguments);
  [[nodiscard]] Result<void> message_post(Value arguments);
  [[nodiscard]] Result<void> secret(std::string_view name);

  // check.cpp
  // Refuses a model that no plugin may touch in this way.
  [[nodiscard]] Result<void> reach(std::string_view model, std::string_view verb, bool change) const;
  // The error of FieldsOf, or kAccess when Odoo has no such field: what a field is decides what may be done with it.
  [[nodiscard]] Result<FieldInfo> info(std::string_view model, std::string_view field);
  [[nodiscard]] Result<Value> described(std::string_view model);
  // "plugin ID may not VERB: the grant lacks LINE; add it to the manifest and enable the plugin again"
  [[nodiscard]] Error lacks(const std::string& verb, const std::string& line) const;
  // "plugin ID may not VERB: WHY"
  [[nodiscard]] Error never(const std::string& verb, std::string_view why) const;
  // "plugin ID: MESSAGE"
  [[nodiscard]] Error invalid(const std::string& message) const;
  [[nodiscard]] Error unknown_field(std::string_view model, std::string_view field) const;
  [[nodiscard]] Result<void> ids(Value list, std::string_view what) const;
  [[nodiscard]] const Permissions& granted() const { return granted_; }

 private:
  [[nodiscard]] Result<void> node(std::string_view model, const domain::Node& node);
  [[nodiscard]] Result<void> term(std::string_view model, const domain::Node& term);
  [[nodiscard]] Result<void> hierarchy(const PathEnd& end, const domain::Node& term);
  [[nodiscard]] Result<void> value(std::string_view model, std::string_view field, Value value, int depth);
  [[nodiscard]] Result<void> commands(std::string_view model, std::string_view field, const FieldInfo& info,
                                      Value value, int depth);
  [[nodiscard]] Result<void> command(std::string_view model, std::string_view field, const FieldInfo& info,
                                     Value command, int depth);
  [[nodiscard]] Result<void> link(std::string_view model, std::string_view field, const FieldInfo& info);
  [[nodiscard]] Result<void> release(const FieldInfo& info);

  std::string plugin_;
  const Permissions& granted_;
  const FieldsOf& fields_of_;
  std::map<std::string, Result<Document>, std::less<>> models_;
  std::map<std::pair<std::string, std::string>, FieldInfo> infos_;
};

// {"crm.lead": {"write": ["name"]}} as it would stand under "odoo", for Check::lacks.
std::string odoo_line(std::string_view model, std::string_view kind, std::string_view field = {});
// "crm.lead.name"
std::string dotted(std::string_view model, std::string_view field);

}  // namespace outrigger::host
