// How far a journal had come, in a file beside it (FILE.mark), so that an older copy that is put in its place is
// noticed.
//
//     write_mark(file, mark_in(database));                       // after a commit, now and then
//     if (is_older(mark_in(database), read_mark(file))) ...      // at the start
//
// The numbers only grow. A mark is written after what it counts is on the disk, so it is never ahead of the journal
// that it belongs to; one that is missing or unreadable says nothing. Threads: one at a time for a file.
#pragma once

#include <filesystem>

#include "host/journal/sqlite.hpp"

namespace outrigger::host {

struct JournalMark {
  int64_t sessions = 0;  // begun and ended in order
  int64_t deliveries = 0;
  int64_t writes = 0;

  bool operator==(const JournalMark&) const = default;
};

JournalMark mark_in(Database& in);
JournalMark read_mark(const std::filesystem::path& journal);
void write_mark(const std::filesystem::path& journal, const JournalMark& mark);
// Whether the journal is older than the mark says it was.
bool is_older(const JournalMark& journal, const JournalMark& mark);

}  // namespace outrigger::host
