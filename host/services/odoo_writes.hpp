// The writing operations of odoo.* by way of the writer: idempotent, compared, recorded; or collected in a plan.
//
//     auto writes = std::make_shared<OdooWrites>(writer, "scoring");
//     services->writes(writes);                          // before the first call
//     writes->run("scoring recompute 2026-11-22 10:00"); // what is listed and undone together; empty: the delivery
//     writes->collect(&plan);                            // from now on nothing is sent; nullptr: it is again
//
// While a plan collects, replies of search_read and read show what is planned; searches do not see it, and the plan
// says so where that matters.
//
// Threads: any. Lifetime: writer and plan must outlive it. The grant was checked before it is asked.
#pragma once

#include <mutex>

#include "integration/writes/plan.hpp"

namespace outrigger::host {

class OdooWrites {
 public:
  OdooWrites(writes::Writer& writer, std::string plugin) : writer_(writer), plugin_(std::move(plugin)) {}

  void run(std::string name);
  void collect(writes::Plan* plan);
  [[nodiscard]] bool collecting() const {
    const std::lock_guard lock(mutex_);
    return plan_ != nullptr;
  }
  // Whether this operation is done here.
  [[nodiscard]] static bool takes(std::string_view operation) { return writes::operation_of(operation).has_value(); }
  // `operation` without the prefix "odoo."; `args` as or_odoo_v1's slot has them. `as`: how the user is reached whom
  // the scope names as principal; null: there is none, and it is the writer's own.
  Result<Document> perform(std::string_view operation, Value args, Value context, const odoo::CallOptions& call,
                           writes::Remote* as = nullptr);
  // The reply of a reading operation with what is planned.
  Result<Document> seen(std::string_view operation, Value args, Result<Document> reply) const;

 private:
  writes::Writer& writer_;
  std::string plugin_;
  mutable std::mutex mutex_;  // of what follows, and of the plan
  std::string run_;
  writes::Plan* plan_ = nullptr;
};

}  // namespace outrigger::host
