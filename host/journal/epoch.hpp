// Which database this journal is about. An epoch is one life of one database; ids and times mean something within it.
//
// Another `database.uuid`, another address, a neutralised database, records that are older than they were seen, another
// record under an id that is known, or our own journal taken back from a backup: each puts the epoch in question. Then
// nothing is kept and nothing is delivered until a person says that the database is meant (Journal::open_epoch), or it
// is the right one again. What is undelivered then is held and can be replayed one by one; all records are read anew
// without telling anybody, because what happened in between is not known.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::host {

struct Epoch {
  int64_t number = 0;  // 0: none was opened yet
  std::string uuid;
  std::string token;  // part of each delivery's id, so that none comes back after a restore
  int64_t opened = 0;
  std::string reason;
};

// A record that was seen lately, to be read again: only a restored database shows an older one.
struct Witness {
  std::string model;
  int64_t id = 0;
  std::string create_date;
  std::string write_date;
};

struct EpochEvidence {
  bool neutralized = false;  // and was not when it was taken for the database
  // What Odoo says now of Journal::witnesses(); those that are missing there are left out here.
  std::vector<Witness> seen;
  size_t asked = 0;        // how many witnesses were asked for
  std::string other = {};  // what else is another than before, as the beginning of a sentence; empty: nothing
  int64_t date = 0;        // Odoo's clock, seconds since 1970 UTC; 0: not known
};

struct EpochVerdict {
  bool same = false;     // go on
  std::string sentence;  // why not, and what a person can do
};

}  // namespace outrigger::host
