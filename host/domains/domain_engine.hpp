// The engine of outrigger.domain/1: a plugin's domains, evaluated over columns that it read.
//
//     DomainEngine::Database database;
//     database.major = session->info().major;
//     database.zone = session->info().tz;
//     database.fields = [session](std::string_view model) { ...session->fields(model)... };
//     services->add(std::make_unique<DomainEngine>(std::move(database)));
//
// What it decides and refuses: integration/domain/domain_set.hpp. Only Odoo 19's meaning is known here: with another
// major, compile answers kUnsupported. Relative dates are of the moment of each match, by the host's clock.
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

#include "host/services/engine.hpp"

namespace outrigger::host {

class DomainEngine final : public Engine {
 public:
  static constexpr size_t kMostSets = 64;
  static constexpr size_t kMostDomains = 2000;

  struct Database {
    // What fields_get answers for a model: name -> {type, relation, store}. Called by compile and by match, on the
    // thread that calls; so it should be a session's, which keeps them.
    std::function<Result<Document>(std::string_view model)> fields;
    int major = 0;                 // of Odoo
    std::string zone;              // of the integration's user; empty: UTC, as Odoo takes it
    std::function<int64_t()> now;  // microseconds since 1970; empty: the host's clock
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
