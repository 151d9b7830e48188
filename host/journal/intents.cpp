#include "host/journal/intents.hpp"

#include <algorithm>

namespace outrigger::host {
namespace {

using writes::Image;
using writes::Intent;
using writes::State;

constexpr std::string_view kSteps[] = {R"(
CREATE TABLE write_intents (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  epoch TEXT NOT NULL,
  run TEXT NOT NULL,
  plugin TEXT NOT NULL,
  delivery TEXT NOT NULL,
  operation TEXT NOT NULL,
  model TEXT NOT NULL,
  method TEXT NOT NULL,
  hash TEXT NOT NULL,
  anchor TEXT NOT NULL,
  arguments BLOB NOT NULL,
  state INTEGER NOT NULL,
  result BLOB NOT NULL,
  code INTEGER NOT NULL,
  effect INTEGER NOT NULL,
  message TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL);
CREATE INDEX write_intents_run ON write_intents (run, seq);
CREATE INDEX write_intents_open ON write_intents (seq) WHERE state IN (1, 4);
CREATE INDEX write_intents_ended ON write_intents (ended_at) WHERE state IN (2, 3);
CREATE TABLE write_images (
  intent INTEGER NOT NULL REFERENCES write_intents (seq),
  model TEXT NOT NULL,
  id INTEGER NOT NULL,
  before BLOB NOT NULL,
  after BLOB NOT NULL,
  PRIMARY KEY (intent, model, id)) WITHOUT ROWID;
CREATE INDEX write_images_record ON write_images (model, id);
)",
                                       R"(
ALTER TABLE write_intents ADD COLUMN principal TEXT NOT NULL DEFAULT '';
)"};

constexpr std::string_view kColumns =
    "SELECT key, epoch, run, plugin, delivery, operation, model, method, hash, anchor, arguments, state, result, code, "
    "effect, message, begun_at, sent_at, ended_at, principal FROM write_intents ";

Intent intent_of(const Statement& row) {
  Intent intent;
  intent.key = row.text(0);
  intent.epoch = row.text(1);
  intent.run = row.text(2);
  intent.plugin = row.text(3);
  intent.delivery = row.text(4);
  intent.operation = row.text(5);
  intent.model = row.text(6);
  intent.method = row.text(7);
  intent.hash = row.text(8);
  intent.anchor = row.text(9);
  intent.arguments = row.blob(10);
  intent.state = static_cast<State>(row.integer(11));
  intent.result = row.blob(12);
  intent.error = {static_cast<Code>(row.integer(13)), std::string(row.text(15)), Source::kOdoo,
                  static_cast<Effect>(row.integer(14)), -1};
  intent.begun_at = row.integer(16);
  intent.sent_at = row.integer(17);
  intent.ended_at = row.integer(18);
  intent.principal = row.text(19);
  return intent;
}

template <typename... Values>
Result<std::vector<Intent>> read_intents(JournalFile& file, std::string_view where, Values... values) {
  return file.read<std::vector<Intent>>([&](Database& in) {
    std::vector<Intent> intents;
    Statement rows = in.statement(std::string(kColumns) + std::string(where), values...);
    while (rows.step()) intents.push_back(intent_of(rows));
    return intents;
  });
}

Result<std::vector<Image>> read_images(JournalFile& file, std::string_view column, std::string_view value) {
  return file.read<std::vector<Image>>([&](Database& in) {
    std::vector<Image> images;
    Statement rows = in.statement(
        "SELECT i.key, i.operation, i.method, g.model, g.id, g.before, g.after FROM write_intents i "
        "JOIN write_images g ON g.intent = i.seq WHERE i." +
            std::string(column) + " = ?1 ORDER BY i.seq, g.model, g.id",
        value);
    while (rows.step())
      images.push_back({std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2)),
                        std::string(rows.text(3)), rows.integer(4), std::string(rows.blob(5)),
                        std::string(rows.blob(6))});
    return images;
  });
}

void remove(Database& in, std::string_view key) {
  in.statement("DELETE FROM write_images WHERE intent = (SELECT seq FROM write_intents WHERE key = ?1)", key).run();
  in.statement("DELETE FROM write_intents WHERE key = ?1", key).run();
}

