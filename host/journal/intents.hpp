// The intents of writes in the journal's file: what was meant, what became of it, and how records were before.
//
//     Result<std::unique_ptr<JournalFile>> file = JournalFile::open(path, {&kIntentTables, ...});
//     Intents intents(**file);
//     writes::Writer writer(remote, intents, {.epoch = epoch, .now = now});
//     for (const RunSummary& run : *intents.runs(20)) ...               // `outrigger writes list`
//
// A run is what is listed and undone together: a command, a job, a delivery. Finished intents are kept for a while
// (prune), because a delivery may be repeated and a run taken back; those that are begun or unknown are never pruned.
//
// Threads: any. Durable when a call returns (JournalFile::commit). Times: milliseconds since 1970 UTC. Errors: kLimit
// when the disk is full; then nothing is sent to Odoo either.
#pragma once

#include <functional>

#include "host/journal/journal_file.hpp"
#include "integration/writes/intent.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {

extern const Tables kIntentTables;

struct RunSummary {
  std::string run;
  std::string plugin;
  int64_t begun_at = 0;
  int64_t ended_at = 0;
  int64_t writes = 0;
  int64_t done = 0;
  int64_t failed = 0;
  int64_t open = 0;     // begun, or unknown
  int64_t records = 0;  // with an image
  bool undone = false;  // something of the run undo-RUN was done
};

class Intents final : public writes::IntentLog {
 public:
  // The file must outlive it.
  explicit Intents(JournalFile& file) : file_(file) {}

  Result<std::optional<writes::Intent>> find(std::string_view key) override;
  Result<void> begin(const writes::Intent& intent, std::span<const writes::Image> before) override;
  Result<void> resend(std::string_view key, int64_t sent_at) override;
  Result<void> finish(const writes::Intent& intent, std::span<const writes::Image> after) override;
  Result<void> abandon(std::string_view key) override;
  Result<std::vector<writes::Intent>> of_run(std::string_view run) override;
  Result<std::vector<writes::Image>> images(std::string_view run) override;
  Result<std::vector<writes::Image>> images_of(std::string_view key) override;
  Result<std::vector<writes::Intent>> open() override;

  // Newest first.
  Result<std::vector<RunSummary>> runs(int64_t limit);
  // A person's decision on a write whose outcome is unknown: it was done, or it was not and may be made anew.
  Result<void> decide(std::string_view key, bool done, int64_t now);
  // Those that are begun or unknown.
  Result<int64_t> count_open();
  // Forgets finished intents that ended before, and of the rest the oldest beyond this many, `at_once` in one
  // transaction: to be called again as long as it forgets that many. How many were forgotten.
  Result<int64_t> prune(int64_t ended_before, int64_t most, int64_t at_once = 500);

  // --- privacy, see host/tenant/privacy.hpp
  // Of which there are images.
  Result<std::vector<std::string>> models();
  // Each image, for as long as `see` says true: id of its intent, model, id, before and after.
  Result<void> each_image(const std::function<bool(int64_t intent, std::string_view model, int64_t id,
                                                   std::string_view before, std::string_view after)>& see);
  // What is kept of a record, as an array; null: nothing.
  Result<Document> export_record(std::string_view model, int64_t id);
  // Removes what images, and arguments, answers and messages of the writes that they belong to, hold of a record.
  // Arguments of a write whose outcome is open are needed to find it out, and stay.
  struct Erased {
    int64_t images = 0;
    int64_t open = 0;  // writes whose arguments had to stay
  };
  Result<Erased> erase(std::string_view model, int64_t id);

 private:
  JournalFile& file_;
};

}  // namespace outrigger::host
