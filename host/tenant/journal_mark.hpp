// A mark beside the journal by which a journal.db that was put back from a copy is noticed, also when no `outrigger
// restore` did it: journal and mark carry the same word, which is another one after each start and each orderly end.
//
//     Result<bool> older = older_than_its_mark(file, folder / "journal.mark");    // after Journal::open
//     renew_mark(file, folder / "journal.mark");                                  // then, and at the end
//
// Not noticed: a copy that was taken together with its mark (a whole machine that was set back), and one of the very
// run that was killed afterwards. Threads: one at a time.
#pragma once

#include <filesystem>

#include "host/journal/journal_file.hpp"

namespace outrigger::host {

// Whether the mark belongs to a later state of the journal. No mark: it does not.
Result<bool> older_than_its_mark(JournalFile& file, const std::filesystem::path& mark);
// As well as it goes: a disk that is full costs the notice and nothing else.
void renew_mark(JournalFile& file, const std::filesystem::path& mark);

}  // namespace outrigger::host
