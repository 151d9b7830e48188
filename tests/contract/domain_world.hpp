// The leads of a real Odoo as columns, and what Odoo itself answers to domains on them: for domains_test.cpp.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "host/domains/domain_engine.hpp"
#include "host/domains/session_models.hpp"
#include "integration/domain/domain_set.hpp"
#include "integration/odoo/records.hpp"

namespace outrigger::contract {

// Odoo's own answer to one domain: the ids, or the error.
struct OdooAnswer {
  bool refused = false;
  std::string error;
  std::set<int64_t> ids;
};

class DomainWorld {
 public:
  explicit DomainWorld(std::shared_ptr<odoo::Session> session);

  // Leads and linked records with what is awkward: accents, empty texts, archived and nested links. Adds them once a database.
  Result<void> add_leads();
  // Reads all leads again, and forgets linked records.
  Result<void> read();
  [[nodiscard]] const std::vector<int64_t>& ids() const { return ids_; }
  // The values of a field in all leads, to make domains of.
  [[nodiscard]] Result<std::vector<Value>> values(const std::string& path);
  [[nodiscard]] Result<Value> columns(const std::vector<std::string>& fields, Arena& arena);

  // By search() and by filtered_domain(), inside of Odoo, many domains a call.
  Result<std::vector<OdooAnswer>> ask(const std::vector<std::string>& domains, domain::Meaning meaning,
                                      const std::string& model = "crm.lead");

  [[nodiscard]] const host::DomainEngine::Database& database() const { return database_; }

 private:
  Result<Value> record(const std::string& model, int64_t id, const std::string& field);
  Result<Value> value(const std::string& model, int64_t id, std::string_view path, Arena& arena);
  Result<int64_t> create(const std::string& model, Value values);

  std::shared_ptr<odoo::Session> session_;
  odoo::Records records_;
  host::DomainEngine::Database database_;
  std::vector<int64_t> ids_;
  // Model and field -> id -> value; the documents hold the values.
  std::map<std::string, std::map<int64_t, Value>> read_;
  std::vector<Document> held_;
  int64_t action_ = 0;
};

}  // namespace outrigger::contract
