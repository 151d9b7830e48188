// One life of one database: Journal's part of epoch.hpp.
#include "host/journal/journal.hpp"
#include "integration/value/datetime.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kReplicaLag = 120;  // seconds that a read replica may be behind
constexpr size_t kEnoughWitnesses = 3;

// A restored backup has not what was written last; a database without the oldest, too, is another one, or the key sees
// nothing of it. Somebody may have deleted any few.
constexpr std::string_view kWitnessesOfStream =
    "SELECT record, create_date, write_date FROM shadow WHERE record IN (SELECT record FROM shadow WHERE record "
    "BETWEEN "
    "?1 AND ?2 ORDER BY write_date DESC LIMIT 5) OR record IN (SELECT record FROM shadow WHERE record BETWEEN ?1 AND "
    "?2 "
    "ORDER BY record LIMIT 5) ORDER BY record DESC";

constexpr char kRemedy[] =
    ". Nothing is read, delivered or written until a person has decided: if it is meant, "
    "`outrigger database accept`; if not, correct the connection";

// Why this is not the record that is known; empty: it is.
std::string unlike(const Witness& known, const Witness& seen, bool clock_behind) {
  const std::string which = known.model + " " + std::to_string(known.id);
  const int64_t kept = value::from_datetime(known.write_date);
  const int64_t now = value::from_datetime(seen.write_date);
  if (known.create_date != seen.create_date)
    return which + " is not the record that it was: the database was restored to an older backup";
  if (kept != 0 && now != 0 && now + kReplicaLag < kept && !clock_behind)
    return which +
           " is older than it was seen: the database was restored to an older backup, or Odoo's clock was set back";
  return {};
}

std::optional<Witness> known_as(Database& in, std::string_view model, int64_t id) {
  Statement of = in.statement(
      "SELECT create_date, write_date FROM shadow, streams WHERE model = ?1 AND record = (stream << 40) + ?2", model,
      id);
  if (!of.step()) return std::nullopt;
  return Witness{std::string(model), id, std::string(of.text(0)), std::string(of.text(1))};
}

}  // namespace

Result<std::vector<Witness>> Journal::witnesses(size_t limit) {
  Result<std::vector<Witness>> found = file_.read<std::vector<Witness>>([&](Database& in) {
    std::vector<Witness> all;
    Statement streams = in.statement("SELECT stream, model FROM streams WHERE model NOT LIKE 'fact:%' ORDER BY stream");
    while (streams.step() && all.size() < limit) {
      const int64_t first = record_key(streams.integer(0), 0);
      Statement of = in.statement(kWitnessesOfStream, first, first | kLargestId);
      while (of.step() && all.size() < limit)
        all.push_back(
            {std::string(streams.text(1)), id_of(of.integer(0)), std::string(of.text(1)), std::string(of.text(2))});
    }
    return all;
  });
  const std::lock_guard lock(mutex_);
  if (found && suspect_) found->push_back(*suspect_);
  return found;
}

Result<std::string> Journal::question(const feed::Stream& stream, std::span<const feed::Seen> seen,
                                      int64_t seen_until) {
  Witness suspect;
  Result<std::string> why = file_.read<std::string>([&](Database& in) {
    for (const feed::Seen& one : seen) {
      const std::optional<Witness> known = known_as(in, stream.model, one.id);
      // What gets an earlier date of creation was given it by SQL; an id that is used again gets a later one.
      if (!known || one.create_date < known->create_date) continue;
      const bool clock_behind = seen_until < value::from_datetime(known->write_date);
      std::string sentence = unlike(*known, {stream.model, one.id, one.create_date, one.write_date}, clock_behind);
      if (sentence.empty()) continue;
      suspect = *known;
      return sentence;
    }
    return std::string();
  });
  if (!why || why->empty()) return why;
  const std::lock_guard lock(mutex_);
  suspect_ = suspect;
  in_question_ = true;
  return *why + kRemedy;
}

