#include "rules.hpp"

#include <algorithm>
#include <unordered_map>

#include <outrigger/json.hpp>

namespace outrigger::assignment {
namespace {

// So many leads cross to the host at once.
constexpr size_t kChunk = 20'000;
constexpr size_t kAskAtOnce = 1000;

// "domain 1: " is the place in our list, which says nothing to a person.
std::string said(const Error& error) {
  const std::string& text = error.message;
  const size_t colon = text.find(": ");
  return text.rfind("domain ", 0) == 0 && colon != std::string::npos ? text.substr(colon + 2) : text;
}

bool is_about_the_rule(const Error& error) {
  switch (error.code) {
    case Code::kInvalid:
    case Code::kUnsupported:
    case Code::kAccess:
    case Code::kMissing:
    case Code::kValidation:
    case Code::kLimit: return true;
    default: return false;
  }
}

}  // namespace

size_t Rules::add(std::string owner, Value domain, Meaning meaning) {
  Rule rule{std::move(owner),
            Document::build([&](Arena& arena) { return arena.copy(domain); }),
            meaning,
            State::kHere,
            {},
            {}};
  rules_.push_back(std::move(rule));
  return rules_.size() - 1;
}

Rules::Some Rules::of(Meaning meaning) const {
  Some some;
  for (size_t i = 0; i < rules_.size(); ++i)
    if (rules_[i].meaning == meaning && rules_[i].state == State::kHere) some.push_back(i);
  return some;
}

Result<DomainSet> Rules::compiled(const Some& rules) const {
  Arena arena;
  std::vector<Value> domains;
  for (const size_t i : rules) domains.push_back(rules_[i].domain.root());
  return host_.domains.compile("crm.lead", arena.array(domains), rules_[rules.front()].meaning);
}

Result<void> Rules::set_aside(Rule& rule, const Error& error, State otherwise) {
  if (!is_about_the_rule(error)) return error;
  rule.state = error.code == Code::kInvalid ? State::kBroken : otherwise;
  rule.why = said(error);
  if (rule.state == State::kBroken)
    problems_.push_back(say_("the rule of {} matches nothing, because it cannot be read: {}",
                             "quy tắc của {} không khớp gì vì không đọc được: {}", rule.owner, rule.why));
  return {};
}

// One by one, after all together were refused.
Result<void> Rules::sort_out(const Some& rules) {
  for (const size_t i : rules) {
    const Result<DomainSet> set = compiled({i});
    if (set) continue;
    if (Result<void> aside = set_aside(rules_[i], set.error(), State::kAsk); !aside) return aside;
  }
  return {};
}

Result<void> Rules::compile() {
  for (const Meaning meaning : {Meaning::kSearch, Meaning::kFilter}) {
    Some rules = of(meaning);
    if (rules.empty()) continue;
    Result<DomainSet> set = compiled(rules);
    if (!set) {
      if (!is_about_the_rule(set.error())) return set.error();
      if (Result<void> sorted = sort_out(rules); !sorted) return sorted;
      rules = of(meaning);
      if (rules.empty()) continue;
      set = compiled(rules);
      if (!set) return set.error();
    }
    const Result<std::vector<std::string>> paths = set->fields();
    if (!paths) return paths.error();
    for (const std::string& path : *paths) fields_.insert(path.substr(0, path.find('.')));
  }
  return {};
}

Result<void> Rules::match(const LeadColumns& columns) {
  Links links(host_.odoo, columns);
  for (Rule& rule : rules_) rule.flags.assign(columns.ids().size(), 0);
  if (columns.ids().empty()) return {};
  for (const Meaning meaning : {Meaning::kSearch, Meaning::kFilter})
    if (const Some rules = of(meaning); !rules.empty())
      if (Result<void> done = match_some(rules, columns, links); !done) return done;
  for (Rule& rule : rules_)
    if (rule.state == State::kAsk)
      if (Result<void> done = ask_odoo(rule, columns); !done) return done;
  return {};
}

Result<void> Rules::match_some(const Some& rules, const LeadColumns& columns, Links& links) {
  const Result<void> together = match_set(rules, columns, links);
  if (together || !is_about_the_rule(together.error())) return together;
  for (const size_t i : rules) {
    rules_[i].flags.assign(columns.ids().size(), 0);
    const Result<void> alone = match_set({i}, columns, links);
    if (alone) continue;
    if (Result<void> aside = set_aside(rules_[i], alone.error(), State::kAsk); !aside) return aside;
  }
  return {};
}

Result<void> Rules::match_set(const Some& rules, const LeadColumns& columns, Links& links) {
  const Result<DomainSet> set = compiled(rules);
  if (!set) return set.error();
  const Result<std::vector<std::string>> paths = set->fields();
  if (!paths) return paths.error();
  for (size_t first = 0; first < columns.ids().size(); first += kChunk) {
    const size_t count = std::min(kChunk, columns.ids().size() - first);
    Arena arena;
    std::vector<Field> fields;
    // A rule without any field still has to know how many leads there are.
    if (paths->empty()) fields.push_back({"id", arena.ids(std::span(columns.ids()).subspan(first, count))});
    for (const std::string& path : *paths) {
      if (path == "id") {
        fields.push_back({"id", arena.ids(std::span(columns.ids()).subspan(first, count))});
        continue;
      }
      const Result<Value> column = links.column(path, first, count, arena);
      if (!column) return column.error();
      fields.push_back({path, *column});
    }
    const Result<std::vector<Bitmap>> found = set->match(arena.object(fields));
    if (!found) return found.error();
    for (size_t r = 0; r < rules.size() && r < found->size(); ++r)
      for (size_t i = 0; i < count; ++i) rules_[rules[r]].flags[first + i] = (*found)[r].test(i) ? 1 : 0;
  }
  return {};
}

Result<Document> Rules::array_of(const Rule& rule) const {
  if (rule.domain.root().is_array()) return rule.domain;
  const Result<std::string> json = host_.domains.print_json(rule.domain.root());
  if (!json) return json.error();
  Arena reading;
  const Result<Value> parsed = parse_json(*json, reading);
  if (!parsed) return parsed.error();
  return Document::build([&](Arena& arena) { return arena.copy(*parsed); });
}

Result<void> Rules::ask_odoo(Rule& rule, const LeadColumns& columns) {
  const Result<Document> domain = array_of(rule);
  if (!domain) return set_aside(rule, {Code::kInvalid, domain.error().message}, State::kBroken);
  const std::vector<int64_t>& ids = columns.ids();
  std::unordered_map<int64_t, size_t> row;
  for (size_t i = 0; i < ids.size(); ++i) row.emplace(ids[i], i);
  for (size_t first = 0; first < ids.size(); first += kAskAtOnce) {
    Arena arena;
    std::vector<Value> terms{
        arena.array({"id", "in", arena.ids(std::span(ids).subspan(first, std::min(kAskAtOnce, ids.size() - first)))})};
    for (const Value term : domain->root().items()) terms.push_back(term);
    const Result<Document> found = host_.odoo.search_read({.model = "crm.lead",
                                                           .domain = arena.array(terms),
                                                           .fields = {"id"},
                                                           .order = "id",
                                                           .archived = rule.meaning == Meaning::kFilter});
    if (!found) {
      rule.flags.assign(ids.size(), 0);
      Error error = found.error();
      if (!is_about_the_rule(error)) return error;
      error.code = Code::kInvalid;
      return set_aside(rule, error, State::kBroken);
    }
    for (const Value one : found->root().items())
      if (const auto at = row.find(one["id"].integer()); at != row.end()) rule.flags[at->second] = 1;
  }
  asked_.push_back(
      say_("the rule of {} was asked of Odoo: {}", "quy tắc của {} được hỏi từ Odoo: {}", rule.owner, rule.why));
  return {};
}

}  // namespace outrigger::assignment
