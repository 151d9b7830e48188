// `outrigger reload`: the host that runs takes the configuration file as it is now.
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/control/control.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

std::string line_of(Value step) {
  std::string line = "  " + std::string(step["plugin"].text()) + "@" + std::string(step["database"].text()) + ": " +
                     std::string(step["done"].text());
  if (!step["reason"].text().empty()) line += ": " + std::string(step["reason"].text());
  return line + "\n";
}

}  // namespace

void print_steps(Value steps) {
  for (const Value step : steps.items()) print(line_of(step));
}

int run_reload(const CommonOptions& common, bool plan) {
  // For the socket alone, but a faulty file is said with the line here and now.
  const Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Arena arena;
  const Result<Document> answer =
      ask_control(control_socket(*config), arena.object({{"do", "configuration"}, {"plan", plan}}));
  if (!answer) return report_error(answer.error(), common.json);
  const Value report = answer->root();
  bool failed = false;
  for (const Value step : report["plugins"].items()) failed = failed || step["done"].text() == "failed";
  if (common.json) {
    print(value::to_pretty_json(report) + "\n");
  } else if (report["changes"].size() == 0) {
    print("nothing differs from what the host works with\n");
  } else {
    print(plan ? "this would change:\n" : "changed:\n");
    for (const Value change : report["changes"].items()) print("  " + std::string(change["text"].text()) + "\n");
    print_steps(report["plugins"]);
  }
  return failed ? kExitPartly : kExitOk;
}

}  // namespace outrigger::host
