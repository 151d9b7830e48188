// Log lines for the host: log().info("{} leads scored", count).
//
// Messages are formatted with {} placeholders for strings, numbers and booleans; `{{` and `}}` are literal braces.
// Threads: any. Nothing is formatted when the level is off. See abi/log.h for what the host adds and drops.
#pragma once

#include <concepts>
#include <cstdio>
#include <string>
#include <string_view>

#include "abi/log.h"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

inline std::string format_argument(std::string_view text) { return std::string(text); }
inline std::string format_argument(const char* text) { return text; }
inline std::string format_argument(bool value) { return value ? "true" : "false"; }
template <std::integral T>
std::string format_argument(T value) {
  return std::to_string(value);
}
inline std::string format_argument(double value) {
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.10g", value);
  return {text, static_cast<size_t>(size)};
}

// A small subset of std::format, which gcc 12 lacks: {} only. Missing arguments print as {}.
template <typename... Args>
std::string format(std::string_view pattern, const Args&... args) {
  const std::string values[] = {format_argument(args)..., std::string()};
  std::string out;
  size_t next = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const char after = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if ((c == '{' && after == '{') || (c == '}' && after == '}')) {
      out += c;
      ++i;
    } else if (c == '{' && after == '}') {
      out += next < sizeof...(args) ? values[next++] : std::string("{}");
      ++i;
    } else {
      out += c;
    }
  }
  return out;
}

class Log {
 public:
  Log() = default;
  explicit Log(const or_log_v1* table) : table_(table) {}

  template <typename... Args>
  void debug(std::string_view pattern, const Args&... args) const {
    write(OR_LOG_DEBUG, pattern, args...);
  }
  template <typename... Args>
  void info(std::string_view pattern, const Args&... args) const {
    write(OR_LOG_INFO, pattern, args...);
  }
  template <typename... Args>
  void warn(std::string_view pattern, const Args&... args) const {
    write(OR_LOG_WARN, pattern, args...);
  }
  template <typename... Args>
  void error(std::string_view pattern, const Args&... args) const {
    write(OR_LOG_ERROR, pattern, args...);
  }

 private:
  template <typename... Args>
  void write(int32_t level, std::string_view pattern, const Args&... args) const {
    if (!OR_HAS(or_log_v1, table_, write)) return;
    if (OR_HAS(or_log_v1, table_, enabled) && table_->enabled(table_->ctx, level) == 0) return;
    const std::string text = format(pattern, args...);
    table_->write(table_->ctx, level, to_abi(text), nullptr);
  }

  const or_log_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
