#include "health.hpp"

#include <outrigger/speech.hpp>

#include "history.hpp"
#include "target.hpp"
#include "visibility.hpp"

namespace outrigger::scoring {

Result<std::vector<Finding>> find_health(const Odoo& odoo, const Clock& clock, Value config, std::string_view locale) {
  const Speech say(locale);
  const Result<History> settings = read_settings(odoo, clock, config);
  if (!settings) {
    const Code code = settings.error().code;
    // The sentence ends with its remedy.
    if (code == Code::kAccess || code == Code::kInvalid)
      return std::vector{Finding::fail(settings.error().message, {})};
    return std::vector{
        Finding::warn(settings.error().message, say("ask again when Odoo answers", "hãy hỏi lại khi Odoo trả lời"))};
  }
  const Result<std::optional<int64_t>> hidden = find_hidden(odoo, settings->major);
  if (!hidden)
    return std::vector{
        Finding::warn(hidden.error().message, say("ask again when Odoo answers", "hãy hỏi lại khi Odoo trả lời"))};
  if (*hidden)
    return std::vector{Finding::fail(
        say("this key sees a part of the leads: lead {} is there and a record rule hides it, so every count and score "
            "would be wrong",
            "khóa này chỉ thấy một phần tiềm năng: tiềm năng {} tồn tại nhưng bị một quy tắc bản ghi ẩn đi, nên mọi số "
            "đếm và điểm đều sai",
            std::to_string(**hidden)),
        say("have the rule (Settings, Technical, Record Rules, of the model Lead/Opportunity) spare this key's user, "
            "or "
            "take another user's key",
            "hãy để quy tắc đó (Cài đặt, Kỹ thuật, Quy tắc bản ghi, mô hình Lead/Opportunity) không áp dụng cho người "
            "dùng của khóa này, hoặc dùng khóa của người dùng khác"))};
  std::vector<Finding> all{Finding::ok(
      say("this key sees all leads; they are scored by {} since {} UTC",
          "khóa này thấy mọi cơ hội; chúng được chấm điểm theo {} kể từ {} UTC",
          settings->fields_setting.empty() ? say("stage and team", "giai đoạn và đội ngũ") : settings->fields_setting,
          settings->start_utc))};
  const Result<Target> target = target_of(config);
  if (!target) return std::vector{Finding::fail(target.error().message, {})};
  if (target->sink == Sink::kField && !settings->lead_fields.root().has(target->field()))
    all.push_back(Finding::warn(
        say("crm.lead has no field {}, so no score is written", "crm.lead không có trường {}, nên không ghi điểm",
            std::string(target->field())),
        say("make it with a setup key: outrigger scoring setup", "tạo bằng khóa thiết lập: outrigger scoring setup")));
  if (settings->start > clock.now().time_since_epoch().count())
    all.push_back(Finding::warn(
        say("the start date {} lies in the future, so no lead counts and none is scored",
            "ngày bắt đầu {} ở tương lai, nên không tiềm năng nào được tính hay chấm điểm", settings->start_date),
        say("set an earlier one: outrigger scoring settings --start_date YYYY-MM-DD",
            "hãy đặt ngày sớm hơn: outrigger scoring settings --start_date YYYY-MM-DD")));
  for (const std::string& field : settings->unknown_fields)
    all.push_back(Finding::warn(
        say("`{}` of crm.pls_fields is not a field of crm.lead and does not count",
            "`{}` trong crm.pls_fields không phải là trường của crm.lead và không được tính", field),
        say("correct it with `outrigger scoring settings`", "hãy sửa bằng `outrigger scoring settings`")));
  return all;
}

}  // namespace outrigger::scoring
