// What intents keep of one record: Intents' part of host/tenant/privacy.hpp.
#include "host/journal/intents.hpp"
#include "integration/writes/digest.hpp"

namespace outrigger::host {
namespace {

// So many are looked at in one read, so that nobody waits for all of them.
constexpr int64_t kPage = 2000;

struct Held {
  Arena arena;
  std::vector<Document> documents;

  Value show(std::string_view cbor) {
    documents.push_back(writes::from_bytes(std::string(cbor)));
    return documents.back().root();
  }
};

}  // namespace

Result<std::vector<std::string>> Intents::models() {
  return file_.read<std::vector<std::string>>([](Database& in) {
    std::vector<std::string> all;
    for (Statement of = in.statement("SELECT DISTINCT model FROM write_images"); of.step();)
      all.emplace_back(of.text(0));
    return all;
  });
}

Result<void> Intents::each_image(const std::function<bool(int64_t intent, std::string_view model, int64_t id,
                                                          std::string_view before, std::string_view after)>& see) {
  int64_t intent = -1;
  std::string model;
  int64_t id = 0;
  for (;;) {
    const Result<int64_t> seen = file_.read<int64_t>([&](Database& in) {
      int64_t count = 0;
      Statement of = in.statement(
          "SELECT intent, model, id, before, after FROM write_images WHERE (intent, model, id) > (?1, ?2, ?3) "
          "ORDER BY intent, model, id LIMIT ?4",
          intent, std::string_view(model), id, kPage);
      while (of.step()) {
        ++count;
        intent = of.integer(0);
        model = of.text(1);
        id = of.integer(2);
        if (!see(intent, of.text(1), id, of.blob(3), of.blob(4))) return int64_t{0};
      }
      return count;
    });
    if (!seen) return seen.error();
    if (*seen < kPage) return {};
  }
}

Result<Document> Intents::export_record(std::string_view model, int64_t id) {
  return file_.read<Document>([&](Database& in) {
    const auto held = std::make_shared<Held>();
    Arena& arena = held->arena;
    std::vector<Value> rows;
    Statement of = in.statement(
        "SELECT i.plugin, i.operation, i.method, i.key, i.run, i.begun_at, i.message, i.arguments, i.result, g.before, "
        "g.after FROM write_images g JOIN write_intents i ON i.seq = g.intent WHERE g.model = ?1 AND g.id = ?2 "
        "ORDER BY i.seq",
        model, id);
    while (of.step())
      rows.push_back(arena.object({{"kept_as", "write"},
                                   {"plugin", arena.text(of.text(0))},
                                   {"operation", arena.text(of.text(1))},
                                   {"method", arena.text(of.text(2))},
                                   {"key", arena.text(of.text(3))},
                                   {"run", arena.text(of.text(4))},
                                   {"begun_at", of.integer(5) * 1000},
                                   {"message", arena.text(of.text(6))},
                                   {"arguments", held->show(of.blob(7))},
                                   {"answer", held->show(of.blob(8))},
                                   {"before", held->show(of.blob(9))},
                                   {"after", held->show(of.blob(10))}}));
    return rows.empty() ? Document() : Document(held, arena.array(rows));
  });
}

Result<Intents::Erased> Intents::erase(std::string_view model, int64_t id) {
  Erased erased;
  const Result<void> done = file_.commit([&](Database& in) -> Result<void> {
    erased = {};
    constexpr std::string_view kOfRecord = "seq IN (SELECT intent FROM write_images WHERE model = ?1 AND id = ?2)";
    // An answer that is an id is what a repeated delivery is told; one of a method may hold anything.
    in.statement(
          "UPDATE write_intents SET message = '', arguments = x'', result = iif(operation = 'call', x'', result) "
          "WHERE state IN (2, 3) AND " +
              std::string(kOfRecord),
          model, id)
        .run();
    in.statement(
          "UPDATE write_images SET before = x'', after = x'' WHERE model = ?1 AND id = ?2 "
          "AND (before != x'' OR after != x'')",
          model, id)
        .run();
    erased.images = in.changed();
    Statement open = in.statement(
        "SELECT count(*) FROM write_intents WHERE state IN (1, 4) AND " + std::string(kOfRecord), model, id);
    if (open.step()) erased.open = open.integer(0);
    return {};
  });
  if (!done) return done.error();
  if (Result<void> gone = file_.forget(); !gone) return gone.error();
  return erased;
}

}  // namespace outrigger::host
