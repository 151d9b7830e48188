#include "host/cli/key_findings.hpp"

#include <chrono>
#include <cstdio>

#include "integration/odoo/records.hpp"
#include "integration/value/datetime.hpp"

namespace outrigger::host {

using std::chrono::microseconds;
using std::chrono::sys_time;

KeyFinding expiry_finding(std::string_view what, int64_t expires, int64_t now) {
  constexpr int64_t kDay = int64_t{86400} * 1000000;
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(sys_time<microseconds>(microseconds(expires))));
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  const std::string day = text;
  if (expires <= now)
    return {KeyFinding::Level::kOver, std::string(what) + " expired on " + day + " UTC; renew it, or remove it"};
  const int64_t days = (expires - now) / kDay;
  const std::string left = std::to_string(days) + (days == 1 ? " day" : " days");
  if (days < kRenewDays)
    return {KeyFinding::Level::kSoon, std::string(what) + " expires in " + left + ", on " + day + " UTC; renew it now"};
  return {KeyFinding::Level::kGood, std::string(what) + " expires in " + left + ", on " + day + " UTC"};
}

Result<std::vector<KeyExpiry>> key_expiries(odoo::Session& session, const std::stop_token& stop) {
  std::vector<KeyExpiry> found;
  if (session.info().major < 18) return found;
  odoo::Records records(session);
  Arena arena;
  const Query query{.model = "res.users.apikeys",
                    .domain = arena.array({arena.array({"user_id", "=", session.info().uid})}),
                    .fields = {"name", "expiration_date"}};
  const Result<Document> keys = records.search_read(query, {.stop = stop});
  if (!keys) return keys.error();
  for (const Value key : keys->root().items())
    if (const int64_t expires = value::from_datetime(key["expiration_date"].text()); expires != 0)
      found.push_back({std::string(key["name"].text()), expires * 1'000'000});
  return found;
}

}  // namespace outrigger::host
