// The operations odoo.* of one instance: arguments in, typed calls on the session, documents out.
//
//     OdooOperations odoo(session);
//     Result<Document> rows = odoo.call("search_read", args, stop);      // without the prefix "odoo."
//
// Every write has to name its company, so that no record lands in one by chance. Threads: any.
#pragma once

#include <memory>
#include <stop_token>

#include "integration/odoo/records.hpp"

namespace outrigger::host {

class OdooWrites;

class OdooOperations {
 public:
  explicit OdooOperations(odoo::Session& session) : session_(session), records_(session) {}

  // From now on writes go this way; null: straight to Odoo.
  void writes(std::shared_ptr<OdooWrites> writes) { writes_ = std::move(writes); }
  // Blocks until answered, past its deadline, or stopped.
  Result<Document> call(std::string_view operation, Value args, const std::stop_token& stop);

 private:
  struct Invocation;
  struct Operation;

  Result<Document> info(const Invocation& call);
  Result<Document> fields_get(const Invocation& call);
  Result<Document> search_read(const Invocation& call);
  Result<Document> search_count(const Invocation& call);
  Result<Document> read_group(const Invocation& call);
  Result<Document> has_group(const Invocation& call);
  Result<Document> parameter(const Invocation& call);
  Result<Document> read(const Invocation& call);
  Result<Document> names(const Invocation& call);
  Result<Document> create(const Invocation& call);
  Result<Document> write(const Invocation& call);
  Result<Document> write_rows(const Invocation& call);
  Result<Document> unlink(const Invocation& call);
  Result<Document> message_post(const Invocation& call);
  Result<Document> method(const Invocation& call);
  Result<Value> companies(const Invocation& call, Arena& arena);

  odoo::Session& session_;
  odoo::Records records_;
  std::shared_ptr<OdooWrites> writes_;
};

}  // namespace outrigger::host
