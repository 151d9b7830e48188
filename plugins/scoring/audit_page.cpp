#include <algorithm>

#include "audit.hpp"

namespace outrigger::scoring {
namespace {

using outrigger::Align;
using Page = outrigger::Report;

constexpr size_t kShown = 25;
constexpr int64_t kDay = 86'400'000'000;

class Section {
 public:
  Section(Page& page, const AuditFacts& facts, const Speech& say) : page_(page), facts_(facts), say_(say) {}

  void overview(const Found& found) {
    double value = 0;
    for (const OpenLead& lead : facts_.open) value += revenue_of(lead);
    page_.heading(say_("The open pipeline", "Các cơ hội đang mở"));
    page_.figures({{say_("Open leads", "Tiềm năng đang mở"), say_.count(facts_.open.size())},
                   {say_("Expected revenue", "Doanh thu dự kiến"), money(value)},
                   {say_("Idle value", "Giá trị nằm yên"), money(found.idle.value)},
                   {say_("Without a salesperson", "Chưa có nhân viên"), say_.count(found.unassigned.size())},
                   {say_("Duplicates", "Trùng lặp"), say_.count(found.duplicates.extra)},
                   {say_("Stale", "Quá hạn"), say_.count(found.stale.rows.size())}});
    for (const std::string& note : facts_.notes) page_.note(Page::Level::kWarn, note);
  }

  void idle(const Idle& idle) {
    page_.heading(say_("Value that sits idle", "Giá trị nằm yên"));
    if (idle.rows.empty()) {
      page_.note(Page::Level::kOk,
                 say_("Every open lead has moved in the last 14 days or has a planned activity.",
                      "Mọi tiềm năng đang mở đều có chuyển động trong 14 ngày hoặc có hoạt động đã lên "
                      "kế hoạch."));
      return;
    }
    page_.text(say_(
        "{} open leads worth {} (weighted by probability {}) lie idle: for 14 days they have not moved and nothing "
        "is planned, or, {} of them, what was planned is overdue by as long.",
        "{} tiềm năng đang mở trị giá {} (nhân xác suất: {}) nằm yên: 14 ngày không chuyển giai đoạn và không có "
        "hoạt động kế tiếp, hoặc ({} trong số đó) hoạt động đã lên kế hoạch quá hạn chừng ấy.",
        say_.count(idle.rows.size()), money(idle.value), money(idle.weighted), say_.count(idle.overdue)));
    Page::Table table = leads_table({{say_("Idle for", "Nằm yên"), Align::kRight}});
    for (size_t i = 0; i < std::min(kShown, idle.rows.size()); ++i) {
      const OpenLead& lead = facts_.open[idle.rows[i]];
      const int64_t since = lead.next_activity != kNever ? lead.next_activity : lead.moved;
      table.row(cells(lead, {days(facts_.now - since)}));
    }
    more(idle.rows.size());
  }

  void unassigned(const std::vector<Unassigned>& found) {
    page_.heading(say_("Leads without a salesperson, and why", "Tiềm năng chưa có nhân viên, và vì sao"));
    if (found.empty()) {
      page_.note(Page::Level::kOk,
                 say_("Every open lead has a salesperson.", "Mọi tiềm năng đang mở đều có nhân viên."));
      return;
    }
    Page::Table reasons = page_.table({{say_("Why", "Vì sao")},
                                       {say_("Leads", "Tiềm năng"), Align::kRight},
                                       {say_("Value", "Giá trị"), Align::kRight}});
    for (const WhyUnassigned why : {WhyUnassigned::kNoRule, WhyUnassigned::kUnknown, WhyUnassigned::kNoTeam,
                                    WhyUnassigned::kTooOld, WhyUnassigned::kNoMembers, WhyUnassigned::kOptedOut,
                                    WhyUnassigned::kNoCapacity, WhyUnassigned::kHadOne, WhyUnassigned::kWaiting}) {
      size_t count = 0;
      double value = 0;
      for (const Unassigned& one : found)
        if (one.why == why) ++count, value += revenue_of(facts_.open[one.row]);
      if (count > 0) reasons.row({reason(why), say_.count(count), money(value)});
    }
    Page::Table table = leads_table({{say_("Why", "Vì sao")}});
    for (size_t i = 0; i < std::min(kShown, found.size()); ++i)
      table.row(cells(facts_.open[found[i].row], {reason(found[i].why)}));
    more(found.size());
  }

