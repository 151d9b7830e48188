#include "target.hpp"

#include <algorithm>
#include <cmath>

#include "mirror.hpp"

namespace outrigger::scoring {
namespace {

constexpr const char* kNotThere =
    ": only the model odoo may write Odoo's own probability, since Odoo would overwrite another model's number at the "
    "lead's next move, or take it for one that a person set; set `write` to field (the custom field x_outrigger_score, "
    "made by `outrigger scoring setup`) or to nothing";

// A reply was lost: look whether the value is there.
void settle_unknown(const Odoo& odoo, const Target& target, const std::vector<Wanted>& wanted, Written& written) {
  std::unordered_map<int64_t, double> expected;
  for (const Wanted& one : wanted) expected[one.lead] = one.score;
  std::vector<int64_t> open;
  constexpr size_t kAtOnce = 1000;
  for (size_t first = 0; first < written.unknown.size(); first += kAtOnce) {
    const std::vector<int64_t> ids(
        written.unknown.begin() + static_cast<std::ptrdiff_t>(first),
        written.unknown.begin() + static_cast<std::ptrdiff_t>(std::min(written.unknown.size(), first + kAtOnce)));
    const Result<Document> rows = odoo.read("crm.lead", ids, {target.field()});
    if (!rows) {
      open.insert(open.end(), ids.begin(), ids.end());
      continue;
    }
    std::unordered_map<int64_t, double> found;
    for (const Value row : rows->root().items())
      found[row["id"].integer()] = row[target.field()].number().value_or(kUnset);
    for (const int64_t id : ids) {
      if (found.count(id) != 0 && same_score(found[id], expected[id]))
        written.done.push_back(id);
      else
        written.failed.emplace_back(id, "the reply was lost and the value is not there; run recompute again");
    }
  }
  written.unknown = open;
}

}  // namespace

Result<Target> target_of(Value config) {
  const auto refuse = [](std::string why) {
    return Error{Code::kInvalid, "plugins.scoring.config." + std::move(why), Source::kPlugin, Effect::kNone, -1};
  };
  const Result<ModelKind> kind = model_kind(config);
  if (!kind) return kind.error();
  const bool own = *kind == ModelKind::kOdoo;
  Target target;
  target.sink = own ? Sink::kOdoo : Sink::kField;
  const std::string write(config["write"].text());
  if (write == "field")
    target.sink = Sink::kField;
  else if (write == "nothing")
    target.sink = Sink::kNothing;
  else if (write == "odoo" && !own)
    return refuse("write is odoo and the model is " + std::string(name_of(*kind)) + kNotThere);
  else if (!write.empty() && write != "odoo")
    return refuse("write is \"" + write + "\"; it may be odoo, field or nothing");
  if (const std::string field(config["field"].text()); !field.empty()) {
    const auto* at = std::find(std::begin(kScoreFields), std::end(kScoreFields), field);
    const bool odoos = field == "probability" || field == "automated_probability";
    if (odoos && !own)
      return refuse("field is " + field + " and the model is " + std::string(name_of(*kind)) + kNotThere);
    if (odoos) return refuse("field is " + field + ", which is Odoo's own; to write that, set `write` to odoo");
    if (at == std::end(kScoreFields))
      return refuse("field is \"" + field +
                    "\"; it may be x_outrigger_score, x_outrigger_extended or x_outrigger_logistic");
    target.custom = *at;
  }
  target.step = config["step"].number().value_or(target.step);
  if (!(target.step >= 0.01 && target.step <= 100)) return refuse("step is percentage points from 0.01 to 100");
  return target;
}

bool moved(const Target& target, double before, double after) {
  if (!is_set(after)) return false;
  if (!is_set(before)) return true;
  // A score that reached 0 or 100 is no matter of steps: the lead has no stage, or a won one.
  const bool end = after == 0 || after == 100;
  return !same_score(before, after) && (end || std::fabs(after - before) > target.step - 0.005);
}

Result<Written> write_scores(const Odoo& odoo, const Target& target, const std::vector<Wanted>& wanted,
                             const Progress& progress, bool plan) {
  Written written;
  if (target.sink == Sink::kNothing) return written;
  constexpr size_t kAtOnce = 1000;
  for (size_t first = 0; first < wanted.size(); first += kAtOnce) {
    progress(first, wanted.size());
    Arena arena;
    std::vector<Value> rows;
    for (size_t i = first; i < std::min(wanted.size(), first + kAtOnce); ++i) {
      std::vector<Field> row{{"id", Value::of(wanted[i].lead)}, {target.field(), Value::of(wanted[i].score)}};
      if (target.sink == Sink::kOdoo && is_set(wanted[i].probability))
        row.push_back({"probability", Value::of(wanted[i].probability)});
      rows.push_back(arena.object(row));
    }
    const Result<Document> report = odoo.write_rows("crm.lead", arena.array(rows), {.company_id = kAllCompanies});
    if (!report) {
      if (first == 0) return report.error();
      for (size_t i = first; i < wanted.size(); ++i)
        written.failed.emplace_back(wanted[i].lead, report.error().message);
      break;
    }
    for (const Value id : report->root()["done"].items()) written.done.push_back(id.integer());
    for (const Value id : report->root()["unknown"].items()) written.unknown.push_back(id.integer());
    for (const Value row : report->root()["failed"].items())
      written.failed.emplace_back(row["id"].integer(), row["message"].text());
  }
  if (!plan) settle_unknown(odoo, target, wanted, written);
  return written;
}

Result<std::unordered_map<int64_t, double>> read_score_field(const Odoo& odoo, const History& history,
                                                             const Target& target) {
  const std::string_view field = target.field();
  if (!history.lead_fields.root().has(field))
    return Error{Code::kMissing,
                 "crm.lead has no field " + std::string(field) + "; make it with a setup key: outrigger scoring setup"};
  Arena arena;
  std::unordered_map<int64_t, double> scores;
  const Query query{
      .model = "crm.lead",
      .domain = arena.array({arena.array({"create_date", ">=", Value::of(std::string_view(history.start_utc))})}),
      .fields = {field}};
  const Result<void> read = odoo.each_page(query,
                                           [&](Value rows) -> Result<void> {
                                             for (const Value row : rows.items())
                                               scores[row["id"].integer()] = row[field].number().value_or(0);
                                             return {};
                                           },
                                           {.lane = Lane::kSweeps});
  if (!read) return read.error();
  return scores;
}

}  // namespace outrigger::scoring
