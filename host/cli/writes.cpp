// `outrigger writes list|show|undo|apply|decide`: what was written, and taking back what can be.
#include "host/cli/writes.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "host/cli/ask.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/table.hpp"
#include "integration/value/json.hpp"
#include "integration/writes/plan.hpp"

namespace outrigger::host {
namespace {

std::string text(Value value) { return std::string(value.text()); }
std::string number(Value value) { return std::to_string(value.integer()); }
Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

void print_runs(Value runs) {
  std::vector<std::vector<std::string>> rows;
  for (const Value run : runs.items())
    rows.push_back({text(run["run"]), text(run["plugin"]), text(run["begun_at"]), number(run["writes"]),
                    number(run["records"]), number(run["failed"]), number(run["open"]),
                    run["undone"].truthy() ? "yes" : ""});
  if (rows.empty())
    print("nothing was written yet\n");
  else
    print(table({"run", "plugin", "begun (UTC)", "writes", "records", "failed", "unknown", "taken back"}, rows));
}

void print_run(Value writes) {
  for (const Value write : writes.items()) {
    print(text(write["what"]) + ": " + text(write["state"]) +
          (write["message"].text().empty() ? "" : ", " + text(write["message"])) + "  [" + text(write["key"]) + "]\n");
    std::vector<std::vector<std::string>> rows;
    for (const Value record : write["records"].items())
      for (const Field field : record["changes"].fields())
        rows.push_back({text(record["model"]) + " " + number(record["id"]), std::string(field.key),
                        value::to_json(field.value.at(0)), value::to_json(field.value.at(1))});
    if (!rows.empty()) print(table({"record", "field", "before", "after"}, rows));
  }
}

int report_applied(Value answer, bool json) {
  std::vector<std::vector<std::string>> rows;
  bool all = true;
  for (const Value row : answer["rows"].items()) {
    all = all && row["kind"].text() == "done";
    rows.push_back({number(row["id"]), text(row["kind"]), text(row["says"])});
  }
  if (json)
    print(value::to_pretty_json(answer) + "\n");
  else if (!rows.empty())
    print(table({"record", "outcome", "why"}, rows));
  return all ? kExitOk : kExitPartly;
}

bool asked(const std::string& question) {
  print(question + " [y/N] ");
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

Result<Document> ask(const CommonOptions& common, std::string_view what, std::string_view key, Item value) {
  Arena arena;
  return ask_host(common, arena.object({{"do", what}, {"database", arena.text(common.database)}, {key, value}}));
}

// Exactly this plan; an empty run is named after it.
int send_plan(const CommonOptions& common, std::string_view plan, std::string_view run) {
  Arena arena;
  const Result<Document> done = ask_host(
      common,
      arena.object({{"do", "writes.apply"}, {"database", arena.text(common.database)}, {"plan", plan}, {"run", run}}));
  if (!done) return report_error(done.error(), common.json);
  return report_applied(done->root(), common.json);
}

int undo(const CommonOptions& common, const std::string& run, bool yes) {
  const Result<Document> planned = ask(common, "writes.undo", "run", std::string_view(run));
  if (!planned) return report_error(planned.error(), common.json);
  if (!common.json) print(planned->root()["text"].text());
  if (!yes && (common.json || !asked("Put this back?"))) {
    if (common.json) print(value::to_pretty_json(planned->root()) + "\n");
    return kExitOk;
  }
  return send_plan(common, planned->root()["plan"].text(), planned->root()["run"].text());
}

// What cannot be taken back is sent when somebody has said so.
Result<bool> agreed(const writes::Plan& plan, bool json) {
  const auto count = std::count_if(plan.writes().begin(), plan.writes().end(), [](const writes::PlannedWrite& write) {
    return write.kind == writes::Class::kIrreversible;
  });
  if (count == 0) return true;
  const std::string what =
      std::to_string(count) + " of its " + std::to_string(plan.writes().size()) + " writes cannot be taken back";
  if (json) return refuse(Code::kInvalid, what + "; say --yes to send them");
  print(plan.to_text());
  return asked(what + ". Send them?");
}

int apply(const CommonOptions& common, const std::string& file, bool yes) {
  const Result<std::string> text = load_plan(file);
  if (!text) return report_error(text.error(), common.json);
  const Result<writes::Plan> plan = writes::Plan::from_json(*text);
  if (!plan) return report_error(plan.error(), common.json);
  const Result<bool> agree = yes ? Result<bool>(true) : agreed(*plan, common.json);
  if (!agree) return report_error(agree.error(), common.json);
  if (!*agree) return kExitOk;
  const int code = send_plan(common, *text, {});
  if (!common.json && (code == kExitOk || code == kExitPartly))
    print(
        "Each record was compared before it was written. Odoo knows no write on a condition, so a change of somebody "
        "else between the two is not seen; fields that hold something else now are named above.\n");
  return code;
}

int decide(const CommonOptions& common, const WritesOptions& options) {
  Arena arena;
  const Result<Document> done = ask_host(common, arena.object({{"do", "writes.decide"},
                                                               {"database", arena.text(common.database)},
                                                               {"key", arena.text(options.run)},
                                                               {"done", options.done}}));
  if (!done) return report_error(done.error(), common.json);
  return report_done(options.done ? "taken as done" : "taken as not done: it may be made again", common.json);
}

}  // namespace

Result<void> save_plan(const std::string& file, std::string_view plan) {
  if (plan.empty()) return refuse(Code::kMissing, "the command would write nothing, so there is no plan to keep");
  std::ofstream out(file, std::ios::binary);
  out << plan << "\n";
  out.close();
  return out ? Result<void>() : refuse(Code::kAccess, file + " cannot be written");
}

Result<std::string> load_plan(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return refuse(Code::kMissing, file + " cannot be read");
  return text.str();
}

int run_writes(const CommonOptions& common, const std::string& what, const WritesOptions& options) {
  if (what == "undo") return undo(common, options.run, options.yes);
  if (what == "apply") return apply(common, options.run, options.yes);
  if (what == "decide") return decide(common, options);
  const Result<Document> answer = what == "list" ? ask(common, "writes.list", "limit", options.limit)
                                                 : ask(common, "writes.show", "run", std::string_view(options.run));
  if (!answer) return report_error(answer.error(), common.json);
  if (common.json)
    print(value::to_pretty_json(answer->root()) + "\n");
  else if (what == "list")
    print_runs(answer->root());
  else
    print_run(answer->root());
  return kExitOk;
}

}  // namespace outrigger::host
