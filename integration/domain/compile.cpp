#include <algorithm>
#include <map>

#include "integration/domain/program.hpp"

namespace outrigger::domain {

Error undecided(const std::string& why) {
  return {Code::kUnsupported, why + "; ask Odoo", Source::kHost, Effect::kNone, -1};
}
Error mistaken(const std::string& why) { return {Code::kInvalid, why, Source::kHost, Effect::kNone, -1}; }

namespace {

constexpr std::pair<Operator, Operator> kNegations[] = {
    {Operator::kNotEqual, Operator::kEqual},     {Operator::kNotIn, Operator::kIn},
    {Operator::kNotLike, Operator::kLike},       {Operator::kNotILike, Operator::kILike},
    {Operator::kNotPattern, Operator::kPattern}, {Operator::kNotIPattern, Operator::kIPattern},
    {Operator::kNotAny, Operator::kAny},
};

bool is_relation(FieldType type) { return type == FieldType::kMany2one || type == FieldType::kToMany; }

// Whether the domain names the field itself, outside of any.
bool names(const Node& node, std::string_view field) {
  if (node.kind == Node::Kind::kTerm) return node.path == field;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const Node& child) { return names(child, field); });
}

std::string shown(const Node& term) {
  constexpr size_t kShown = 120;
  std::string text = "('" + term.path + "', '" + to_string(term.op) + "', " + to_python(term.value) + ")";
  if (text.size() <= kShown) return text;
  size_t size = kShown;
  while ((static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size) + "...";
}

class Compiler {
 public:
  Compiler(const Schema& schema, const Setting& setting, std::string_view model) : schema_(schema), setting_(setting) {
    program_->levels.push_back({0, 0, false, std::string(model), ""});
  }

  Result<void> add(const Domain& domain) {
    Result<Step> step = node(domain.root(), 0);
    if (!step) return step.error();
    if (setting_.meaning == Meaning::kSearch && !setting_.archived && !names(domain.root(), "active")) {
      step = without_archived(*std::move(step), 0);
      if (!step) return step.error();
    }
    program_->domains.push_back(*std::move(step));
    return {};
  }

  std::shared_ptr<DomainSet::Program> finish() {
    for (const Column& column : program_->columns) program_->fields.push_back(column.path);
    return program_;
  }

 private:
  Result<Step> node(const Node& node, size_t level) {
    switch (node.kind) {
      case Node::Kind::kConstant: return Step::of(node.constant);
      case Node::Kind::kTerm: {
        Result<Step> step = term(node, level);
        // The innermost condition is the one that is named.
        if (!step && step.error().message.find("', ") == std::string::npos)
          return Error{step.error().code, shown(node) + ": " + step.error().message, Source::kHost, Effect::kNone, -1};
        return step;
      }
      default: break;
    }
    std::vector<Step> children;
    for (const Node& child : node.children) {
      Result<Step> step = this->node(child, level);
      if (!step) return step;
      children.push_back(*std::move(step));
    }
    if (node.kind == Node::Kind::kNot) return Step::no(std::move(children.front()));
    return Step::of(node.kind == Node::Kind::kAnd ? Step::Kind::kAnd : Step::Kind::kOr, std::move(children));
  }

  // Records that are archived and that the domain does not ask for.
  Result<Step> without_archived(Step step, size_t level) {
    const Result<SchemaField> active = schema_.field(program_->levels[level].model, "active");
    if (!active) return active.error().code == Code::kMissing ? Result<Step>(std::move(step)) : active.error();
    const auto test = [](Value have) { return answer(have.truthy()); };
    Step kept = condition(level, "active", "('active', '=', True)", test);
    return Step::of(Step::Kind::kAnd, {std::move(step), std::move(kept)});
  }

  Result<SchemaField> field(size_t level, std::string_view name) {
    const std::string& model = program_->levels[level].model;
    Result<SchemaField> field = schema_.field(model, name);
    if (!field && field.error().code == Code::kMissing)
      return mistaken(model + " has no field `" + std::string(name) + "`; correct the name");
    const bool readable = name == "display_name" && setting_.meaning == Meaning::kFilter;
    if (field && !field->stored && name != "id" && !readable)
      return undecided("`" + std::string(name) + "` is computed by Odoo");
    return field;
  }

  Result<Step> term(const Node& node, size_t level) {
    if (node.op == Operator::kEqualOrUnset && !node.value.truthy()) return Step::of(true);
    const size_t dot = node.path.find('.');
    const std::string first = node.path.substr(0, dot);
    const Result<SchemaField> known = field(level, first);
    if (!known) return known.error();
    const bool time = known->type == FieldType::kDate || known->type == FieldType::kDatetime;
    if (dot != std::string::npos && time) return part(node, level, first, node.path.substr(dot + 1), known->type);
    if (dot != std::string::npos) {
      if (!is_relation(known->type)) return mistaken("`" + first + "` is no relation, so nothing follows its dot");
      Node rest = node;
      rest.path = node.path.substr(dot + 1);
      return along(rest, level, first, *known);
    }
    Result<Step> step = direct(node, level, *known);
    if (step && is_negative(node.op)) return Step::no(*std::move(step));
    return step;
  }

  // Some linked record matches the inner domain.
  Result<Step> along(const Node& inner, size_t level, const std::string& relation, const SchemaField& known) {
    const size_t next = level_of(level, relation, known);
    Result<Step> step = node(inner, next);
    if (!step) return step;
    if (known.type == FieldType::kToMany) {
      if (names(inner, "active") && setting_.meaning == Meaning::kFilter)
        return undecided("archived records behind `" + relation + "` are not held here");
      if (!names(inner, "active")) step = without_archived(*std::move(step), next);
      if (!step) return step;
    }
    return Step::of(Step::Kind::kAny, {*std::move(step)}, next);
  }

  Result<Step> part(const Node& node, size_t level, const std::string& name, std::string_view part, FieldType type) {
    Result<Test> test = part_test(type, part, without_negation(node.op), node.value, setting_);
    if (!test) return test.error();
    Step step = condition(level, name, shown(node), *std::move(test));
    return is_negative(node.op) ? Step::no(std::move(step)) : std::move(step);
  }

  Result<Step> direct(const Node& node, size_t level, const SchemaField& known) {
    const Operator op = without_negation(node.op);
    if (op == Operator::kAny) {
      if (!is_relation(known.type)) return mistaken("`any` needs a relation");
      return along(node.children.front(), level, node.path, known);
    }
    if (op == Operator::kChildOf || op == Operator::kParentOf)
      return undecided("the tree of `" + node.path + "` is not held here");
    if (node.path == "id") return by_id(node, level, op);
    if (known.type == FieldType::kMany2one || known.type == FieldType::kToMany) return link(node, level, op, known);
    Result<Test> test =
        scalar_test(known.type, op == Operator::kEqualOrUnset ? Operator::kEqual : op, node.value, setting_);
    if (!test) return test.error();
    return condition(level, node.path, shown(node), *std::move(test));
  }

  Result<Step> by_id(const Node& node, size_t level, Operator op) {
    const Result<std::vector<int64_t>> ids = is_inequality(op) ? one_id(node.value) : ids_of(op, node.value);
    if (!ids) return ids.error();
    if (is_like(op)) return undecided("an id is compared with a pattern");
    const auto test = [op, ids = *ids](Value have) {
      const int64_t id = have.integer();
      if (is_inequality(op)) return answer(compare(op, id < ids[0] ? -1 : id > ids[0] ? 1 : 0));
      return answer(std::find(ids.begin(), ids.end(), id) != ids.end());
    };
    if (level == 0) return condition(level, "id", shown(node), test);
    const Level& here = program_->levels[level];
    return remember({level, here.relation, true, shown(node), test});
  }

  static Result<std::vector<int64_t>> one_id(Value wanted) {
    const auto id = wanted.as_integer();
    if (!id || wanted.boolean()) return undecided("an id is ordered against " + to_python(wanted).substr(0, 40));
    return std::vector<int64_t>{*id};
  }
  static Result<std::vector<int64_t>> ids_of(Operator op, Value wanted) {
    const Result<std::vector<Value>> values = wanted_values(op, wanted);
    if (!values) return values.error();
    std::vector<int64_t> ids;
    for (const Value value : *values) {
      if (is_empty(value)) continue;
      if (value.kind() != outrigger::Kind::kInt)
        return undecided("an id is compared with " + to_python(value).substr(0, 40));
      ids.push_back(value.raw().as.i);
    }
    return ids;
  }

  // A relation by ids, by names, or by being empty.
  Result<Step> link(const Node& node, size_t level, Operator op, const SchemaField& known) {
    const bool many = known.type == FieldType::kToMany;
    if (is_inequality(op)) {
      if (many) return mistaken("`" + node.path + "` has no order; compare one of its fields");
      const Result<std::vector<int64_t>> id = one_id(node.value);
      if (!id) return id.error();
      const auto test = [op, bound = (*id)[0]](Value have) {
        const int64_t one = have.integer();
        return answer(one != 0 && compare(op, one < bound ? -1 : one > bound ? 1 : 0));
      };
      return condition(level, node.path, shown(node), test);
    }
    if (is_like(op)) {
      const Value wanted = node.value;
      if (!wanted.truthy() && op != Operator::kPattern && op != Operator::kIPattern)
        return condition(level, node.path, shown(node), [](Value have) { return answer(have.truthy()); });
      if (!wanted.is_string() || wanted.text().empty())
        return undecided("a relation is compared with " + to_python(wanted).substr(0, 40));
      return by_name(node, level, op, {wanted}, known);
    }
    const Result<std::vector<Value>> values = wanted_values(op, node.value);
    if (!values) return values.error();
    std::vector<int64_t> ids;
    std::vector<Value> texts;
    bool empty_too = false;
    for (const Value value : *values) {
      if (is_empty(value))
        empty_too = true;
      else if (value.kind() == outrigger::Kind::kInt)
        ids.push_back(value.raw().as.i);
      else if (value.is_string() && !value.text().empty())
        texts.push_back(value);
      else
        return undecided("a relation is compared with " + to_python(value).substr(0, 40));
    }
    const auto test = [many, ids, empty_too](Value have) {
      if (!have.truthy()) return answer(empty_too);
      const auto wanted = [&](int64_t id) { return std::find(ids.begin(), ids.end(), id) != ids.end(); };
      if (!many) return answer(wanted(have.integer()));
      if (!have.is_array()) return Answer::kUnknown;
      for (const Value one : have.items())
        if (wanted(one.integer())) return Answer::kYes;
      return Answer::kNo;
    };
    Step step = condition(level, node.path, shown(node), test);
    if (texts.empty()) return step;
    Result<Step> named = by_name(node, level, Operator::kIn, texts, known);
    if (!named) return named;
    return Step::of(Step::Kind::kOr, {std::move(step), *std::move(named)});
  }

  Result<Step> by_name(const Node& node, size_t level, Operator op, const std::vector<Value>& texts,
                       const SchemaField& known) {
    const bool search = setting_.meaning == Meaning::kSearch;
    std::vector<std::string> fields{"display_name"};
    if (search) fields = schema_.name_fields(known.comodel);
    if (fields.empty()) return undecided("where Odoo looks for a name of " + known.comodel + " is not known here");
    const size_t next = level_of(level, node.path, known);
    std::vector<Step> found;
    Arena arena;
    const Value list = arena.array(texts);
    for (const std::string& name : fields) {
      Result<Test> test = is_like(op) ? like_test(op, texts[0].text()) : text_test(op, list, setting_);
      if (!test) return test.error();
      found.push_back(condition(next, name, shown(node) + " by " + name, *std::move(test)));
    }
    Step any = found.size() == 1 ? std::move(found[0]) : Step::of(Step::Kind::kOr, std::move(found));
    return Step::of(Step::Kind::kAny, {std::move(any)}, next);
  }

  size_t column(size_t level, const std::string& name) {
    const std::string path = program_->levels[level].prefix + name;
    const auto [at, made] = columns_.try_emplace(path, program_->columns.size());
    if (made) program_->columns.push_back({level, path});
    return at->second;
  }

  size_t level_of(size_t parent, const std::string& relation, const SchemaField& known) {
    const size_t link = column(parent, relation);
    const std::string prefix = program_->levels[parent].prefix + relation + ".";
    const auto [at, made] = levels_.try_emplace(prefix, program_->levels.size());
    if (made) program_->levels.push_back({parent, link, known.type == FieldType::kToMany, known.comodel, prefix});
    return at->second;
  }

  Step condition(size_t level, const std::string& name, std::string text, Test test) {
    return remember({level, column(level, name), false, std::move(text), std::move(test)});
  }

  // Domains of many teams and members repeat conditions; each is evaluated once.
  Step remember(Condition condition) {
    const std::string key =
        std::to_string(condition.level) + " " + std::to_string(condition.column) + " " + condition.text;
    Step step;
    step.kind = Step::Kind::kCondition;
    step.index = program_->conditions.size();
    // What is shown cut may differ behind the cut.
    if (key.find("...") == std::string::npos) {
      const auto [at, made] = conditions_.try_emplace(key, step.index);
      step.index = at->second;
      if (!made) return step;
    }
    program_->conditions.push_back(std::move(condition));
    return step;
  }

  const Schema& schema_;
  const Setting& setting_;
  std::shared_ptr<DomainSet::Program> program_ = std::make_shared<DomainSet::Program>();
  std::map<std::string, size_t, std::less<>> columns_;
  std::map<std::string, size_t, std::less<>> levels_;
  std::map<std::string, size_t, std::less<>> conditions_;
};

}  // namespace

