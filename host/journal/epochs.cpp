// One life of one database: Journal's part of epoch.hpp.
#include "host/journal/journal.hpp"
#include "integration/value/datetime.hpp"

namespace outrigger::host {
namespace {

constexpr int64_t kReplicaLag = 120;  // seconds that a read replica may be behind
constexpr size_t kEnoughWitnesses = 3;

constexpr char kRemedy[] =
    ". Nothing is delivered or written until a person has decided: if it is meant, "
    "`outrigger database accept`; if not, correct the connection";

}  // namespace

Result<std::vector<Witness>> Journal::witnesses(size_t limit) {
  return file_.read<std::vector<Witness>>([&](Database& in) {
    std::vector<Witness> found;
    Statement streams = in.statement("SELECT stream, model FROM streams WHERE model NOT LIKE 'fact:%' ORDER BY stream");
    while (streams.step() && found.size() < limit) {
      const int64_t first = record_key(streams.integer(0), 0);
      Statement of = in.statement(
          "SELECT record, create_date, write_date FROM shadow WHERE record BETWEEN ?1 AND ?2 ORDER BY record DESC "
          "LIMIT 5",
          first, first | kLargestId);
      while (of.step() && found.size() < limit)
        found.push_back(
            {std::string(streams.text(1)), id_of(of.integer(0)), std::string(of.text(1)), std::string(of.text(2))});
    }
    return found;
  });
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
      Statement of = in.statement(
          "SELECT create_date, write_date FROM shadow, streams WHERE model = ?1 AND record = (stream << 40) + ?2",
          std::string_view(one.model), one.id);
      if (!of.step()) continue;
      const int64_t kept = value::from_datetime(of.text(1));
      const int64_t seen = value::from_datetime(one.write_date);
      const std::string which = one.model + " " + std::to_string(one.id);
      if (of.text(0) != one.create_date)
        why = which + " is not the record that it was: the database was restored to an older backup";
      else if (kept != 0 && seen != 0 && seen + kReplicaLag < kept)
        why = which +
              " is older than it was seen: the database was restored to an older backup, or Odoo's clock was "
              "set back";
    }
    return true;
  });
  if (!compared) return compared.error();
  const std::lock_guard lock(mutex_);
  in_question_ = !why.empty();
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
    in.run(old.uuid == uuid ? "UPDATE streams SET records = 0 WHERE model NOT LIKE 'fact:%'"
                            : "UPDATE streams SET records = 0");
    in.run(
        "UPDATE streams SET seen_until = 0, baseline_after = -1, identity_after = 0, identity_done = 0, "
        "content_after = 0, content_done = 0, shape = '', window_until = 0, window_after = 0;"
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
  }
  if (held != 0)
    say_all({std::to_string(held) + " deliveries of the epoch before are held: `outrigger events list --state held`"});
  return {};
}

}  // namespace outrigger::host