void keep_images(Database& in, std::string_view key, std::span<const Image> images) {
  for (const Image& image : images)
    in.statement(
          "INSERT INTO write_images SELECT seq, ?2, ?3, ?4, ?5 FROM write_intents WHERE key = ?1 "
          "ON CONFLICT (intent, model, id) DO UPDATE SET after = excluded.after",
          key, std::string_view(image.model), image.id, Blob{image.before}, Blob{image.after})
        .run();
}

}  // namespace

const Tables kIntentTables{"writes", kSteps};

Result<std::optional<Intent>> Intents::find(std::string_view key) {
  const Result<std::vector<Intent>> found = read_intents(file_, "WHERE key = ?1", key);
  if (!found) return found.error();
  return found->empty() ? std::optional<Intent>() : std::optional<Intent>(found->front());
}

Result<void> Intents::begin(const Intent& intent, std::span<const Image> before) {
  return file_.commit([&](Database& in) -> Result<void> {
    remove(in, intent.key);
    in.statement(
          "INSERT INTO write_intents (key, epoch, run, plugin, delivery, operation, model, method, hash, anchor, "
          "arguments, "
          "state, result, code, effect, message, begun_at, sent_at, ended_at, principal) "
          "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, x'', 0, 1, '', ?13, ?14, 0, ?15)",
          std::string_view(intent.key), std::string_view(intent.epoch), std::string_view(intent.run),
          std::string_view(intent.plugin), std::string_view(intent.delivery), std::string_view(intent.operation),
          std::string_view(intent.model), std::string_view(intent.method), std::string_view(intent.hash),
          std::string_view(intent.anchor), Blob{intent.arguments}, static_cast<int64_t>(intent.state), intent.begun_at,
          intent.sent_at, std::string_view(intent.principal))
        .run();
    keep_images(in, intent.key, before);
    return {};
  });
}

Result<void> Intents::resend(std::string_view key, int64_t sent_at) {
  return file_.commit([&](Database& in) -> Result<void> {
    in.statement("UPDATE write_intents SET sent_at = ?2 WHERE key = ?1", key, sent_at).run();
    return {};
  });
}

Result<void> Intents::finish(const Intent& intent, std::span<const Image> after) {
  return file_.commit([&](Database& in) -> Result<void> {
    in.statement(
          "UPDATE write_intents SET state = ?2, result = ?3, code = ?4, effect = ?5, message = ?6, ended_at = ?7, "
          "arguments = ?8 WHERE key = ?1",
          std::string_view(intent.key), static_cast<int64_t>(intent.state), Blob{intent.result},
          static_cast<int64_t>(intent.error.code), static_cast<int64_t>(intent.error.effect),
          std::string_view(intent.error.message), intent.ended_at, Blob{intent.arguments})
        .run();
    keep_images(in, intent.key, after);
    return {};
  });
}

Result<void> Intents::abandon(std::string_view key) {
  return file_.commit([&](Database& in) -> Result<void> {
    remove(in, key);
    return {};
  });
}

Result<std::vector<Intent>> Intents::of_run(std::string_view run) {
  return read_intents(file_, "WHERE run = ?1 ORDER BY seq", run);
}

Result<std::vector<Image>> Intents::images(std::string_view run) { return read_images(file_, "run", run); }
Result<std::vector<Image>> Intents::images_of(std::string_view key) { return read_images(file_, "key", key); }

Result<std::vector<Intent>> Intents::open() { return read_intents(file_, "WHERE state IN (1, 4) ORDER BY seq"); }

