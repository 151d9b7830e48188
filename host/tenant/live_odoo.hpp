// Odoo as feed and writes need it, on a session that may be replaced while they work: each call takes the one of now,
// and is made only when it is sure that the database is still the one that is meant (identity.hpp).
//
// Threads: any. Lifetime: the session is shared; the guard must outlive them.
#pragma once

#include "host/services/live_session.hpp"
#include "integration/feed/odoo_reader.hpp"
#include "integration/writes/remote.hpp"

namespace outrigger::host {

// Asked around each call. Threads: any.
class CallGuard {
 public:
  virtual ~CallGuard() = default;
  // `writing`: what is known of the database may not be old.
  virtual Result<void> before(uint64_t generation, bool writing, const std::stop_token& stop) = 0;
  virtual void after(const Error& error) = 0;
};

class LiveReader final : public feed::Reader {
  template <typename Ask>
  auto with(const std::stop_token& stop, Ask&& ask) const {
    const LiveSession::Current now = live_->current();
    feed::OdooReader reader(*now.session);
    using Answer = decltype(ask(reader));
    if (const Result<void> sure = guard_.before(now.generation, false, stop); !sure) return Answer(sure.error());
    Answer answer = ask(reader);
    if (!answer) guard_.after(answer.error());
    return answer;
  }

 public:
  LiveReader(std::shared_ptr<LiveSession> live, CallGuard& guard) : live_(std::move(live)), guard_(guard) {}

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const feed::Manner& manner) override {
    return with(manner.stop, [&](feed::OdooReader& odoo) { return odoo.fields(model, manner); });
  }
  void forget_fields() override { live_->get()->forget_fields(); }
  Result<feed::Page> page(const feed::Question& question, const feed::Manner& manner) override {
    return with(manner.stop, [&](feed::OdooReader& odoo) { return odoo.page(question, manner); });
  }
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const feed::Manner& manner) override {
    return with(manner.stop, [&](feed::OdooReader& odoo) { return odoo.search(model, domain, manner); });
  }
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const feed::Manner& manner) override {
    return with(manner.stop, [&](feed::OdooReader& odoo) { return odoo.existing(model, ids, manner); });
  }
  Result<int64_t> count(const std::string& model, const feed::Manner& manner) override {
    return with(manner.stop, [&](feed::OdooReader& odoo) { return odoo.count(model, manner); });
  }
  [[nodiscard]] int64_t server_date() const override { return live_->get()->server_date(); }
  [[nodiscard]] int major() const override { return live_->get()->info().major; }

 private:
  std::shared_ptr<LiveSession> live_;
  CallGuard& guard_;
};

class LiveRemote final : public writes::Remote {
 public:
  LiveRemote(std::shared_ptr<LiveSession> live, CallGuard& guard) : live_(std::move(live)), guard_(guard) {}

  Result<Document> call(const transport::Call& call, const odoo::CallOptions& options) override {
    const LiveSession::Current now = live_->current();
    if (const Result<void> sure = guard_.before(now.generation, true, options.stop); !sure)
      return not_sent(sure.error());
    Result<Document> answer = now.session->call(call, options);
    if (!answer) guard_.after(answer.error());
    return answer;
  }
  Result<std::shared_ptr<const Document>> fields(const std::string& model, const odoo::CallOptions& options) override {
    const LiveSession::Current now = live_->current();
    if (const Result<void> sure = guard_.before(now.generation, true, options.stop); !sure)
      return not_sent(sure.error());
    return now.session->fields(model, options);
  }
  [[nodiscard]] int major() const override { return live_->get()->info().major; }
  [[nodiscard]] int64_t uid() const override { return live_->get()->info().uid; }
  [[nodiscard]] bool integer_keys() const override { return live_->get()->info().transport != "XML-RPC"; }

 private:
  static Error not_sent(Error error) {
    error.effect = Effect::kNone;
    return error;
  }

  std::shared_ptr<LiveSession> live_;
  CallGuard& guard_;
};

}  // namespace outrigger::host
