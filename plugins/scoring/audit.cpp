#include "audit.hpp"

#include <algorithm>

namespace outrigger::scoring {
namespace {

using Page = outrigger::Report;

constexpr int kIdleDays = 14;
constexpr int64_t kDay = 86'400'000'000;

// Odoo's settings are for administrators to read. What is neither configured nor to be read is assumed: Odoo's own
// default variables, the last two years. No variables at all is an answer.
Result<Document> settings_for(const Odoo& odoo, Value config, const AuditFacts& facts, bool& assumed) {
  const auto missing = [&](const char* key, const char* parameter, bool may_be_empty) -> Result<bool> {
    if (config[key].is_string()) return false;
    const Result<Document> value = odoo.parameter(parameter);
    if (!value && value.error().code != Code::kAccess) return value.error();
    return !value || value->root().is_null() || (!may_be_empty && value->root().text().empty());
  };
  const Result<bool> no_fields = missing("fields", "crm.pls_fields", true);
  if (!no_fields) return no_fields.error();
  // A database that never scored has no start date, and can be judged all the same.
  const Result<bool> no_start = missing("start_date", "crm.pls_start_date", false);
  if (!no_start) return no_start.error();
  assumed = *no_fields || *no_start;
  return Document::build([&](Arena& arena) {
    std::vector<Field> fields;
    for (const Field field : config.fields()) fields.push_back(field);
    if (*no_fields)
      fields.push_back(
          {"fields",
           Value::of(facts.major >= 15 ? "phone_state,email_state,state_id,country_id,source_id,lang_id,tag_ids"
                                       : "phone_state,email_state,state_id,country_id,source_id,lang_id")});
    if (*no_start) fields.push_back({"start_date", arena.text(day_of(facts.now - 730 * kDay))});
    return arena.copy(arena.object(fields));
  });
}

struct Scored {
  Value figures;
  std::vector<double> days_to_win;
};

// Whether the score is right; why it cannot be said is said, and the rest of the page goes on.
Result<Scored> show_score(Page& page, Arena& arena, Command& command, const Odoo& odoo, const Clock& clock,
                          const Store& store, Value config, const AuditFacts& facts, const Speech& say) {
  page.heading(say("Is Odoo's score right?", "Điểm của Odoo có đúng không?"));
  bool assumed = false;
  const Result<Document> settings = settings_for(odoo, config, facts, assumed);
  if (!settings) return settings.error();
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading leads"); };
  const Result<History> history = read_history(odoo, clock, settings->root(), progress);
  const auto without = [&](const Error& error) -> Result<Scored> {
    if (error.code != Code::kAccess && error.code != Code::kInvalid) return error;
    page.note(Page::Level::kWarn, error.message);
    return Scored{arena.object({{"problem", arena.text(error.message)}}), {}};
  };
  if (!history) return without(history.error());
  const Result<Known> known = read_known(odoo, clock, store, settings->root(), *history, progress);
  if (!known) return without(known.error());
  Judging judging;
  judging.replicates = 400;
  judging.kinds = {ModelKind::kOdoo};
  const Judged judged = judge(*history, *known, judging);
  const Shown shown{*history, *known, judged, say, 0};
  show_verdict(page, shown);
  if (assumed)
    page.text(
        say("Odoo's own settings of scoring are not set, or not for this key to read: Odoo's default variables and the "
            "leads of two years were taken.",
            "Cấu hình tính điểm của Odoo chưa đặt hoặc khóa này không được đọc: dùng các biến mặc định của Odoo và "
            "tiềm năng trong hai năm."));
  if (judged.comparison.problem.empty()) {
    page.text(
        say("Odoo does not keep the score that a lead had before it was closed. So its own arithmetic learned from "
            "the {} leads that were decided before {}, scored the {} that were decided afterwards, and is compared "
            "with what became of them.",
            "Odoo không giữ điểm trước khi đóng. Vì vậy chính cách tính của Odoo được học từ {} tiềm năng có kết quả "
            "trước {}, chấm điểm {} tiềm năng có kết quả sau đó, rồi so với kết quả thực tế.",
            say.count(judged.comparison.split.train.size()), day_of(judged.cut), say.count(judged.comparison.judged)));
    show_calibration(page, shown);
  }
  Scored scored{figures_of(arena, shown), {}};
  for (size_t row = 0; row < history->leads.size(); ++row)
    if (closed(history->leads, history->model.rules, row) == Closed::kWon && known->decided[row] != kNever)
      scored.days_to_win.push_back(days_since(history->leads.created[row], known->decided[row]));
  return scored;
}

const char* word_of(WhyUnassigned why) {
  switch (why) {
    case WhyUnassigned::kNoRule: return "no_rule";
    case WhyUnassigned::kUnknown: return "unknown";
    case WhyUnassigned::kNoTeam: return "no_team";
    case WhyUnassigned::kTooOld: return "too_old";
    case WhyUnassigned::kNoMembers: return "no_members";
    case WhyUnassigned::kOptedOut: return "opted_out";
    case WhyUnassigned::kNoCapacity: return "no_capacity";
    case WhyUnassigned::kHadOne: return "had_one";
    case WhyUnassigned::kWaiting: return "waiting";
  }
  return "";
}

Value ids_of(Arena& arena, const AuditFacts& facts, const std::vector<size_t>& rows) {
  std::vector<int64_t> ids;
  for (const size_t row : rows) ids.push_back(facts.open[row].id);
  return arena.ids(ids);
}

Value pipeline_value(Arena& arena, const AuditFacts& facts, const Found& found) {
  std::vector<Value> unassigned;
  for (const Unassigned& one : found.unassigned)
    unassigned.push_back(arena.object({{"lead", facts.open[one.row].id}, {"why", word_of(one.why)}}));
  std::vector<Value> groups;
  for (const auto& rows : found.duplicates.groups) groups.push_back(ids_of(arena, facts, rows));
  double value = 0;
  for (const OpenLead& lead : facts.open) value += revenue_of(lead);
  return arena.object({{"open", static_cast<int64_t>(facts.open.size())},
                       {"value", value},
                       {"whole", facts.whole},
                       {"idle", arena.object({{"leads", ids_of(arena, facts, found.idle.rows)},
                                              {"value", found.idle.value},
                                              {"weighted", found.idle.weighted}})},
                       {"unassigned", arena.array(unassigned)},
                       {"duplicates", arena.object({{"groups", arena.array(groups)},
                                                    {"counted_twice", found.duplicates.counted_twice}})},
                       {"stale", arena.object({{"leads", ids_of(arena, facts, found.stale.rows)},
                                               {"days", found.stale.days},
                                               {"value", found.stale.value}})}});
}

}  // namespace

Found find_all(const AuditFacts& facts, std::vector<double> days_to_win) {
  return {find_idle(facts.open, facts.now, kIdleDays), find_unassigned(facts.open, facts.teams, facts.rules, facts.now),
          find_duplicates(facts.open), find_stale(facts.open, std::move(days_to_win), facts.now)};
}

Result<Document> run_audit(Command& command, const Odoo& odoo, const Clock& clock, const Store& store, Value config) {
  const Progress progress = [&](uint64_t done, uint64_t total) { command.progress(done, total, "reading open leads"); };
  const Result<AuditFacts> facts = read_audit_facts(odoo, clock, progress);
  if (!facts) return facts.error();
  const Speech say(command.locale());
  Page page(say("Sales audit", "Kiểm tra bán hàng"));
  if (!facts->whole)
    page.note(
        Page::Level::kWarn,
        say("This key sees only its own leads, or a part of them, so all that follows is about these alone.",
            "Khóa này chỉ xem được tiềm năng của chính nó hoặc một phần, nên mọi điều sau đây chỉ nói về các tiềm "
            "năng đó."));
  Arena arena;
  Result<Scored> scored = show_score(page, arena, command, odoo, clock, store, config, *facts, say);
  if (!scored) return scored.error();
  const Found found = find_all(*facts, std::move(scored->days_to_win));
  show_pipeline(page, *facts, found, say);
  return page.answer([&](Arena& own) {
    return own.object({{"score", own.copy(scored->figures)}, {"pipeline", pipeline_value(own, *facts, found)}});
  });
}

}  // namespace outrigger::scoring
