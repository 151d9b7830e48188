// `outrigger plugin validate`: the checks of host/validate, as a table or as JSON.
#include "host/cli/commands.hpp"
#include "host/validate/runner.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;
using validate::Outcome;
using validate::Verdict;

int list_checks(bool json) {
  Arena arena;
  std::vector<Value> rows;
  for (const validate::Check& check : validate::all_checks()) {
    rows.push_back(arena.object({{"check", check.name}, {"question", check.question}}));
    if (!json) print(std::string(check.name) + ": " + check.question + "\n");
  }
  if (json) print(value::to_pretty_json(arena.array(rows)) + "\n");
  return kExitOk;
}

// One reason for many checks is told once.
void print_outcome(const Outcome& outcome, std::string& told) {
  std::string verdict = validate::to_string(outcome.report.verdict);
  verdict.resize(8, ' ');
  std::string name = outcome.check;
  name.resize(std::max<size_t>(name.size(), 16), ' ');
  const bool again = outcome.report.verdict == Verdict::kSkipped && outcome.report.sentence == told;
  print(verdict + " " + name + " " + (again ? "likewise" : outcome.report.sentence) + "\n");
  told = outcome.report.sentence;
  if (!outcome.report.remedy.empty()) print(std::string(26, ' ') + "-> " + outcome.report.remedy + "\n");
}

bool is_bad(const Outcome& outcome) {
  return outcome.report.verdict == Verdict::kFailed || outcome.report.verdict == Verdict::kCrashed ||
         outcome.report.verdict == Verdict::kTimeout;
}

}  // namespace

int run_plugin_validate(const CommonOptions& common, const ValidateOptions& options) {
  if (options.list) return list_checks(common.json);
  std::error_code error;
  validate::Subject subject;
  subject.seed = options.seed;
  subject.folder = options.path;
  subject.library = options.library;
  if (options.path.empty() || !fs::exists(options.path, error)) {
    report_error({Code::kMissing, "there is no \"" + options.path + "\"; name a plugin's folder or its library",
                  Source::kHost, Effect::kNone, -1},
                 common.json);
    return kExitUsage;
  }
  if (!fs::is_directory(options.path, error)) {
    subject.library = fs::absolute(options.path);
    subject.folder = subject.library.parent_path();
  }
  if (!options.child.empty()) return validate::child_main(subject, options.child);
  std::string told;
  const Result<std::vector<Outcome>> all = validate::run_checks(subject, options.only, [&](const Outcome& outcome) {
    if (!common.json) print_outcome(outcome, told);
  });
  if (!all) {
    const int code = report_error(all.error(), common.json);
    return all.error().code == Code::kInvalid ? static_cast<int>(kExitUsage) : code;
  }
  Arena arena;
  std::vector<Value> rows;
  size_t bad = 0;
  for (const Outcome& outcome : *all) {
    bad += is_bad(outcome) ? 1U : 0U;
    rows.push_back(arena.object({{"check", arena.text(outcome.check)},
                                 {"verdict", validate::to_string(outcome.report.verdict)},
                                 {"sentence", arena.text(outcome.report.sentence)},
                                 {"remedy", arena.text(outcome.report.remedy)}}));
  }
  if (common.json)
    print(value::to_pretty_json(
              arena.object({{"seed", arena.text(std::to_string(options.seed))}, {"checks", arena.array(rows)}})) +
          "\n");
  else
    print(bad == 0 ? "Nothing failed (seed " + std::to_string(options.seed) + ").\n"
                   : std::to_string(bad) + " of " + std::to_string(all->size()) + " checks failed (seed " +
                         std::to_string(options.seed) + ").\n");
  return bad == 0 ? kExitOk : kExitFailed;
}

}  // namespace outrigger::host
