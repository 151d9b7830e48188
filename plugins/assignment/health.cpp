#include "automatic.hpp"
#include "leave.hpp"

namespace outrigger::assignment {
namespace {

void find_odoo_switches(const Host& host, const Settings& settings, const Speech& say, std::vector<Finding>& findings) {
  const Result<Document> teams =
      host.odoo.search_read({.model = "crm.team", .fields = {"assignment_enabled", "assignment_auto_enabled"}});
  if (!teams) {
    findings.push_back(Finding::warn(say("Odoo's own switches of assignment cannot be read: {}",
                                         "không đọc được công tắc phân công của Odoo: {}", teams.error().message),
                                     say("let this key read sales teams", "cho khóa này đọc bộ phận sales")));
    return;
  }
  bool enabled = false;
  bool automatic = false;
  for (const Value team : teams->root().items()) {
    enabled = enabled || team["assignment_enabled"].truthy();
    automatic = automatic || team["assignment_auto_enabled"].truthy();
  }
  if (!enabled && settings.teams.size() == 0)
    findings.push_back(Finding::warn(say("Odoo shows no rules of assignment, so nobody can edit them there",
                                         "Odoo không hiện quy tắc phân công nên không ai sửa được ở đó"),
                                     say("in Odoo: CRM, Configuration, Settings, turn on Rule-Based Assignment and "
                                         "leave it on Manually; or name teams "
                                         "in plugins.assignment.config.teams",
                                         "trong Odoo: CRM, Cấu hình, Cài đặt, bật Phân công theo quy tắc và để Thủ "
                                         "công; hoặc khai báo bộ phận trong "
                                         "plugins.assignment.config.teams")));
  const bool ours = settings.live || !settings.every.empty() || !settings.cron.empty();
  if (automatic)
    findings.push_back(Finding::warn(
        ours ? say("two engines assign leads: Odoo's own scheduled job and this plugin; which comes first is chance, "
                   "and "
                   "Odoo merges and deletes duplicates as it goes",
                   "hai bộ máy cùng phân công: tác vụ định kỳ của Odoo và plugin này; ai trước là ngẫu nhiên, và Odoo "
                   "gộp và xóa bản trùng khi chạy")
             : say("Odoo's own scheduled job assigns leads; this plugin assigns only when it is told to",
                   "tác vụ định kỳ của Odoo đang phân công; plugin này chỉ phân công khi được yêu cầu"),
        say("in Odoo: CRM, Configuration, Settings, Rule-Based Assignment: Manually (the box to skip a team is shown "
            "only "
            "while it is on Repeatedly; what is set stays)",
            "trong Odoo: CRM, Cấu hình, Cài đặt, Phân công theo quy tắc: Thủ công (ô bỏ qua bộ phận chỉ hiện khi chọn "
            "Lặp lại; giá trị đã đặt vẫn giữ)")));
  if (enabled && !automatic)
    findings.push_back(Finding::ok(say("the rules are shown in Odoo, and Odoo's own scheduled job is off",
                                       "quy tắc hiện trong Odoo và tác vụ định kỳ của Odoo đang tắt")));
}

}  // namespace

Result<std::vector<Finding>> find_switches(const Host& host, Value config, std::string_view locale) {
  const Speech say(locale);
  const Result<Settings> settings = settings_of(config);
  if (!settings) return settings.error();
  std::vector<Finding> findings;
  const Result<Document> fields = host.odoo.fields_get("crm.team");
  if (!fields) return fields.error();
  if (fields->root().has("assignment_enabled"))
    find_odoo_switches(host, *settings, say, findings);
  else if (settings->teams.size() == 0)
    findings.push_back(Finding::warn(say("this Odoo has no rules of assignment, and the configuration names no team",
                                         "Odoo này không có quy tắc phân công và cấu hình không có bộ phận nào"),
                                     say("name teams, their rules and members in plugins.assignment.config.teams",
                                         "khai báo bộ phận, quy tắc và thành viên trong "
                                         "plugins.assignment.config.teams")));
  if (const Result<void> found = find_leave(host, *settings, say, findings); !found) return found.error();
  return findings;
}

}  // namespace outrigger::assignment
