#include "host/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

uint32_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

ProgressBar::ProgressBar() : terminal_(isatty(STDERR_FILENO) != 0) {}
ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::show(uint64_t done, uint64_t total, std::string_view label) {
  constexpr int64_t kRedraw = 50'000;  // microseconds
  const int64_t now = now_micros();
  if (!terminal_ || (drawn_ && now - last_ < kRedraw && done != total && label == label_)) return;
  label_ = label;
  last_ = now;
  drawn_ = true;
  constexpr uint64_t kWidth = 30;
  const uint64_t filled = total == 0 ? 0 : std::min(kWidth, done * kWidth / total);
  std::string bar(filled, '#');
  bar.append(kWidth - filled, '.');
  std::fprintf(stderr, "\r\033[K[%s] %llu", bar.c_str(), static_cast<unsigned long long>(done));
  if (total != 0) std::fprintf(stderr, "/%llu", static_cast<unsigned long long>(total));
  std::fprintf(stderr, " %.*s", static_cast<int>(label.size()), label.data());
  std::fflush(stderr);
}

void ProgressBar::clear() {
  if (drawn_) std::fprintf(stderr, "\r\033[K");
  drawn_ = false;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

void print_error(std::string_view text) {
  std::fprintf(stderr, "outrigger: %.*s\n", static_cast<int>(text.size()), text.data());
}

int exit_code_of(const Error& error) {
  if (error.code == Code::kCancelled) return kExitInterrupted;
  const bool of_odoo = error.source == Source::kOdoo || error.source == Source::kNetwork;
  return of_odoo && error.effect == Effect::kUnknown ? kExitPartly : kExitFailed;
}

int report_done(std::string_view sentence, bool json) {
  Arena arena;
  if (json)
    print(value::to_pretty_json(arena.object({{"done", true}, {"text", arena.text(sentence)}})) + "\n");
  else
    print(std::string(sentence) + "\n");
  return kExitOk;
}

int report_error(const Error& error, bool json) {
  if (!json) {
    print_error(error.message);
    return exit_code_of(error);
  }
  Arena arena;
  const char* effect = error.effect == Effect::kNone ? "none" : error.effect == Effect::kDone ? "done" : "unknown";
  print(value::to_pretty_json(
            arena.object({{"error", arena.object({{"code", to_string(error.code)},
                                                  {"message", Value::of(std::string_view(error.message))},
                                                  {"effect", effect}})}})) +
        "\n");
  return exit_code_of(error);
}

}  // namespace outrigger::host
