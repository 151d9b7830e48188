// The engine of outrigger.domain/1: a plugin's domains, evaluated over columns that it read.
//
//     services->add(std::make_unique<DomainEngine>(database_of(session)));   // host/domains/session_models.hpp
//
// What it decides and refuses: integration/domain/domain_set.hpp. The meanings of Odoo 19 and 14 are known here: with
// another major, compile answers kUnsupported. Relative dates are of the moment of each match, by the host's clock; so
// are trees and names that Odoo looks up, which costs a call a condition.
//
// Bounds: kMostSets handles an instance, kMostDomains in each. Threads: any, several calls at once; match holds no
// lock.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "host/domains/model_fields.hpp"
#include "host/services/engine.hpp"

namespace outrigger::host {

class DomainEngine final : public Engine {
 public:
  static constexpr size_t kMostSets = 64;
  static constexpr size_t kMostDomains = 2000;

  // Its functions are called by compile and by match, on the thread that calls; so they should be a session's.
  struct Database : ModelQuestions {
    std::string zone;              // of the integration's user; empty: UTC, as Odoo takes it
    std::function<int64_t()> now;  // microseconds since 1970; empty: the host's clock
    // Declared by the admin; see domain::Setting.
    bool code_points = false;
    bool no_unaccent = false;
  };

  explicit DomainEngine(Database database);
  ~DomainEngine() override;

  [[nodiscard]] std::string_view extension() const override;
  // compile {model, domains, meaning} -> handle; fields {set}; match {set, columns}; release {set}; print {domain,
  // form}.
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override;

 private:
  struct Set;
  Result<Document> compile(Value args);
  Result<Document> fields(Value args);
  Result<Document> match(Value args);
  Result<Document> release(Value args);
  Result<std::shared_ptr<const Set>> find(Value args);

  Database database_;
  std::mutex mutex_;
  std::map<int64_t, std::shared_ptr<const Set>> sets_;
  int64_t last_ = 0;
};

}  // namespace outrigger::host
