// What a person reads, in English and Vietnamese. Names of fields and values come from Odoo in the reader's language.
#pragma once

#include <string_view>

namespace outrigger::scoring {

// clang-format off
enum class Text {
  kLead, kStage, kTeam, kOdoo, kOurs, kFor, kAgainst, kNoTeam, kBaseRate, kWonOf, kLostOf, kFactor, kSum,
  kUnknownValue, kTooFewTags, kNoHistory, kLeaked, kWonStage, kNoStage, kClosed, kMore, kVariable, kValue,
  kUnknownField, kSummary, kPlanOnly, kWritten, kOutcomeUnknown, kNotWritten
};
// clang-format on

inline std::string_view text(Text id, std::string_view locale) {
  struct Pair {
    std::string_view en;
    std::string_view vi;
  };
  static constexpr Pair kTexts[] = {
      {"Lead", "Tiềm năng"},
      {"Stage", "Giai đoạn"},
      {"Team", "Bộ phận sales"},
      {"Odoo", "Odoo"},
      {"Ours", "Tính lại"},
      {"For", "Thuận lợi"},
      {"Against", "Bất lợi"},
      {"no team", "không có bộ phận"},
      {"Base rate", "Tỷ lệ cơ sở"},
      {"won", "thắng"},
      {"lost", "thua"},
      {"log-odds", "log-odds"},
      {"Sum", "Tổng"},
      {"never seen among closed leads: no effect", "chưa từng thấy ở cơ hội đã đóng: không ảnh hưởng"},
      {"fewer than 50 closed leads with this tag: no effect", "ít hơn 50 cơ hội đã đóng có thẻ này: không ảnh hưởng"},
      {"not enough data: no closed lead of this team says anything, so Odoo leaves the score as it is",
       "không đủ dữ liệu: không có cơ hội đã đóng nào của bộ phận này để so sánh, nên Odoo giữ nguyên điểm"},
      {"not enough data for this team: Odoo falls back to the base rate of the team before it",
       "không đủ dữ liệu cho bộ phận này: Odoo dùng tỷ lệ cơ sở của bộ phận trước đó"},
      {"The stage is a won stage: 100 %", "Giai đoạn này là giai đoạn thắng: 100 %"},
      {"The lead has no stage: 0 %", "Tiềm năng không có giai đoạn: 0 %"},
      {"closed: Odoo no longer scores it; what it would be if it were open",
       "đã đóng: Odoo không tính điểm nữa; đây là điểm nếu còn mở"},
      {"more", "dòng nữa"},
      {"Variable", "Biến"},
      {"Value", "Giá trị"},
      {"note: crm.pls_fields names `{}`, which is not a field of crm.lead; Odoo ignores it, and so does this",
       "lưu ý: crm.pls_fields có `{}`, không phải là trường của crm.lead; Odoo bỏ qua, ở đây cũng vậy"},
      {"{} leads read since {} UTC, {} open, {} scores changed",
       "đã đọc {} tiềm năng từ {} UTC, {} đang mở, {} điểm thay đổi"},
      {"plan only: nothing was written", "chỉ là kế hoạch: chưa ghi gì"},
      {"written to crm.lead automated_probability (and probability where it was automatic): {}",
       "đã ghi vào crm.lead automated_probability (và probability nếu đang tự động): {}"},
      {"outcome unknown for {} leads: Odoo did not answer; run recompute again to settle them",
       "chưa rõ kết quả của {} tiềm năng: Odoo không trả lời; hãy chạy lại recompute"},
      {"not written: lead {}: {}", "chưa ghi: tiềm năng {}: {}"},
  };
  const Pair& pair = kTexts[static_cast<size_t>(id)];
  return locale == "vi" ? pair.vi : pair.en;
}

}  // namespace outrigger::scoring