  void duplicates(const Duplicates& found) {
    page_.heading(say_("Duplicates", "Trùng lặp"));
    if (found.groups.empty()) {
      page_.note(Page::Level::kOk, say_("No two open leads have the same address or phone number.",
                                        "Không có hai tiềm năng đang mở nào trùng email hoặc điện thoại."));
    } else {
      page_.text(
          say_("{} groups of open leads have the same address or phone number: {} leads too many, and {} of expected "
               "revenue counted more than once if they are the same deal.",
               "{} nhóm tiềm năng đang mở trùng email hoặc điện thoại: thừa {} tiềm năng, và {} doanh thu dự kiến bị "
               "tính nhiều lần nếu cùng một thương vụ.",
               say_.count(found.groups.size()), say_.count(found.extra), money(found.counted_twice)));
      Page::Table table = page_.table({{say_("The most valuable", "Giá trị nhất")},
                                       {say_("Others", "Các tiềm năng khác")},
                                       {say_("Counted more than once", "Tính nhiều lần"), Align::kRight}});
      for (size_t i = 0; i < std::min(kShown, found.groups.size()); ++i) {
        const auto& rows = found.groups[i];
        std::string others;
        double twice = 0;
        for (size_t r = 1; r < rows.size(); ++r) {
          others += (r > 1 ? ", #" : "#") + std::to_string(facts_.open[rows[r]].id);
          twice += revenue_of(facts_.open[rows[r]]);
        }
        table.row({link(facts_.open[rows[0]]), others, money(twice)});
      }
      more(found.groups.size());
    }
    if (found.crowds > 0)
      page_.text(
          say_("{} leads share an address or number with more than 20 others; that is taken for a switchboard or a "
               "portal and not for a duplicate.",
               "{} tiềm năng dùng chung email hoặc số với hơn 20 tiềm năng khác; coi là tổng đài hoặc cổng thông "
               "tin, không phải trùng lặp.",
               say_.count(found.crowds)));
  }

  void stale(const Stale& found) {
    page_.heading(say_("Stale opportunities", "Cơ hội quá hạn"));
    if (found.days > 0)
      page_.text(say_("Of the leads that were won, 95 % were won within {} days.",
                      "95 % tiềm năng thắng đã thắng trong vòng {} ngày.", std::to_string(found.days)));
    else
      page_.text(
          say_("Too few leads with a closing date were won to say how long a win takes; only the expected closing is "
               "looked at.",
               "Quá ít tiềm năng thắng có ngày đóng để biết thắng mất bao lâu; chỉ xét ngày dự kiến đóng."));
    if (found.rows.empty()) {
      page_.note(Page::Level::kOk, say_("No open lead is older than that or past its expected closing.",
                                        "Không có tiềm năng nào lâu hơn mức đó hoặc quá ngày dự kiến đóng."));
      return;
    }
    page_.text(say_("{} open leads worth {} are older or past their expected closing ({} of them the latter).",
                    "{} tiềm năng đang mở trị giá {} lâu hơn hoặc quá ngày dự kiến đóng ({} quá ngày).",
                    say_.count(found.rows.size()), money(found.value), say_.count(found.past_deadline)));
    Page::Table table = leads_table({{say_("Open for", "Mở được"), Align::kRight}, {say_("Closing", "Dự kiến đóng")}});
    for (size_t i = 0; i < std::min(kShown, found.rows.size()); ++i) {
      const OpenLead& lead = facts_.open[found.rows[i]];
      table.row(cells(lead, {days(facts_.now - lead.created), lead.deadline == kNever ? "-" : day_of(lead.deadline)}));
    }
    more(found.rows.size());
  }

