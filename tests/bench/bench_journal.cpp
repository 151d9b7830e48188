// The journal: rows a second kept and delivered, durably (WAL, synchronous=FULL), and a million shadow rows.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>

#include "host/journal/journal.hpp"
#include "host/journal/journal_tables.hpp"

namespace {

using namespace outrigger;
using host::Journal;
using host::JournalFile;

// On the disk of the build, not in memory.
class Place {
 public:
  Place() {
    std::string name = (std::filesystem::current_path() / "bench-journal-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~Place() { std::filesystem::remove_all(path_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] std::filesystem::path file() const { return path_ / "journal.db"; }

 private:
  std::filesystem::path path_;
};

struct Open {
  explicit Open(const std::filesystem::path& path)
      : file(*JournalFile::open(path, {&host::kDeliveryTables})),
        journal(*Journal::open(*file, {.now = [this] { return ++now; }})) {
    (void)journal->check_epoch("bench", {});
  }
  int64_t now = 1'800'000'000'000'000;
  std::unique_ptr<JournalFile> file;
  std::unique_ptr<Journal> journal;
};

// Fifteen fields of a lead, 160 bytes or so.
feed::Stream leads() {
  feed::Stream stream;
  stream.model = "crm.lead";
  stream.fields = {"active",           "city",    "company_id", "country_id", "date_deadline", "email_from",
                   "expected_revenue", "name",    "partner_id", "phone",      "priority",      "probability",
                   "stage_id",         "team_id", "user_id"};
  stream.subscribers = {{"bench/leads", stream.fields, "", true}};
  return stream;
}

struct Page {
  Arena arena;
  std::vector<feed::Seen> rows;
};

void fill(Page& page, int64_t first, int64_t count, int64_t stage) {
  for (int64_t id = first; id < first + count; ++id) {
    feed::Seen seen;
    seen.id = id;
    seen.create_date = "2026-11-21 19:24:40";
    seen.write_date = "2026-11-21 19:24:40";
    seen.matches = 1;
    seen.fields = page.arena.object({{"active", true},
                                     {"city", "Ho Chi Minh City"},
                                     {"company_id", 1},
                                     {"country_id", 241},
                                     {"date_deadline", "2026-12-24"},
                                     {"email_from", "somebody@example.com"},
                                     {"expected_revenue", 1234.5},
                                     {"name", page.arena.text("Lead number " + std::to_string(id))},
                                     {"partner_id", id},
                                     {"phone", "+84 28 1234 5678"},
                                     {"priority", "1"},
                                     {"probability", 12.34},
                                     {"stage_id", stage},
                                     {"team_id", 2},
                                     {"user_id", 7}});
    page.rows.push_back(seen);
  }
}

void keep_fresh(benchmark::State& state) {
  const Place place;
  const Open open(place.file());
  const uint64_t tell = static_cast<uint64_t>(state.range(0));
  int64_t first = 1;
  for (auto _ : state) {
    state.PauseTiming();
    Page page;
    fill(page, first, 1000, 1);
    first += 1000;
    state.ResumeTiming();
    if (!open.journal->keep(leads(), page.rows, {}, tell)) state.SkipWithError("not kept");
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(keep_fresh)->ArgName("told")->Arg(0)->Arg(1)->UseRealTime()->Iterations(200);

void keep_the_same(benchmark::State& state) {
  const Place place;
  const Open open(place.file());
  Page page;
  fill(page, 1, 1000, 1);
  (void)open.journal->keep(leads(), page.rows, {}, 0);
  for (auto _ : state)
    if (!open.journal->keep(leads(), page.rows, {}, 1)) state.SkipWithError("not kept");
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(keep_the_same)->UseRealTime();

// From Odoo's page to done: what changed is kept, handed out in batches of 500 and settled.
void change_to_done(benchmark::State& state) {
  const Place place;
  const Open open(place.file());
  constexpr int64_t kRecords = 100'000;
  for (int64_t first = 1; first < kRecords; first += 1000) {
    Page page;
    fill(page, first, 1000, 1);
    (void)open.journal->keep(leads(), page.rows, {}, 0);
  }
  int64_t first = 1;
  int64_t stage = 2;
  for (auto _ : state) {
    state.PauseTiming();
    Page page;
    fill(page, first, 1000, stage);
    first = (first + 7000) % kRecords;
    ++stage;
    state.ResumeTiming();
    if (!open.journal->keep(leads(), page.rows, {}, 1)) state.SkipWithError("not kept");
    for (;;) {
      const auto batch = open.journal->next("bench/leads", 500);
      if (!batch || batch->empty()) break;
      if (!open.journal->settle(*batch, {})) state.SkipWithError("not settled");
    }
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(change_to_done)->UseRealTime()->Iterations(100);

void next_and_settle(benchmark::State& state) {
  const Place place;
  const Open open(place.file());
  constexpr int64_t kRecords = 100'000;
  for (int64_t first = 1; first < kRecords; first += 1000) {
    Page page;
    fill(page, first, 1000, 1);
    (void)open.journal->keep(leads(), page.rows, {}, 1);
  }
  for (auto _ : state) {
    const auto batch = open.journal->next("bench/leads", 500);
    if (!batch || batch->empty() || !open.journal->settle(*batch, {})) state.SkipWithError("not settled");
  }
  state.SetItemsProcessed(state.iterations() * 500);
}
BENCHMARK(next_and_settle)->UseRealTime()->Iterations(200);

void open_a_million(benchmark::State& state) {
  const Place place;
  {
    const Open open(place.file());
    for (int64_t first = 1; first < 1'000'000; first += 1000) {
      Page page;
      fill(page, first, 1000, 1);
      (void)open.journal->keep(leads(), page.rows, {}, 0);
    }
  }
  for (auto _ : state) benchmark::DoNotOptimize(std::make_unique<Open>(place.file()));
  state.counters["megabytes"] = static_cast<double>(std::filesystem::file_size(place.file())) / 1e6;
}
BENCHMARK(open_a_million)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(20);

}  // namespace
