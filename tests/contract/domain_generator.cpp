#include "tests/contract/domain_generator.hpp"

namespace outrigger::contract {
namespace {

struct Choice {
  std::string model;
  std::string path;
  std::string kind;  // number, text, selection, boolean, date, datetime, one, many, id, part
  std::string comodel;
};

const std::vector<Choice>& choices() {
  static const std::vector<Choice> all = {
      {"crm.lead", "name", "text", ""},
      {"crm.lead", "email_from", "text", ""},
      {"crm.lead", "phone", "text", ""},
      {"crm.lead", "city", "text", ""},
      {"crm.lead", "type", "selection", ""},
      {"crm.lead", "priority", "selection", ""},
      {"crm.lead", "probability", "number", ""},
      {"crm.lead", "expected_revenue", "number", ""},
      {"crm.lead", "color", "number", ""},
      {"crm.lead", "active", "boolean", ""},
      {"crm.lead", "create_date", "datetime", ""},
      {"crm.lead", "date_open", "datetime", ""},
      {"crm.lead", "date_deadline", "date", ""},
      {"crm.lead", "id", "id", ""},
      {"crm.lead", "team_id", "one", "crm.team"},
      {"crm.lead", "user_id", "one", "res.users"},
      {"crm.lead", "country_id", "one", "res.country"},
      {"crm.lead", "partner_id", "one", "res.partner"},
      {"crm.lead", "stage_id", "one", "crm.stage"},
      {"crm.lead", "tag_ids", "many", "crm.tag"},
      {"crm.lead", "partner_id.name", "text", ""},
      {"crm.lead", "partner_id.active", "boolean", ""},
      {"crm.lead", "partner_id.country_id.code", "text", ""},
      {"crm.lead", "partner_id.category_id.name", "text", ""},
      {"crm.lead", "partner_id.category_id.active", "boolean", ""},
      {"crm.lead", "partner_id.parent_id", "one", "res.partner"},
      {"crm.lead", "stage_id.sequence", "number", ""},
      {"crm.lead", "team_id.name", "text", ""},
      {"crm.lead", "tag_ids.name", "text", ""},
      {"crm.lead", "tag_ids.color", "number", ""},
      {"res.partner", "name", "text", ""},
      {"res.partner", "is_company", "boolean", ""},
      {"res.partner", "active", "boolean", ""},
      {"res.partner", "category_id", "many", "res.partner.category"},
      {"res.partner", "parent_id", "one", "res.partner"},
      {"res.partner", "id", "id", ""},
      {"res.partner.category", "name", "text", ""},
      {"res.partner.category", "active", "boolean", ""},
      {"res.partner.category", "id", "id", ""},
      {"crm.tag", "name", "text", ""},
      {"crm.tag", "color", "number", ""},
      {"crm.stage", "name", "text", ""},
      {"crm.stage", "sequence", "number", ""},
      {"crm.team", "name", "text", ""},
      {"res.users", "active", "boolean", ""},
      {"res.country", "code", "text", ""},
  };
  return all;
}

const std::vector<std::string> kTexts = {"'deal'",   "'Deal'", "'e'",   "'%'",  "'a_b'", "'100\\\\%'",
                                         "'Éclair'", "''",     "False", "'zz'", "'20'",  "'eclair%'",
                                         "'_'",      "None",   "'VIP'", "5"};
const std::vector<std::string> kNumbers = {"0",     "1",   "2",    "20",   "33.33", "100.5", "-1",
                                           "False", "2.5", "'20'", "True", "10",    "None"};
const std::vector<std::string> kDates = {"'2026-01-31'", "'2026-11-22'",          "False",
                                         "'2025-07-01'", "'2026-11-22 00:00:00'", "'2026-01-31 12:30:00'"};
const std::vector<std::string> kRelative = {"'today'", "'-7d'",     "'today -1m'", "'+1w'",     "'=1d'", "'today =1d'",
                                            "'now'",   "'+monday'", "'-friday'",   "'-1y =6m'", "'-3H'", "'today +2d'"};
const std::vector<std::string> kParts = {"year_number", "quarter_number", "month_number", "iso_week_number",
                                         "day_of_year", "day_of_month",   "day_of_week",  "hour_number"};

}  // namespace

void DomainGenerator::add_samples(const std::string& path, std::vector<std::string> literals) {
  if (!literals.empty()) samples_.emplace_back(path, std::move(literals));
}

std::string DomainGenerator::next() { return "[" + domain(0, "crm.lead") + "]"; }

std::string DomainGenerator::domain(int depth, const std::string& model) {
  const size_t dice = below(10);
  if (depth >= 3 || dice < 5) return term(depth, model);
  if (dice == 5) return "'!', " + domain(depth + 1, model);
  const std::string both = domain(depth + 1, model) + ", " + domain(depth + 1, model);
  if (dice == 9 && depth == 0) return both;  // the "and" that nobody writes
  return (dice % 2 == 0 ? "'|', " : "'&', ") + both;
}

std::string DomainGenerator::scalar(const std::string& kind, const std::string& path) {
  if (below(2) == 0)
    for (const auto& [sampled, literals] : samples_)
      if (sampled == path) return pick(literals);
  if (kind == "text" || kind == "selection") return below(6) == 0 && kind == "selection" ? "'1'" : pick(kTexts);
  if (kind == "number") return pick(kNumbers);
  if (kind == "boolean") return pick(std::vector<std::string>{"True", "False", "True", "False", "1", "0", "'true'"});
  if (kind == "part") return std::to_string(below(13));
  if (kind == "date" || kind == "datetime") return major_ >= 19 && below(3) == 0 ? pick(kRelative) : pick(kDates);
  if (below(4) == 0) return below(3) == 0 ? "None" : "False";
  return std::to_string(1 + below(60));
}

std::string DomainGenerator::value(const std::string& kind, const std::string& op, const std::string& path) {
  if (op.find("like") != std::string::npos) return below(3) == 0 ? scalar("text", path) : pick(kTexts);
  const bool listed = op == "in" || op == "not in";
  if (!listed && below(15) != 0) return scalar(kind, path);
  if (listed && below(20) == 0) return scalar(kind, path);
  std::string list = "[";
  for (size_t i = below(4); i > 0; --i) list += scalar(kind, path) + ", ";
  return list + "]";
}

std::string DomainGenerator::term(int depth, const std::string& model) {
  if (below(40) == 0) return below(2) == 0 ? "(1, '=', 1)" : "(0, '=', 1)";
  std::vector<Choice> fit;
  for (const Choice& one : choices())
    if (one.model == model) fit.push_back(one);
  Choice choice = pick(fit);
  const bool relation = choice.kind == "one" || choice.kind == "many";
  if (relation && major_ >= 19 && depth < 3 && below(3) == 0)
    return "('" + choice.path + "', '" + (below(3) == 0 ? "not any" : "any") + "', [" +
           domain(depth + 1, choice.comodel) + "])";
  if ((choice.path == "partner_id" || choice.path == "partner_id.parent_id") && below(4) == 0)
    return "('" + choice.path + "', '" + (below(2) == 0 ? "child_of" : "parent_of") + "', " +
           scalar("id", choice.path) + ")";
  if ((choice.kind == "date" || choice.kind == "datetime") && major_ >= 19 && below(4) == 0) {
    choice.path += "." + pick(kParts);
    choice.kind = "part";
  }
  std::vector<std::string> operators = {"=", "!=", "=", "!=", "in", "not in", "=?"};
  const bool plain = choice.kind == "number" || choice.kind == "date" || choice.kind == "datetime" ||
                     choice.kind == "part" || choice.kind == "id" || choice.kind == "selection" || choice.kind == "one";
  if (plain || below(12) == 0) operators.insert(operators.end(), {"<", "<=", ">", ">="});
  if (choice.kind == "text" || choice.kind == "selection" || relation || below(15) == 0) {
    operators.insert(operators.end(), {"like", "ilike", "not like", "not ilike", "ilike", "=like", "=ilike"});
    if (major_ >= 19) operators.insert(operators.end(), {"not =like", "not =ilike"});
  }
  const std::string op = pick(operators);
  const bool named = relation && op.find("like") == std::string::npos && below(10) == 0;
  return "('" + choice.path + "', '" + op + "', " + (named ? "'Gold'" : value(choice.kind, op, choice.path)) + ")";
}

}  // namespace outrigger::contract
