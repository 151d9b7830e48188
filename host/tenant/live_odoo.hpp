// Odoo as feed and writes need it, on a session that may be replaced while they work: each call takes the one of now.
//
// Threads: any. Lifetime: the session is shared.
#pragma once

#include "host/services/live_session.hpp"
#include "integration/feed/odoo_reader.hpp"
#include "integration/writes/remote.hpp"

namespace outrigger::host {

class LiveReader final : public feed::Reader {
  template <typename Ask>
  auto with(Ask&& ask) const {
    const std::shared_ptr<odoo::Session> session = live_->get();
    feed::OdooReader reader(*session);
    return ask(reader);
  }

 public:
  explicit LiveReader(std::shared_ptr<LiveSession> live) : live_(std::move(live)) {}

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const feed::Manner& manner) override {
    return with([&](feed::OdooReader& odoo) { return odoo.fields(model, manner); });
  }
  void forget_fields() override { live_->get()->forget_fields(); }
  Result<feed::Page> page(const feed::Question& question, const feed::Manner& manner) override {
    return with([&](feed::OdooReader& odoo) { return odoo.page(question, manner); });
  }
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const feed::Manner& manner) override {
    return with([&](feed::OdooReader& odoo) { return odoo.search(model, domain, manner); });
  }
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const feed::Manner& manner) override {
    return with([&](feed::OdooReader& odoo) { return odoo.existing(model, ids, manner); });
  }
  Result<int64_t> count(const std::string& model, const feed::Manner& manner) override {
    return with([&](feed::OdooReader& odoo) { return odoo.count(model, manner); });
  }
  [[nodiscard]] int64_t server_date() const override { return live_->get()->server_date(); }
  [[nodiscard]] int major() const override { return live_->get()->info().major; }

 private:
  std::shared_ptr<LiveSession> live_;
};

class LiveRemote final : public writes::Remote {
 public:
  explicit LiveRemote(std::shared_ptr<LiveSession> live) : live_(std::move(live)) {}

  Result<Document> call(const transport::Call& call, const odoo::CallOptions& options) override {
    return live_->get()->call(call, options);
  }
  Result<std::shared_ptr<const Document>> fields(const std::string& model, const odoo::CallOptions& options) override {
    return live_->get()->fields(model, options);
  }
  [[nodiscard]] int major() const override { return live_->get()->info().major; }
  [[nodiscard]] int64_t uid() const override { return live_->get()->info().uid; }
  [[nodiscard]] bool integer_keys() const override { return live_->get()->info().transport != "XML-RPC"; }

 private:
  std::shared_ptr<LiveSession> live_;
};

}  // namespace outrigger::host
