// What the writer needs of Odoo: calls, the fields of a model, who we are.
//
//     SessionRemote remote(session);            // over the network
//     Writer writer(remote, log, options);
//
// An interface, so that tests can put a database in memory and every fault behind it. Threads: any.
#pragma once

#include "integration/odoo/session.hpp"

namespace outrigger::writes {

class Remote {
 public:
  virtual ~Remote() = default;
  // As Session::call: an error says what it may have done (Error::effect).
  virtual Result<Document> call(const transport::Call& call, const odoo::CallOptions& options) = 0;
  // name -> {type, relation, required, readonly, digits ...}
  virtual Result<std::shared_ptr<const Document>> fields(const std::string& model,
                                                         const odoo::CallOptions& options) = 0;
  [[nodiscard]] virtual int major() const = 0;
  [[nodiscard]] virtual int64_t uid() const = 0;
  // XML-RPC cannot answer an object whose keys are numbers (get_external_id).
  [[nodiscard]] virtual bool integer_keys() const = 0;
};

class SessionRemote final : public Remote {
 public:
  // The session must outlive it.
  explicit SessionRemote(odoo::Session& session) : session_(session) {}
  Result<Document> call(const transport::Call& call, const odoo::CallOptions& options) override {
    return session_.call(call, options);
  }
  Result<std::shared_ptr<const Document>> fields(const std::string& model, const odoo::CallOptions& options) override {
    return session_.fields(model, options);
  }
  [[nodiscard]] int major() const override { return session_.info().major; }
  [[nodiscard]] int64_t uid() const override { return session_.info().uid; }
  [[nodiscard]] bool integer_keys() const override { return session_.info().transport != "XML-RPC"; }

 private:
  odoo::Session& session_;
};

}  // namespace outrigger::writes
