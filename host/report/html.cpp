#include "host/report/html.hpp"

#include "host/report/plot.hpp"
#include "host/report/style.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

bool is_web_address(std::string_view to) { return to.starts_with("https://") || to.starts_with("http://"); }

std::string shown(Value cell) {
  if (cell.is_object()) return shown(cell["text"]);
  if (cell.is_string()) return escaped(cell.text());
  return cell.is_null() || cell.is_array() ? std::string() : escaped(value::to_json(cell));
}

// "record:crm.lead/42" at this Odoo; empty when it is none. This form of address is understood by all from 14 on.
std::string record_address(std::string_view to, std::string_view odoo) {
  constexpr std::string_view kRecord = "record:";
  if (odoo.empty() || !to.starts_with(kRecord)) return {};
  to.remove_prefix(kRecord.size());
  const size_t slash = to.find('/');
  const std::string_view model = to.substr(0, slash);
  const std::string_view id = slash == std::string_view::npos ? std::string_view() : to.substr(slash + 1);
  constexpr std::string_view kModel = "abcdefghijklmnopqrstuvwxyz0123456789._";
  if (model.empty() || model.find_first_not_of(kModel) != std::string_view::npos) return {};
  if (id.empty() || id.find_first_not_of("0123456789") != std::string_view::npos) return {};
  while (odoo.ends_with('/')) odoo.remove_suffix(1);
  return std::string(odoo) + "/web#id=" + std::string(id) + "&model=" + std::string(model) + "&view_type=form";
}

std::string cell_of(Value cell, std::string_view odoo) {
  const std::string_view to = cell["to"].text();
  const std::string address = is_web_address(to) ? std::string(to) : record_address(to, odoo);
  if (address.empty()) return shown(cell);
  return "<a href=\"" + escaped(address) + "\" rel=\"noreferrer\">" + shown(cell) + "</a>";
}

void add_table(std::string& page, Value block, std::string_view odoo) {
  page += "<div class=\"wide\"><table><thead><tr>";
  std::vector<bool> right;
  for (const Value column : block["columns"].items()) {
    right.push_back(column["align"].text() == "right");
    page += right.back() ? "<th class=\"r\">" : "<th>";
    page += shown(column) + "</th>";
  }
  page += "</tr></thead><tbody>\n";
  for (const Value row : block["rows"].items()) {
    page += "<tr>";
    for (size_t i = 0; i < right.size(); ++i) {
      page += right[i] ? "<td class=\"r\">" : "<td>";
      if (i < row.items().size()) page += cell_of(row.at(i), odoo);
      page += "</td>";
    }
    page += "</tr>\n";
  }
  page += "</tbody></table></div>\n";
}

void add_figures(std::string& page, Value block) {
  page += "<dl class=\"figures\">";
  for (const Value figure : block["figures"].items())
    page += "<div><dt>" + shown(figure["label"]) + "</dt><dd>" + shown(figure["value"]) + "</dd></div>";
  page += "</dl>\n";
}

std::string_view level_of(Value block) {
  const std::string_view level = block["level"].text();
  return level == "ok" || level == "fail" ? level : std::string_view("warn");
}

void add_block(std::string& page, Value block, std::string_view odoo) {
  const std::string_view kind = block["block"].text();
  if (kind == "heading") page += "<h2>" + shown(block["text"]) + "</h2>\n";
  if (kind == "text") page += "<p>" + shown(block["text"]) + "</p>\n";
  if (kind == "note")
    page += "<p class=\"note " + std::string(level_of(block)) + "\">" + shown(block["text"]) + "</p>\n";
  if (kind == "figures") add_figures(page, block);
  if (kind == "table") add_table(page, block, odoo);
  if (kind == "plot") page += "<figure>" + svg_of(block) + "</figure>\n";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default:
        // Of the control characters HTML has only these.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

std::string html_of(Value report, std::string_view locale, std::string_view odoo) {
  std::string page = "<!DOCTYPE html>\n<html lang=\"";
  page += locale == "vi" ? "vi" : "en";
  page +=
      "\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
  page += shown(report["title"]) + "</title>\n<style>" + std::string(kStyle) + "</style></head>\n<body><main>\n<h1>" +
          shown(report["title"]) + "</h1>\n";
  if (!report["subtitle"].text().empty()) page += "<p class=\"sub\">" + shown(report["subtitle"]) + "</p>\n";
  for (const Value block : report["blocks"].items()) add_block(page, block, odoo);
  return page + "</main></body></html>\n";
}

}  // namespace outrigger::host
