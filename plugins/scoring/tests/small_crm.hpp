// A small CRM in a FakeHost, for tests of the live plugin: three stages and a won one, two teams, leads by their id.
//
//     SmallCrm crm;
//     crm.lead(7).stage = 2;
//     crm.win(7);
//     auto plugin = crm.start();
//     crm.tell(plugin, {7});               // the change, as the feed would tell it
//
// Odoo's own scoring table is empty until a test fills it, mirror_is_exact() with what a rebuild gives. Threads: one.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <outrigger/testkit/fake_host.hpp>
#include <string>
#include <vector>

namespace outrigger::scoring {

struct SmallLead {
  int64_t stage = 1;
  int64_t team = 1;
  bool active = true;
  double probability = 0;
  double automated = 0;
  std::string created = "2026-02-01 10:00:00";
  std::string closed = {};   // empty: Odoo does not say
  std::string address = {};  // of the customer
  std::string status = "pending";
  int64_t country = 0;
  int64_t source = 0;
  std::string email = "correct";
  std::vector<int64_t> tags = {};
  double ours = 0;  // x_outrigger_score, where the CRM has it
};

class SmallCrm {
 public:
  // Whose key it is: of a salesperson who sees all leads, or of somebody who may read them and is no salesperson.
  explicit SmallCrm(bool salesperson = true);

  // Creates it when it is not there.
  SmallLead& lead(int64_t id) { return leads_[id]; }
  [[nodiscard]] const std::map<int64_t, SmallLead>& leads() const { return leads_; }
  void win(int64_t id);
  void lose(int64_t id);
  void restore(int64_t id, int64_t stage);
  void erase(int64_t id) { leads_.erase(id); }
  // Closed and open leads of both teams that differ by country, source and tags.
  void fill(size_t leads);

  struct StageRow {
    int64_t id;
    int64_t sequence;
    bool won;
  };
  std::vector<StageRow> stages = {{1, 1, false}, {2, 2, false}, {3, 3, false}, {4, 70, true}};
  std::vector<int64_t> teams = {1, 2};
  bool custom_field = false;            // crm.lead has x_outrigger_score
  std::vector<testkit::Object> mirror;  // rows of crm.lead.scoring.frequency

  // Hands all of it to the fake Odoo, and takes back what the plugin wrote since.
  void put();
  void take();
  void mirror_is_exact(testkit::FakePlugin& plugin);

  testkit::FakePlugin start(const testkit::Object& config = {});
  // The feed's batch; leads that are gone are told as deleted.
  Result<std::vector<testkit::Said>> tell(testkit::FakePlugin& plugin, const std::vector<int64_t>& ids);
  // The same, and the first reading before it when that is asked for.
  void tell_all(testkit::FakePlugin& plugin, const std::vector<int64_t>& ids);

  testkit::FakeHost host;

 private:
  std::map<int64_t, SmallLead> leads_;
};

}  // namespace outrigger::scoring
