// A Reader on a session with Odoo 14 to 19.
//
//     OdooReader reader(session);
//     Feed feed(reader, journal, settings);
//
// Threads: any. Lifetime: not longer than the session.
#pragma once

#include "integration/feed/reader.hpp"
#include "integration/odoo/records.hpp"

namespace outrigger::feed {

class OdooReader final : public Reader {
 public:
  explicit OdooReader(odoo::Session& session) : session_(session), records_(session) {}

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const Manner& manner) override;
  void forget_fields() override { session_.forget_fields(); }
  Result<Page> page(const Question& question, const Manner& manner) override;
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const Manner& manner) override;
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const Manner& manner) override;
  Result<int64_t> count(const std::string& model, const Manner& manner) override;
  [[nodiscard]] int64_t server_date() const override { return session_.server_date(); }
  [[nodiscard]] int major() const override { return session_.info().major; }

 private:
  Result<std::vector<int64_t>> find(const Question& question, const Manner& manner);

  odoo::Session& session_;
  odoo::Records records_;
};

}  // namespace outrigger::feed
