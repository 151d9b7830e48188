// What a person sees of a report: nothing from elsewhere, nothing of a plugin's markup, plots that hold any numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <regex>

#include "host/report/html.hpp"
#include "host/report/plot.hpp"
#include "host/report/text.hpp"
#include "outrigger/report.hpp"

namespace outrigger::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Report full() {
  Report report("Is it <right>?", "main & more");
  report.heading("Calibration").text("Of 100 leads").note(Report::Level::kWarn, "two are \"late\"");
  report.figures({{"AUC", "0.81"}});
  report.table({{"Lead"}, {"Value", Align::kRight}})
      .row({{"Anna & Co", "https://odoo.example/odoo/crm/7"}, "1,200"})
      .row({{"Ben", "javascript:alert(1)"}, "5"})
      .row({{"Short"}});
  Plot plot{.title = "Plot", .x = {"score", 0, 100}, .y = {"won", 0, 100}, .diagonal = true};
  plot.series.push_back({"odoo", Series::Kind::kLine, {{10, 12, 8, 17}, {50, 47}}});
  plot.series.push_back({"bars", Series::Kind::kBars, {{5, 10}, {15, 30}}});
  report.plot(plot);
  return report;
}

TEST(ReportPage, AsksForNothingFromElsewhere) {
  Report report = full();
  const std::string page = html_of(report.value(), "en");
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  for (const char* loads : {"<script", "<link", "<img", "@import", "url(", " src=", "<iframe", "onload"})
    EXPECT_THAT(page, Not(HasSubstr(loads)));
  EXPECT_THAT(page, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_THAT(page, HasSubstr("<html lang=\"en\">"));
}

TEST(ReportPage, EscapesAllThatAPluginSays) {
  Report report("<script>alert(1)</script>");
  report.heading("<b>").text("a & b").note(Report::Level::kFail, "</style>").figures({{"\"x\"", "<i>"}});
  report.table({{"<th>"}}).row({"<td onmouseover='x'>"}).row({{"l", "https://x/\"><script>"}});
  report.plot({.title = "</svg><script>", .x = {"<x>"}, .y = {"<y>"}, .series = {{"<s>"}}});
  const std::string page = html_of(report.value(), "en");
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<td onmouseover")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST(ReportPage, LinksLeadToTheWebAlone) {
  Report report = full();
  const std::string page = html_of(report.value(), "vi");
  EXPECT_THAT(page, HasSubstr("<a href=\"https://odoo.example/odoo/crm/7\" rel=\"noreferrer\">Anna &amp; Co</a>"));
  EXPECT_THAT(page, Not(HasSubstr("javascript:")));
  EXPECT_THAT(page, HasSubstr("<html lang=\"vi\">"));
}

TEST(ReportPage, LinksToRecordsWhereItKnowsTheOdoo) {
  Report report("t");
  report.table({{"Lead"}})
      .row({{"Anna", "record:crm.lead/42"}})
      .row({{"Ben", "record:crm.lead/4\"2"}})
      .row({{"Cy", "record:"}});
  EXPECT_THAT(html_of(report.value(), "en", "https://odoo.example/"),
              HasSubstr("<a href=\"https://odoo.example/web#id=42&amp;model=crm.lead&amp;view_type=form\""));
  Report again("t");
  again.table({{"Lead"}}).row({{"Anna", "record:crm.lead/42"}}).row({{"Ben", "record:crm.lead/4\"2"}});
  EXPECT_THAT(html_of(again.value(), "en"), Not(HasSubstr("<a")));
}

TEST(ReportPage, OfAnythingIsStillAPage) {
  Arena arena;
  EXPECT_THAT(html_of(Value{}, "en"), HasSubstr("</html>"));
  const Value odd = arena.object(
      {{"title", 3},
       {"blocks", arena.array({7, arena.object({{"block", "video"}}), arena.object({{"block", "table"}, {"rows", 3}}),
                               arena.object({{"block", "plot"}, {"series", arena.array({1, "x"})}})})}});
  EXPECT_THAT(html_of(odd, "en"), HasSubstr("</html>"));
  EXPECT_THAT(text_of(odd, 80), HasSubstr("3\n"));
}

TEST(ReportPlot, HoldsNumbersThatAreNone) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  Report report("t");
  report.plot({.x = {"x", kNan, kNan},
               .y = {"y", 5, 1},
               .series = {{"a", Series::Kind::kLine, {{kNan, 1}, {1, kInfinite}, {2, 2}}}, {"empty"}}});
  report.plot({.series = {}});
  report.plot({.series = {{"far", Series::Kind::kLine, {{1e17, -1e17}}}}});
  report.plot({.series = {{"apart", Series::Kind::kPoints, {{-1e308, 1e308}, {1e308, -1e308}, {-1e300, 1e300}}}}});
  const std::string page = html_of(report.value(), "en");
  const std::string svg = page.substr(page.find("<svg"));
  EXPECT_FALSE(std::regex_search(svg, std::regex("\"[^\"]*(nan|inf)[^\"]*\""))) << svg;
}

