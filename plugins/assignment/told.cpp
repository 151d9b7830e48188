#include "told.hpp"

#include <algorithm>
#include <map>

#include <outrigger/text_table.hpp>

#include "kinds.hpp"
#include "leave.hpp"

namespace outrigger::assignment {
namespace {

std::string rule_text(Value rule) {
  if (!is_rule(rule)) return {};
  if (rule.is_string()) return std::string(rule.text());
  std::string text = "[";
  for (const Value term : rule.items()) {
    if (text.size() > 1) text += ", ";
    if (term.is_string()) {
      text += "'" + std::string(term.text()) + "'";
      continue;
    }
    const Value value = term.size() == 3 ? term.at(2) : Value{};
    std::string shown = "…";
    if (value.is_string()) shown = "'" + std::string(value.text()) + "'";
    if (const auto whole = value.as_integer()) shown = std::to_string(*whole);
    if (const auto flag = value.boolean()) shown = *flag ? "True" : "False";
    if (term.size() == 3) text += "('" + text_of(term.at(0)) + "', '" + text_of(term.at(1)) + "', " + shown + ")";
  }
  return text + "]";
}

std::string choice_text(const Decision& one, const Speech& say) {
  const std::string taken = std::to_string(one.taken);
  const std::string room = std::to_string(one.room);
  switch (one.choice) {
    case Choice::kPreferred:
      return say("by the member's preferred rule; {} of {} places taken before",
                 "theo quy tắc ưu tiên của thành viên; trước đó đã nhận {} trên {}", taken, room);
    case Choice::kInTurn:
      return say("next in the team's line; {} of {} places taken before",
                 "đến lượt trong bộ phận; trước đó đã nhận {} trên {}", taken, room);
    case Choice::kGreatestValue:
      return say("the plan with the greatest expected value; {} of {} places taken before",
                 "phương án có giá trị kỳ vọng lớn nhất; trước đó đã nhận {} trên {}", taken, room);
    case Choice::kLeastLoaded:
    case Choice::kNone: break;
  }
  return say("least loaded of those who may take it; {} of {} places taken before",
             "ít tải nhất trong những người có thể nhận; trước đó đã nhận {} trên {}", taken, room);
}

std::string assigned_text(const Planned& planned, size_t row, const Speech& say) {
  const Decision& one = planned.plan.decisions[row];
  const TeamRow* team = planned.crm.team(one.team);
  const MemberRow* member = planned.crm.member(one.team, one.member);
  std::string text;
  if (const auto again = planned.again.find(one.lead); again != planned.again.end())
    text = say("was {}'s since {} UTC without a touch; ", "thuộc {} từ {} UTC mà chưa ai xử lý; ", again->second.name,
               utc_text(Time(std::chrono::microseconds(again->second.since))));
  if (planned.work.leads[row].team == one.team)
    text += say("was in {}", "đã thuộc {}", team->name);
  else if (const std::string rule = rule_text(team->rule.root()); !rule.empty())
    text += say("rule of {}: {}", "quy tắc của {}: {}", team->name, rule);
  else
    text += say("{} takes every lead", "{} nhận mọi tiềm năng", team->name);
  if (const std::string own = rule_text(member->rule.root()); !own.empty())
    text += say("; rule of {}: {}", "; quy tắc của {}: {}", member->name, own);
  return text + "; " + choice_text(one, say) + evidence_text(planned, row, say);
}

// In the plan of one team the leads of others are nobody's business.
bool concerns(const Planned& planned, size_t row) {
  const Reason reason = planned.plan.decisions[row].reason;
  return planned.scope.team == 0 || (reason != Reason::kNoTeamRule && reason != Reason::kTeamSkipped);
}

std::vector<size_t> shown_rows(const Planned& planned, bool waiting) {
  std::vector<size_t> rows;
  for (size_t i = 0; i < planned.plan.decisions.size(); ++i)
    if ((planned.plan.decisions[i].reason == Reason::kAssigned) != waiting && concerns(planned, i)) rows.push_back(i);
  std::stable_sort(rows.begin(), rows.end(), [&](size_t a, size_t b) {
    return at_stake(planned.work.leads[a]) > at_stake(planned.work.leads[b]);
  });
  return rows;
}

std::string team_name(const Planned& planned, int64_t id) {
  const TeamRow* team = planned.crm.team(id);
  return team == nullptr ? "" : team->name;
}

std::string member_name(const Planned& planned, const Decision& one) {
  const MemberRow* member = planned.crm.member(one.team, one.member);
  return one.member == 0 || member == nullptr ? "" : member->name;
}

std::string owner_text(const Planned& planned, const Lead& lead, const Speech& say) {
  if (const TeamRow* team = planned.crm.team(lead.team); team != nullptr)
    for (const MemberRow& member : team->members)
      if (member.user == lead.user) return say("{} of {} has it", "{} của {} đang phụ trách", member.name, team->name);
  return say("it has a salesperson", "đã có nhân viên phụ trách");
}

// Who would be there to take it, were they not on leave.
std::string absent_text(const Planned& planned, size_t row, const Speech& say) {
  const Lead& lead = planned.work.leads[row];
  std::string names;
  for (const Team& team : planned.work.teams) {
    if (!takes_part(team, planned.scope) || (lead.team != 0 ? lead.team != team.id : !allows(team.rule, row))) continue;
    for (const Member& member : team.members) {
      const MemberRow* of = planned.crm.member(team.id, member.id);
      if (of == nullptr || !of->absent || !allows(member.rule, row)) continue;
      names += "; " + of->name + ": " + leave_text(planned.crm.major, of->absent_until, say);
    }
  }
  return names;
}

std::string group_text(const Planned& planned, size_t row, const Speech& say) {
  switch (planned.plan.decisions[row].reason) {
    case Reason::kAssigned: return say("assigned", "được giao");
    case Reason::kOwned: return say("had a salesperson", "đã từng có nhân viên");
    case Reason::kArchived: return say("archived or lost", "đã lưu trữ hoặc thua");
    case Reason::kWon: return say("won", "thắng");
    case Reason::kTooNew: return say("too new", "quá mới");
    case Reason::kTooOld: return say("too old", "quá cũ");
    case Reason::kNoTeamRule: return say("no team's rule matches", "không quy tắc bộ phận nào khớp");
    case Reason::kNoMemberRule: return say("no member's rule matches", "không quy tắc thành viên nào khớp");
    case Reason::kTeamSkipped: return say("by hand only", "chỉ thủ công");
    case Reason::kCapped: return say("capped", "hết chỗ");
    case Reason::kDuplicate: return say("duplicates", "bản trùng");
  }
  return {};
}

Value texts(const std::vector<std::string>& all, Arena& arena) {
  std::vector<Value> values;
  for (const std::string& one : all) values.push_back(arena.text(one));
  return arena.array(values);
}

Value applied_value(const Applied& applied, bool plan, Arena& arena) {
  std::vector<Value> failed;
  for (const auto& [id, message] : applied.failed)
    failed.push_back(arena.object({{"lead", id}, {"message", arena.text(message)}}));
  const auto done = static_cast<int64_t>(applied.done.size());
  return arena.object({{"planned", plan ? done : 0},
                       {"written", plan ? 0 : done},
                       {"moved", arena.ids(applied.moved)},
                       {"unknown", arena.ids(applied.unknown)},
                       {"failed", arena.array(failed)}});
}

}  // namespace

double at_stake(const Lead& lead) { return lead.probability / 100 * lead.revenue; }

std::string_view word(const Planned& planned, size_t row) {
  const Decision& one = planned.plan.decisions[row];
  switch (one.reason) {
    case Reason::kAssigned: return "assigned";
    case Reason::kOwned: return planned.work.leads[row].user != 0 ? "owned" : "excluded";
    case Reason::kArchived: return "archived";
    case Reason::kWon: return "won";
    case Reason::kTooNew: return "too_new";
    case Reason::kTooOld: return "too_old";
    case Reason::kNoTeamRule:
    case Reason::kNoMemberRule: return "no_rule";
    case Reason::kTeamSkipped: return "manual";
    case Reason::kCapped: return "capped";
    case Reason::kDuplicate: return "duplicate";
  }
  return "";
}

std::string why_text(const Planned& planned, size_t row, const Speech& say) {
  const Decision& one = planned.plan.decisions[row];
  const Lead& lead = planned.work.leads[row];
  const std::string team = team_name(planned, one.team);
  switch (one.reason) {
    case Reason::kAssigned: return assigned_text(planned, row, say);
    case Reason::kOwned:
      return lead.user != 0 ? owner_text(planned, lead, say)
                            : say("excluded: somebody had it already, so a person decides",
                                  "loại trừ: đã từng có người phụ trách, để người quyết định");
    case Reason::kArchived: return say("archived or lost", "đã lưu trữ hoặc thua");
    case Reason::kWon: return say("won", "thắng");
    case Reason::kTooNew:
      return say("too new: younger than {} hours", "quá mới: chưa đến {} giờ",
                 say.number(static_cast<double>(planned.scope.youngest) / 3600e6, 1));
    case Reason::kTooOld:
      return say("too old: older than {} days", "quá cũ: hơn {} ngày",
                 say.number(static_cast<double>(planned.scope.oldest) / 86400e6, 1));
    case Reason::kNoTeamRule:
      return lead.team != 0
                 ? say("its team is archived or has no rules here", "bộ phận đã lưu trữ hoặc không có quy tắc")
                 : say("no team's rule matches", "không quy tắc nào của bộ phận khớp");
    case Reason::kTeamSkipped:
      return say("manual: the teams that want it are left out of automatic assignment",
                 "thủ công: các bộ phận muốn nhận không tham gia tự động phân công");
    case Reason::kNoMemberRule:
      return (team.empty() ? say("no member of a team that wants it may take it",
                                 "không thành viên nào của các bộ phận muốn nhận có thể nhận")
                           : say("no member of {} may take it", "không thành viên nào của {} có thể nhận", team)) +
             absent_text(planned, row, say);
    case Reason::kCapped:
      return (team.empty() ? say("capped: members who may take it have no room left",
                                 "hết chỗ: các thành viên có thể nhận đã đủ")
                           : say("capped: members of {} who may take it have no room left",
                                 "hết chỗ: các thành viên của {} có thể nhận đã đủ", team)) +
             absent_text(planned, row, say);
    case Reason::kDuplicate:
      return say("duplicate of lead {}: it has the same address", "trùng với tiềm năng {}: cùng địa chỉ e-mail",
                 std::to_string(one.other));
  }
  return {};
}

std::string leads_table(const Planned& planned, bool waiting, size_t limit, const Speech& say) {
  const std::vector<size_t> rows = shown_rows(planned, waiting);
  if (rows.empty()) return {};
  TextTable table;
  table.column("#", TextTable::Align::kRight, 10);
  table.column(say("Lead", "Tiềm năng"), TextTable::Align::kLeft, 34);
  table.column(say("Team", "Bộ phận sales"), TextTable::Align::kLeft, 16);
  if (!waiting) table.column(say("Salesperson", "Nhân viên"), TextTable::Align::kLeft, 18);
  table.column("%", TextTable::Align::kRight, 6);
  table.column(say("At stake", "Giá trị"), TextTable::Align::kRight, 12);
  table.column(say("Why", "Lý do"), TextTable::Align::kLeft, 110);
  const size_t shown = limit == 0 ? rows.size() : std::min(limit, rows.size());
  for (size_t r = 0; r < shown; ++r) {
    const size_t i = rows[r];
    const Decision& one = planned.plan.decisions[i];
    const Lead& lead = planned.work.leads[i];
    std::vector<std::string> cells{std::to_string(lead.id), planned.texts[i].name, team_name(planned, one.team)};
    if (!waiting) cells.push_back(member_name(planned, one));
    cells.push_back(say.number(lead.probability, 2));
    cells.push_back(say.number(at_stake(lead), 0));
    cells.push_back(why_text(planned, i, say));
    table.row(std::move(cells));
  }
  std::string text = table.print();
  if (rows.size() > shown)
    text += "... " + say("{} more (--limit 0)", "còn {} dòng (--limit 0)", say.count(rows.size() - shown)) + "\n";
  return text;
}

std::string members_table(const Planned& planned, const Speech& say) {
  TextTable table;
  table.column(say("Team", "Bộ phận sales"), TextTable::Align::kLeft, 20);
  table.column(say("Salesperson", "Nhân viên"), TextTable::Align::kLeft, 24);
  table.column(say("Room", "Chỗ"), TextTable::Align::kRight, 8);
  table.column(say("Gets", "Nhận"), TextTable::Align::kRight, 8);
  table.column(say("A further place brings", "Thêm một chỗ được"), TextTable::Align::kRight, 40);
  for (const Load& load : planned.plan.loads) {
    const MemberRow* member = planned.crm.member(load.team, load.member);
    table.row({team_name(planned, load.team), member == nullptr ? "" : member->name, std::to_string(load.room),
               std::to_string(load.given), load.price > 0 ? say.number(load.price, 0) : ""});
  }
  bool paused = false;
  for (const TeamRow& team : planned.crm.teams)
    for (const MemberRow& member : team.members) {
      if (!member.absent || (planned.scope.team != 0 && team.id != planned.scope.team)) continue;
      paused = true;
      table.row({team.name, member.name, "-", "-",
                 say("paused: ", "tạm dừng: ") + leave_text(planned.crm.major, member.absent_until, say)});
    }
  return planned.plan.loads.empty() && !paused ? std::string() : table.print();
}

std::string summary(const Planned& planned, const Settings& settings, const Speech& say) {
  std::map<std::string, std::pair<size_t, double>> counts;
  size_t leads = 0;
  for (size_t i = 0; i < planned.plan.decisions.size(); ++i) {
    if (!concerns(planned, i)) continue;
    ++leads;
    auto& [count, stake] = counts[group_text(planned, i, say)];
    ++count;
    stake += at_stake(planned.work.leads[i]);
  }
  std::string text =
      say("{} leads, engine {}", "{} tiềm năng, bộ máy {}", say.count(leads), to_string(settings.engine));
  if (settings.engine == EngineKind::kOdoo) text += say(", seed {}", ", hạt giống {}", std::to_string(settings.seed));
  if (planned.scored > 0)
    text += say(", {} scores by the plugin scoring", ", {} điểm của plugin scoring", say.count(planned.scored));
  text += "\n";
  for (const auto& [what, sum] : counts)
    text += "  " + what + ": " + say.count(sum.first) +
            say(", at stake {}", ", giá trị {}", say.number(sum.second, 0)) + "\n";
  for (const std::string& one : planned.problems) text += "! " + one + "\n";
  for (const std::string& one : planned.crm.notes) text += "! " + one + "\n";
  for (const std::string& one : planned.asked) text += "? " + one + "\n";
  return text;
}

std::string applied_text(const Applied& applied, bool plan, const Speech& say) {
  std::string text = plan ? say("plan only: {} leads would be written", "chỉ là kế hoạch: sẽ ghi {} tiềm năng",
                                say.count(applied.done.size()))
                          : say("written: {} leads", "đã ghi: {} tiềm năng", say.count(applied.done.size()));
  text += "\n";
  if (!applied.moved.empty()) {
    text += say("left alone, because they have changed meanwhile:", "bỏ qua vì đã thay đổi:");
    for (const int64_t id : applied.moved) text += " " + std::to_string(id);
    text += "\n";
  }
  if (!applied.unknown.empty())
    text +=
        say("outcome unknown for {} leads: Odoo did not answer; run it again",
            "chưa rõ kết quả của {} tiềm năng: Odoo không trả lời; hãy chạy lại", say.count(applied.unknown.size())) +
        "\n";
  for (size_t i = 0; i < std::min<size_t>(5, applied.failed.size()); ++i)
    text += say("not written: lead {}: {}", "chưa ghi: tiềm năng {}: {}", std::to_string(applied.failed[i].first),
                applied.failed[i].second) +
            "\n";
  return text;
}

Value row_value(const Planned& planned, size_t row, const Speech& say, Arena& arena) {
  const Decision& one = planned.plan.decisions[row];
  const Lead& lead = planned.work.leads[row];
  return arena.object({{"lead", lead.id},
                       {"name", arena.text(planned.texts[row].name)},
                       {"reason", word(planned, row)},
                       {"why", arena.text(why_text(planned, row, say))},
                       {"team", one.team},
                       {"team_name", arena.text(team_name(planned, one.team))},
                       {"team_before", lead.team},
                       {"user", one.user},
                       {"user_name", arena.text(member_name(planned, one))},
                       {"score", one.score},
                       {"probability", lead.probability},
                       {"expected_revenue", lead.revenue},
                       {"at_stake", at_stake(lead)},
                       {"duplicate_of", one.other}});
}

Document report(const Planned& planned, const Settings& settings, const Applied* applied, bool plan,
                const Speech& say) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> rows;
    int64_t assigned = 0;
    for (size_t i = 0; i < planned.plan.decisions.size(); ++i) {
      rows.push_back(row_value(planned, i, say, arena));
      assigned += planned.plan.decisions[i].reason == Reason::kAssigned ? 1 : 0;
    }
    std::vector<Value> members;
    for (const Load& load : planned.plan.loads) {
      const MemberRow* member = planned.crm.member(load.team, load.member);
      members.push_back(arena.object({{"team", load.team},
                                      {"member", load.member},
                                      {"user", member == nullptr ? 0 : member->user},
                                      {"name", member == nullptr ? Value{} : arena.text(member->name)},
                                      {"room", int64_t{load.room}},
                                      {"given", int64_t{load.given}},
                                      {"price", load.price}}));
    }
    for (const TeamRow& team : planned.crm.teams)
      for (const MemberRow& member : team.members)
        if (member.absent)
          members.push_back(
              arena.object({{"team", team.id},
                            {"member", member.id},
                            {"user", member.user},
                            {"name", arena.text(member.name)},
                            {"room", int64_t{0}},
                            {"given", int64_t{0}},
                            {"paused", arena.text(leave_text(planned.crm.major, member.absent_until, say))}}));
    std::vector<Field> all{{"plan", Value::of(plan)},
                           {"engine", Value::of(to_string(settings.engine))},
                           {"seed", Value::of(static_cast<int64_t>(settings.seed))},
                           {"leads", Value::of(static_cast<int64_t>(planned.work.leads.size()))},
                           {"assigned", Value::of(assigned)},
                           {"value", Value::of(planned.plan.value)},
                           {"gap", Value::of(planned.plan.gap)},
                           {"problems", texts(planned.problems, arena)},
                           {"asked_of_odoo", texts(planned.asked, arena)},
                           {"members", arena.array(members)},
                           {"rows", arena.array(rows)}};
    if (applied != nullptr) all.push_back({"applied", applied_value(*applied, plan, arena)});
    return arena.object(all);
  });
}

}  // namespace outrigger::assignment
