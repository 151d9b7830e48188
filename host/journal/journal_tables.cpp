#include "host/journal/journal_tables.hpp"

namespace outrigger::host {
namespace {

// shadow.record and pending.record are stream << 40 | id: the rowid is the index. Values lie in the order of a layout,
// so that no row carries the names of its fields. A pending row of a deleted record is its tombstone.
constexpr std::string_view kSteps[] = {R"(
CREATE TABLE meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('delivery', 0), ('session', 0), ('catalog', 0), ('skipped_dropped', 0);

CREATE TABLE epoch (
  number INTEGER PRIMARY KEY, uuid TEXT NOT NULL, token TEXT NOT NULL, opened INTEGER NOT NULL, reason TEXT NOT NULL);

CREATE TABLE streams (
  stream INTEGER PRIMARY KEY, model TEXT NOT NULL UNIQUE, layout INTEGER NOT NULL DEFAULT 0,
  next_bit INTEGER NOT NULL DEFAULT 0,
  seen_until INTEGER NOT NULL DEFAULT 0, baseline_after INTEGER NOT NULL DEFAULT -1,
  identity_after INTEGER NOT NULL DEFAULT 0, identity_done INTEGER NOT NULL DEFAULT 0,
  content_after INTEGER NOT NULL DEFAULT 0, content_done INTEGER NOT NULL DEFAULT 0,
  shape TEXT NOT NULL DEFAULT '');
CREATE TABLE layouts (layout INTEGER PRIMARY KEY, stream INTEGER NOT NULL, fields BLOB NOT NULL);
CREATE TABLE subscribers (
  subscriber INTEGER PRIMARY KEY, stream INTEGER NOT NULL, name TEXT NOT NULL, bit INTEGER NOT NULL,
  fields BLOB NOT NULL, domain TEXT NOT NULL, snapshot INTEGER NOT NULL, quiet INTEGER NOT NULL DEFAULT 0,
  UNIQUE (stream, name));

CREATE TABLE shadow (
  record INTEGER PRIMARY KEY, create_date TEXT NOT NULL, write_date TEXT NOT NULL, layout INTEGER NOT NULL,
  archived INTEGER NOT NULL, known INTEGER NOT NULL, matches INTEGER NOT NULL, at INTEGER NOT NULL,
  fields BLOB NOT NULL);

CREATE TABLE pending (
  subscriber INTEGER NOT NULL, record INTEGER NOT NULL, create_date TEXT NOT NULL,
  delivery INTEGER NOT NULL, version INTEGER NOT NULL, session INTEGER NOT NULL, flags INTEGER NOT NULL,
  at INTEGER NOT NULL, since INTEGER NOT NULL, due INTEGER, attempts INTEGER NOT NULL,
  view INTEGER NOT NULL, gone INTEGER NOT NULL, before BLOB, error TEXT,
  PRIMARY KEY (subscriber, record, create_date)) WITHOUT ROWID;
CREATE INDEX pending_due ON pending (subscriber, due, since);
CREATE INDEX pending_record ON pending (record);

CREATE TABLE parked (
  parked INTEGER PRIMARY KEY, state TEXT NOT NULL, subscriber TEXT NOT NULL, model TEXT NOT NULL, id INTEGER NOT NULL,
  create_date TEXT NOT NULL, delivery TEXT NOT NULL, kind TEXT NOT NULL, attempts INTEGER NOT NULL, at INTEGER NOT NULL,
  since INTEGER NOT NULL, view INTEGER NOT NULL, before BLOB, after BLOB, reason TEXT NOT NULL);
CREATE INDEX parked_subscriber ON parked (subscriber, state);

CREATE TABLE echoes (
  echo INTEGER PRIMARY KEY, plugin TEXT NOT NULL, model TEXT NOT NULL, id INTEGER NOT NULL, fields BLOB NOT NULL,
  until INTEGER NOT NULL);
CREATE INDEX echoes_record ON echoes (model, id);
CREATE INDEX echoes_plugin ON echoes (plugin);
)",
                                       // How many rows a stream has, so that nobody has to count them; the page that
                                       // a window has come to.
                                       R"(
ALTER TABLE streams ADD COLUMN records INTEGER NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN window_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN window_after INTEGER NOT NULL DEFAULT 0;
UPDATE streams SET records = (SELECT count(*) FROM shadow WHERE record >= stream << 40 AND record < (stream + 1) << 40);
CREATE INDEX echoes_until ON echoes (until);
)"};

}  // namespace

const Tables kDeliveryTables{"deliveries", kSteps};

}  // namespace outrigger::host
