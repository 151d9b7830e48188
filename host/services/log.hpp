// The host's log: lines on standard error, as text or JSON.
//
// Keys and passwords are replaced by *** in every line, whoever writes it. Threads: any.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::host {

enum class LogLevel { kDebug = 1, kInfo, kWarn, kError };

class Log {
 public:
  using Reader = std::function<void(LogLevel level, std::string_view from, std::string_view text)>;

  Log(std::string_view level, bool json);
  // Lines of every level go to the reader, one at a time, with keys and passwords masked.
  explicit Log(Reader reader);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Never to be shown from now on.
  void hide(std::string secret);
  // "debug", "info", "warn" or "error" from now on.
  void set_level(std::string_view level);
  [[nodiscard]] bool enabled(LogLevel level) const;
  void write(LogLevel level, std::string_view from, std::string_view text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::host
