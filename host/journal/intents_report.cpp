#include "host/journal/intents_report.hpp"

#include "integration/value/datetime.hpp"
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
                                  {"records", run.records},
                                  {"undone", run.undone}}));
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

}  // namespace outrigger::host
