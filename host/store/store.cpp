#include "host/store/store.hpp"

#include <algorithm>

#include "integration/value/cbor.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kSteps[] = {R"(
CREATE TABLE store (plugin TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (plugin, key)) WITHOUT ROWID;
CREATE TABLE store_totals (
  plugin TEXT PRIMARY KEY, schema_version INTEGER NOT NULL DEFAULT 0, keys INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
)"};

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kPlugin, Effect::kNone, -1}; }

Result<void> check_key(std::string_view key) {
  if (!key.empty() && key.size() <= kLongestKey) return {};
  return refuse(Code::kInvalid, "a key of the store has 1 to 512 bytes, this one has " + std::to_string(key.size()));
}

StoreTotals totals_of(Database& in, std::string_view plugin) {
  Statement of = in.statement("SELECT schema_version, keys, bytes FROM store_totals WHERE plugin = ?1", plugin);
  return of.step() ? StoreTotals{of.integer(0), of.integer(1), of.integer(2)} : StoreTotals{};
}

void set_totals(Database& in, std::string_view plugin, const StoreTotals& totals) {
  in.statement(
        "INSERT INTO store_totals VALUES (?1, ?2, ?3, ?4) ON CONFLICT (plugin) DO UPDATE SET "
        "schema_version = excluded.schema_version, keys = excluded.keys, bytes = excluded.bytes",
        plugin, totals.schema_version, totals.keys, totals.bytes)
      .run();
}

Result<void> compare(Database& in, std::string_view plugin, const StoreCommit& commit) {
  for (const auto& [key, value] : commit.expected) {
    Statement of = in.statement("SELECT value FROM store WHERE plugin = ?1 AND key = ?2", plugin, Blob{key});
    const bool there = of.step();
    if (there == value.has_value() && (!there || of.blob(0) == *value)) continue;
    return refuse(Code::kConflict, "a key of the store has another value than expected: read it again and decide anew");
  }
  return {};
}

void change(Database& in, std::string_view plugin, const StorePair& pair, StoreTotals& totals) {
  const auto& [key, value] = pair;
  {
    Statement of = in.statement("SELECT length(value) FROM store WHERE plugin = ?1 AND key = ?2", plugin, Blob{key});
    if (of.step()) {
      --totals.keys;
      totals.bytes -= static_cast<int64_t>(key.size()) + of.integer(0);
    } else if (!value) {
      return;
    }
  }
  if (!value) {
    in.statement("DELETE FROM store WHERE plugin = ?1 AND key = ?2", plugin, Blob{key}).run();
    return;
  }
  ++totals.keys;
  totals.bytes += static_cast<int64_t>(key.size() + value->size());
  in.statement("INSERT INTO store VALUES (?1, ?2, ?3) ON CONFLICT (plugin, key) DO UPDATE SET value = excluded.value",
               plugin, Blob{key}, Blob{*value})
      .run();
}

// The keys of a record lie between "MODEL:ID:" and "MODEL:ID;", beside "MODEL:ID" itself.
constexpr std::string_view kOfRecord = "WHERE key = ?1 OR (key >= ?2 AND key < ?3)";

// Text for a person, where it is text.
Value readable(Arena& arena, std::string_view bytes) {
  return value::is_utf8(bytes) ? arena.text(bytes) : arena.bytes(bytes);
}

}  // namespace

const Tables kStoreTables{"store", kSteps};

Result<void> check_commit(const StoreCommit& commit, const StoreOptions& options) {
  if (commit.expected.size() + commit.changes.size() > options.most_pairs)
    return refuse(Code::kLimit, "a commit takes " + std::to_string(options.most_pairs) + " pairs; make it several");
  for (const auto* list : {&commit.expected, &commit.changes})
    for (const auto& [key, value] : *list) {
      if (Result<void> ok = check_key(key); !ok) return ok;
      if (value && value->size() > kLargestValue)
        return refuse(Code::kInvalid, "a value of the store has at most 1 MiB, this one has " +
                                          std::to_string(value->size()) + " bytes; split it");
    }
  if (commit.delivery.empty() != commit.outcome.root().is_null())
    return refuse(Code::kInvalid, "a delivery and its outcome belong together: give both or neither");
  return {};
}

Result<std::vector<std::optional<std::string>>> Store::get(std::string_view plugin,
                                                           const std::vector<std::string>& keys) {
  using Values = std::vector<std::optional<std::string>>;
  if (keys.size() > options_.most_pairs)
    return refuse(Code::kLimit, "get takes " + std::to_string(options_.most_pairs) + " keys; ask several times");
  for (const std::string& key : keys)
    if (Result<void> ok = check_key(key); !ok) return ok.error();
  return file_.read<Values>([&](Database& in) -> Result<Values> {
    Values values;
    size_t bytes = 0;
    for (const std::string& key : keys) {
      Statement of = in.statement("SELECT value FROM store WHERE plugin = ?1 AND key = ?2", plugin, Blob{key});
      values.push_back(of.step() ? std::optional(std::string(of.blob(0))) : std::nullopt);
      bytes += values.back() ? values.back()->size() : 0;
      if (bytes > options_.largest_reply)
        return refuse(Code::kLimit, "the values are too large together; ask for fewer");
    }
    return values;
  });
}

