// What is known of the clock that stamps write_date: PostgreSQL's, which no call of Odoo tells.
//
//     clock.heard(date_header, now);                 // Odoo's web server, or a proxy before it
//     clock.evidence(write_date_of_a_row, now);      // PostgreSQL itself has been there
//     int64_t until = clock.reached(pass_began);     // it had surely got this far
//
// A row that carries W proves that PostgreSQL's clock has reached W. From then on it runs as ours does, so that each
// row gives a lower bound for ever after; the best of them is the position that a window may claim to have read up to.
// It lies behind the true time by as much as nothing was written, which costs nothing: a quiet table has no rows
// there. So neither our clock nor a proxy's can make a window skip. The Date of replies serves for two things only: a
// write_date of the future (SQL, an import) counts as now, and a clock that steps back is noticed.
//
// `now` is in microseconds of a clock of ours that never steps back. Threads: any.
#pragma once

#include <cstdint>
#include <mutex>

namespace outrigger::feed {

class ServerClock {
 public:
  // How far the clocks of web server, proxies and PostgreSQL may lie apart without being trouble, in seconds.
  static constexpr int64_t kTolerance = 60;

  void heard(int64_t date, int64_t now);
  void evidence(int64_t write_date, int64_t now);
  // Seconds since 1970 by PostgreSQL's clock, at least, at that moment; 0: nothing is known.
  [[nodiscard]] int64_t reached(int64_t now) const;
  // By the Date of the latest reply; 0: none carried one.
  [[nodiscard]] int64_t date(int64_t now) const;
  // Whether the replies are dated before `seen_until`, or before what rows have proved: a clock was set back.
  [[nodiscard]] bool stepped_back(int64_t seen_until, int64_t now) const;
  // After it was.
  void forget();

 private:
  [[nodiscard]] int64_t proved(int64_t now) const;

  mutable std::mutex mutex_;
  bool dated_ = false;
  bool proof_ = false;
  int64_t date_offset_ = 0;   // microseconds: their clock minus ours
  int64_t proof_offset_ = 0;  // the same, at least
  int64_t proof_at_ = 0;
};

}  // namespace outrigger::feed
