// Who a database says it is: what the journal compares before it goes on with it (host/journal/epoch.hpp), at the start
// and again while the host runs.
//
//     IdentityGuard guard([&](const std::stop_token& stop) { return check(stop); }, now, half_an_hour);
//     if (Result<void> sure = guard.sure(session_number, false, stop); !sure) return sure.error();  // before each call
//     guard.heard(error);                                                                           // after a failure
//
// The guard asks when half an hour has passed (before a write: a minute), when the connection had failed, and when the
// session is another one: a database that is restored or swapped goes away for a moment. Then everybody waits until the
// answer is there, so that nothing is read from or written to another database than the one that is meant. In between
// it costs no call.
//
// Where the key may not read parameters, uuid and neutralisation are not known: a copy is then told apart by its
// address and by what its records say alone.
//
// Threads: any. Times: microseconds UTC.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "host/journal/journal.hpp"
#include "integration/feed/reader.hpp"
#include "integration/odoo/session.hpp"

namespace outrigger::host {

// What the database says itself: one call.
struct Claim {
  std::string uuid;          // `database.uuid`, which a copy made in Odoo does not share; empty: not readable
  bool neutralized = false;  // `database.is_neutralized`, which Odoo sets since 16
};
Result<Claim> read_claim(odoo::Session& session, const std::stop_token& stop);

// The address: host and database, without what may differ for one place.
std::string place_of(const odoo::Connection& connection);

// What was taken for the database, besides its uuid, which is the epoch's.
struct Accepted {
  std::string place;
  bool neutralized = false;
};
extern const Tables kIdentityTables;
Result<std::optional<Accepted>> accepted(JournalFile& file);
Result<void> accept(JournalFile& file, const Accepted& now);

// The witnesses of the `models` streams that were written last, as Odoo has them now: one call a model.
Result<EpochEvidence> gather_evidence(Journal& journal, odoo::Session& session, size_t models,
                                      const std::stop_token& stop);

class IdentityGuard {
 public:
  // kConflict: it is another database. Any other error: it could not be found out.
  using Check = std::function<Result<void>(const std::stop_token& stop)>;

  IdentityGuard(Check check, std::function<int64_t()> now, int64_t every)
      : check_(std::move(check)), now_(std::move(now)), every_(every) {}

  // Asks if there is a reason to. `generation`: of the session, which gets another number with each.
  Result<void> sure(uint64_t generation, bool writing, const std::stop_token& stop);
  void heard(const Error& error);
  // It was checked, just now, elsewhere.
  void checked(uint64_t generation);

 private:
  [[nodiscard]] bool must_ask(uint64_t generation, bool writing) const;

  const Check check_;
  const std::function<int64_t()> now_;
  const int64_t every_;
  std::mutex asking_;         // one asks, the others wait for it
  mutable std::mutex mutex_;  // of what follows
  bool doubt_ = false;
  uint64_t generation_ = 0;
  int64_t asked_at_ = 0;
};

}  // namespace outrigger::host
