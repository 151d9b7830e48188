// What a person sees: progress on a terminal, errors, tables.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

// Exit codes of the program, also in host/README.md.
enum ExitCode : int {
  kExitOk = 0,
  kExitFailed = 1,  // the operation failed; the message says why
  kExitUsage = 2,   // the command line or the configuration is wrong
  kExitPartly = 3,  // some of the work was not done, or its outcome is unknown
  kExitInterrupted = 130
};

// Columns of the terminal on standard output; 0 when it is none.
uint32_t terminal_width();
// One line on standard error that is drawn over, only when that is a terminal. Threads: one at a time.
class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void show(uint64_t done, uint64_t total, std::string_view label);
  void clear();

 private:
  bool terminal_;
  bool drawn_ = false;
  int64_t last_ = 0;
  std::string label_;
};

void print(std::string_view text);        // standard output
void print_error(std::string_view text);  // standard error, "outrigger: ..."
// {"error": {...}} on standard output for --json, a sentence on standard error otherwise; returns the exit code.
int report_error(const Error& error, bool json);
// What was done: {"done": true, "text": ...} on standard output for --json, the sentence otherwise. Returns kExitOk.
int report_done(std::string_view sentence, bool json);
// kExitPartly for a write whose outcome Odoo did not tell.
int exit_code_of(const Error& error);

}  // namespace outrigger::host
