// An Odoo in memory on a virtual clock, as the feed reads it: the database is that of the writer's tests, whose faults
// hit reads, too. Each call takes 20 ms of virtual time and is counted by stream.
//
//     writes::testing_rig::FakeOdoo odoo(19, "admin");
//     MemoryReader reader(odoo);
//
// Threads: one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "integration/feed/reader.hpp"
#include "integration/writes/tests/rig.hpp"

namespace outrigger::host {

class MemoryReader final : public feed::Reader {
 public:
  explicit MemoryReader(writes::testing_rig::FakeOdoo& odoo) : odoo_(odoo) {}

  Result<std::shared_ptr<const Document>> fields(const std::string& model, const feed::Manner& manner) override;
  void forget_fields() override {}
  Result<feed::Page> page(const feed::Question& question, const feed::Manner& manner) override;
  Result<std::vector<int64_t>> search(const std::string& model, Value domain, const feed::Manner& manner) override;
  Result<std::vector<int64_t>> existing(const std::string& model, const std::vector<int64_t>& ids,
                                        const feed::Manner& manner) override;
  Result<int64_t> count(const std::string& model, const feed::Manner& manner) override;
  [[nodiscard]] int64_t server_date() const override { return odoo_.now / 1000; }
  [[nodiscard]] int major() const override { return odoo_.major(); }

  // Rows with empty values as null, as the feed gets them of a session.
  Result<Document> rows(const feed::Question& question);
  std::map<std::string, int64_t> calls;  // by stream

 private:
  Result<Document> call(const std::string& model, const std::string& method, Value named);

  writes::testing_rig::FakeOdoo& odoo_;
};

}  // namespace outrigger::host
