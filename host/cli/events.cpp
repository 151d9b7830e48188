// `outrigger events list|show|replay|discard|dead`: what arrived, what became of it.
#include "host/cli/ask.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/table.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

std::string text(Value value) { return std::string(value.text()); }

// {do, database, filter, limit}
Document request_of(const CommonOptions& common, std::string_view what, const EventsOptions& options) {
  return Document::build([&](Arena& arena) {
    const Value filter = arena.object({{"delivery", arena.text(options.delivery)},
                                       {"subscriber", arena.text(options.subscriber)},
                                       {"model", arena.text(options.model)},
                                       {"id", options.id},
                                       {"state", arena.text(options.state)}});
    return arena.object({{"do", arena.text(what)},
                         {"database", arena.text(common.database)},
                         {"filter", filter},
                         {"limit", options.limit}});
  });
}

void print_events(Value events) {
  if (events.size() == 0) {
    print("nothing is waiting\n");
    return;
  }
  std::vector<std::vector<std::string>> rows;
  const int64_t now = now_micros();
  for (const Value event : events.items())
    rows.push_back({text(event["delivery"]), text(event["subscriber"]),
                    text(event["model"]) + " " + std::to_string(event["id"].integer()), text(event["state"]),
                    std::to_string(event["attempts"].integer()), duration_text(now - event["since"].integer()),
                    text(event["reason"])});
  print(table({"delivery", "for", "record", "state", "attempts", "age", "reason"}, rows));
}

void print_event(Value event) {
  print(text(event["kind"]) + " " + text(event["model"]) + " " + std::to_string(event["id"].integer()) + " for " +
        text(event["subscriber"]) + ": " + text(event["state"]) +
        (event["reason"].text().empty() ? "" : ", " + text(event["reason"])) + "\n  seen     " +
        utc_text(event["since"].integer()) + " UTC\n  attempts " + std::to_string(event["attempts"].integer()) + "\n");
  std::vector<std::vector<std::string>> rows;
  const Value before = event["before"];
  const Value after = event["after"];
  const Value fields = after.is_object() ? after : before;
  for (const Field field : fields.fields())
    rows.push_back({std::string(field.key), before.is_object() ? value::to_json(before[field.key]) : "",
                    after.is_object() ? value::to_json(after[field.key]) : ""});
  if (!rows.empty()) print(table({"field", "before", "after"}, rows));
}

}  // namespace

int run_events(const CommonOptions& common, const std::string& what, const EventsOptions& options) {
  const Document request = request_of(common, "events." + what, options);
  const Result<Document> answer = ask_host(common, request.root());
  if (!answer) return report_error(answer.error(), common.json);
  if (common.json)
    print(value::to_pretty_json(answer->root()) + "\n");
  else if (what == "list")
    print_events(answer->root());
  else if (what == "show")
    print_event(answer->root());
  else
    print(std::to_string(answer->root()["count"].integer()) + " deliveries " +
          (what == "replay" ? "are delivered once more\n" : "were forgotten\n"));
  return kExitOk;
}

}  // namespace outrigger::host
