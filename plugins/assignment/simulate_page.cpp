#include <algorithm>
#include <set>

#include "simulate.hpp"

namespace outrigger::assignment {
namespace {

using Page = outrigger::Report;
using outrigger::Align;

std::string hours_text(const Speech& say, double hours) {
  if (hours < 1) return say("{} min", "{} phút", say.number(hours * 60, hours * 60 < 10 ? 1 : 0));
  if (hours < 48) return say("{} h", "{} giờ", say.number(hours, 1));
  return say("{} days", "{} ngày", say.number(hours / 24, 1));
}

std::string percent_of(const Speech& say, size_t part, size_t whole) {
  return whole == 0 ? "-" : say.percent(100 * static_cast<double>(part) / static_cast<double>(whole), 0);
}

size_t most_loaded(const Outcome& outcome) {
  size_t most = 0;
  for (const auto& [user, load] : outcome.loads) most = std::max(most, load.leads);
  return most;
}

void show_verdict(Page& page, const Simulated& simulated, const Speech& say) {
  const Outcome& was = simulated.sides.front().outcome;
  for (size_t s = 1; s < simulated.sides.size(); ++s) {
    const Side& side = simulated.sides[s];
    const Outcome& now = side.outcome;
    const auto more = [](double a, double b) { return b > 0 ? 100 * (a / b - 1) : 0; };
    const bool better = now.value >= was.value && now.given >= was.given;
    page.note(
        better ? Page::Level::kOk : Page::Level::kWarn,
        say("{}: {} of {} leads assigned (as it was: {}), half of them within {} ({}); expected won value {} ({} %).",
            "{}: giao {} trên {} tiềm năng (thực tế: {}), một nửa trong vòng {} ({}); giá trị thắng kỳ vọng {} ({} %).",
            side.name, say.count(now.given), say.count(now.leads), say.count(was.given),
            hours_text(say, now.hours_at(0.5)), hours_text(say, was.hours_at(0.5)), say.number(now.value, 0),
            (now.value >= was.value ? "+" : "") + say.number(more(now.value, was.value), 1)));
  }
}

void show_sides(Page& page, const Simulated& simulated, const Speech& say) {
  page.heading(say("Side by side", "So sánh"));
  std::vector<Page::Column> columns{{""}};
  for (const Side& side : simulated.sides) columns.push_back({side.name, Align::kRight});
  Page::Table table = page.table(columns);
  const auto line = [&](const std::string& what, const auto& cell) {
    std::vector<Page::Link> row{what};
    for (const Side& side : simulated.sides) row.emplace_back(cell(side));
    table.row(row);
  };
  line(say("Engine", "Bộ máy"), [&](const Side& side) { return side.engine.empty() ? "-" : side.engine; });
  line(say("Runs", "Thời điểm chạy"), [&](const Side& side) { return side.runs.empty() ? "-" : side.runs; });
  line(say("Assigned", "Đã giao"), [&](const Side& side) {
    return say.count(side.outcome.given) + " (" + percent_of(say, side.outcome.given, side.outcome.leads) + ")";
  });
  line(say("Waiting at the end", "Còn chờ cuối kỳ"),
       [&](const Side& side) { return say.count(side.outcome.leads - side.outcome.given); });
  for (const auto& [part, english, vietnamese] : {std::tuple{0.5, "Half within", "Một nửa được giao trong"},
                                                  {0.9, "Nine of ten within", "Chín phần mười trong"},
                                                  {1.0, "The slowest", "Chậm nhất"}})
    line(say(english, vietnamese), [&, at = part](const Side& side) {
      return side.outcome.given == 0 ? "-" : hours_text(say, side.outcome.hours_at(at));
    });
  line(say("Most of one person", "Người nhận nhiều nhất"),
       [&](const Side& side) { return say.count(most_loaded(side.outcome)); });
  line(say("Evenness (1: alike)", "Độ đều (1: như nhau)"),
       [&](const Side& side) { return say.number(side.outcome.evenness, 2); });
  line(say("Expected wins", "Số thắng kỳ vọng"), [&](const Side& side) { return say.number(side.outcome.wins, 1); });
  line(say("Expected won value", "Giá trị thắng kỳ vọng"),
       [&](const Side& side) { return say.number(side.outcome.value, 0); });
}

void show_queue(Page& page, const Simulated& simulated, const Speech& say) {
  page.heading(say("How many waited", "Bao nhiêu tiềm năng chờ"));
  Plot plot{.title = say("Leads without a salesperson at the end of each day", "Tiềm năng chưa có người cuối mỗi ngày"),
            .x = {say("days since the start", "số ngày từ đầu kỳ"), 0, 0},
            .y = {say("leads", "tiềm năng"), 0, 0}};
  for (const Side& side : simulated.sides) {
    Series series{side.name, Series::Kind::kLine, {}};
    for (size_t day = 0; day < side.outcome.waiting.size(); ++day)
      series.points.push_back({static_cast<double>(day + 1), static_cast<double>(side.outcome.waiting[day])});
    plot.series.push_back(std::move(series));
  }
  page.plot(plot);
}

void show_speed(Page& page, const Simulated& simulated, const Speech& say) {
  page.heading(say("How fast leads were assigned", "Giao nhanh đến đâu"));
  double longest = 1;
  for (const Side& side : simulated.sides) longest = std::max(longest, side.outcome.hours_at(0.9));
  Plot plot{.title = say("Share of all leads that had a salesperson within so many hours",
                         "Phần tiềm năng đã có người sau chừng ấy giờ"),
            .x = {say("hours since creation", "số giờ từ khi tạo"), 0, longest},
            .y = {"%", 0, 100}};
  constexpr size_t kPoints = 100;
  for (const Side& side : simulated.sides) {
    Series series{side.name, Series::Kind::kLine, {}};
    const std::vector<double>& hours = side.outcome.hours;
    for (size_t i = 0; i <= kPoints; ++i) {
      const double x = longest * static_cast<double>(i) / kPoints;
      const auto within = std::upper_bound(hours.begin(), hours.end(), x) - hours.begin();
      const auto whole = static_cast<double>(std::max<size_t>(1, side.outcome.leads));
      series.points.push_back({x, 100 * static_cast<double>(within) / whole});
    }
    plot.series.push_back(std::move(series));
  }
  page.plot(plot);
}

void show_people(Page& page, const Simulated& simulated, const Speech& say) {
  page.heading(say("Who had how many", "Ai nhận bao nhiêu"));
  page.text(say("Leads, in brackets the expected won value. The capacity is that of the rules of today, of all teams.",
                "Số tiềm năng, trong ngoặc là giá trị thắng kỳ vọng. Năng lực theo quy tắc hiện nay, mọi bộ phận."));
  std::vector<Page::Column> columns{{say("Salesperson", "Nhân viên")}, {say("A month", "Mỗi tháng"), Align::kRight}};
  for (const Side& side : simulated.sides) columns.push_back({side.name, Align::kRight});
  std::set<int64_t> users;
  for (const Side& side : simulated.sides)
    for (const auto& [user, load] : side.outcome.loads) users.insert(user);
  Page::Table table = page.table(columns);
  for (const int64_t user : users) {
    const auto today = simulated.sides[1].outcome.loads.find(user);
    const double monthly = today == simulated.sides[1].outcome.loads.end() ? 0 : today->second.monthly;
    std::vector<Page::Link> row{simulated.people.at(user), monthly > 0 ? say.number(monthly, 0) : "-"};
    for (const Side& side : simulated.sides) {
      const auto load = side.outcome.loads.find(user);
      const bool any = load != side.outcome.loads.end() && load->second.leads > 0;
      row.emplace_back(any ? say.count(load->second.leads) + " (" + say.number(load->second.value, 0) + ")" : "-");
    }
    table.row(row);
  }
  Plot plot{
      .title = say("Leads of each person, from the most to the fewest", "Số tiềm năng từng người, từ nhiều đến ít"),
      .x = {say("people", "người"), 0, 0},
      .y = {say("leads", "tiềm năng"), 0, 0}};
  for (const Side& side : simulated.sides) {
    std::vector<size_t> counts;
    for (const auto& [user, load] : side.outcome.loads) counts.push_back(load.leads);
    std::sort(counts.rbegin(), counts.rend());
    Series series{side.name, Series::Kind::kLine, {}};
    for (size_t i = 0; i < counts.size(); ++i)
      series.points.push_back({static_cast<double>(i + 1), static_cast<double>(counts[i])});
    plot.series.push_back(std::move(series));
  }
  page.plot(plot);
}

std::string reason_text(Reason reason, const Speech& say) {
  switch (reason) {
    case Reason::kTooNew: return say("too new, or came after the last run", "quá mới, hoặc đến sau lần chạy cuối");
    case Reason::kTooOld: return say("too old", "quá cũ");
    case Reason::kNoTeamRule: return say("no team's rule matches", "không quy tắc bộ phận nào khớp");
    case Reason::kTeamSkipped: return say("by hand only", "chỉ giao thủ công");
    case Reason::kNoMemberRule: return say("no member may take it", "không thành viên nào được nhận");
    case Reason::kCapped: return say("no room left", "hết chỗ");
    case Reason::kDuplicate: return say("duplicate", "trùng");
    default: return to_string(reason);
  }
}

void show_waiting(Page& page, const Simulated& simulated, const Speech& say) {
  std::set<Reason> reasons;
  for (size_t s = 1; s < simulated.sides.size(); ++s)
    for (const auto& [reason, count] : simulated.sides[s].outcome.reasons) reasons.insert(reason);
  if (reasons.empty()) return;
  page.heading(say("Why leads still waited at the end", "Vì sao còn chờ khi kết thúc"));
  std::vector<Page::Column> columns{{say("Reason", "Lý do")}};
  for (size_t s = 1; s < simulated.sides.size(); ++s) columns.push_back({simulated.sides[s].name, Align::kRight});
  Page::Table table = page.table(columns);
  for (const Reason reason : reasons) {
    std::vector<Page::Link> row{reason_text(reason, say)};
    for (size_t s = 1; s < simulated.sides.size(); ++s) {
      const auto& all = simulated.sides[s].outcome.reasons;
      const auto count = all.find(reason);
      row.emplace_back(count == all.end() ? "-" : say.count(count->second));
    }
    table.row(row);
  }
}

void show_basis(Page& page, const Simulated& simulated, const Speech& say) {
  const Outcome& was = simulated.sides.front().outcome;
  page.heading(say("What this rests on", "Căn cứ"));
  if (simulated.closed_before < 1)
    page.note(Page::Level::kWarn,
              say("No lead was closed before the start, so nobody can say what the chances were: expected wins are 0. "
                  "Take a later --since.",
                  "Trước kỳ này chưa có tiềm năng nào kết thúc nên không tính được cơ hội: số thắng kỳ vọng là 0. "
                  "Hãy lấy --since muộn hơn."));
  else
    page.text(
        say("A lead's chance is the one on its arrival, learned from {} leads that were closed before the start "
            "({} won), times how much better or worse the member wins than others. By this count {} wins were "
            "expected as it was; by now {} are won and {} lost.",
            "Cơ hội của tiềm năng là lúc mới đến, học từ {} tiềm năng đã kết thúc trước kỳ này ({} thắng), nhân "
            "với mức thắng của từng người so với người khác. Theo đó kỳ vọng {} thắng như đã diễn ra; đến nay "
            "{} đã thắng và {} đã thua.",
            say.number(simulated.closed_before, 0), say.percent(100 * simulated.base_rate), say.number(was.wins, 1),
            say.count(simulated.won), say.count(simulated.lost)));
  page.text(
      say("Odoo keeps no history of it, so these are as of today for every side: the fields that rules look at, "
          "expected revenue, members, their capacity and Odoo's own rules. Deleted and merged leads are not "
          "seen. Relative dates in rules count from today. That a lead is won more often when it is called "
          "sooner is not counted.",
          "Odoo không giữ lịch sử nên những điều sau là của hôm nay: các trường mà quy tắc xem, doanh thu kỳ "
          "vọng, thành viên, năng lực và quy tắc của Odoo. Không thấy tiềm năng đã xóa hay gộp. Ngày tương đối "
          "trong quy tắc tính từ hôm nay. Không tính việc gọi sớm thì dễ thắng hơn."));
  page.text(
      simulated.free_teams
          ? say("Leads come without a team, and the rules of teams decide (--teams kept leaves them where they are).",
                "Tiềm năng đến không thuộc bộ phận nào, quy tắc của bộ phận quyết định (--teams kept để giữ nguyên).")
          : say("Leads keep the team that they have today (--teams free lets the rules of teams decide).",
                "Tiềm năng giữ bộ phận hôm nay (--teams free để quy tắc bộ phận quyết định)."));
  if (simulated.came_with_owner > 0)
    page.text(say("{} leads are left out: their salesperson created them.",
                  "Bỏ qua {} tiềm năng do chính nhân viên phụ trách tạo.", say.count(simulated.came_with_owner)));
  for (const std::string& problem : simulated.problems) page.note(Page::Level::kWarn, problem);
  for (const std::string& one : simulated.asked) page.text(one);
}

Value outcome_value(const Simulated& simulated, const Side& side, Arena& arena) {
  const Outcome& outcome = side.outcome;
  const auto count = [](size_t n) { return static_cast<int64_t>(n); };
  std::vector<Value> members;
  for (const auto& [user, load] : outcome.loads)
    members.push_back(arena.object({{"user", user},
                                    {"name", arena.text(simulated.people.at(user))},
                                    {"monthly", load.monthly},
                                    {"leads", count(load.leads)},
                                    {"expected_wins", load.wins},
                                    {"expected_won_value", load.value}}));
  std::vector<Value> waiting;
  for (const size_t one : outcome.waiting) waiting.push_back(Value::of(count(one)));
  std::vector<Value> reasons;
  for (const auto& [reason, leads] : outcome.reasons)
    reasons.push_back(arena.object({{"reason", to_string(reason)}, {"leads", count(leads)}}));
  return arena.object({{"name", arena.text(side.name)},
                       {"engine", arena.text(side.engine)},
                       {"runs", arena.text(side.runs)},
                       {"leads", count(outcome.leads)},
                       {"assigned", count(outcome.given)},
                       {"hours_median", outcome.hours_at(0.5)},
                       {"hours_p90", outcome.hours_at(0.9)},
                       {"hours_longest", outcome.hours_at(1)},
                       {"evenness", outcome.evenness},
                       {"expected_wins", outcome.wins},
                       {"expected_won_value", outcome.value},
                       {"waiting_by_day", arena.array(waiting)},
                       {"waiting_why", arena.array(reasons)},
                       {"members", arena.array(members)}});
}

}  // namespace

outrigger::Report simulation_page(const Simulated& simulated, const Speech& say) {
  const auto day = [](int64_t at) { return utc_text(Time(std::chrono::microseconds(at))).substr(0, 10); };
  Page page(say("Assignment under other rules", "Phân công theo quy tắc khác"),
            say("{} leads created from {} to {}", "{} tiềm năng tạo từ {} đến {}",
                say.count(simulated.sides.front().outcome.leads), day(simulated.span.from), day(simulated.span.until)));
  show_verdict(page, simulated, say);
  show_sides(page, simulated, say);
  show_queue(page, simulated, say);
  show_speed(page, simulated, say);
  show_people(page, simulated, say);
  show_waiting(page, simulated, say);
  show_basis(page, simulated, say);
  return page;
}

Value simulation_figures(const Simulated& simulated, Arena& arena) {
  const auto count = [](size_t n) { return static_cast<int64_t>(n); };
  const auto texts = [&](const std::vector<std::string>& all) {
    std::vector<Value> values;
    for (const std::string& one : all) values.push_back(arena.text(one));
    return arena.array(values);
  };
  std::vector<Value> sides;
  for (const Side& side : simulated.sides) sides.push_back(outcome_value(simulated, side, arena));
  const auto moment = [&](int64_t at) { return arena.text(utc_text(Time(std::chrono::microseconds(at)))); };
  return arena.object({{"since", moment(simulated.span.from)},
                       {"until", moment(simulated.span.until)},
                       {"teams", simulated.free_teams ? "free" : "kept"},
                       {"left_out", count(simulated.came_with_owner)},
                       {"won", count(simulated.won)},
                       {"lost", count(simulated.lost)},
                       {"closed_before", simulated.closed_before},
                       {"base_rate", simulated.base_rate},
                       {"problems", texts(simulated.problems)},
                       {"asked_of_odoo", texts(simulated.asked)},
                       {"scenarios", arena.array(sides)}});
}

}  // namespace outrigger::assignment
