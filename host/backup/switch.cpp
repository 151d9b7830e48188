#include "host/backup/switch.hpp"

#include <stdexcept>
#include <vector>

#include "host/backup/deployment_backup.hpp"
#include "host/backup/deployment_files.hpp"
#include "host/journal/file_lock.hpp"
#include "host/secrets/whole_file.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMoves = "moves.json";

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

Error disk(const std::exception& problem) {
  return refuse(Code::kInternal, std::string(problem.what()) + ": look at the folder's rights and the disk");
}

void move_away(const fs::path& from, const fs::path& to) {
  if (!fs::exists(fs::symlink_status(from))) return;
  fs::create_directories(to.parent_path());
  fs::rename(from, to);
}

// What SQLite keeps beside a journal belongs to it; the mark says how far it had come.
std::vector<std::string> with_companions(const std::string& name) {
  if (!name.ends_with("/journal.db")) return {name};
  return {name + "-wal", name + "-shm", name + ".mark", name};
}

void make_moves(const fs::path& data, Value moves) {
  const fs::path pending = data / kPending;
  const fs::path aside = data / std::string(moves["aside"].text());
  for (const Value one : moves["put"].items()) {
    const std::string name(one.text());
    if (!fs::exists(fs::symlink_status(pending / name))) continue;  // it is in its place already
    for (const std::string& part : with_companions(name)) move_away(data / part, aside / part);
    fs::create_directories((data / name).parent_path());
    fs::rename(pending / name, data / name);
    if (const Result<void> safe = make_durable(data / name); !safe) throw std::runtime_error(safe.error().message);
  }
  for (const Value one : moves["drop"].items())
    move_away(data / std::string(one.text()), aside / std::string(one.text()));
}

}  // namespace

Result<fs::path> Switch::commit() {
  try {
    int number = 1;
    while (fs::exists(data_ / ("before-restore-" + std::to_string(number)))) ++number;
    const std::string aside = "before-restore-" + std::to_string(number);
    Arena arena;
    std::vector<Value> put;
    std::vector<Value> drop;
    for (const std::string& name : put_) put.push_back(arena.text(name));
    for (const std::string& name : drop_)
      if (put_.count(name) == 0) drop.push_back(arena.text(name));
    const Value moves =
        arena.object({{"aside", arena.text(aside)}, {"put", arena.array(put)}, {"drop", arena.array(drop)}});
    const fs::path staged = data_ / kStaging;
    if (Result<void> kept = replace_whole(staged / kMoves, value::to_json(moves)); !kept) return kept.error();
    fs::rename(staged, data_ / kPending);
    if (Result<void> safe = make_durable(data_ / kPending / kMoves); !safe) return safe.error();
    if (Result<void> done = finish_restore(data_); !done) return done.error();
    return fs::exists(data_ / aside) ? data_ / aside : fs::path();
  } catch (const std::exception& problem) {
    return disk(problem);
  }
}

bool restore_pending(const fs::path& data) {
  std::error_code unknown;
  return !data.empty() && fs::exists(data / kPending, unknown);
}

Result<void> finish_restore(const fs::path& data) {
  if (!restore_pending(data)) return {};
  try {
    const fs::path file = data / kPending / kMoves;
    const Result<Descriptor> opened = open_own(file);
    // The list is there until all moves were made.
    if (opened) {
      constexpr size_t kLargest = size_t{16} << 20U;
      const Result<std::string> text = read_whole(*opened, file, kLargest);
      if (!text) return text.error();
      const Result<Document> moves = value::read_json(*text);
      if (!moves) return refuse(Code::kInternal, file.string() + " is damaged: restore once more");
      make_moves(data, moves->root());
    } else if (opened.error().code != Code::kMissing) {
      return opened.error();
    }
    fs::remove_all(data / kPending);
    give_to_owner(data);
    return make_durable(data);
  } catch (const std::exception& problem) {
    return disk(problem);
  }
}

}  // namespace outrigger::host
