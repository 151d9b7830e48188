// One stream: everything that is read of one model, a page at a time.
//
//     Watch watch(stream, reader, sink, clock, settings);
//     watch.open(stop);                           // fields, where it stood
//     if (watch.baseline_due()) watch.baseline(stop);
//     watch.poll(stop); watch.identity(stop); watch.content(stop);
//
// Each call reads one page (and what has to be verified about it), hands it to the sink together with the position
// behind it, and says whether more is to be read at once. After an error nothing has moved: the same call can be made
// again. When to call what is the business of feed.hpp.
//
// Threads: one at a time. Lifetime: not longer than what it was given.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "integration/feed/matching.hpp"
#include "integration/feed/reader.hpp"
#include "integration/feed/server_clock.hpp"
#include "integration/feed/shape.hpp"
#include "integration/feed/sink.hpp"

namespace outrigger::feed {

struct Settings {
  int64_t overlap = 150;       // seconds that a window reaches back, for commits that come late
  int64_t ahead = 3600;        // seconds that it reaches beyond the server's Date, for a PostgreSQL that is ahead of it
  int64_t page = 2000;         // records a page
  int64_t sweep_page = 10000;  // of an identity sweep
  // More deletions than both at once wait for a person.
  int64_t brake_records = 50;
  double brake_share = 0.3;
  double calls_per_second = 0;        // of the database's budget; 0: no limit
  int64_t idle_calls_per_day = 5000;  // that all streams together may cost while nothing happens
  int64_t look_every = 5;             // seconds, at the least, where something happens; six times that where something
                                      // did, twelve times that where nothing does
  int64_t content_every = 86400;      // seconds
  int64_t identity_every = 0;         // seconds; 0: between an hour and a day, by what it costs
  std::chrono::milliseconds poll_deadline{30000};
  std::chrono::milliseconds sweep_deadline{120000};
  uint64_t seed = 1;                        // of the jitter
  std::function<int64_t()> monotonic = {};  // microseconds; empty: the machine's steady clock
  [[nodiscard]] int64_t now() const;        // by it
};

// What one call did.
struct Looked {
  uint64_t rows = 0;   // read of Odoo
  uint64_t fresh = 0;  // as the sink counts them
  uint64_t changed = 0;
  uint64_t delivered = 0;
  uint64_t gone = 0;
  bool more = false;           // call again at once
  bool clock_trouble = false;  // every stream is to be swept
  bool rescored = false;       // the telltale says: sweep the content
  void add(const Kept& kept);
};

// kind -> one sentence: "clock", "mass_deletion", "hidden", "journal", "look".
using Problems = std::map<std::string, std::string>;

class Watch {
 public:
  Watch(Stream stream, Reader& reader, Sink& sink, ServerClock& clock, const Settings& settings);

  // Asks for the fields and takes up where the sink says. kMissing: no such model or fields; kUnsupported: the model
  // keeps no write_date; kInvalid: a field or domain that cannot be watched; kAccess.
  Result<Looked> open(std::stop_token stop);
  [[nodiscard]] bool is_open() const { return matching_.has_value(); }
  // The fields are asked for again before the next look.
  void reopen();

  [[nodiscard]] bool baseline_due() const { return position_.baseline_after != 0; }
  Result<Looked> baseline(std::stop_token stop);
  Result<Looked> poll(std::stop_token stop);
  Result<Looked> identity(std::stop_token stop);
  Result<Looked> content(std::stop_token stop);
  // These records alone, because somebody says that they changed; those that are gone are verified.
  Result<Looked> records(const std::vector<int64_t>& ids, std::stop_token stop);
  // A cheap look at another model that tells of changes without a write_date here; see traps.hpp.
  Result<Looked> telltale(const std::string& model, std::stop_token stop);

  // The deletions that the brake holds back are done after the next sweep.
  void confirm_deletions() { confirmed_ = true; }
  // Sweeps begin again.
  void restart_sweeps();

  [[nodiscard]] const Stream& stream() const { return stream_; }
  [[nodiscard]] const Position& position() const { return position_; }
  [[nodiscard]] const Problems& problems() const { return problems_; }
  [[nodiscard]] int64_t known() const { return known_; }  // records, as of the last sweep or reading
  [[nodiscard]] bool polling() const { return window_began_ != 0; }
  [[nodiscard]] size_t searches_per_page() const { return matching_ ? matching_->asked() : 0; }

 private:
  struct Taken {
    Looked looked;
    int64_t last_id = 0;
    bool last = true;
  };
  using Tell = std::function<uint64_t(int64_t id)>;

  [[nodiscard]] int64_t now() const { return settings_.now(); }
  [[nodiscard]] Manner manner(Lane lane, const std::stop_token& stop) const;
  [[nodiscard]] uint64_t everybody() const;
  Result<Page> ask(const Question& question, const Manner& manner);
  Result<void> check_definitions(Value definitions);
  // Hands rows over: matched, cut to the stream's fields; rows that the overlap shows again are left out.
  Result<Looked> keep(Value rows, const Position& position, uint64_t tell, const Manner& manner, bool skip_repeated);
  Result<Looked> keep_nothing(const Position& position);
  [[nodiscard]] bool repeated(int64_t id, uint64_t hash) const;
  void remember(int64_t id, int64_t write_date, uint64_t hash);
  void check_clock(Looked& looked);

  // identity.cpp
  Result<Looked> scan(const std::stop_token& stop);
  Result<Looked> verify(const std::stop_token& stop);
  Result<Looked> conclude(Looked looked);
  Result<Looked> fetch(const std::vector<int64_t>& ids, const Position& position, const Manner& manner);
  // Of these ids, those that are surely not in Odoo; those that exist unseen are counted in hidden_.
  Result<std::vector<int64_t>> dead(const std::vector<int64_t>& ids, const Manner& manner);
  Result<void> dead_among(const std::vector<int64_t>& ids, const Manner& manner, int& calls,
                          std::vector<int64_t>& dead);
  Result<bool> braked(const std::stop_token& stop);

  Stream stream_;
  Reader& reader_;
  Sink& sink_;
  ServerClock& clock_;
  const Settings& settings_;
  int64_t page_;  // records; halves when a page takes too long

  std::shared_ptr<const Document> definitions_;
  std::optional<Matching> matching_;
  std::vector<std::string> read_;  // fields
  std::string active_;             // the field that archives, or nothing
  Shape shape_;
  Position position_;
  int64_t kept_until_ = 0;  // seen_until as the sink has it

  int64_t baseline_began_ = 0;  // now() when they began; 0: not since the start of this program
  int64_t window_began_ = 0;
  bool window_resumed_ = false;
  int64_t identity_began_ = 0;  // seconds by Odoo's clock
  int64_t content_began_ = 0;
  int64_t scanned_ = 0;  // how far the scan is, beyond position_.identity_after once something is missing
  std::vector<int64_t> missing_;
  size_t verified_ = 0;
  bool verifying_ = false;
  bool confirmed_ = false;
  int64_t hidden_ = 0;
  int64_t known_ = 0;
  std::map<std::string, int64_t> telltales_;

  struct Recent {
    int64_t write_date;
    uint64_t hash;
  };
  std::unordered_map<int64_t, Recent> recent_;
  Problems problems_;
};

}  // namespace outrigger::feed
