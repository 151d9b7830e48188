// A journal with leads in it, as the benchmarks of journal and delivery need it: rows of fifteen fields, 160 bytes or
// so each, on the disk of the current folder.
//
//     LeadJournal journal("bench/leads");
//     journal.keep(1, 100'000, 1, 0);                     // seen, nobody told
//     journal.keep(1, 1000, 2, 1);                        // their stage is another; subscriber 1 is told
//
// The clock goes on by a microsecond a call. Threads: one.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/journal/journal.hpp"
#include "host/journal/journal_tables.hpp"
#include "integration/value/tests/temporary_folder.hpp"

namespace outrigger::host {

inline feed::Stream lead_stream(const std::string& subscriber) {
  feed::Stream stream;
  stream.model = "crm.lead";
  stream.fields = {"active",           "city",    "company_id", "country_id", "date_deadline", "email_from",
                   "expected_revenue", "name",    "partner_id", "phone",      "priority",      "probability",
                   "stage_id",         "team_id", "user_id"};
  stream.subscribers = {{subscriber, stream.fields, "", true}};
  return stream;
}

// Leads `first` to `first + count - 1` as a page of Odoo shows them.
struct LeadPage {
  Arena arena;
  std::vector<feed::Seen> rows;

  LeadPage(int64_t first, int64_t count, int64_t stage) {
    for (int64_t id = first; id < first + count; ++id) {
      feed::Seen seen;
      seen.id = id;
      seen.create_date = "2026-11-21 19:24:40";
      seen.write_date = "2026-11-21 19:24:40";
      seen.matches = 1;
      seen.fields = arena.object({{"active", true},
                                  {"city", "Ho Chi Minh City"},
                                  {"company_id", 1},
                                  {"country_id", 241},
                                  {"date_deadline", "2026-12-24"},
                                  {"email_from", "somebody@example.com"},
                                  {"expected_revenue", 1234.5},
                                  {"name", arena.text("Lead number " + std::to_string(id))},
                                  {"partner_id", id},
                                  {"phone", "+84 28 1234 5678"},
                                  {"priority", "1"},
                                  {"probability", 12.34},
                                  {"stage_id", stage},
                                  {"team_id", 2},
                                  {"user_id", 7}});
      rows.push_back(seen);
    }
  }
};

class LeadJournal {
 public:
  explicit LeadJournal(const std::string& subscriber) : stream_(lead_stream(subscriber)) { open(); }

  void open() {
    file_ = *JournalFile::open(path(), {&kDeliveryTables});
    journal_ = *Journal::open(*file_, {.now = [this] { return ++now_; }});
    (void)journal_->check_epoch("bench", {});
  }
  void close() {
    journal_.reset();
    file_.reset();
  }
  // `told`: the bits of the subscribers that hear of it. False: it was not kept.
  [[nodiscard]] bool keep(const LeadPage& page, uint64_t told) {
    return static_cast<bool>(journal_->keep(stream_, page.rows, {}, told));
  }
  // In pages of 2,000.
  void keep(int64_t first, int64_t count, int64_t stage, uint64_t told) {
    constexpr int64_t kPage = 2000;
    for (const int64_t end = first + count; first < end; first += kPage)
      (void)keep(LeadPage(first, std::min(kPage, end - first), stage), told);
  }
  Journal& journal() { return *journal_; }
  JournalFile& file() { return *file_; }
  [[nodiscard]] double megabytes() const { return static_cast<double>(std::filesystem::file_size(path())) / 1e6; }

 private:
  [[nodiscard]] std::filesystem::path path() const { return folder_ / "journal.db"; }

  const TemporaryFolder folder_{std::filesystem::current_path()};  // not in memory, as the temporary one may be
  const feed::Stream stream_;
  int64_t now_ = 1'800'000'000'000'000;
  std::unique_ptr<JournalFile> file_;
  std::unique_ptr<Journal> journal_;
};

}  // namespace outrigger::host