bool is_negative(Operator op) {
  return std::any_of(std::begin(kNegations), std::end(kNegations), [op](const auto& pair) { return pair.first == op; });
}
Operator without_negation(Operator op) {
  for (const auto& [negative, positive] : kNegations)
    if (negative == op) return positive;
  return op;
}
bool is_like(Operator op) {
  return op == Operator::kLike || op == Operator::kILike || op == Operator::kPattern || op == Operator::kIPattern;
}
bool is_inequality(Operator op) {
  return op == Operator::kLess || op == Operator::kLessOrEqual || op == Operator::kGreater ||
         op == Operator::kGreaterOrEqual;
}
bool is_empty(Value value) { return value.is_null() || value.boolean() == false; }

bool compare(Operator op, int order) {
  switch (op) {
    case Operator::kLess: return order < 0;
    case Operator::kLessOrEqual: return order <= 0;
    case Operator::kGreater: return order > 0;
    case Operator::kGreaterOrEqual: return order >= 0;
    default: return order == 0;
  }
}

Result<std::vector<Value>> wanted_values(Operator op, Value wanted) {
  std::vector<Value> values;
  if (!wanted.is_array()) {
    // `in False` finds nothing; what Odoo makes of other single values differs by version.
    if (op != Operator::kIn)
      values.push_back(wanted);
    else if (!is_empty(wanted))
      return undecided("`in` takes a list");
    return values;
  }
  for (const Value item : wanted.items()) {
    if (item.is_array() || item.is_object()) return undecided("a list within the list has no meaning here");
    values.push_back(item);
  }
  if (values.empty() && op != Operator::kIn) values.push_back(Value::of(false));
  return values;
}

Result<DomainSet> DomainSet::compile(const std::vector<Domain>& domains, std::string_view model, const Schema& schema,
                                     const Setting& setting) {
  Compiler compiler(schema, setting, model);
  for (size_t i = 0; i < domains.size(); ++i)
    if (Result<void> added = compiler.add(domains[i]); !added)
      return Error{added.error().code, "domain " + std::to_string(i + 1) + ": " + added.error().message, Source::kHost,
                   Effect::kNone, added.error().retry_after_ms};
  return DomainSet(compiler.finish());
}

const std::vector<std::string>& DomainSet::fields() const { return program_->fields; }

}  // namespace outrigger::domain
