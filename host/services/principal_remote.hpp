// Odoo as a user's own key reaches it, for the writer: each call is made by way of Principals, so that a rotated key is
// used and the one before is tried, without the write being begun twice.
//
//     PrincipalRemote remote(principals, "user-7", stop);
//     Result<Document> context = remote.open([&](odoo::Session& session) { return ...; });    // first
//     writes->perform("write", args, context->root(), options, &remote);
//
// Threads: one. The principals must outlive it.
#pragma once

#include <string>
#include <utility>

#include "host/services/principals.hpp"
#include "integration/writes/remote.hpp"

namespace outrigger::host {

class PrincipalRemote final : public writes::Remote {
 public:
  PrincipalRemote(Principals& principals, std::string principal, std::stop_token stop)
      : principals_(principals), principal_(std::move(principal)), stop_(std::move(stop)) {}

  // Finds out who the user is, and answers what `ask` does. Errors: as Principals::with.
  Result<Document> open(const Principals::Work& ask) {
    return principals_.with(principal_, stop_, [&](odoo::Session& session) {
      info_ = session.info();
      return ask(session);
    });
  }

  Result<Document> call(const transport::Call& call, const odoo::CallOptions& options) override {
    return principals_.with(principal_, stop_, [&](odoo::Session& session) { return session.call(call, options); });
  }
  Result<std::shared_ptr<const Document>> fields(const std::string& model, const odoo::CallOptions& options) override {
    std::shared_ptr<const Document> fields;
    const Result<Document> asked = principals_.with(principal_, stop_, [&](odoo::Session& session) -> Result<Document> {
      const auto known = session.fields(model, options);
      if (!known) return known.error();
      fields = *known;
      return Document();
    });
    if (!asked) return asked.error();
    return fields;
  }
  [[nodiscard]] int major() const override { return info_.major; }
  [[nodiscard]] int64_t uid() const override { return info_.uid; }
  [[nodiscard]] bool integer_keys() const override { return info_.transport != "XML-RPC"; }

 private:
  Principals& principals_;
  const std::string principal_;
  const std::stop_token stop_;
  odoo::ServerInfo info_;
};

}  // namespace outrigger::host