Result<EpochVerdict> Journal::check_epoch(std::string_view uuid, const EpochEvidence& evidence) {
  const Epoch now = epoch();
  if (now.number == 0) {
    if (Result<void> opened = open_epoch(uuid, "the first start"); !opened) return opened.error();
    return EpochVerdict{true, {}};
  }
  std::string why;
  if (uuid != now.uuid)
    why = "this is another database (its uuid is " + std::string(uuid) + ", the journal's is " + now.uuid + ")";
  else if (evidence.neutralized)
    why = "this is a neutralised copy of the database";
  else if (evidence.asked >= kEnoughWitnesses && evidence.seen.empty())
    why =
        "none of the records that were seen last is there any more: the database was restored, or the key has lost "
        "its rights";
  const Result<bool> compared = file_.read<bool>([&](Database& in) {
    for (const Witness& one : evidence.seen) {
      if (!why.empty()) break;
      const std::optional<Witness> known = known_as(in, one.model, one.id);
      if (known)
        why = unlike(*known, one, evidence.date != 0 && evidence.date < value::from_datetime(known->write_date));
    }
    return true;
  });
  if (!compared) return compared.error();
  if (why.empty()) why = evidence.other;
  const std::lock_guard lock(mutex_);
  in_question_ = !why.empty();
  if (why.empty()) suspect_.reset();
  return EpochVerdict{why.empty(), why.empty() ? why : why + kRemedy};
}

Result<void> Journal::open_epoch(std::string_view uuid, std::string_view reason) {
  const Epoch old = epoch();
  Epoch opened;
  int64_t held = 0;
  const Result<void> done = file_.commit([&](Database& in) -> Result<void> {
    in.statement("INSERT INTO epoch (uuid, token, opened, reason) VALUES (?1, lower(hex(randomblob(4))), ?2, ?3)", uuid,
                 options_.now(), reason)
        .run();
    opened.number = in.inserted();
    Statement token = in.statement("SELECT token FROM epoch WHERE number = ?1", opened.number);
    token.step();
    opened.token = token.text(0);
    if (old.number == 0) return {};
    in.statement(
          "INSERT INTO parked (state, subscriber, model, id, create_date, delivery, kind, attempts, at, since, view, "
          "before, reason) SELECT 'held', u.name, t.model, p.record & 1099511627775, p.create_date, "
          "?1 || '-' || p.delivery, '', p.attempts, p.at, p.since, p.view, p.before, ?2 FROM pending p "
          "JOIN subscribers u ON u.subscriber = p.subscriber JOIN streams t ON t.stream = u.stream",
          std::string_view(old.token), "not delivered before a new epoch began: " + std::string(reason))
        .run();
    held = in.changed();
    in.run("DELETE FROM pending; DELETE FROM echoes");
    in.run(old.uuid == uuid ? "DELETE FROM shadow WHERE record >> 40 IN (SELECT stream FROM streams "
                              "WHERE model NOT LIKE 'fact:%')"
                            : "DELETE FROM shadow");
    in.run(
        "UPDATE streams SET seen_until = 0, baseline_after = -1, identity_after = 0, identity_done = 0, "
        "content_after = 0, content_done = 0, shape = '';"
        "UPDATE subscribers SET quiet = 1 WHERE stream IN (SELECT stream FROM streams WHERE model NOT LIKE 'fact:%')");
    in.run("UPDATE meta SET value = random() >> 1 WHERE name = 'catalog'");  // read anew next time
    return {};
  });
  if (!done) return done;
  desk_.clear();
  {
    const std::lock_guard lock(mutex_);
    opened.uuid = uuid;
    opened.reason = reason;
    opened.opened = options_.now();
    epoch_ = opened;
    in_question_ = false;
    suspect_.reset();
  }
  if (held != 0)
    say_all({std::to_string(held) + " deliveries of the epoch before are held: `outrigger events list --state held`"});
  return {};
}

}  // namespace outrigger::host
