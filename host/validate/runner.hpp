// Asks each check in a process of its own: this program again, with a hidden option.
//
//     std::vector<Outcome> all = run_checks(subject, {"life", "commands"}, on_outcome);
//     return child_main(subject, "life");                 // in the child
//
// A child that dies is Crashed, one that takes longer than kPatience is killed and Timeout. What the plugin prints is
// not shown. Threads: one.
#pragma once

#include <chrono>
#include <functional>

#include "host/validate/check.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host::validate {

constexpr std::chrono::seconds kPatience{30};

struct Outcome {
  std::string check;
  Report report;
};

// `only` empty: all. kInvalid: there is no check of that name.
Result<std::vector<Outcome>> run_checks(const Subject& subject, const std::vector<std::string>& only,
                                        const std::function<void(const Outcome&)>& on_outcome);

// Runs one check and writes its report; the exit code of the child.
int child_main(const Subject& subject, const std::string& check);

}  // namespace outrigger::host::validate