Result<std::vector<RunSummary>> Intents::runs(int64_t limit) {
  return file_.read<std::vector<RunSummary>>([&](Database& in) {
    std::vector<RunSummary> runs;
    Statement rows = in.statement(
        "SELECT run, max(plugin), min(begun_at), max(ended_at), count(*), sum(state = 2), sum(state = 3), "
        "sum(state IN (1, 4)), (SELECT count(*) FROM write_images g JOIN write_intents j ON g.intent = j.seq WHERE "
        "j.run = i.run), EXISTS (SELECT 1 FROM write_intents u WHERE u.run = 'undo-' || i.run AND u.state = 2) "
        "FROM write_intents i GROUP BY run ORDER BY max(seq) DESC LIMIT ?1",
        limit);
    while (rows.step())
      runs.push_back({std::string(rows.text(0)), std::string(rows.text(1)), rows.integer(2), rows.integer(3),
                      rows.integer(4), rows.integer(5), rows.integer(6), rows.integer(7), rows.integer(8),
                      rows.integer(9) != 0});
    return runs;
  });
}

Result<void> Intents::decide(std::string_view key, bool done, int64_t now) {
  return file_.commit([&](Database& in) -> Result<void> {
    if (done)
      in.statement(
            "UPDATE write_intents SET state = 2, ended_at = ?2, arguments = x'' WHERE key = ?1 AND state IN (1, 4)",
            key, now)
          .run();
    else
      in.statement(
            "DELETE FROM write_images WHERE intent = (SELECT seq FROM write_intents WHERE key = ?1 AND state IN (1, "
            "4))",
            key)
          .run();
    if (!done) in.statement("DELETE FROM write_intents WHERE key = ?1 AND state IN (1, 4)", key).run();
    if (in.changed() != 0) return {};
    return Error{Code::kMissing, "there is no write " + std::string(key) + " whose outcome is open", Source::kHost,
                 Effect::kNone, -1};
  });
}

Result<int64_t> Intents::count_open() {
  return file_.read<int64_t>([](Database& in) {
    Statement of = in.statement("SELECT count(*) FROM write_intents WHERE state IN (1, 4)");
    return of.step() ? of.integer(0) : int64_t{0};
  });
}

namespace {

// The last of those that are beyond the newest `most`: when it ended, and its number. Nothing: there are no more.
std::optional<std::pair<int64_t, int64_t>> last_beyond(Database& in, int64_t most) {
  {
    // Numbers are given once, so that their span tells without counting that there cannot be that many.
    Statement span = in.statement("SELECT (SELECT max(seq) FROM write_intents) - (SELECT min(seq) FROM write_intents)");
    if (!span.step() || span.integer(0) < most) return std::nullopt;
  }
  Statement of = in.statement(
      "SELECT ended_at, seq FROM write_intents WHERE state IN (2, 3) ORDER BY ended_at DESC, seq DESC LIMIT 1 OFFSET "
      "?1",
      most);
  if (!of.step()) return std::nullopt;
  return std::pair(of.integer(0), of.integer(1));
}

}  // namespace

Result<int64_t> Intents::prune(int64_t ended_before, int64_t most, int64_t at_once) {
  // Most of the time there is nothing to do, and then nothing is written.
  const Result<std::vector<int64_t>> chosen = file_.read<std::vector<int64_t>>([&](Database& in) {
    const auto beyond = last_beyond(in, most);
    std::vector<int64_t> found;
    Statement of = in.statement(
        "SELECT seq FROM write_intents WHERE state IN (2, 3) AND ended_at <= ?5 AND "
        "(ended_at < ?1 OR (ended_at, seq) <= (?2, ?3)) ORDER BY ended_at LIMIT ?4",
        ended_before, beyond ? beyond->first : INT64_MIN, beyond ? beyond->second : INT64_MIN, at_once,
        std::max(ended_before, beyond ? beyond->first : INT64_MIN));
    while (of.step()) found.push_back(of.integer(0));
    return found;
  });
  if (!chosen) return chosen.error();
  if (chosen->empty()) return int64_t{0};
  int64_t forgotten = 0;
  const Result<void> done = file_.commit([&](Database& in) -> Result<void> {
    forgotten = 0;
    for (const int64_t seq : *chosen) {
      in.statement("DELETE FROM write_images WHERE intent = ?1", seq).run();
      in.statement("DELETE FROM write_intents WHERE seq = ?1 AND state IN (2, 3)", seq).run();
      forgotten += in.changed();
    }
    return {};
  });
  if (!done) return done.error();
  return forgotten;
}

}  // namespace outrigger::host
