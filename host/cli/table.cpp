#include "host/cli/table.hpp"

#include <algorithm>

#include "integration/value/datetime.hpp"

namespace outrigger::host {
namespace {

// Characters, not bytes: what follows the first byte of one does not count.
size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string plain(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<size_t>& widths) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    line += cells[i];
    if (i + 1 < cells.size()) line.append(widths[i] - width_of(cells[i]) + 2, ' ');
  }
  return line + "\n";
}

}  // namespace

std::string table(const std::vector<std::string>& head, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> clean;
  clean.reserve(rows.size());
  for (const auto& row : rows) {
    clean.emplace_back();
    for (const std::string& cell : row) clean.back().push_back(plain(cell));
    clean.back().resize(head.size());
  }
  std::vector<size_t> widths;
  for (size_t i = 0; i < head.size(); ++i) {
    widths.push_back(width_of(head[i]));
    for (const auto& row : clean) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string text = line_of(head, widths);
  for (const auto& row : clean) text += line_of(row, widths);
  return text;
}

std::string utc_text(int64_t micros) { return micros == 0 ? std::string() : value::to_datetime(micros / 1'000'000); }

std::string duration_text(int64_t micros) {
  constexpr int64_t kSecond = 1'000'000;
  constexpr int64_t kMinute = 60 * kSecond;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  if (micros < 2 * kMinute) return std::to_string(micros / kSecond) + " s";
  if (micros < 2 * kHour) return std::to_string(micros / kMinute) + " min";
  if (micros < 2 * kDay) return std::to_string(micros / kHour) + " h";
  return std::to_string(micros / kDay) + " days";
}

}  // namespace outrigger::host
