// The operations odoo.* of one instance: arguments in, typed calls on the session, documents out.
//
//     OdooOperations odoo(session);
//     Result<Document> rows = odoo.call("search_read", args, stop);      // without the prefix "odoo."
//
// Every write has to name its company, so that no record lands in one by chance. A call that names a principal is made
// with the session of that user (principals.hpp); ensure_field and its kind with the setup key (host/setup/setup.hpp).
// Without the one or the other such calls are unsupported. Threads: any.
#pragma once

#include <memory>
#include <stop_token>

#include "host/services/principals.hpp"
#include "integration/odoo/records.hpp"

namespace outrigger::host {

class Setup;
class OdooWrites;

class OdooOperations {
 public:
  explicit OdooOperations(odoo::Session& session) : session_(session), records_(session) {}

  // Before the first call. They must live as long as this.
  void principals(Principals* principals) { principals_ = principals; }
  void setup(Setup* setup) { setup_ = setup; }

  // On whose behalf, for turns in the call budget.
  void caller(std::string name) { caller_ = std::move(name); }
  // From now on writes go this way; null: straight to Odoo.
  void writes(std::shared_ptr<OdooWrites> writes) { writes_ = std::move(writes); }
  // Blocks until answered, past its deadline, or stopped.
  Result<Document> call(std::string_view operation, Value args, const std::stop_token& stop);

 private:
  struct Invocation;
  struct Operation;

  // A write in another user's name, by way of the writer.
  Result<Document> write_as(std::string_view principal, std::string_view operation, Value args,
                            const std::stop_token& stop);
  // Odoo's context: companies and language of the scope.
  Result<Document> context_of(Value scope, const odoo::CallOptions& options);
  // In the name of the session's own user.
  Result<Document> perform(std::string_view operation, Value args, const std::stop_token& stop);
  Result<Document> set_up(std::string_view operation, Value args, const std::stop_token& stop);
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
  Result<Value> companies(Value scope, const odoo::CallOptions& options, Arena& arena);

  odoo::Session& session_;
  odoo::Records records_;
  Principals* principals_ = nullptr;
  Setup* setup_ = nullptr;
  std::shared_ptr<OdooWrites> writes_;
  std::string caller_;
};

}  // namespace outrigger::host
