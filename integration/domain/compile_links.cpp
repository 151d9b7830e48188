// Conditions on relations: by ids, by names, by trees.
#include <algorithm>
#include <set>

#include "integration/domain/compiler.hpp"

namespace outrigger::domain {
namespace {

Result<int64_t> one_id(Value wanted) {
  const auto id = wanted.as_integer();
  if (!id || wanted.boolean()) return undecided("an id is ordered against " + shown(wanted));
  return *id;
}

Answer ordered(Operator op, int64_t id, int64_t bound) {
  return answer(id != 0 && compare(op, id < bound ? -1 : id > bound ? 1 : 0));
}

// What a relation is compared with.
struct Targets {
  std::vector<int64_t> ids;
  std::vector<Value> texts;
  bool empty = false;
};

// `none`: as for wanted_values().
Result<Targets> targets_of(Operator op, Value wanted, bool search, bool none) {
  const Result<std::vector<Value>> values = wanted_values(op, wanted, none);
  if (!values) return values.error();
  Targets targets;
  for (const Value value : *values) {
    if (is_empty(value) || (!search && value.kind() == outrigger::Kind::kInt && value.raw().as.i == 0))
      targets.empty = true;
    else if (value.kind() == outrigger::Kind::kInt)
      targets.ids.push_back(value.raw().as.i);
    else if (value.boolean() && !search)
      targets.ids.push_back(1);  // Python's True is 1
    else if (value.is_string())
      targets.texts.push_back(value);
    else
      return undecided("a relation is compared with " + shown(value));
  }
  return targets;
}

}  // namespace

Result<Step> Compiler::by_id(const Node& node, size_t level, Operator op) {
  Test test;
  if (is_inequality(op)) {
    const Result<int64_t> bound = one_id(node.value);
    if (!bound) return bound.error();
    test = [op, bound = *bound](Value have) { return ordered(op, have.integer(), bound); };
  } else if (is_like(op)) {
    const Value wanted = node.value;
    if (!wanted.truthy()) return Step::of(!is_whole(op));
    if (is_whole(op) && !wanted.is_string()) return mistaken("a pattern is a text");
    const Result<Test> like = like_test(op, python_text(wanted), setting_);
    if (!like) return like.error();
    test = [like = *like](Value have) {
      const std::string text = std::to_string(have.integer());
      return like(Value::of(text));
    };
  } else {
    const Result<Targets> targets = targets_of(op, node.value, is_search(), true);
    if (!targets) return targets.error();
    if (!targets->texts.empty()) return undecided("an id is compared with " + shown(node.value));
    return ids_step(level, shown(node), targets->ids);
  }
  if (level == 0) return condition(level, "id", shown(node), test);
  return remember({level, program_->levels[level].relation, true, shown(node), test});
}

// The record's own id is one of these.
Step Compiler::ids_step(size_t level, std::string text, std::vector<int64_t> ids) {
  std::sort(ids.begin(), ids.end());
  const auto test = [ids = std::move(ids)](Value have) {
    return answer(std::binary_search(ids.begin(), ids.end(), have.integer()));
  };
  if (level == 0) return condition(level, "id", std::move(text), test);
  return remember({level, program_->levels[level].relation, true, std::move(text), test});
}

// Some link meets the test; search() counts archived ones, filtered_domain() those that a record shows.
Result<Step> Compiler::linked(size_t level, const std::string& name, const SchemaField& known, const std::string& text,
                              const std::function<bool(int64_t)>& wanted) {
  if (known.type == FieldType::kMany2one)
    return condition(level, name, text,
                     [wanted](Value have) { return answer(have.truthy() && wanted(have.integer())); });
  if (is_search())
    return condition(level, name, text, [wanted](Value have) {
      if (!have.truthy()) return Answer::kNo;
      if (!have.is_array()) return Answer::kUnknown;
      for (const Value one : have.items())
        if (wanted(one.integer())) return Answer::kYes;
      return Answer::kNo;
    });
  const size_t next = level_of(level, name, known);
  Step some = remember({next, program_->levels[next].relation, true, text,
                        [wanted](Value have) { return answer(wanted(have.integer())); }});
  Result<Step> shown_ones = without_archived(std::move(some), next);
  if (!shown_ones) return shown_ones;
  return Step::of(Step::Kind::kAny, {*std::move(shown_ones)}, next);
}

// A relation by ids, by names, or by being empty.
Result<Step> Compiler::link(const Node& node, size_t level, Operator op, const SchemaField& known) {
  const auto any = [](int64_t) { return true; };
  if (is_inequality(op)) {
    if (known.type == FieldType::kToMany && is_search())
      return mistaken("`" + node.path + "` has no order; compare one of its fields");
    if (node.value.is_string()) return mistaken("a relation is ordered against a text; compare one of its fields");
    const Result<int64_t> bound = one_id(node.value);
    if (!bound) return bound.error();
    return linked(level, node.path, known, shown(node),
                  [op, bound = *bound](int64_t id) { return ordered(op, id, bound) == Answer::kYes; });
  }
  if (is_like(op)) {
    if (!node.value.truthy()) {
      Result<Step> set = linked(level, node.path, known, shown(node), any);
      return set && is_whole(op) ? Result<Step>(Step::no(*std::move(set))) : std::move(set);
    }
    if (is_whole(op) && !node.value.is_string()) return mistaken("a pattern is a text");
    if (node.value.is_array()) return undecided("a relation is compared with " + shown(node.value));
    Arena arena;
    return by_name(node, level, op, {arena.text(python_text(node.value))}, known);
  }
  return link_in(node, level, op, known);
}

Result<Step> Compiler::link_in(const Node& node, size_t level, Operator op, const SchemaField& known) {
  const bool none = is_search() && known.type == FieldType::kMany2one;
  const Result<Targets> targets = targets_of(op, node.value, is_search(), none);
  if (!targets) return targets.error();
  const std::set<int64_t> ids(targets->ids.begin(), targets->ids.end());
  std::vector<Step> ways;
  if (!ids.empty()) {
    Result<Step> step = linked(level, node.path, known, shown(node), [ids](int64_t id) { return ids.count(id) != 0; });
    if (!step) return step;
    ways.push_back(*std::move(step));
  }
  if (targets->empty) {
    Result<Step> set =
        linked(level, node.path, known, "('" + node.path + "', '!=', False)", [](int64_t) { return true; });
    if (!set) return set;
    ways.push_back(Step::no(*std::move(set)));
  }
  if (!targets->texts.empty()) {
    Result<Step> named = by_name(node, level, Operator::kIn, targets->texts, known);
    if (!named) return named;
    ways.push_back(*std::move(named));
  }
  if (ways.empty()) return Step::of(false);
  return ways.size() == 1 ? std::move(ways[0]) : Step::of(Step::Kind::kOr, std::move(ways));
}

Result<Step> Compiler::by_name(const Node& node, size_t level, Operator op, const std::vector<Value>& texts,
                               const SchemaField& known) {
  std::vector<std::string> fields{"display_name"};
  if (is_search()) fields = schema_.name_fields(known.comodel);
  if (fields.empty()) return asked_by_name(node, level, op, texts, known);
  const size_t next = level_of(level, node.path, known);
  std::vector<Step> found;
  Arena arena;
  const Value list = arena.array(texts);
  for (const std::string& name : fields) {
    Result<Test> test = is_like(op) ? like_test(op, texts[0].text(), setting_) : text_test(op, list, setting_);
    if (!test) return test.error();
    found.push_back(condition(next, name, shown(node) + " by " + name, *std::move(test)));
  }
  Result<Step> any = found.size() == 1 ? std::move(found[0]) : Step::of(Step::Kind::kOr, std::move(found));
  if (known.type == FieldType::kToMany) {
    if (const Result<bool> all = with_archived(false, next); !all) return all.error();
    any = without_archived(*std::move(any), next);
  }
  if (!any) return any;
  return Step::of(Step::Kind::kAny, {*std::move(any)}, next);
}

Result<Step> Compiler::asked_by_name(const Node& node, size_t level, Operator op, const std::vector<Value>& texts,
                                     const SchemaField& known) {
  if (known.type == FieldType::kToMany)
    if (const Result<bool> all = with_archived(false, level_of(level, node.path, known)); !all) return all.error();
  std::set<int64_t> ids;
  for (const Value text : texts) {
    const Operator one = op == Operator::kIn ? Operator::kEqual : op;
    const Result<std::vector<int64_t>> found =
        schema_.named(known.comodel, one, text.text(), known.type == FieldType::kMany2one);
    if (!found) return found.error();
    ids.insert(found->begin(), found->end());
  }
  program_->momentary = true;
  return linked(level, node.path, known, shown(node) + " by name", [ids](int64_t id) { return ids.count(id) != 0; });
}

// Whether the record, or one that it links to, lies below or above given ones.
Result<Step> Compiler::tree(const Node& node, size_t level, Operator op, const SchemaField& known) {
  const bool own = node.path == "id";
  if (!own && known.comodel.empty()) return mistaken(std::string(to_string(op)) + " needs a relation");
  const std::string& here = program_->levels[level].model;
  const std::string model = own ? here : known.comodel;
  const bool same = !own && model == here;
  if (same && known.type == FieldType::kToMany)
    return undecided("a tree along `" + node.path + "`, which links to many records of the model itself");
  if (is_old() && node.value.is_null()) return undecided("a tree begins at None");
  if (is_empty(node.value)) return Step::of(false);
  Arena arena;
  const Result<Targets> start =
      targets_of(Operator::kIn, node.value.is_array() ? node.value : arena.array({node.value}), true, true);
  if (!start) return start.error();
  std::vector<int64_t> ids = start->ids;
  const bool many = known.type == FieldType::kToMany;
  if (many && !ids.empty() && schema_.field(model, "active"))
    return undecided("which of the starting records are archived is not known here");
  for (const Value text : start->texts) {
    const bool archived = known.type == FieldType::kMany2one && !is_old();
    const Result<std::vector<int64_t>> found = schema_.named(model, Operator::kILike, text.text(), archived);
    if (!found) return found.error();
    ids.insert(ids.end(), found->begin(), found->end());
  }
  program_->momentary = true;
  if (ids.empty()) return Step::of(false);
  const Result<std::vector<int64_t>> all = schema_.tree(model, same ? node.path : "id", op, ids);
  if (!all) return all.error();
  if (own || same) return ids_step(level, shown(node), *all);
  const std::set<int64_t> found(all->begin(), all->end());
  return linked(level, node.path, known, shown(node), [found](int64_t id) { return found.count(id) != 0; });
}

}  // namespace outrigger::domain
