// A plain text table for a terminal: columns as wide as their widest cell, longer cells are cut.
//
//     TextTable table;
//     table.column("Lead", TextTable::Align::kLeft, 34);       // title, side, the most columns that it may take
//     table.column("Score", TextTable::Align::kRight, 8);
//     table.row({"Bricks for Anna", "73.50"});                 // REQUIRES: as many cells as columns
//     command.write(table.print());
//
// Threads: plain values that own their text.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger {
inline namespace v1 {

class TextTable {
 public:
  enum class Align { kLeft, kRight };
  void column(std::string_view title, Align align, size_t widest) {
    columns_.push_back({std::string(title), align, widest});
  }
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  [[nodiscard]] std::string print() const {
    std::vector<size_t> widths;
    for (size_t i = 0; i < columns_.size(); ++i) {
      size_t width = width_of(columns_[i].title);
      for (const auto& row : rows_) width = std::max(width, width_of(row[i]));
      widths.push_back(std::min(width, columns_[i].widest));
    }
    std::vector<std::string> titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    std::string out = line(titles, widths);
    std::vector<std::string> rule;
    for (const size_t width : widths) {
      rule.emplace_back();
      for (size_t i = 0; i < width; ++i) rule.back() += "─";
    }
    out += line(rule, widths);
    for (const auto& row : rows_) out += line(row, widths);
    return out;
  }

 private:
  // Columns that a text takes on a terminal; every character counts as one.
  static size_t width_of(std::string_view text) {
    size_t width = 0;
    for (const char c : text)
      if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++width;
    return width;
  }

  static std::string cut(std::string_view text, size_t width) {
    if (width_of(text) <= width) return std::string(text);
    size_t at = 0;
    for (size_t kept = 0; at < text.size(); ++at)
      if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U && ++kept == width) break;
    return std::string(text.substr(0, at)) + "…";
  }

  struct Column {
    std::string title;
    Align align;
    size_t widest;
  };
  [[nodiscard]] std::string line(const std::vector<std::string>& cells, const std::vector<size_t>& widths) const {
    std::string out;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string text = cut(cells[i], widths[i]);
      const std::string space(widths[i] - width_of(text), ' ');
      if (i > 0) out += "  ";
      out += columns_[i].align == Align::kRight ? space + text : text + space;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out + "\n";
  }

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace v1
}  // namespace outrigger
