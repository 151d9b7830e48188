#include <algorithm>

#include "report.hpp"

namespace outrigger::scoring {
namespace {

using outrigger::Align;
using Page = outrigger::Report;
using Level = Page::Level;

std::string shown_interval(const Speech& say, const Interval& interval, int digits) {
  return say.interval(interval.value, interval.low, interval.high, digits);
}

// Share won of the leads that were judged, and what the score said on average.
struct Mean {
  double predicted = 0;
  double won = 0;
};
Mean mean_of(const scoring::Report& report) {
  Mean mean;
  double leads = 0;
  for (const TeamReport& team : report.teams) {
    leads += static_cast<double>(team.leads);
    mean.predicted += team.predicted * static_cast<double>(team.leads);
    mean.won += 100 * static_cast<double>(team.won);
  }
  return leads == 0 ? mean : Mean{mean.predicted / leads, mean.won / leads};
}

bool holds(const CalibrationRow& row) {
  return row.observed_low <= row.predicted && row.predicted <= row.observed_high;
}

void show_order(Page& page, const Shown& shown, const scoring::Report& report) {
  const Speech& say = shown.say;
  const Interval& order = report.intervals.auc;
  if (!is_set(order.value))
    page.note(Level::kWarn,
              say("All leads that were judged ended the same way, so nobody can say whether the score tells "
                  "won from lost.",
                  "Mọi tiềm năng được xét đều có cùng kết quả, nên không thể nói điểm có phân biệt được "
                  "thắng và thua hay không."));
  else if (order.low <= 0.5)
    page.note(Level::kFail,
              say("The score does not tell won from lost: of a won and a lost lead, the won one has the "
                  "higher score in {} % of the pairs, and 50 % is chance.",
                  "Điểm không phân biệt được thắng và thua: lấy một tiềm năng thắng và một tiềm năng thua, "
                  "tiềm năng thắng có điểm cao hơn trong {} % số cặp, mà 50 % là ngẫu nhiên.",
                  say.interval(100 * order.value, 100 * order.low, 100 * order.high, 0)));
  else
    page.note(
        order.value < 0.65 ? Level::kWarn : Level::kOk,
        say("The score tells won from lost: of a won and a lost lead, the won one has the higher score in {} % of "
            "the pairs; 50 % would be chance.",
            "Điểm phân biệt được thắng và thua: lấy một tiềm năng thắng và một tiềm năng thua, tiềm năng thắng có "
            "điểm cao hơn trong {} % số cặp; 50 % là ngẫu nhiên.",
            say.interval(100 * order.value, 100 * order.low, 100 * order.high, 0)));
}

void show_level(Page& page, const Shown& shown, const scoring::Report& report) {
  const Speech& say = shown.say;
  const auto good = static_cast<size_t>(std::count_if(report.calibration.begin(), report.calibration.end(), holds));
  const Mean mean = mean_of(report);
  const std::string says =
      say("It said {} on average, and {} were won. In {} of {} groups the share that was won agrees "
          "with the score, within chance.",
          "Điểm trung bình là {}, và thực tế {} đã thắng. Ở {} trong {} nhóm, tỷ lệ thắng khớp với "
          "điểm, trong phạm vi ngẫu nhiên.",
          say.percent(mean.predicted), say.percent(mean.won), say.count(good), say.count(report.calibration.size()));
  const size_t groups = report.calibration.size();
  constexpr size_t kMany = 5;  // of so many one may miss by chance
  const bool well = good == groups || (groups >= kMany && good + 1 == groups);
  page.note(well ? Level::kOk : 2 * good >= groups ? Level::kWarn : Level::kFail, says);
}

void show_best(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  const auto& reports = shown.judged.comparison.reports;
  const scoring::Report* best = nullptr;
  for (size_t r = 1; r < reports.size(); ++r)
    if (reports[r].name != "base rate" && reports[r].minus_odoo.brier.high < 0 &&
        (best == nullptr || reports[r].intervals.brier.value < best->intervals.brier.value))
      best = &reports[r];
  if (best != nullptr)
    page.note(
        Level::kOk,
        say("{} is more accurate than Odoo's model on the same leads: its squared error is smaller by {}.",
            "{} chính xác hơn mô hình của Odoo trên cùng các tiềm năng: sai số bình phương nhỏ hơn {}.",
            model_name(say, best->name),
            say.interval(-best->minus_odoo.brier.value, -best->minus_odoo.brier.high, -best->minus_odoo.brier.low, 4)));
}

void show_models(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  page.heading(say("The models on the same leads", "Các mô hình trên cùng các tiềm năng"));
  page.text(
      say("AUC: how often a won lead stands above a lost one (1 is perfect, 0.5 is chance). Brier: mean squared error "
          "of the probability (0 is perfect). Log loss punishes a sure error most. In brackets 95 % intervals.",
          "AUC: tiềm năng thắng đứng trên tiềm năng thua thường xuyên đến đâu (1 là hoàn hảo, 0,5 là ngẫu nhiên). "
          "Brier: sai số bình phương trung bình của xác suất (0 là hoàn hảo). Log loss phạt nặng nhất khi chắc chắn "
          "mà sai. Trong ngoặc là khoảng tin cậy 95 %."));
  Page::Table table = page.table({{say("Model", "Mô hình")},
                                  {"AUC", Align::kRight},
                                  {"Brier", Align::kRight},
                                  {"Log loss", Align::kRight},
                                  {say("Calibration error", "Sai lệch hiệu chuẩn"), Align::kRight},
                                  {say("Brier against Odoo's", "Brier so với Odoo"), Align::kRight}});
  for (const scoring::Report& report : shown.judged.comparison.reports)
    table.row(
        {model_name(say, report.name), shown_interval(say, report.intervals.auc, 3),
         shown_interval(say, report.intervals.brier, 4), shown_interval(say, report.intervals.log_loss, 3),
         say.percent(report.calibration_error),
         &report == &shown.judged.comparison.reports.front() ? "" : shown_interval(say, report.minus_odoo.brier, 4)});
  for (const scoring::Report& report : shown.judged.comparison.reports)
    for (const std::string& note : report.notes) page.text(model_name(say, report.name) + ": " + note);
}

void show_lift(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  const scoring::Report& report = shown.judged.comparison.reports[shown.watched];
  page.heading(say("Who calls the best-scored leads first, wins how many?",
                   "Gọi những tiềm năng điểm cao nhất trước thì thắng được bao nhiêu?"));
  Plot plot{.title = say("Share of all wins among the best-scored leads", "Phần thắng nằm trong nhóm điểm cao nhất"),
            .x = {say("best-scored leads, %", "tiềm năng điểm cao nhất, %"), 0, 100},
            .y = {say("of all wins, %", "trong tổng số thắng, %"), 0, 100},
            .diagonal = true};
  for (const scoring::Report& one : shown.judged.comparison.reports) {
    if (one.name == "base rate") continue;
    Series series{model_name(say, one.name), Series::Kind::kLine, {{0, 0}}};
    for (const LiftRow& row : one.lift) series.points.push_back({100 * row.share, 100 * row.captured});
    series.points.push_back({100, 100});
    plot.series.push_back(std::move(series));
  }
  page.plot(plot);
  Page::Table table = page.table({{say("Best-scored", "Điểm cao nhất")},
                                  {say("Won", "Thắng"), Align::kRight},
                                  {say("Times the average", "Gấp trung bình"), Align::kRight},
                                  {say("Of all wins", "Trong tổng số thắng"), Align::kRight}});
  for (const LiftRow& row : report.lift)
    table.row({say.percent(100 * row.share, 0), say.percent(row.win_rate), say.number(row.lift, 2),
               say.percent(100 * row.captured)});
}

void show_teams(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  page.heading(say("By sales team", "Theo bộ phận sales"));
  Page::Table table = page.table({{say("Team", "Bộ phận sales")},
                                  {say("Leads", "Tiềm năng"), Align::kRight},
                                  {say("Score said", "Điểm dự báo"), Align::kRight},
                                  {say("Won", "Thắng"), Align::kRight},
                                  {"AUC", Align::kRight},
                                  {"Brier", Align::kRight}});
  for (const TeamReport& team : shown.judged.comparison.reports[shown.watched].teams) {
    std::string name = say("no team", "không có bộ phận");
    for (const Team& known : shown.history.model.teams)
      if (known.id == team.team) name = known.name;
    table.row({name, say.count(team.leads), say.percent(team.predicted),
               say.percent(100 * static_cast<double>(team.won) / static_cast<double>(team.leads)),
               say.number(team.measures.auc, 2), say.number(team.measures.brier, 3)});
  }
}

void show_alarms(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  page.heading(say("Does what was learned still hold?", "Điều đã học có còn đúng không?"));
  if (shown.judged.alarms.empty())
    page.note(Level::kOk,
              say("No alarm: win rate, level of the score and the variables are after the cut as before, within "
                  "chance.",
                  "Không có cảnh báo: tỷ lệ thắng, mức điểm và các biến sau mốc vẫn như trước, trong phạm vi "
                  "ngẫu nhiên."));
  for (const Alarm& alarm : shown.judged.alarms) switch (alarm.kind) {
      case Alarm::Kind::kWinRate:
        page.note(Level::kWarn,
                  say("The win rate went from {} to {}: a score that was learned before is off by as much.",
                      "Tỷ lệ thắng đi từ {} đến {}: điểm học từ trước lệch chừng ấy.", say.percent(alarm.before),
                      say.percent(alarm.after)));
        break;
      case Alarm::Kind::kLevel:
        page.note(Level::kFail,
                  say("The score says {} on average and {} were won: learn from newer leads (a later start "
                      "date), and recompute.",
                      "Điểm trung bình {} mà {} đã thắng: hãy học từ tiềm năng mới hơn (ngày bắt đầu muộn "
                      "hơn) rồi tính lại.",
                      say.percent(alarm.before), say.percent(alarm.after)));
        break;
      case Alarm::Kind::kOrder:
        page.note(Level::kFail,
                  say("The score no longer tells won from lost (AUC {}).",
                      "Điểm không còn phân biệt được thắng và thua (AUC {}).", say.number(alarm.before, 2)));
        break;
      case Alarm::Kind::kVariable:
        page.note(Level::kWarn, say("The values of {} are spread differently than before (stability index {}).",
                                    "Giá trị của {} phân bố khác trước (chỉ số ổn định {}).", alarm.variable,
                                    say.number(alarm.after, 2)));
    }
}

void show_basis(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  const Backtest& past = shown.judged.past;
  page.heading(say("What this rests on", "Căn cứ"));
  page.text(
      say("The models learned from {} leads that were won or lost before {} and were judged on {} that were decided "
          "later. Odoo keeps neither the stage nor the score that a lead had before it was closed: {} leads were seen "
          "at a look that Outrigger had kept, {} as on their arrival, in the first stage. What else is known of a "
          "lead is as of today.",
          "Các mô hình học từ {} tiềm năng đã thắng hoặc thua trước {} và được xét trên {} tiềm năng có kết quả sau "
          "đó. Odoo không giữ giai đoạn hay điểm trước khi đóng: {} tiềm năng được xem theo lần nhìn mà Outrigger đã "
          "lưu, {} như khi mới đến, ở giai đoạn đầu. Những điều khác là của hôm nay.",
          say.count(shown.judged.comparison.split.train.size()), day_of(shown.judged.cut),
          say.count(shown.judged.comparison.judged), say.count(past.looked_at), say.count(past.on_arrival)));
  if (past.without_time > 0)
    page.note(Level::kWarn,
              say("{} closed leads have no closing date in Odoo and were left out.",
                  "{} tiềm năng đã đóng không có ngày đóng trong Odoo nên bị bỏ qua.", say.count(past.without_time)));
  if (shown.judged.comparison.unscored > 0)
    page.note(Level::kWarn, say("{} leads have no score in some model and were left out.",
                                "{} tiềm năng không có điểm ở một mô hình nào đó nên bị bỏ qua.",
                                say.count(shown.judged.comparison.unscored)));
  for (const Suspect& suspect : shown.judged.left_out)
    page.note(Level::kFail,
              say("{} was left out: alone it tells won from lost almost perfectly (AUC {}), so it is probably "
                  "written when a lead is closed. Take it out of the configuration.",
                  "{} bị loại: chỉ riêng nó đã phân biệt thắng thua gần như hoàn hảo (AUC {}), có lẽ nó được "
                  "ghi lúc đóng tiềm năng. Hãy bỏ nó khỏi cấu hình.",
                  suspect.variable, say.number(std::max(suspect.train_auc, suspect.test_auc), 2)));
  for (const Suspect& suspect : shown.judged.comparison.suspects) page.note(Level::kWarn, suspect.why);
  for (const auto& [name, count] : shown.judged.comparison.concealed)
    if (count > 0)
      page.text(say("{}: {} values that became known after the decision were not used.",
                    "{}: {} giá trị chỉ biết sau khi có kết quả nên không dùng.", name, say.count(count)));
  for (const std::string& note : shown.known.notes) page.note(Level::kWarn, note);
}

std::string problem_text(const Speech& say, const Comparison& comparison) {
  if (comparison.split.train.empty())
    return say(comparison.problem,
               "không có tiềm năng nào thắng hay thua trước mốc nên không có gì để học; hãy chọn mốc "
               "muộn hơn hoặc ngày bắt đầu sớm hơn");
  if (comparison.split.test.empty())
    return say(comparison.problem, "không có tiềm năng nào có kết quả sau mốc để đối chiếu; hãy chọn mốc sớm hơn");
  return say(comparison.problem, "không có tiềm năng nào được mọi mô hình chấm điểm");
}

}  // namespace

std::string model_name(const Speech& say, const std::string& name) {
  if (name == "odoo") return say("Odoo's model", "Mô hình của Odoo");
  if (name == "extended") return say("Extended (more variables)", "Mở rộng (thêm biến)");
  if (name == "logistic") return say("Logistic regression", "Hồi quy logistic");
  if (name == "base rate") return say("Base rate alone", "Chỉ tỷ lệ cơ sở");
  if (name == "odoo, as shown") return say("Odoo, as it was shown", "Odoo, như đã hiển thị");
  return name;
}

void show_verdict(Page& page, const Shown& shown) {
  const Comparison& comparison = shown.judged.comparison;
  const Speech& say = shown.say;
  if (!comparison.problem.empty()) {
    page.note(Level::kFail, say("Not enough data: {}", "Không đủ dữ liệu: {}", problem_text(say, comparison)));
    return;
  }
  const scoring::Report& report = comparison.reports[shown.watched];
  show_order(page, shown, report);
  show_level(page, shown, report);
  show_best(page, shown);
}

void show_calibration(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  const auto& reports = shown.judged.comparison.reports;
  page.heading(
      say("Of the leads with this score, how many were won?", "Trong các tiềm năng có điểm này, bao nhiêu đã thắng?"));
  Plot plot{.title = say("Calibration: on the dotted line a score is right", "Hiệu chuẩn: nằm trên đường chấm là đúng"),
            .x = {say("score, %", "điểm, %"), 0, 100},
            .y = {say("won, %", "thắng, %"), 0, 100},
            .diagonal = true};
  for (size_t r = 0; r < reports.size(); ++r) {
    if (reports[r].name == "base rate") continue;
    Series series{model_name(say, reports[r].name), Series::Kind::kLine, {}};
    for (const CalibrationRow& row : reports[r].calibration)
      series.points.push_back(r == shown.watched
                                  ? PlotPoint{row.predicted, row.observed, row.observed_low, row.observed_high}
                                  : PlotPoint{row.predicted, row.observed});
    plot.series.push_back(std::move(series));
  }
  page.plot(plot);
  Page::Table table = page.table({{say("Score from", "Điểm từ"), Align::kRight},
                                  {say("to", "đến"), Align::kRight},
                                  {say("Score said", "Điểm dự báo"), Align::kRight},
                                  {say("Won", "Thắng"), Align::kRight},
                                  {say("95 % interval", "Khoảng 95 %"), Align::kRight},
                                  {say("Leads", "Tiềm năng"), Align::kRight},
                                  {say("Agrees", "Khớp")}});
  for (const CalibrationRow& row : reports[shown.watched].calibration)
    table.row({say.number(row.low, 2), say.number(row.high, 2), say.percent(row.predicted), say.percent(row.observed),
               say.number(row.observed_low, 1) + say(" to ", " đến ") + say.number(row.observed_high, 1),
               say.count(row.leads),
               holds(row)                          ? say("yes", "có")
               : row.predicted > row.observed_high ? say("no, too high", "không, quá cao")
                                                   : say("no, too low", "không, quá thấp")});
}

void show_bands(Page& page, const Shown& shown) {
  const Speech& say = shown.say;
  const scoring::Report& report = shown.judged.comparison.reports[shown.watched];
  page.heading(say("Win rate by band of the score", "Tỷ lệ thắng theo khoảng điểm"));
  Plot plot{.title = say("Won in each band", "Thắng trong từng khoảng"),
            .x = {say("score, %", "điểm, %"), 0, 100},
            .y = {say("won, %", "thắng, %"), 0, 100}};
  Series bars{model_name(say, report.name), Series::Kind::kBars, {}};
  for (const BandRow& row : report.bands)
    if (row.leads > 0)
      bars.points.push_back(
          {(row.from + row.to) / 2, 100 * static_cast<double>(row.won) / static_cast<double>(row.leads)});
  plot.series.push_back(std::move(bars));
  page.plot(plot);
  Page::Table table = page.table({{say("Score", "Điểm")},
                                  {say("Leads", "Tiềm năng"), Align::kRight},
                                  {say("Won", "Thắng"), Align::kRight},
                                  {say("Win rate", "Tỷ lệ thắng"), Align::kRight}});
  for (const BandRow& row : report.bands)
    table.row(
        {say.number(row.from, 0) + say(" to ", " đến ") + say.number(row.to, 0) + " %", say.count(row.leads),
         say.count(row.won),
         row.leads == 0 ? "-" : say.percent(100 * static_cast<double>(row.won) / static_cast<double>(row.leads))});
}

void show_report(Page& page, const Shown& shown) {
  const Comparison& comparison = shown.judged.comparison;
  const Speech& say = shown.say;
  show_verdict(page, shown);
  if (!comparison.problem.empty()) {
    for (const std::string& note : shown.known.notes) page.note(Level::kWarn, note);
    return;
  }
  page.figures({{say("Judged", "Đã xét"), say.count(comparison.judged)},
                {say("of them won", "trong đó thắng"), say.count(comparison.won)},
                {say("Learned from", "Học từ"), say.count(comparison.split.train.size())},
                {say("Decided from", "Có kết quả từ"), day_of(shown.judged.cut)},
                {say("Base rate", "Tỷ lệ cơ sở"), say.percent(comparison.base_rate)},
                {say("Model in use", "Mô hình đang dùng"), model_name(say, comparison.reports[shown.watched].name)}});
  show_models(page, shown);
  show_calibration(page, shown);
  show_bands(page, shown);
  show_lift(page, shown);
  show_teams(page, shown);
  show_alarms(page, shown);
  show_basis(page, shown);
}

}  // namespace outrigger::scoring