 private:
  [[nodiscard]] std::string money(double value) const { return say_.number(value, 0); }
  [[nodiscard]] std::string days(int64_t span) const {
    return say_("{} days", "{} ngày", say_.count(static_cast<size_t>(std::max<int64_t>(0, span / kDay))));
  }
  [[nodiscard]] std::string reason(WhyUnassigned why) const {
    switch (why) {
      case WhyUnassigned::kNoRule:
        return say_("this Odoo has no assignment by rules", "Odoo này không có phân bổ theo quy tắc");
      case WhyUnassigned::kUnknown:
        return say_("not known: its team or the team's members may not be read",
                    "không rõ: khóa này không đọc được bộ phận hoặc thành viên");
      case WhyUnassigned::kNoTeam:
        return say_("no sales team, and none takes part in the assignment",
                    "không có bộ phận, và không bộ phận nào tham gia phân bổ");
      case WhyUnassigned::kTooOld:
        return say_("no sales team, and older than the 7 days of Odoo's own assignment to teams",
                    "không có bộ phận, và cũ hơn 7 ngày mà Odoo còn phân về bộ phận");
      case WhyUnassigned::kNoMembers: return say_("its team has no members", "bộ phận không có thành viên");
      case WhyUnassigned::kOptedOut:
        return say_("its team skips automatic assignment", "bộ phận bỏ qua phân bổ tự động");
      case WhyUnassigned::kNoCapacity:
        return say_("no member of its team may get leads (capacity 0, or paused)",
                    "không thành viên nào được nhận (sức chứa 0 hoặc tạm dừng)");
      case WhyUnassigned::kHadOne:
        return say_("a salesperson had it before, and Odoo's own assignment passes such leads over",
                    "đã từng có nhân viên, và phân bổ của Odoo bỏ qua các tiềm năng như vậy");
      case WhyUnassigned::kWaiting:
        return say_("nothing stands in its way: the next assignment should take it",
                    "không vướng gì: lần phân bổ tới sẽ nhận");
    }
    return {};
  }

  [[nodiscard]] Page::Link link(const OpenLead& lead) const {
    const std::string text = "#" + std::to_string(lead.id) + " " + lead.name;
    return {text, "record:crm.lead/" + std::to_string(lead.id)};
  }

  Page::Table leads_table(const std::vector<Page::Column>& further) {
    std::vector<Page::Column> columns{{say_("Lead", "Tiềm năng")},
                                      {say_("Value", "Giá trị"), Align::kRight},
                                      {say_("Probability", "Xác suất"), Align::kRight},
                                      {say_("Stage", "Giai đoạn")},
                                      {say_("Salesperson", "Nhân viên")}};
    columns.insert(columns.end(), further.begin(), further.end());
    return page_.table(columns);
  }

  [[nodiscard]] std::vector<Page::Link> cells(const OpenLead& lead, const std::vector<std::string>& further) const {
    const auto name = [](const std::map<int64_t, std::string>& names, int64_t id) -> std::string {
      const auto at = names.find(id);
      return at == names.end() || at->second.empty() ? (id == 0 ? "-" : "#" + std::to_string(id)) : at->second;
    };
    std::vector<Page::Link> cells{link(lead), money(revenue_of(lead)), say_.percent(lead.probability),
                                  name(facts_.stages, lead.stage), name(facts_.users, lead.user)};
    for (const std::string& text : further) cells.emplace_back(text);
    return cells;
  }

  void more(size_t all) {
    if (all > kShown)
      page_.text(say_("The {} most valuable of {}; --json has them all.", "{} giá trị nhất trong {}; --json có tất cả.",
                      say_.count(kShown), say_.count(all)));
  }

  Page& page_;
  const AuditFacts& facts_;
  const Speech& say_;
};

}  // namespace

void show_pipeline(Page& page, const AuditFacts& facts, const Found& found, const Speech& say) {
  Section section(page, facts, say);
  section.overview(found);
  section.idle(found.idle);
  section.unassigned(found.unassigned);
  section.duplicates(found.duplicates);
  section.stale(found.stale);
}

}  // namespace outrigger::scoring
