// Texts in the reader's language, English or Vietnamese, beside each other where they are used, and numbers as people write them.
//
//     const Speech say(command.locale());
//     report.heading(say("Calibration", "Hiệu chuẩn"));
//     say.percent(12.345, 1)   // "12.3 %", in Vietnamese "12,3 %"
//
// Threads: plain values.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

namespace outrigger {
inline namespace v1 {

class Speech {
 public:
  explicit Speech(std::string_view locale) : vietnamese_(locale == "vi") {}

  [[nodiscard]] std::string operator()(std::string_view english, std::string_view vietnamese) const {
    return std::string(vietnamese_ ? vietnamese : english);
  }
  // The same with {} filled in, one after another.
  template <typename... Parts>
  [[nodiscard]] std::string operator()(std::string_view english, std::string_view vietnamese,
                                       const Parts&... parts) const {
    std::string text = (*this)(english, vietnamese);
    size_t at = 0;
    ((at = put(text, at, parts)), ...);
    return text;
  }

  [[nodiscard]] std::string number(double value, int digits) const {
    if (!std::isfinite(value)) return "-";
    char text[48];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return grouped(text);
  }
  [[nodiscard]] std::string count(size_t value) const { return grouped(std::to_string(value)); }
  [[nodiscard]] std::string percent(double value, int digits = 1) const {
    return std::isfinite(value) ? number(value, digits) + " %" : "-";
  }
  // "0.81 (0.78 to 0.84)"
  [[nodiscard]] std::string interval(double value, double low, double high, int digits) const {
    if (!std::isfinite(value)) return "-";
    if (!std::isfinite(low) || !std::isfinite(high)) return number(value, digits);
    return number(value, digits) + " (" + number(low, digits) + (*this)(" to ", " đến ") + number(high, digits) + ")";
  }

 private:
  static size_t put(std::string& text, size_t from, const std::string& part) {
    const size_t at = text.find("{}", from);
    if (at == std::string::npos) return text.size();
    text.replace(at, 2, part);
    return at + part.size();
  }
  // Thousands apart: 12,345.6 and 12.345,6.
  [[nodiscard]] std::string grouped(std::string text) const {
    const char point = vietnamese_ ? ',' : '.';
    const char comma = vietnamese_ ? '.' : ',';
    size_t end = text.find('.');
    if (end != std::string::npos) text[end] = point;
    if (end == std::string::npos) end = text.size();
    const size_t first = !text.empty() && text[0] == '-' ? 1 : 0;
    for (size_t at = end; at > first + 3;) {
      at -= 3;
      text.insert(at, 1, comma);
    }
    return text;
  }

  bool vietnamese_;
};

}  // namespace v1
}  // namespace outrigger
