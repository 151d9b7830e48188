#include "host/journal/journal.hpp"

#include <algorithm>
#include <charconv>

#include "host/journal/keeper.hpp"

namespace outrigger::host {
namespace {

Error conflict(std::string message) { return {Code::kConflict, std::move(message), Source::kHost, Effect::kNone, -1}; }

Epoch newest_epoch(Database& in) {
  Epoch epoch;
  Statement of = in.statement("SELECT number, uuid, token, opened, reason FROM epoch ORDER BY number DESC LIMIT 1");
  if (!of.step()) return epoch;
  return {of.integer(0), std::string(of.text(1)), std::string(of.text(2)), of.integer(3), std::string(of.text(4))};
}

constexpr std::string_view kOlderCopy = "replaced by an older copy of itself";
constexpr std::string_view kLastBackup = "SELECT value FROM meta WHERE name = 'restored'";

}  // namespace

Journal::Journal(JournalFile& file, JournalOptions options)
    : file_(file), options_(std::move(options)), random_(static_cast<uint32_t>(options_.seed | 1U)) {}

Result<std::unique_ptr<Journal>> Journal::open(JournalFile& file, JournalOptions options) {
  std::unique_ptr<Journal> made(new Journal(file, std::move(options)));
  std::string restored;
  const JournalMark mark = read_mark(file.path());
  Result<void> ready = file.commit([&](Database& in) -> Result<void> {
    const bool older = is_older(mark_in(in), mark);
    in.statement("UPDATE meta SET value = value + 1 WHERE name = 'session'").run();
    Statement session = in.statement("SELECT value FROM meta WHERE name = 'session'");
    session.step();
    made->session_ = session.integer(0);
    made->catalog_.refresh(in);
    made->epoch_ = newest_epoch(in);
    if (older && made->epoch_.number != 0)
      in.statement("INSERT OR IGNORE INTO meta VALUES ('restored', ?1)", kOlderCopy).run();
    Statement back = in.statement(kLastBackup);
    restored = back.step() ? std::string(back.text(0)) : std::string();
    return {};
  });
  if (!ready) return ready.error();
  if (restored.empty()) {
    made->mark();
    return made;
  }
  made->say_all({"the journal was " + restored + ": a new epoch begins, and nothing is delivered a second time"});
  ready = made->open_epoch(std::string(made->epoch_.uuid), restored);
  if (ready)
    ready = file.commit([](Database& in) -> Result<void> {
      in.statement("DELETE FROM meta WHERE name = 'restored'").run();
      return {};
    });
  if (!ready) return ready.error();
  made->mark();
  return made;
}

void Journal::mark() {
  const Result<JournalMark> now = file_.read<JournalMark>([](Database& in) { return mark_in(in); });
  if (!now) return;
  const std::lock_guard lock(marking_);
  if (*now == marked_) return;
  write_mark(file_.path(), *now);
  marked_ = *now;
}

void Journal::end() {
  const Result<void> kept = file_.commit([](Database& in) -> Result<void> {
    in.run("INSERT OR IGNORE INTO meta VALUES ('ended', 0); UPDATE meta SET value = value + 1 WHERE name = 'ended'");
    return {};
  });
  if (kept) mark();
}

Result<void> Journal::admitted() const {
  const std::lock_guard lock(mutex_);
  if (in_question_)
    return conflict("it is not settled whether this is still the same database: answer with `outrigger doctor`");
  if (epoch_.number == 0) return conflict("the journal does not know its database yet: check_epoch comes first");
  return {};
}

Result<void> Journal::commit(const std::function<Result<void>(Database&)>& work) {
  if (Result<void> ok = admitted(); !ok) return ok;
  return file_.commit([&](Database& in) -> Result<void> {
    catalog_.refresh(in);
    return work(in);
  });
}

void Journal::say_all(const std::vector<std::string>& sentences) const {
  if (!options_.say) return;
  for (const std::string& sentence : sentences) options_.say(sentence);
}

void Journal::tell_arrived(const std::vector<std::string>& subscribers) const {
  if (!options_.arrived) return;
  for (const std::string& one : subscribers) options_.arrived(one);
}

Epoch Journal::epoch() const {
  const std::lock_guard lock(mutex_);
  return epoch_;
}

std::string Journal::delivery_name(int64_t number) const {
  const std::lock_guard lock(mutex_);
  return epoch_.token + "-" + std::to_string(number);
}

int64_t Journal::delivery_number(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  if (epoch_.token.empty() || !name.starts_with(epoch_.token + "-")) return 0;
  name.remove_prefix(epoch_.token.size() + 1);
  int64_t number = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  return read.ec == std::errc() && read.ptr == name.data() + name.size() && number > 0 ? number : 0;
}

int64_t Journal::delay_ms(int64_t attempts) {
  const auto doublings = static_cast<unsigned>(std::clamp<int64_t>(attempts - 1, 0, 30));
  const int64_t whole = std::min(options_.longest_delay_ms, options_.first_delay_ms << doublings);
  const std::lock_guard lock(mutex_);
  const int64_t quarter = whole / 4;
  if (quarter == 0) return whole;
  return std::min(options_.longest_delay_ms, whole - quarter + static_cast<int64_t>(random_()) % (2 * quarter + 1));
}

// --- the feed's side

Result<feed::Position> Journal::position(const feed::Stream& stream) {
  if (Result<void> ok = admitted(); !ok) return ok.error();
  return file_.read<feed::Position>([&](Database& in) {
    feed::Position at;
    at.baseline_after = -1;
    Statement of = in.statement(
        "SELECT seen_until, baseline_after, identity_after, identity_done, content_after, content_done, shape, "
        "window_until, window_after FROM streams WHERE model = ?1",
        std::string_view(stream.model));
    if (of.step())
      at = {of.integer(0), of.integer(1),           of.integer(2), of.integer(3), of.integer(4),
            of.integer(5), std::string(of.text(6)), of.integer(7), of.integer(8)};
    return at;
  });
}

Result<feed::Kept> Journal::note(const feed::Stream& stream, const feed::Position* position, uint64_t tell,
                                 const std::function<Result<void>(Keeper&)>& see) {
  feed::Kept kept;
  std::vector<std::string> dropped;
  std::vector<std::string> arrived;
  const Result<void> done = commit([&](Database& in) -> Result<void> {
    dropped.clear();
    const Result<KnownStream*> known = catalog_.ensure(in, stream, dropped);
    if (!known) return known.error();
    Keeper keeper(*this, in, **known, tell);
    if (Result<void> seen = see(keeper); !seen) return seen;
    keeper.finish();
    if (position != nullptr) keeper.move(*position);
    kept = keeper.kept();
    arrived = keeper.take_arrived();
    return {};
  });
  if (!done) return done.error();
  say_all(dropped);
  tell_arrived(arrived);
  return kept;
}

Result<feed::Kept> Journal::keep(const feed::Stream& stream, std::span<const feed::Seen> seen,
                                 const feed::Position& position, uint64_t tell) {
  return note(stream, &position, tell, [&](Keeper& keeper) -> Result<void> {
    for (const feed::Seen& one : seen)
      if (Result<void> ok = keeper.see(one); !ok) return ok;
    return {};
  });
}

Result<feed::Kept> Journal::gone(const feed::Stream& stream, std::span<const int64_t> ids,
                                 const feed::Position& position) {
  return note(stream, &position, ~uint64_t{0}, [&](Keeper& keeper) -> Result<void> {
    for (const int64_t id : ids) keeper.lose(id);
    return {};
  });
}

Result<std::vector<feed::Known>> Journal::known(const feed::Stream& stream, int64_t after_id, size_t limit) {
  return file_.read<std::vector<feed::Known>>([&](Database& in) {
    std::vector<feed::Known> rows;
    Statement number = in.statement("SELECT stream FROM streams WHERE model = ?1", std::string_view(stream.model));
    if (!number.step()) return rows;
    const int64_t first = record_key(number.integer(0), 0);
    Statement of = in.statement(
        "SELECT record, write_date FROM shadow WHERE record > ?1 AND record <= ?2 ORDER BY record LIMIT ?3",
        first + std::clamp<int64_t>(after_id, 0, kLargestId), first | kLargestId, static_cast<int64_t>(limit));
    while (of.step()) rows.push_back({id_of(of.integer(0)), std::string(of.text(1))});
    return rows;
  });
}

Result<int64_t> Journal::count_known(const feed::Stream& stream) {
  return file_.read<int64_t>([&](Database& in) {
    Statement of = in.statement("SELECT records FROM streams WHERE model = ?1", std::string_view(stream.model));
    return of.step() ? of.integer(0) : int64_t{0};
  });
}

Result<void> Journal::expect_echo(std::string_view plugin, std::string_view model, int64_t id, Value fields) {
  return commit([&](Database& in) -> Result<void> {
    expect_echo_in(in, plugin, model, id, fields);
    return {};
  });
}

Result<void> Journal::expect_echoes(std::span<const Echo> echoes) {
  return commit([&](Database& in) -> Result<void> {
    for (const Echo& echo : echoes) expect_echo_in(in, echo.plugin, echo.model, echo.id, echo.fields.root());
    return {};
  });
}

void Journal::expect_echo_in(Database& in, std::string_view plugin, std::string_view model, int64_t id, Value fields) {
  const KnownStream* stream = catalog_.find(model);
  if (stream == nullptr) return;
  std::vector<Field> watched;
  for (const Field field : fields.fields()) {
    const bool told = std::any_of(stream->subscribers.begin(), stream->subscribers.end(), [&](const auto& one) {
      return one.plugin() == plugin && std::find(one.fields.begin(), one.fields.end(), field.key) != one.fields.end();
    });
    if (told) watched.push_back(field);
  }
  if (watched.empty()) return;
  Arena arena;
  const int64_t now = options_.now();
  in.statement("INSERT INTO echoes (plugin, model, id, fields, until) VALUES (?1, ?2, ?3, ?4, ?5)", plugin, model, id,
               Blob{to_cbor(arena.object(watched))}, now + options_.echo_ms * 1000)
      .run();
  in.statement(
        "DELETE FROM echoes WHERE plugin = ?1 AND (until <= ?2 OR echo <= (SELECT echo FROM echoes "
        "WHERE plugin = ?1 ORDER BY echo DESC LIMIT 1 OFFSET ?3))",
        plugin, now, static_cast<int64_t>(options_.most_echoes))
      .run();
}

}  // namespace outrigger::host
