#include "host/report/plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "host/report/html.hpp"

namespace outrigger::host {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 360;
constexpr double kLeft = 62;
constexpr double kRight = 14;
constexpr double kTop = 34;
constexpr double kBottom = 48;
constexpr double kLegendRow = 18;
constexpr size_t kColours = 6;
constexpr size_t kInLegendRow = 2;
constexpr const char* kDashes[kColours] = {"", "7 4", "2 3", "10 3 2 3", "4 4", "12 4"};

struct Point {
  double x = 0;
  double y = 0;
  double low = 0;
  double high = 0;
  bool interval = false;
};

struct Series {
  std::string name;
  std::string kind;
  std::vector<Point> points;
};

std::string text(const char* format, double a, double b = 0, double c = 0, double d = 0) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, format, a, b, c, d);
  return buffer;
}

std::optional<Point> point_of(Value value) {
  if (value.items().size() < 2) return std::nullopt;
  Point point{value.at(0).number().value_or(NAN), value.at(1).number().value_or(NAN)};
  // Differences of larger ones are not finite.
  constexpr double kLargest = 1e300;
  if (!(std::fabs(point.x) <= kLargest && std::fabs(point.y) <= kLargest)) return std::nullopt;
  if (value.size() >= 4) {
    point.low = value.at(2).number().value_or(NAN);
    point.high = value.at(3).number().value_or(NAN);
    point.interval = std::fabs(point.low) <= kLargest && std::fabs(point.high) <= kLargest;
  }
  return point;
}

struct Range {
  double from = 0;
  double to = 0;
  void take(double number) {
    from = std::min(from, number);
    to = std::max(to, number);
  }
};

class Drawing {
 public:
  explicit Drawing(Value plot) : plot_(plot) {
    for (const Value one : plot["series"].items()) {
      Series series{std::string(one["name"].text()), std::string(one["kind"].text()), {}};
      for (const Value raw : one["points"].items())
        if (const auto point = point_of(raw)) series.points.push_back(*point);
      series_.push_back(std::move(series));
    }
    x_ = range_of("x", [](const Point& p, Range& range) { range.take(p.x); });
    y_ = range_of("y", [](const Point& p, Range& range) {
      range.take(p.y);
      if (p.interval) range.take(p.low), range.take(p.high);
    });
    const size_t rows = (series_.size() + kInLegendRow - 1) / kInLegendRow;
    height_ = kHeight + kLegendRow * static_cast<double>(rows);
  }

  std::string run() {
    out_ = text("<svg viewBox=\"0 0 %g %g\" role=\"img\" aria-label=\"", kWidth, height_) +
           escaped(plot_["title"].text()) + "\">";
    out_ += text("<text class=\"t\" x=\"%g\" y=\"18\">", kLeft) + escaped(plot_["title"].text()) + "</text>";
    axes();
    if (plot_["diagonal"].truthy()) diagonal();
    for (size_t i = 0; i < series_.size(); ++i) draw(i);
    legend();
    return out_ + "</svg>";
  }

 private:
  template <typename Take>
  [[nodiscard]] Range range_of(const char* axis, Take&& take) const {
    Range range{plot_[axis]["from"].number().value_or(0), plot_[axis]["to"].number().value_or(0)};
    if (!std::isfinite(range.from) || !std::isfinite(range.to) || range.from > range.to) range = {};
    bool first = range.from == range.to;
    for (const Series& series : series_)
      for (const Point& point : series.points) {
        if (first) {
          range = {point.x, point.x};
          if (axis[0] == 'y') range = {point.y, point.y};
          first = false;
        }
        take(point, range);
      }
    // Far from 0 a 1 more is no more.
    constexpr double kNarrowest = 1e-9;
    const double least = std::max(1.0, std::fabs(range.from) * kNarrowest);
    if (!(range.to > range.from)) range.to = range.from + least;
    return range;
  }

  [[nodiscard]] double left(double x) const {
    return kLeft + (x - x_.from) / (x_.to - x_.from) * (kWidth - kLeft - kRight);
  }
  [[nodiscard]] double top(double y) const {
    return kHeight - kBottom - (y - y_.from) / (y_.to - y_.from) * (kHeight - kTop - kBottom);
  }