Result<std::vector<std::pair<std::string, std::string>>> Store::scan(std::string_view plugin, const StoreScan& scan) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  if (scan.limit < 0) return refuse(Code::kInvalid, "the limit of a scan is not negative");
  if (scan.limit > static_cast<int64_t>(options_.most_pairs))
    return refuse(Code::kLimit, "a scan takes " + std::to_string(options_.most_pairs) + " keys; go on from the last");
  constexpr std::string_view kUp =
      "SELECT key, value FROM store WHERE plugin = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) ORDER BY key LIMIT ?4";
  constexpr std::string_view kDown =
      "SELECT key, value FROM store WHERE plugin = ?1 AND key >= ?2 AND (?3 IS NULL OR key < ?3) "
      "ORDER BY key DESC LIMIT ?4";
  return file_.read<Pairs>([&](Database& in) -> Result<Pairs> {
    Pairs pairs;
    size_t bytes = 0;
    Statement of = in.statement(scan.reverse ? kDown : kUp, plugin, Blob{scan.from},
                                scan.to.empty() ? std::optional<Blob>() : Blob{scan.to},
                                scan.limit == 0 ? int64_t{1000} : scan.limit);
    while (of.step()) {
      pairs.emplace_back(of.blob(0), scan.keys_only ? std::string_view() : of.blob(1));
      bytes += pairs.back().first.size() + pairs.back().second.size();
      if (bytes > options_.largest_reply) return refuse(Code::kLimit, "the scan is too large; give a smaller limit");
    }
    return pairs;
  });
}

Result<void> Store::commit(std::string_view plugin, const StoreCommit& commit) {
  if (Result<void> ok = check_commit(commit, options_); !ok) return ok;
  const JournalFile::Work work = [&](Database& in) -> Result<void> {
    if (Result<void> ok = compare(in, plugin, commit); !ok) return ok;
    StoreTotals totals = totals_of(in, plugin);
    const int64_t before = totals.bytes;
    for (const StorePair& pair : commit.changes) change(in, plugin, pair, totals);
    if (totals.bytes > options_.quota && totals.bytes > before)
      return refuse(Code::kLimit, "the plugin's store would have " + std::to_string(totals.bytes) +
                                      " bytes, its quota is " + std::to_string(options_.quota) +
                                      ": erase what is not needed");
    if (commit.schema_version != 0) totals.schema_version = commit.schema_version;
    set_totals(in, plugin, totals);
    return {};
  };
  if (commit.delivery.empty()) return file_.commit(work);
  if (outcomes_.mine && outcomes_.mine(commit.delivery))
    return outcomes_.commit(plugin, commit.delivery, commit.outcome.root(), work);
  return journal_.commit_outcome(plugin, commit.delivery, commit.outcome.root(), work);
}

Result<StoreTotals> Store::totals(std::string_view plugin) {
  return file_.read<StoreTotals>([&](Database& in) { return totals_of(in, plugin); });
}

Result<void> Store::forget(std::string_view plugin) {
  return file_.commit([&](Database& in) -> Result<void> {
    in.statement("DELETE FROM store WHERE plugin = ?1", plugin).run();
    in.statement("DELETE FROM store_totals WHERE plugin = ?1", plugin).run();
    return {};
  });
}

Result<Document> Store::export_record(std::string_view model, int64_t id) {
  const std::string key = std::string(model) + ":" + std::to_string(id);
  return file_.read<Document>([&](Database& in) {
    bool any = false;
    Document all = Document::build([&](Arena& arena) {
      std::vector<Value> rows;
      Statement of = in.statement("SELECT plugin, key, value FROM store " + std::string(kOfRecord), Blob{key},
                                  Blob{key + ":"}, Blob{key + ";"});
      while (of.step())
        rows.push_back(arena.object({{"plugin", arena.text(of.text(0))},
                                     {"key", readable(arena, of.blob(1))},
                                     {"value", readable(arena, of.blob(2))}}));
      any = !rows.empty();
      return arena.array(rows);
    });
    return any ? all : Document();
  });
}

Result<size_t> Store::erase_record(std::string_view model, int64_t id) {
  const std::string key = std::string(model) + ":" + std::to_string(id);
  size_t erased = 0;
  const Result<void> done = file_.commit([&](Database& in) -> Result<void> {
    std::vector<std::pair<std::string, std::string>> found;
    for (Statement of = in.statement("SELECT plugin, key FROM store " + std::string(kOfRecord), Blob{key},
                                     Blob{key + ":"}, Blob{key + ";"});
         of.step();)
      found.emplace_back(of.text(0), of.blob(1));
    for (const auto& [plugin, name] : found) {
      StoreTotals totals = totals_of(in, plugin);
      change(in, plugin, {name, std::nullopt}, totals);
      set_totals(in, plugin, totals);
    }
    erased = found.size();
    return {};
  });
  if (!done) return done.error();
  if (Result<void> gone = file_.forget(); !gone) return gone.error();
  return erased;
}

}  // namespace outrigger::host
