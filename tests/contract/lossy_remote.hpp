// A real Odoo whose replies get lost after it has done its work.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "integration/writes/remote.hpp"

namespace outrigger::contract {

class LossyRemote final : public writes::Remote {
 public:
  explicit LossyRemote(odoo::Session& session) : inner_(session) {}
  Result<Document> call(const transport::Call& call, const odoo::CallOptions& options) override {
    Result<Document> reply = inner_.call(call, options);
    if (!call.read_only) ++writes;
    if (call.method != lose) return reply;
    lose.clear();
    EXPECT_TRUE(reply) << "what is lost was to be done: " << (reply ? "" : reply.error().message);
    return Error{Code::kUnreachable, "the connection broke", Source::kNetwork, Effect::kUnknown, -1};
  }
  Result<std::shared_ptr<const Document>> fields(const std::string& model, const odoo::CallOptions& options) override {
    return inner_.fields(model, options);
  }
  [[nodiscard]] int major() const override { return inner_.major(); }
  [[nodiscard]] int64_t uid() const override { return inner_.uid(); }
  [[nodiscard]] bool integer_keys() const override { return inner_.integer_keys(); }

  std::string lose;  // the method whose next reply is lost
  int writes = 0;

 private:
  writes::SessionRemote inner_;
};

}  // namespace outrigger::contract