  void axes() {
    for (const double y : ticks(y_.from, y_.to, 5)) {
      out_ += text("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", kLeft, kWidth - kRight,
                   top(y), top(y));
      out_ += text("<text class=\"k\" text-anchor=\"end\" x=\"%.1f\" y=\"%.1f\">%.4g</text>", kLeft - 8, top(y) + 4, y);
    }
    out_ += text("<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", kLeft, kWidth - kRight,
                 kHeight - kBottom, kHeight - kBottom);
    for (const double x : ticks(x_.from, x_.to, 8))
      out_ += text("<text class=\"k\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%.4g</text>", left(x),
                   kHeight - kBottom + 17, x);
    out_ += text("<text text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">", (kLeft + kWidth - kRight) / 2,
                 kHeight - kBottom + 37) +
            escaped(plot_["x"]["label"].text()) + "</text>";
    out_ += text("<text text-anchor=\"middle\" transform=\"rotate(-90 15 %.1f)\" x=\"15\" y=\"%.1f\">",
                 (kTop + kHeight - kBottom) / 2, (kTop + kHeight - kBottom) / 2) +
            escaped(plot_["y"]["label"].text()) + "</text>";
  }

  void diagonal() {
    const double from = std::max(x_.from, y_.from);
    const double to = std::min(x_.to, y_.to);
    if (from < to)
      out_ += text("<line class=\"diag\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", left(from), top(from),
                   left(to), top(to));
  }

  static std::string mark(size_t colour, double x, double y) {
    const std::string fill = " class=\"f" + std::to_string(colour) + "\"";
    switch (colour % 3) {
      case 0: return text("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\"", x, y) + fill + "/>";
      case 1: return text("<rect x=\"%.1f\" y=\"%.1f\" width=\"7\" height=\"7\"", x - 3.5, y - 3.5) + fill + "/>";
      default: return text("<path d=\"M%.1f %.1fl4.4 7.6h-8.8z\"", x, y - 4.6) + fill + "/>";
    }
  }

  void draw(size_t at) {
    const Series& series = series_[at];
    const size_t colour = at % kColours;
    const std::string own = std::to_string(colour);
    if (series.kind == "bars") {
      const double width = std::max(2.0, bar_width() * 0.8);
      for (const Point& p : series.points)
        out_ += text("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"", left(p.x) - width / 2, top(p.y),
                     width, std::max(0.0, top(std::max(0.0, y_.from)) - top(p.y))) +
                " class=\"br f" + own + "\"/>";
    }
    for (const Point& p : series.points)
      if (p.interval)
        out_ += text("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"", left(p.x), left(p.x), top(p.low),
                     top(p.high)) +
                " class=\"er c" + own + "\"/>";
    if (series.kind == "line" && series.points.size() > 1) {
      out_ += "<polyline class=\"ln c" + own + "\" stroke-dasharray=\"" + kDashes[colour] + "\" points=\"";
      for (const Point& p : series.points) out_ += text("%.1f,%.1f ", left(p.x), top(p.y));
      out_ += "\"/>";
    }
    constexpr size_t kMarked = 30;
    if (series.kind == "points" || (series.kind == "line" && series.points.size() <= kMarked))
      for (const Point& p : series.points) out_ += mark(colour, left(p.x), top(p.y));
  }

  [[nodiscard]] double bar_width() const {
    size_t most = 1;
    for (const Series& series : series_)
      if (series.kind == "bars") most = std::max(most, series.points.size());
    return (kWidth - kLeft - kRight) / static_cast<double>(most);
  }

  void legend() {
    for (size_t i = 0; i < series_.size(); ++i) {
      const double x = kLeft + static_cast<double>(i % kInLegendRow) * (kWidth - kLeft - kRight) / kInLegendRow;
      const size_t row = i / kInLegendRow;
      const double y = kHeight + 6 + kLegendRow * static_cast<double>(row);
      const size_t colour = i % kColours;
      if (series_[i].kind == "line")
        out_ += text("<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"", x, x + 26, y, y) + " class=\"ln c" +
                std::to_string(colour) + "\" stroke-dasharray=\"" + kDashes[colour] + "\"/>";
      out_ += mark(colour, x + 13, y);
      out_ += text("<text x=\"%.1f\" y=\"%.1f\">", x + 33, y + 4) + escaped(series_[i].name) + "</text>";
    }
  }

  Value plot_;
  std::vector<Series> series_;
  Range x_;
  Range y_;
  double height_ = kHeight;
  std::string out_;
};

}  // namespace

std::vector<double> ticks(double from, double to, size_t about) {
  const double rough = (to - from) / static_cast<double>(std::max<size_t>(1, about));
  if (!(rough > 0) || !std::isfinite(rough)) return {from};
  const double power = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double times : {5.0, 2.0, 1.0})
    if (times * power >= rough * 0.999) step = times * power;
  std::vector<double> result;
  // Counted in steps, so that 0.1 added ten times is 1.
  const double first = std::ceil(from / step - 1e-9);
  for (double i = first; i * step <= to + step * 1e-9 && result.size() < 100; ++i)
    result.push_back(i == 0 ? 0.0 : i * step);
  return result;
}

std::string svg_of(Value plot) { return Drawing(plot).run(); }

}  // namespace outrigger::host
