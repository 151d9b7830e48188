// `outrigger setup list|remove`: the fields and views that plugins had made in Odoo.
#include <algorithm>

#include "host/cli/commands.hpp"
#include "host/cli/setup_session.hpp"
#include "host/setup/made.hpp"
#include "host/setup/setup_record.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

int usage_error(const Error& error, bool json) {
  const int code = report_error(error, json);
  return error.code == Code::kInvalid ? static_cast<int>(kExitUsage) : code;
}

int print_made(const std::vector<Made>& all, const char* word, bool json) {
  Arena arena;
  std::vector<Value> rows;
  for (const Made& made : all) {
    rows.push_back(arena.object({{"name", arena.text(made.name)},
                                 {"model", arena.text(made.model)},
                                 {"id", made.id},
                                 {"what", arena.text(made.what)}}));
    if (!json)
      print(std::string(word) + (made.model == "ir.ui.view" ? "view  " : "field ") + made.what + "  " + made.name +
            "\n");
  }
  if (json) print(value::to_pretty_json(arena.array(rows)) + "\n");
  return kExitOk;
}

}  // namespace

int run_setup_list(const CommonOptions& common, StopSignal& stop) {
  const Result<SetupSession> opened = open_setup(common, stop.token());
  if (!opened) return usage_error(opened.error(), common.json);
  const Result<std::vector<Made>> all = list_made(*opened->setup, {.stop = stop.token()});
  if (!all) return report_error(all.error(), common.json);
  if (all->empty() && !common.json) print("nothing was made on database " + opened->database + "\n");
  return print_made(*all, "", common.json);
}

int run_setup_remove(const CommonOptions& common, const std::vector<std::string>& names, bool everything, bool yes,
                     StopSignal& stop) {
  if (names.empty() != everything)
    return usage_error(refuse(Code::kInvalid, "name what is to be removed, or say --all"), common.json);
  if (!yes)
    return usage_error(refuse(Code::kInvalid,
                              "nothing was removed; removing a field deletes its values in all records, so "
                              "say --yes when that is meant"),
                       common.json);
  const Result<SetupSession> opened = open_setup(common, stop.token());
  if (!opened) return usage_error(opened.error(), common.json);
  const Result<std::vector<Made>> all = list_made(*opened->setup, {.stop = stop.token()});
  if (!all) return report_error(all.error(), common.json);
  std::vector<Made> chosen;
  for (const Made& made : *all)
    if (everything || std::any_of(names.begin(), names.end(),
                                  [&](const std::string& name) { return name == made.name || name == made.what; }))
      chosen.push_back(made);
  for (const std::string& name : names)
    if (std::none_of(chosen.begin(), chosen.end(),
                     [&](const Made& made) { return name == made.name || name == made.what; }))
      return report_error(
          refuse(Code::kMissing, "nothing called " + name + " was made; `outrigger setup list` shows what there is"),
          common.json);
  SetupRecord record(opened->deployment->config().data_folder / "setup.json");
  for (const Made& made : chosen) {
    if (const Result<void> gone = remove_made(*opened->setup, made, {.stop = stop.token()}); !gone)
      return report_error(gone.error(), common.json);
    if (made.model == "ir.ui.view")
      if (const Result<void> done = record.forget(opened->database, made.id); !done)
        return report_error(done.error(), common.json);
  }
  return print_made(chosen, "removed ", common.json);
}

}  // namespace outrigger::host
