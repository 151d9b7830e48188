#include "host/journal/intents_report.hpp"

#include "integration/value/datetime.hpp"
#include "integration/value/json.hpp"
#include "integration/writes/digest.hpp"

namespace outrigger::host {
namespace {

std::string moment(int64_t millis) { return millis == 0 ? "-" : value::to_datetime(millis / 1000); }

std::string what(const writes::Intent& intent) {
  return intent.model + " " + (intent.method.empty() ? intent.operation : intent.method) +
         (intent.principal.empty() ? "" : " in the name of " + intent.principal);
}

// Fields whose value differs.
std::vector<Field> changes(Arena& arena, const writes::Image& image) {
  const Document before = writes::from_bytes(image.before);
  const Document after = writes::from_bytes(image.after);
  std::vector<Field> changed;
  for (const Field field : after.root().fields()) {
    if (field.key == "id" || field.key == "write_uid" || before.root()[field.key] == field.value) continue;
    changed.push_back(
        {arena.keep(field.key), arena.array({arena.copy(before.root()[field.key]), arena.copy(field.value)})});
  }
  return changed;
}

}  // namespace

std::string runs_text(const std::vector<RunSummary>& runs) {
  if (runs.empty()) return "Nothing was written yet.\n";
  std::string text;
  for (const RunSummary& run : runs) {
    text += run.run + "  " + run.plugin + "  " + moment(run.begun_at) + "  " + std::to_string(run.done) + " done";
    if (run.failed != 0) text += ", " + std::to_string(run.failed) + " refused";
    if (run.open != 0) text += ", " + std::to_string(run.open) + " UNKNOWN";
    text += ", " + std::to_string(run.records) + " records\n";
  }
  return text;
}

Document runs_document(const std::vector<RunSummary>& runs) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> all;
    for (const RunSummary& run : runs)
      all.push_back(arena.object({{"run", arena.text(run.run)},
                                  {"plugin", arena.text(run.plugin)},
                                  {"begun_at", arena.text(moment(run.begun_at))},
                                  {"ended_at", arena.text(moment(run.ended_at))},
                                  {"writes", run.writes},
                                  {"done", run.done},
                                  {"failed", run.failed},
                                  {"open", run.open},
                                  {"records", run.records}}));
    return arena.array(all);
  });
}

Document run_document(const std::vector<writes::Intent>& intents, const std::vector<writes::Image>& images) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> all;
    for (const writes::Intent& intent : intents) {
      std::vector<Value> records;
      for (const writes::Image& image : images)
        if (image.key == intent.key)
          records.push_back(arena.object({{"model", arena.text(image.model)},
                                          {"id", image.id},
                                          {"changes", arena.object(changes(arena, image))}}));
      all.push_back(arena.object({{"key", arena.text(intent.key)},
                                  {"what", arena.text(what(intent))},
                                  {"principal", arena.text(intent.principal)},
                                  {"state", arena.text(writes::to_string(intent.state))},
                                  {"message", arena.text(intent.error.message)},
                                  {"anchor", arena.text(intent.anchor)},
                                  {"epoch", arena.text(intent.epoch)},
                                  {"begun_at", arena.text(moment(intent.begun_at))},
                                  {"ended_at", arena.text(moment(intent.ended_at))},
                                  {"records", arena.array(records)}}));
    }
    return arena.array(all);
  });
}

std::string run_text(const std::vector<writes::Intent>& intents, const std::vector<writes::Image>& images) {
  const Document document = run_document(intents, images);
  std::string text;
  for (const Value write : document.root().items()) {
    text += std::string(write["what"].text()) + "  " + std::string(write["state"].text()) + "  " +
            std::string(write["begun_at"].text()) + "\n";
    if (!write["message"].text().empty()) text += "    " + std::string(write["message"].text()) + "\n";
    if (write["state"].text() == "unknown" || write["state"].text() == "begun")
      text += "    key: " + std::string(write["key"].text()) + "\n";
    for (const Value record : write["records"].items()) {
      text += "  " + std::string(record["model"].text()) + " " + std::to_string(record["id"].integer()) + "\n";
      for (const Field field : record["changes"].fields())
        text += "    " + std::string(field.key) + ": " + value::to_json(field.value.at(0)) + " -> " +
                value::to_json(field.value.at(1)) + "\n";
    }
  }
  return text;
}

}  // namespace outrigger::host