TEST(ReportPlot, KeepsEveryMarkInsideItsFrame) {
  Report report("t");
  report.plot({.x = {"x", 0, 1}, .y = {"y", 0, 1}, .series = {{"a", Series::Kind::kPoints, {{-50, 900}, {70, -3}}}}});
  const std::string page = html_of(report.value(), "en");
  const std::regex circle("<circle cx=\"([0-9.-]+)\" cy=\"([0-9.-]+)\"");
  int marks = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), circle), end; at != end; ++at, ++marks) {
    EXPECT_TRUE(std::stod((*at)[1]) >= 0 && std::stod((*at)[1]) <= 640);
    EXPECT_TRUE(std::stod((*at)[2]) >= 0 && std::stod((*at)[2]) <= 400);
  }
  EXPECT_EQ(marks, 3);  // two points, one in the legend
}

TEST(ReportPlot, TicksAreRound) {
  EXPECT_THAT(ticks(0, 100, 5), ElementsAre(0, 20, 40, 60, 80, 100));
  EXPECT_THAT(ticks(0, 0.5, 5), ElementsAre(0, 0.1, 0.2, testing::DoubleEq(0.3), 0.4, 0.5));
  EXPECT_THAT(ticks(-3, 3, 3), ElementsAre(-2, 0, 2));
  EXPECT_THAT(ticks(4, 4, 5), ElementsAre(4));
}

TEST(ReportText, IsReadableOnATerminal) {
  Report report = full();
  const std::string text = text_of(report.value(), 80);
  EXPECT_THAT(text, HasSubstr("Is it <right>?\nmain & more\n"));
  EXPECT_THAT(text, HasSubstr("  AUC: 0.81\n"));
  EXPECT_THAT(text, HasSubstr("  Lead       Value\n  Anna & Co  1,200\n"));
  EXPECT_THAT(text, HasSubstr("  !   two are \"late\"\n"));
}

TEST(ReportText, WrapsAndCutsAndSaysWhatIsLeftOut) {
  Report report("t");
  report.text(std::string(30, 'a') + " " + std::string(30, 'b'));
  Report::Table table = report.table({{"A"}});
  for (int i = 0; i < 20; ++i) table.row({std::string(60, 'x') + "\x1b[31m"});
  const std::string text = text_of(report.value(), 40, 5);
  EXPECT_THAT(text, HasSubstr("\n  bbb"));
  EXPECT_THAT(text, HasSubstr("… +15"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("\n  " + std::string(37, 'x') + "…\n")) << "a line is as wide as it may be";
}

TEST(ReportText, TheWidestColumnGivesWay) {
  Report report("t");
  report.table({{"Lead"}, {"Value", Align::kRight}, {"Why"}})
      .row({std::string(20, 'l'), "1,000", std::string(90, 'w')});
  EXPECT_THAT(text_of(report.value(), 80, 5),
              HasSubstr("\n  " + std::string(20, 'l') + "  1,000  " + std::string(48, 'w') + "…\n"));
  EXPECT_THAT(text_of(report.value(), 120, 5), HasSubstr(std::string(88, 'w') + "…\n"));
  EXPECT_THAT(text_of(report.value(), 40, 5), HasSubstr("  1,000  " + std::string(19, 'w') + "…\n"))
      << "a number is shown whole";
}

}  // namespace
}  // namespace outrigger::host
