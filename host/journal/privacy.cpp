// All that the journal keeps of one record, to be shown or to be forgotten.
#include "host/journal/journal.hpp"

namespace outrigger::host {
namespace {

constexpr std::string_view kPlaces = "SELECT stream, model FROM streams WHERE model = ?1 OR model LIKE 'fact:%@' || ?1";

struct Held {
  Arena arena;
  std::vector<Document> documents;

  Value show(std::string_view cbor) {
    documents.push_back(from_cbor(cbor));
    return documents.back().root();
  }
};

using See = std::function<void(std::string_view model, int64_t id, Value fields)>;

struct Stream {
  int64_t id = 0;
  std::string model;
};

Result<std::vector<Stream>> streams_of(JournalFile& file) {
  return file.read<std::vector<Stream>>([](Database& in) {
    std::vector<Stream> all;
    for (Statement of = in.statement("SELECT stream, model FROM streams WHERE model NOT LIKE 'fact:%'"); of.step();)
      all.push_back({of.integer(0), std::string(of.text(1))});
    return all;
  });
}

Result<std::map<int64_t, Layout>> layouts_of(JournalFile& file) {
  return file.read<std::map<int64_t, Layout>>([](Database& in) {
    std::map<int64_t, Layout> all;
    for (Statement of = in.statement("SELECT layout, fields FROM layouts"); of.step();) {
      Layout& layout = all[of.integer(0)];
      layout.id = of.integer(0);
      const Document names = from_cbor(of.blob(1));
      for (const Value name : names.root().items()) layout.names.emplace_back(name.text());
    }
    return all;
  });
}

// Of one stream, page by page, so that nobody waits for the whole.
Result<void> each_of(JournalFile& file, const Stream& stream, const std::map<int64_t, Layout>& layouts,
                     const See& see) {
  constexpr int64_t kPage = 5000;
  int64_t after = record_key(stream.id, 0);
  for (;;) {
    const Result<int64_t> count = file.read<int64_t>([&](Database& in) {
      int64_t seen = 0;
      Statement of = in.statement(
          "SELECT record, layout, fields FROM shadow WHERE record > ?1 AND record <= ?2 ORDER BY record LIMIT ?3",
          after, record_key(stream.id, 0) | kLargestId, kPage);
      for (; of.step(); ++seen) {
        after = of.integer(0);
        const auto layout = layouts.find(of.integer(1));
        if (layout == layouts.end()) continue;
        Arena arena;
        const Document values = from_cbor(of.blob(2));
        see(stream.model, id_of(after), project({&layout->second, values.root()}, layout->second.names, false, arena));
      }
      return seen;
    });
    if (!count) return count.error();
    if (*count < kPage) return {};
  }
}

}  // namespace

Result<std::vector<std::string>> Journal::models() {
  return file_.read<std::vector<std::string>>([](Database& in) {
    std::vector<std::string> all;
    Statement of = in.statement(
        "SELECT model FROM streams WHERE model NOT LIKE 'fact:%' UNION SELECT model FROM parked WHERE model NOT LIKE "
        "'fact:%'");
    while (of.step()) all.emplace_back(of.text(0));
    return all;
  });
}

Result<void> Journal::each_kept(const See& see) {
  const Result<std::vector<Stream>> streams = streams_of(file_);
  if (!streams) return streams.error();
  const Result<std::map<int64_t, Layout>> layouts = layouts_of(file_);
  if (!layouts) return layouts.error();
  for (const Stream& stream : *streams)
    if (Result<void> seen = each_of(file_, stream, *layouts, see); !seen) return seen;
  const Result<bool> rest = file_.read<bool>([&](Database& in) {
    const auto show = [&](std::string_view model, int64_t id, std::string_view cbor) {
      if (!cbor.empty()) see(model, id, from_cbor(cbor).root());
    };
    for (Statement of = in.statement("SELECT t.model, p.record, p.before FROM pending p JOIN streams t "
                                     "ON t.stream = p.record >> 40 WHERE p.before IS NOT NULL");
         of.step();)
      show(of.text(0), id_of(of.integer(1)), of.blob(2));
    for (Statement of = in.statement("SELECT model, id, before, after FROM parked"); of.step();)
      for (const int column : {2, 3}) show(of.text(0), of.integer(1), of.blob(column));
    for (Statement of = in.statement("SELECT model, id, fields FROM echoes"); of.step();)
      show(of.text(0), of.integer(1), of.blob(2));
    return true;
  });
  return rest ? Result<void>() : Result<void>(rest.error());
}

Result<Document> Journal::export_record(std::string_view model, int64_t id) {
  Document found;
  const Result<void> done = commit([&](Database& in) -> Result<void> {
    const auto held = std::make_shared<Held>();
    Arena& arena = held->arena;
    std::vector<Value> all;
    Statement places = in.statement(kPlaces, model);
    while (places.step()) {
      const int64_t record = record_key(places.integer(0), id);
      const Value where = arena.text(places.text(1));
      Statement shadow =
          in.statement("SELECT layout, create_date, write_date, fields FROM shadow WHERE record = ?1", record);
      if (shadow.step()) {
        const Layout* layout = catalog_.layout(shadow.integer(0));
        std::vector<std::string> names = layout == nullptr ? std::vector<std::string>() : layout->names;
        const Value seen = project({layout, held->show(shadow.blob(3))}, names, false, arena);
        all.push_back(arena.object({{"kept_as", "last seen"},
                                    {"stream", where},
                                    {"create_date", arena.text(shadow.text(1))},
                                    {"write_date", arena.text(shadow.text(2))},
                                    {"fields", arena.copy(seen)}}));
      }
      Statement pending = in.statement("SELECT before, error, since FROM pending WHERE record = ?1", record);
      while (pending.step())
        all.push_back(arena.object({{"kept_as", "undelivered change"},
                                    {"stream", where},
                                    {"before", held->show(pending.blob(0))},
                                    {"reason", arena.text(pending.text(1))},
                                    {"since", pending.integer(2)}}));
    }
    // Of a stream that is not watched any more, too.
    Statement parked = in.statement(
        "SELECT state, before, after, reason, model FROM parked WHERE (model = ?1 OR model LIKE 'fact:%@' || ?1) AND "
        "id = "
        "?2",
        model, id);
    while (parked.step())
      all.push_back(arena.object({{"kept_as", arena.text(parked.text(0))},
                                  {"stream", arena.text(parked.text(4))},
                                  {"before", held->show(parked.blob(1))},
                                  {"after", held->show(parked.blob(2))},
                                  {"reason", arena.text(parked.text(3))}}));
    Statement echoes = in.statement("SELECT plugin, fields FROM echoes WHERE model = ?1 AND id = ?2", model, id);
    while (echoes.step())
      all.push_back(arena.object({{"kept_as", "expected echo"},
                                  {"plugin", arena.text(echoes.text(0))},
                                  {"fields", held->show(echoes.blob(1))}}));
    found = all.empty() ? Document() : Document(held, arena.array(all));
    return {};
  });
  if (!done) return done.error();
  return found;
}

Result<size_t> Journal::erase_record(std::string_view model, int64_t id) {
  int64_t rows = 0;
  const Result<void> done = commit([&](Database& in) -> Result<void> {
    rows = 0;
    const auto count = [&](Statement statement) {
      statement.run();
      rows += in.changed();
    };
    std::vector<std::pair<int64_t, std::string>> places;
    for (Statement of = in.statement(kPlaces, model); of.step();)
      places.emplace_back(of.integer(0), std::string(of.text(1)));
    count(in.statement("DELETE FROM parked WHERE (model = ?1 OR model LIKE 'fact:%@' || ?1) AND id = ?2", model, id));
    for (const auto& [stream, name] : places) {
      const int64_t record = record_key(stream, id);
      if (name.starts_with("fact:")) {
        count(in.statement("DELETE FROM shadow WHERE record = ?1", record));
        in.statement("UPDATE streams SET records = records - ?2 WHERE stream = ?1", stream, in.changed()).run();
        count(in.statement("DELETE FROM pending WHERE record = ?1", record));
        continue;
      }
      // The row stays, without values: what is read next is taken as known, and not told as new.
      count(in.statement("UPDATE shadow SET layout = 0, fields = x'' WHERE record = ?1", record));
      count(
          in.statement("UPDATE pending SET before = NULL, error = NULL, flags = flags | 1 WHERE record = ?1", record));
    }
    count(in.statement("DELETE FROM echoes WHERE model = ?1 AND id = ?2", model, id));
    return {};
  });
  if (!done) return done.error();
  if (Result<void> gone = file_.forget(); !gone) return gone.error();
  return static_cast<size_t>(rows);
}

}  // namespace outrigger::host
