#include "host/tenant/journal_mark.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace outrigger::host {
namespace {

Result<std::string> word_of(JournalFile& file) {
  return file.read<std::string>([](Database& in) {
    Statement of = in.statement("SELECT value FROM meta WHERE name = 'mark'");
    return of.step() ? std::string(of.text(0)) : std::string();
  });
}

bool make_durable(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = ::fsync(file) == 0;
  ::close(file);
  return done;
}

// On the disk when it returns true.
bool write_words(const std::filesystem::path& path, const std::string& words) {
  std::filesystem::path fresh = path;
  fresh += ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << words << '\n';
    if (!out.flush()) return false;
  }
  if (!make_durable(fresh)) return false;
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  return !error && make_durable(path.parent_path());
}

}  // namespace

Result<bool> older_than_its_mark(JournalFile& file, const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string word;
  if (!(in >> word)) return false;
  const Result<std::string> now = word_of(file);
  if (!now) return now.error();
  do {
    if (word == *now) return false;
  } while (in >> word);
  return true;
}

// The mark knows both words until the journal has the new one: a crash in between is no restore.
void renew_mark(JournalFile& file, const std::filesystem::path& path) {
  const Result<std::string> before = word_of(file);
  if (!before) return;
  const Result<std::string> made = file.read<std::string>([](Database& in) {
    Statement of = in.statement("SELECT lower(hex(randomblob(8)))");
    return of.step() ? std::string(of.text(0)) : std::string();
  });
  if (!made || !write_words(path, *before + " " + *made)) return;
  const Result<void> kept = file.commit([&](Database& in) -> Result<void> {
    in.statement("INSERT INTO meta VALUES ('mark', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1",
                 std::string_view(*made))
        .run();
    return {};
  });
  if (kept) write_words(path, *made);
}

}  // namespace outrigger::host
