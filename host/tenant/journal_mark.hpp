// A mark beside the journal that says how far it has come, so that a journal.db which was put back from a copy is
// noticed, also when no `outrigger restore` did it.
//
//     Result<bool> older = older_than_its_mark(file, folder / "journal.mark");    // after Journal::open
//     write_mark(file, folder / "journal.mark");                                  // then, and at the end
//
// A copy that was taken together with its mark (a whole machine set back) is not noticed by this, but by its database
// alone. Threads: one at a time.
#pragma once

#include <filesystem>

#include "host/journal/journal_file.hpp"

namespace outrigger::host {

// Whether the mark has seen the journal further than it is. No mark: it has not.
Result<bool> older_than_its_mark(JournalFile& file, const std::filesystem::path& mark);
// As well as it goes: a disk that is full costs the notice and nothing else.
void write_mark(JournalFile& file, const std::filesystem::path& mark);

}  // namespace outrigger::host
