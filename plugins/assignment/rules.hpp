// The rules of teams and members, evaluated over the leads of a plan.
//
//     Rules rules(host, say);
//     const size_t at = rules.add("Sales", domain, Meaning::kSearch);      // a team's; a member's is Meaning::kFilter
//     if (Result<void> done = rules.compile(); !done) return done.error();
//     LeadColumns columns(rules.fields());                                  // read these of each lead
//     if (Result<void> done = rules.match(columns); !done) return done.error();
//     use(rules.flags(at));                                                 // one flag a lead
//
// All rules of a meaning are compiled and evaluated together. One that cannot be decided here (the database's order of
// texts, a relation that the plugin may not read, an Odoo whose meaning is not known) is asked of Odoo by a search
// among these leads, and `asked` says so; a search has the meaning of a search, also for a member's rule. A broken rule
// matches nothing: `problems` names its owner, the place and the remedy, and the others go on.
//
// Errors: only what stops every rule, such as a lost connection. Threads: the instance's own.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "columns.hpp"
#include "crm.hpp"
#include "engine/work.hpp"

namespace outrigger::assignment {

class Rules {
 public:
  Rules(const Host& host, const Speech& say) : host_(host), say_(say) {}

  // The owner as a person reads it. The domain is copied.
  size_t add(std::string owner, Value domain, Meaning meaning);
  Result<void> compile();
  // Fields of crm.lead that match needs.
  [[nodiscard]] const std::set<std::string>& fields() const { return fields_; }
  Result<void> match(const LeadColumns& columns);

  [[nodiscard]] const Flags& flags(size_t rule) const { return rules_[rule].flags; }
  [[nodiscard]] bool is_broken(size_t rule) const { return rules_[rule].state == State::kBroken; }
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  [[nodiscard]] const std::vector<std::string>& asked() const { return asked_; }

 private:
  enum class State { kHere, kAsk, kBroken };
  struct Rule {
    std::string owner;
    Document domain;
    Meaning meaning;
    State state = State::kHere;
    std::string why;
    Flags flags;
  };
  using Some = std::vector<size_t>;

  [[nodiscard]] Some of(Meaning meaning) const;
  Result<DomainSet> compiled(const Some& rules) const;
  Result<void> sort_out(const Some& rules);
  Result<void> match_some(const Some& rules, const LeadColumns& columns, Links& links);
  Result<void> match_set(const Some& rules, const LeadColumns& columns, Links& links);
  Result<void> ask_odoo(Rule& rule, const LeadColumns& columns);
  Result<Document> array_of(const Rule& rule) const;
  // Puts the rule aside; the error itself when it is about more than this rule.
  Result<void> set_aside(Rule& rule, const Error& error, State otherwise);

  const Host& host_;
  const Speech& say_;
  std::vector<Rule> rules_;
  std::set<std::string> fields_;
  std::vector<std::string> problems_;
  std::vector<std::string> asked_;
};

}  // namespace outrigger::assignment
