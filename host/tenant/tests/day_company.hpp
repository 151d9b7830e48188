// What the ten people of a company and the jobs of their Odoo do on a day: mostly in office hours, on leads, contacts,
// orders and activities, through Odoo's methods and by SQL.
//
//     Company company(odoo, random);
//     company.act();                       // somebody does something
//     odoo.now += company.pause();         // until somebody does again
//
// Times: milliseconds. Threads: one.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "integration/writes/tests/rig.hpp"

namespace outrigger::host {

inline constexpr int64_t kMinute = 60'000;
inline constexpr int64_t kHour = 60 * kMinute;
inline constexpr int64_t kDay = 24 * kHour;

class Company {
 public:
  Company(writes::testing_rig::FakeOdoo& odoo, std::mt19937& random) : odoo_(odoo), random_(random) {}

  int64_t pause();
  void act();
  // A thousand rows in one second.
  void import();
  // What Odoo's own jobs do by SQL.
  void night();

  int64_t actions = 0;

 private:
  void act_on_lead();
  void act_beside_odoo();
  std::string text(const std::string& field);
  std::vector<int64_t> some(const std::string& model, size_t most);
  std::vector<int64_t> ids(const std::string& model);
  void call(const std::string& model, const std::string& method, const std::vector<int64_t>& on,
            const std::string& args);
  // Past Odoo's methods; an empty write_date stays as it is.
  void sql(const std::string& write_date, const std::string& word, size_t count);
  void erase();

  writes::testing_rig::FakeOdoo& odoo_;
  std::mt19937& random_;
};

}  // namespace outrigger::host
