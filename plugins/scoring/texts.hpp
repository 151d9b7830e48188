// What a person reads, in English and Vietnamese. Names of fields and values come from Odoo in the reader's language.
#pragma once

#include <string_view>

namespace outrigger::scoring {

// clang-format off
enum class Text {
  kLead, kStage, kTeam, kOdoo, kOurs, kFor, kAgainst, kNoTeam, kBaseRate, kWonOf, kLostOf, kFactor, kSum,
  kUnknownValue, kTooFewTags, kNoHistory, kLeaked, kWonStage, kNoStage, kClosed, kMore, kVariable, kValue,
  kUnknownField, kSummary, kPlanOnly, kWritten, kOutcomeUnknown, kNotWritten,
  kByOdoo, kNothingWritten, kFieldWritten, kHeldBack, kByMirror, kByExact, kNotInMirror, kWouldMove, kIfIt, kOdooStored,
  kManual, kWhyScore, kDriftRows, kDriftScores, kNoDrift, kMirrorEmpty, kRows, kMirrorWord, kExactWord, kDifference, kMoves,
  kNoChange, kSettingsHow, kNow, kThen, kByModel, kLeftOut, kFutureStart
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
      {"Odoo recomputed its table and all scores by itself; {} changed scores were checked against ours",
       "Odoo đã tự tính lại bảng và mọi điểm; {} điểm thay đổi đã được đối chiếu"},
      {"nothing is written, as the configuration says; scores are only published",
       "không ghi gì, theo cấu hình; điểm chỉ được công bố"},
      {"written to crm.lead {}: {}", "đã ghi vào crm.lead {}: {}"},
      {"held back: {} scores that Odoo's own table gives otherwise (outrigger scoring drift shows where); have Odoo "
       "rebuild it, by its own scheduled job or with --by odoo, or write them with --anyway true",
       "giữ lại: {} điểm mà bảng riêng của Odoo cho kết quả khác (xem outrigger scoring drift); hãy để Odoo lập lại "
       "bảng "
       "bằng tác vụ định kỳ của nó hoặc --by odoo, hoặc ghi bằng --anyway true"},
      {"By Odoo's own table (the mirror), as Odoo scores this lead at its next change",
       "Theo bảng riêng của Odoo (bản sao), như Odoo sẽ tính ở lần thay đổi tới"},
      {"By the exact table, as Odoo's full recompute would give it", "Theo bảng chính xác, như Odoo tính lại toàn bộ"},
      {"Odoo's own table cannot be read: {}", "không đọc được bảng riêng của Odoo: {}"},
      {"What would move it most", "Điều làm thay đổi nhiều nhất"},
      {"if {} were {}", "nếu {} là {}"},
      {"Odoo shows {} %, of which automatic {} %", "Odoo hiển thị {} %, trong đó tự động {} %"},
      {"the probability was set by hand; scores do not change it until it is put back to automatic",
       "xác suất được nhập tay; điểm không thay đổi nó cho đến khi đặt lại tự động"},
      {"Why this score", "Vì sao có điểm này"},
      {"{} of {} rows of the table differ", "{} trong {} dòng của bảng khác nhau"},
      {"{} of {} open leads score differently; the largest difference is {} points, the mean {}",
       "{} trong {} tiềm năng đang mở có điểm khác; chênh lệch lớn nhất {} điểm, trung bình {}"},
      {"Odoo's own table is what a rebuild would give", "bảng riêng của Odoo giống như khi lập lại"},
      {"Odoo's own table is empty: Odoo has neither recomputed nor counted anything yet",
       "bảng riêng của Odoo còn trống: Odoo chưa tính lại và chưa đếm gì"},
      {"Rows", "Dòng"},
      {"mirror", "bản sao"},
      {"exact", "chính xác"},
      {"difference", "chênh lệch"},
      {"{} of {} open leads would get another score", "{} trong {} tiềm năng đang mở sẽ có điểm khác"},
      {"nothing would move", "không có gì thay đổi"},
      {"to set it in Odoo: the same with --apply true and an administrator's key (Odoo then recomputes all scores), or "
       "in "
       "Odoo: CRM, Configuration, Settings, Predictive Lead Scoring; for Outrigger alone: "
       "plugins.scoring.config.fields and .start_date",
       "để đặt trong Odoo: thêm --apply true với khóa quản trị (Odoo sẽ tính lại mọi điểm), hoặc trong Odoo: CRM, Cấu "
       "hình, "
       "Cài đặt, Chấm điểm tiềm năng dự đoán; chỉ cho Outrigger: plugins.scoring.config.fields và .start_date"},
      {"now", "hiện tại"},
      {"then", "sau đó"},
      {"by the model {}, trained on {} from {} won and {} lost leads",
       "theo mô hình {}, huấn luyện ngày {} từ {} cơ hội thắng và {} cơ hội thua"},
      {"left out: {} tells won from lost all by itself, so it knows the outcome",
       "bỏ qua: riêng {} đã phân biệt thắng và thua, nên nó biết trước kết quả"},
      {"the start date {} lies in the future, so no lead counts and none is scored; set an earlier one: outrigger "
       "scoring "
       "settings --start_date YYYY-MM-DD",
       "ngày bắt đầu {} ở tương lai, nên không tiềm năng nào được tính hay chấm điểm; hãy đặt ngày sớm hơn: outrigger "
       "scoring settings --start_date YYYY-MM-DD"},
  };
  const Pair& pair = kTexts[static_cast<size_t>(id)];
  return locale == "vi" ? pair.vi : pair.en;
}

}  // namespace outrigger::scoring
