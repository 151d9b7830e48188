// A report for a person: what a command declared with "report": true answers beside its figures. The host renders it as
// text on a terminal and, with --html FILE, as one page that needs nothing from elsewhere.
//
//     Report report("Is the score right?", "main, 2026-03-01");
//     report.heading("Calibration").text("Of 100 leads scored 30 %, how many were won?");
//     report.figures({{"AUC", "0.81"}, {"Brier", "0.14"}});
//     report.table({{"Band"}, {"Won", Align::kRight}}).row({"0 to 10 %", "12"});
//     Plot plot{.title = "Calibration", .x = {"score"}, .y = {"won"}, .diagonal = true};
//     plot.series.push_back({.name = "odoo", .points = {{10, 12, 8, 17}}});
//     report.plot(plot);
//     return report.answer([&](Arena& a) { return a.object({{"auc", 0.81}}); });   // what --json prints
//
// Everything is text in the reader's language; the host escapes it. Links lead to http and https addresses, or to a
// record of Odoo ("record:crm.lead/42"), of which the host knows the address. It copies what it is given. Threads: one.
//
// As it crosses: {title, subtitle, blocks: [block]}. Blocks are those of page.hpp (heading, text, note, figures, table)
// and {block: "plot", title, x, y: {label, from, to}, diagonal, series: [{name, kind, points: [[x, y, low, high]]}]}; a
// table's columns are {text, align}.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arena.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

enum class Align { kLeft, kRight };

// One axis; from and to are what it shows at least. Equal: what the points need.
struct Axis {
  std::string label = {};
  double from = 0;
  double to = 0;
};

struct PlotPoint {
  double x = 0;
  double y = 0;
  double low = 0;  // an interval about y; none when low and high are equal
  double high = 0;
};

struct Series {
  enum class Kind { kLine, kPoints, kBars };
  std::string name = {};
  Kind kind = Kind::kLine;
  std::vector<PlotPoint> points = {};
};

struct Plot {
  std::string title = {};
  Axis x = {};
  Axis y = {};
  bool diagonal = false;  // y = x, as a thin line
  std::vector<Series> series = {};
};

class Report {
 public:
  enum class Level { kOk, kWarn, kFail };
  struct Column {
    std::string text;
    Align align = Align::kLeft;
  };
  struct Link {
    std::string text;
    std::string to = {};
    Link(std::string shown, std::string target) : text(std::move(shown)), to(std::move(target)) {}
    Link(std::string shown) : text(std::move(shown)) {}  // NOLINT(google-explicit-constructor)
    Link(const char* shown) : text(shown) {}             // NOLINT(google-explicit-constructor)
  };
  class Table;

  explicit Report(std::string title, std::string subtitle = {})
      : arena_(std::make_shared<Arena>()), title_(std::move(title)), subtitle_(std::move(subtitle)) {}

  Report& heading(std::string_view text) { return add({{"block", "heading"}, {"text", arena_->text(text)}}); }
  Report& text(std::string_view text) { return add({{"block", "text"}, {"text", arena_->text(text)}}); }
  Report& note(Level level, std::string_view text) {
    const char* word = level == Level::kOk ? "ok" : level == Level::kWarn ? "warn" : "fail";
    return add({{"block", "note"}, {"level", word}, {"text", arena_->text(text)}});
  }
  Report& figures(const std::vector<std::pair<std::string, std::string>>& figures) {
    std::vector<Value> all;
    all.reserve(figures.size());
    for (const auto& [label, value] : figures)
      all.push_back(arena_->object({{"label", arena_->text(label)}, {"value", arena_->text(value)}}));
    return add({{"block", "figures"}, {"figures", arena_->array(all)}});
  }
  Report& plot(const Plot& plot);
  // Rows are added to what is returned, before anything else is added to the report.
  Table table(const std::vector<Column>& columns);

  // {report, ...what `figures` gives}: the answer of a command. The report is empty afterwards.
  template <typename Figures>
  [[nodiscard]] Document answer(Figures&& figures) {
    const Value own = value();
    std::vector<Field> fields;
    for (const Field field : figures(*arena_).fields()) fields.push_back(field);
    fields.push_back({"report", own});
    const Value root = arena_->object(fields);
    return {std::move(arena_), root};
  }
  // In the report's own arena, valid as long as the report.
  [[nodiscard]] Value value();

 private:
  struct Open {
    Value block;
    bool is_table = false;
    std::vector<Value> rows = {};
  };

  Report& add(std::initializer_list<std::pair<std::string_view, Item>> fields) {
    blocks_.push_back({arena_->object(fields)});
    return *this;
  }
  Value axis(const Axis& axis) {
    return arena_->object({{"label", arena_->text(axis.label)}, {"from", axis.from}, {"to", axis.to}});
  }

  std::shared_ptr<Arena> arena_;
  std::string title_;
  std::string subtitle_;
  std::vector<Open> blocks_;
};

class Report::Table {
 public:
  Table& row(const std::vector<Link>& cells) {
    Arena& arena = *report_.arena_;
    std::vector<Value> values;
    values.reserve(cells.size());
    for (const Link& cell : cells)
      values.push_back(cell.to.empty() ? arena.text(cell.text)
                                       : arena.object({{"text", arena.text(cell.text)}, {"to", arena.text(cell.to)}}));
    report_.blocks_[at_].rows.push_back(arena.array(values));
    return *this;
  }

 private:
  friend class Report;
  Table(Report& report, size_t at) : report_(report), at_(at) {}
  Report& report_;
  size_t at_;
};

inline Report::Table Report::table(const std::vector<Column>& columns) {
  std::vector<Value> all;
  all.reserve(columns.size());
  for (const Column& column : columns)
    all.push_back(arena_->object(
        {{"text", arena_->text(column.text)}, {"align", column.align == Align::kRight ? "right" : "left"}}));
  blocks_.push_back({arena_->object({{"block", "table"}, {"columns", arena_->array(all)}}), true});
  return {*this, blocks_.size() - 1};
}

inline Report& Report::plot(const Plot& plot) {
  std::vector<Value> series;
  for (const Series& one : plot.series) {
    std::vector<Value> points;
    points.reserve(one.points.size());
    for (const PlotPoint& point : one.points)
      points.push_back(point.low == point.high ? arena_->array({point.x, point.y})
                                               : arena_->array({point.x, point.y, point.low, point.high}));
    const char* kind = one.kind == Series::Kind::kLine ? "line" : one.kind == Series::Kind::kPoints ? "points" : "bars";
    series.push_back(
        arena_->object({{"name", arena_->text(one.name)}, {"kind", kind}, {"points", arena_->array(points)}}));
  }
  return add({{"block", "plot"},
              {"title", arena_->text(plot.title)},
              {"x", axis(plot.x)},
              {"y", axis(plot.y)},
              {"diagonal", plot.diagonal},
              {"series", arena_->array(series)}});
}

inline Value Report::value() {
  std::vector<Value> blocks;
  blocks.reserve(blocks_.size());
  for (const Open& open : blocks_) {
    if (!open.is_table) {
      blocks.push_back(open.block);
      continue;
    }
    std::vector<Field> fields;
    for (const Field field : open.block.fields()) fields.push_back(field);
    fields.push_back({"rows", arena_->array(open.rows)});
    blocks.push_back(arena_->object(fields));
  }
  return arena_->object(
      {{"title", arena_->text(title_)}, {"subtitle", arena_->text(subtitle_)}, {"blocks", arena_->array(blocks)}});
}

}  // namespace v1
}  // namespace outrigger
