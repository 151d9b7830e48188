#include "host/tenant/journal_mark.hpp"

#include <fstream>

namespace outrigger::host {
namespace {

struct Mark {
  int64_t session = 0;   // starts of the program
  int64_t delivery = 0;  // numbers that were given out
};

Result<Mark> mark_of(JournalFile& file) {
  return file.read<Mark>([](Database& in) {
    Mark mark;
    Statement of = in.statement("SELECT name, value FROM meta WHERE name IN ('session', 'delivery')");
    while (of.step()) (of.text(0) == "session" ? mark.session : mark.delivery) = of.integer(1);
    return mark;
  });
}

}  // namespace

Result<bool> older_than_its_mark(JournalFile& file, const std::filesystem::path& path) {
  std::ifstream in(path);
  Mark kept;
  if (!(in >> kept.session >> kept.delivery)) return false;
  const Result<Mark> now = mark_of(file);
  if (!now) return now.error();
  return now->session - 1 < kept.session || now->delivery < kept.delivery;
}

void write_mark(JournalFile& file, const std::filesystem::path& path) {
  const Result<Mark> now = mark_of(file);
  if (!now) return;
  std::filesystem::path fresh = path;
  fresh += ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << now->session << ' ' << now->delivery << '\n';
    if (!out.flush()) return;
  }
  std::error_code ignored;
  std::filesystem::rename(fresh, path, ignored);
}

}  // namespace outrigger::host
