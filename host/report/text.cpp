#include "host/report/text.hpp"

#include <algorithm>
#include <vector>

#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string shown(Value cell) {
  if (cell.is_object()) return shown(cell["text"]);
  std::string text = cell.is_string()                    ? std::string(cell.text())
                     : cell.is_null() || cell.is_array() ? ""
                                                         : value::to_json(cell);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F: some terminals take them for the beginning of a command.
    const bool c1 = byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (byte < 0x20 || byte == 0x7f || c1) text[i] = ' ';
    if (c1) text[++i] = ' ';
  }
  return text;
}

// At most `width` characters, the last an ellipsis where something was cut.
std::string cut(const std::string& text, size_t width) {
  if (width_of(text) <= width) return text;
  size_t at = 0;
  for (size_t kept = 0; at < text.size(); ++at)
    if (begins_character(text[at]) && ++kept == width) break;
  return text.substr(0, at) + "…";
}

void wrap(std::string& out, const std::string& text, size_t width, const std::string& indent) {
  size_t column = 0;
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty()) continue;
    if (column > 0 && column + 1 + width_of(word) > width) {
      out += "\n" + indent;
      column = 0;
    } else if (column > 0) {
      out += " ";
      ++column;
    }
    out += word;
    column += width_of(word);
  }
  out += "\n";
}

struct Columns {
  std::vector<size_t> width;
  std::vector<bool> right;
};

void add_line(std::string& out, const std::vector<std::string>& cells, const Columns& columns) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    const std::string text = cut(cells[i], columns.width[i]);
    const std::string space(columns.width[i] - width_of(text), ' ');
    line += (i > 0 ? "  " : "") + (columns.right[i] ? space + text : text + space);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out += "  " + line + "\n";
}

// The widest columns of words give way until a line fits; half a number would be a wrong one.
void fit(Columns& columns, size_t width) {
  constexpr size_t kNarrowest = 20;
  size_t sum = 2 * columns.width.size();  // the indent, and the space between two columns
  for (const size_t one : columns.width) sum += one;
  for (; sum > width; --sum) {
    size_t* widest = nullptr;
    for (size_t i = 0; i < columns.width.size(); ++i)
      if (!columns.right[i] && columns.width[i] > (widest == nullptr ? kNarrowest : *widest))
        widest = &columns.width[i];
    if (widest == nullptr) return;
    --*widest;
  }
}

void add_table(std::string& out, Value block, size_t width, size_t most) {
  Columns columns;
  std::vector<std::vector<std::string>> lines(1);
  for (const Value column : block["columns"].items()) {
    lines[0].push_back(shown(column));
    columns.right.push_back(column["align"].text() == "right");
  }
  const size_t rows = block["rows"].items().size();
  for (size_t r = 0; r < std::min(rows, most); ++r) {
    lines.emplace_back();
    for (const Value cell : block["rows"].at(r).items()) lines.back().push_back(shown(cell));
    lines.back().resize(lines[0].size());
  }
  columns.width.assign(lines[0].size(), 0);
  for (const auto& line : lines)
    for (size_t i = 0; i < line.size(); ++i) columns.width[i] = std::max(columns.width[i], width_of(line[i]));
  fit(columns, width);
  for (const auto& line : lines) add_line(out, line, columns);
  if (rows > most) out += "  … +" + std::to_string(rows - most) + "\n";
}

void add_block(std::string& out, Value block, size_t width, size_t rows) {
  const std::string_view kind = block["block"].text();
  if (kind == "heading") out += "\n" + shown(block["text"]) + "\n";
  if (kind == "text") {
    out += "  ";
    wrap(out, shown(block["text"]), width - 2, "  ");
  }
  if (kind == "note") {
    const std::string_view level = block["level"].text();
    out += level == "ok" ? "  ok: " : level == "fail" ? "  !!  " : "  !   ";
    wrap(out, shown(block["text"]), width - 6, "      ");
  }
  if (kind == "figures")
    for (const Value figure : block["figures"].items())
      out += "  " + shown(figure["label"]) + ": " + shown(figure["value"]) + "\n";
  if (kind == "table") add_table(out, block, width, rows);
}

}  // namespace

std::string text_of(Value report, uint32_t width, size_t rows) {
  const size_t columns = std::clamp<size_t>(width, 40, 120);
  std::string out = shown(report["title"]) + "\n";
  if (!report["subtitle"].text().empty()) wrap(out, shown(report["subtitle"]), columns, "");
  for (const Value block : report["blocks"].items()) add_block(out, block, columns, rows);
  return out;
}

}  // namespace outrigger::host
