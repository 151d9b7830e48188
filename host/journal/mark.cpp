#include "host/journal/mark.hpp"

#include <fstream>

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

int64_t number(Database& in, std::string_view sql) {
  Statement of = in.statement(sql);
  return of.step() ? of.integer(0) : 0;
}

bool has_writes(Database& in) {
  return in.statement("SELECT 1 FROM sqlite_master WHERE name = 'write_intents'").step();
}

}  // namespace

JournalMark mark_in(Database& in) {
  return {number(in, "SELECT sum(value) FROM meta WHERE name IN ('session', 'ended')"),
          number(in, "SELECT value FROM meta WHERE name = 'delivery'"),
          has_writes(in) ? number(in, "SELECT seq FROM sqlite_sequence WHERE name = 'write_intents'") : 0};
}

JournalMark read_mark(const fs::path& journal) {
  std::ifstream in(journal.string() + ".mark");
  JournalMark mark;
  if (!(in >> mark.sessions >> mark.deliveries >> mark.writes)) return {};
  return mark;
}

void write_mark(const fs::path& journal, const JournalMark& mark) {
  const fs::path fresh = journal.string() + ".mark.new";
  std::error_code stays;
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << mark.sessions << " " << mark.deliveries << " " << mark.writes << "\n";
    if (!out.flush()) {
      fs::remove(fresh, stays);
      return;
    }
  }
  fs::rename(fresh, journal.string() + ".mark", stays);
}

bool is_older(const JournalMark& journal, const JournalMark& mark) {
  return journal.sessions < mark.sessions || journal.deliveries < mark.deliveries || journal.writes < mark.writes;
}

}  // namespace outrigger::host
