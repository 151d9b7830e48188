#include "leave.hpp"

namespace outrigger::assignment {
namespace {

constexpr std::string_view kEmployees = "hr.employee.public";
constexpr std::string_view kState = "current_leave_state";
constexpr size_t kAtOnce = 1000;

std::string cannot_be_seen(const Absences& absences, const Speech& say) {
  if (absences.sight == LeaveSight::kNoRight)
    return say("leave of salespeople cannot be seen with this key: {}", "khóa này không xem được ngày nghỉ: {}",
               absences.why_not);
  return say("leave of salespeople cannot be seen: Odoo's Time Off is not installed",
             "không xem được ngày nghỉ: Odoo chưa cài ứng dụng Ngày nghỉ");
}

// `state`: Odoo has the leave's state beside it, as where it also shows leave that nobody has approved.
Result<void> read_users(const Host& host, const std::set<int64_t>& users, bool state, Absences& absences) {
  std::vector<int64_t> all(users.begin(), users.end());
  for (size_t first = 0; first < all.size(); first += kAtOnce) {
    Arena arena;
    const Value part = arena.ids(std::span(all).subspan(first, std::min(kAtOnce, all.size() - first)));
    Query query{.model = kEmployees,
                .domain = arena.array({arena.array({"user_id", "in", part})}),
                .fields = {"user_id", "is_absent", "leave_date_to"}};
    if (state) query.fields.emplace_back(kState);
    const Result<void> read = host.odoo.each_page(query, [&](Value rows) -> Result<void> {
      for (const Value row : rows.items()) {
        if (!row["is_absent"].truthy() || (state && row[kState].text() != "validate")) continue;
        std::string& until = absences.until[row["user_id"].integer()];
        until = std::max(until, text_of(row["leave_date_to"]));
      }
      return {};
    });
    if (!read) return read;
  }
  return {};
}

}  // namespace

Result<Absences> read_absences(const Host& host, const Settings& settings, const std::set<int64_t>& users) {
  Absences absences;
  if (!settings.leave.value_or(true)) return absences;
  const auto unseen = [&](const Error& error) -> Result<Absences> {
    if (error.code != Code::kMissing && error.code != Code::kAccess && error.code != Code::kUnsupported) return error;
    absences.sight = error.code == Code::kAccess ? LeaveSight::kNoRight : LeaveSight::kNotInstalled;
    absences.why_not = error.message;
    absences.until.clear();
    return absences;
  };
  const Result<Document> fields = host.odoo.fields_get(kEmployees);
  if (!fields) return unseen(fields.error());
  if (!fields->root().has("is_absent") || !fields->root().has("leave_date_to"))
    return unseen({Code::kMissing, "hr.employee.public has no is_absent"});
  absences.sight = LeaveSight::kSeen;
  if (const Result<void> read = read_users(host, users, fields->root().has(kState), absences); !read)
    return unseen(read.error());
  return absences;
}

Result<void> pause_absent(const Host& host, const Settings& settings, const Speech& say, Crm& crm) {
  std::set<int64_t> users;
  for (const TeamRow& team : crm.teams)
    for (const MemberRow& member : team.members)
      if (team.in_play && !member.paused) users.insert(member.user);
  if (users.empty()) return {};
  const Result<Absences> absences = read_absences(host, settings, users);
  if (!absences) return absences.error();
  if (settings.leave.value_or(false) && absences->sight != LeaveSight::kSeen)
    crm.notes.push_back(cannot_be_seen(*absences, say));
  for (TeamRow& team : crm.teams)
    for (MemberRow& member : team.members) {
      const auto at = absences->until.find(member.user);
      if (at == absences->until.end() || member.paused) continue;
      member.paused = true;
      member.absent = true;
      member.absent_until = at->second;
    }
  return {};
}

std::string leave_text(int64_t major, const std::string& until, const Speech& say) {
  if (until.empty()) return say("on leave", "đang nghỉ");
  return major >= 19 ? say("on leave, back on {}", "đang nghỉ, trở lại ngày {}", until)
                     : say("on leave until {}", "đang nghỉ đến hết ngày {}", until);
}

Result<void> find_leave(const Host& host, const Settings& settings, const Speech& say, std::vector<Finding>& findings) {
  const Result<Document> info = host.odoo.info();
  if (!info) return info.error();
  const Result<Absences> absences = read_absences(host, settings, {info->root()["uid"].integer()});
  if (!absences) return absences.error();
  switch (absences->sight) {
    case LeaveSight::kOff: break;
    case LeaveSight::kSeen:
      findings.push_back(Finding::ok(say("leave of salespeople is seen: they are paused while it lasts",
                                         "xem được ngày nghỉ: nhân viên đang nghỉ không được giao tiềm năng")));
      break;
    case LeaveSight::kNotInstalled:
    case LeaveSight::kNoRight: {
      const std::string remedy =
          absences->sight == LeaveSight::kNoRight
              ? say("let this key read hr.employee.public, as every internal user may; or set "
                    "plugins.assignment.config.leave to false",
                    "cho khóa này đọc hr.employee.public; hoặc đặt plugins.assignment.config.leave là false")
              : say("install Time Off in Odoo, or set plugins.assignment.config.leave to false",
                    "cài ứng dụng Ngày nghỉ trong Odoo, hoặc đặt plugins.assignment.config.leave là false");
      const bool asked = settings.leave.value_or(false) || absences->sight == LeaveSight::kNoRight;
      if (asked)
        findings.push_back(Finding::warn(cannot_be_seen(*absences, say), remedy));
      else
        findings.push_back(Finding::ok(cannot_be_seen(*absences, say)));
    }
  }
  return {};
}

}  // namespace outrigger::assignment
