#include "integration/domain/evaluate.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "integration/domain/operators.hpp"
#include "integration/domain/pattern.hpp"

namespace outrigger::domain {
namespace {

Error problem(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

bool text_like(Operator op, std::string_view text, std::string_view pattern) {
  return like(text, pattern, is_caseless(op), is_whole(op));
}

std::optional<double> number_of(Value value) {
  if (const auto number = value.number()) return number;
  if (const auto boolean = value.boolean()) return *boolean ? 1.0 : 0.0;
  if (value.is_null()) return 0.0;
  const std::string_view text = value.text();
  double parsed = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (!value.is_string() || text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
    return std::nullopt;
  return parsed;
}

std::string text_of(Value value) {
  if (value.is_string()) return std::string(value.text());
  if (value.is_null() || value.kind() == outrigger::Kind::kBool) return value.truthy() ? "True" : "";
  return to_python(value);
}

// A date or datetime as Odoo stores it; a date stands for its midnight, or its end where the operator looks beyond it.
std::optional<std::string> moment(std::string_view text, FieldType type, Operator op) {
  const bool date = text.size() == 10;
  const auto number = [&](size_t at, size_t size, int low, int high) {
    int value = -1;
    const auto read = std::from_chars(text.data() + at, text.data() + at + size, value);
    return read.ptr == text.data() + at + size && value >= low && value <= high;
  };
  if (text.size() < 10 || text[4] != '-' || text[7] != '-' || !number(0, 4, 1, 9999) || !number(5, 2, 1, 12) ||
      !number(8, 2, 1, 31))
    return std::nullopt;
  if (type == FieldType::kDate) return std::string(text.substr(0, 10));
  if (date) {
    const bool end = op == Operator::kGreater || op == Operator::kLessOrEqual;
    return std::string(text) + (end ? " 23:59:59" : " 00:00:00");
  }
  std::string full(text.substr(0, 19));
  if (full[10] == 'T') full[10] = ' ';
  if (full.size() == 16) full += ":00";
  return full;
}

// What was found out about the records inside of any: each is asked once, however many ways lead to it.
using Decided = std::map<std::pair<const Node*, int64_t>, bool>;

class Matcher {
 public:
  Matcher(const RecordSource& source, int64_t id, Decided& decided) : source_(source), id_(id), decided_(decided) {}

  Result<bool> node(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kConstant: return node.constant;
      case Node::Kind::kNot: {
        const Result<bool> inner = this->node(node.children.front());
        if (!inner) return inner;
        return !*inner;
      }
      case Node::Kind::kAnd:
      case Node::Kind::kOr:
        for (const Node& child : node.children) {
          const Result<bool> inner = this->node(child);
          if (!inner || *inner == (node.kind == Node::Kind::kOr)) return inner;
        }
        return node.kind == Node::Kind::kAnd;
      case Node::Kind::kTerm: return term(node);
    }
    return false;
  }

 private:
  Result<bool> term(const Node& node) {
    if (node.op == Operator::kEqualOrUnset && !node.value.truthy()) return true;
    if (node.path.find('.') != std::string::npos) return along_path(node);
    const std::string_view first = node.path;
    FieldInfo info;
    if (!source_.field(first, info)) return problem(Code::kMissing, "there is no field `" + std::string(first) + "`");
    // A negative condition holds when the positive one does not: so it holds for empty fields too.
    const Result<bool> found = direct(node, without_negation(node.op), first, info);
    if (!found) return found;
    return *found != is_negative(node.op);
  }

  // partner_id.name: some related record meets the rest, negative operators included; no record, no match. Step by
  // step with each record once, so that a long path over a tree or a cycle costs no more than its records.
  Result<bool> along_path(const Node& node) {
    const RecordSource* source = &source_;
    std::set<int64_t> ids = {id_};
    size_t at = 0;
    for (size_t dot = node.path.find('.'); dot != std::string::npos; at = dot + 1, dot = node.path.find('.', at)) {
      const std::string_view step = std::string_view(node.path).substr(at, dot - at);
      FieldInfo info;
      if (!source->field(step, info)) return problem(Code::kMissing, "there is no field `" + std::string(step) + "`");
      if (info.type != FieldType::kMany2one && info.type != FieldType::kToMany)
        return problem(Code::kUnsupported, "`" + node.path + "` cannot be decided here");
      const RecordSource* next = source->related(info.comodel);
      if (next == nullptr)
        return problem(Code::kUnsupported, "records of " + std::string(info.comodel) + " are not held here");
      std::set<int64_t> found;
      for (const int64_t id : ids)
        for (const int64_t related : Matcher(*source, id, decided_).related_ids(step))
          if (next->exists(related)) found.insert(related);
      if (found.empty()) return false;
      ids = std::move(found);
      source = next;
    }
    Node last = node;
    last.path = node.path.substr(at);
    for (const int64_t id : ids) {
      const Result<bool> found = Matcher(*source, id, decided_).term(last);
      if (!found || *found) return found;
    }
    return false;
  }

  Result<bool> any_related(std::string_view field, const FieldInfo& info, const Node& inner) {
    const RecordSource* related = source_.related(info.comodel);
    if (related == nullptr)
      return problem(Code::kUnsupported, "records of " + std::string(info.comodel) + " are not held here");
    for (const int64_t id : related_ids(field)) {
      if (!related->exists(id)) continue;
      const auto known = decided_.find({&inner, id});
      if (known != decided_.end() && !known->second) continue;
      const Result<bool> found = Matcher(*related, id, decided_).node(inner);
      if (!found || *found) return found;
      decided_[{&inner, id}] = false;
    }
    return false;
  }

  std::vector<int64_t> related_ids(std::string_view field) {
    std::vector<int64_t> ids;
    const Value value = source_.value(id_, field);
    if (value.is_array()) {
      for (const Value item : value.items()) ids.push_back(item.integer());
    } else if (value.integer() != 0) {
      ids.push_back(value.integer());
    }
    return ids;
  }

  Result<bool> direct(const Node& node, Operator op, std::string_view field, const FieldInfo& info) {
    if (op == Operator::kAny) return any_related(field, info, node.children.front());
    if (op == Operator::kChildOf || op == Operator::kParentOf) return tree(op, field, info, node.value);
    if (field == "id") return scalar(op, Value::of(id_), node.value, FieldType::kInteger);
    if (info.type == FieldType::kMany2one || info.type == FieldType::kToMany)
      return relation(op, field, info, node.value);
    return scalar(op, source_.value(id_, field), node.value, info.type);
  }

  // Relations are compared with ids, with names, or with nothing.
  Result<bool> relation(Operator op, std::string_view field, const FieldInfo& info, Value wanted) {
    const std::vector<int64_t> ids = related_ids(field);
    const auto one = [&](Value value) -> Result<bool> {
      if (!value.truthy() && !value.is_string()) return ids.empty();
      if (value.is_string()) return by_name(op == Operator::kIn ? Operator::kEqual : op, ids, info, value.text());
      const auto id = value.as_integer();
      if (!id)
        return problem(Code::kInvalid,
                       "`" + std::string(field) + "` is compared with something that is neither an id nor a name");
      return std::find(ids.begin(), ids.end(), *id) != ids.end();
    };
    if (is_like(op)) return by_name(op, ids, info, wanted.text());
    if (op != Operator::kEqual && op != Operator::kIn && op != Operator::kEqualOrUnset) {
      if (info.type == FieldType::kToMany || wanted.is_string())
        return problem(Code::kInvalid,
                       "`" + std::string(field) + "` is a relation and has no order; compare one of its fields");
      if (ids.empty() || wanted.as_integer() == std::nullopt) return false;
      const int64_t bound = wanted.integer();
      return compare(op, ids.front() < bound ? -1 : ids.front() > bound ? 1 : 0);
    }
    if (!wanted.is_array()) {
      if (op == Operator::kIn && !wanted.truthy()) return false;
      if (wanted.kind() == outrigger::Kind::kBool && wanted.truthy())
        return problem(Code::kInvalid, "`" + std::string(field) + "` is a relation; use `!=` False for \"is set\"");
      return one(wanted);
    }
    if (wanted.size() == 0) return op == Operator::kEqual && ids.empty();
    for (const Value item : wanted.items()) {
      const Result<bool> found = one(item);
      if (!found || *found) return found;
    }
    return false;
  }

  Result<bool> by_name(Operator op, const std::vector<int64_t>& ids, const FieldInfo& info, std::string_view name) {
    const RecordSource* related = source_.related(info.comodel);
    if (related == nullptr)
      return problem(Code::kUnsupported, "records of " + std::string(info.comodel) + " are not held here");
    for (const int64_t id : ids) {
      if (!related->exists(id)) continue;
      for (const std::string_view searched : related->search_fields()) {
        const Value text = related->value(id, searched);
        if (is_like(op) ? text.is_string() && text_like(op, text.text(), name) : text.text() == name) return true;
      }
    }
    return false;
  }

  Result<bool> tree(Operator op, std::string_view field, const FieldInfo& info, Value wanted) {
    // child_of on a tree's own parent field speaks of the record itself.
    const bool own = field == "id" || field == source_.parent_field();
    const RecordSource* records = own ? &source_ : source_.related(info.comodel);
    if (records == nullptr)
      return problem(Code::kUnsupported, "records of " + std::string(info.comodel) + " are not held here");
    if (FieldInfo parent; !records->field(records->parent_field(), parent))
      return problem(Code::kInvalid, "`" + std::string(field) +
                                         "` leads to records without a parent: " + to_string(op) + " does not apply");
    const std::vector<int64_t> ids = own ? std::vector<int64_t>{id_} : related_ids(field);
    std::vector<int64_t> roots;
    if (wanted.is_array()) {
      for (const Value item : wanted.items()) roots.push_back(item.integer());
    } else if (wanted.as_integer()) {
      roots.push_back(*wanted.as_integer());
    } else if (wanted.is_string()) {
      return problem(Code::kUnsupported, "child_of and parent_of by name are not decided here");
    }
    constexpr int kDeepest = 100;  // a tree deeper than this is a cycle
    const auto climbs_to = [&](int64_t from, int64_t to) {
      for (int step = 0; from != 0 && step < kDeepest; ++step) {
        if (from == to) return true;
        from = records->value(from, records->parent_field()).integer();
      }
      return false;
    };
    for (const int64_t id : ids)
      for (const int64_t root : roots)
        if (op == Operator::kChildOf ? climbs_to(id, root) : climbs_to(root, id)) return true;
    return false;
  }

  Result<bool> scalar(Operator op, Value value, Value wanted, FieldType type) {
    if (op == Operator::kEqualOrUnset) op = Operator::kEqual;
    if (op == Operator::kIn || (op == Operator::kEqual && wanted.is_array())) {
      if (!wanted.is_array()) return wanted.truthy() ? scalar(Operator::kEqual, value, wanted, type) : false;
      for (const Value item : wanted.items()) {
        const Result<bool> found = scalar(Operator::kEqual, value, item, type);
        if (!found || *found) return found;
      }
      return false;
    }
    if (is_like(op)) return !value.is_null() && text_like(op, text_of(value), text_of(wanted));
    switch (type) {
      case FieldType::kBoolean:
        if (wanted.is_string())
          wanted = Value::of(wanted.text() == "true" || wanted.text() == "True" || wanted.text() == "1" ||
                             wanted.text() == "t");
        return compare(op, static_cast<int>(value.truthy()) - static_cast<int>(wanted.truthy()));
      case FieldType::kInteger:
      case FieldType::kFloat: {
        // An empty number counts as 0.
        const auto have = number_of(value);
        const auto want = number_of(wanted);
        if (!have || !want)
          return problem(Code::kInvalid, "a number is compared with " + to_python(wanted).substr(0, 40));
        return compare(op, order_of(*have, *want));
      }
      case FieldType::kDate:
      case FieldType::kDatetime: return time(op, value, wanted, type);
      default: {
        return compare(op, text_of(value).compare(text_of(wanted)));
      }
    }
  }

  Result<bool> time(Operator op, Value value, Value wanted, FieldType type) {
    if (!wanted.truthy() && !wanted.is_string()) return op == Operator::kEqual && value.is_null();
    const auto want = moment(wanted.text(), type, op);
    if (!want)
      return problem(Code::kUnsupported,
                     "the date " + to_python(wanted).substr(0, 40) +
                         " is not in Odoo's form (YYYY-MM-DD HH:MM:SS); relative dates are not decided here");
    if (value.is_null()) return false;
    const bool exact = type == FieldType::kDatetime && source_.microseconds();
    const std::string bound = exact ? *want + ".000000" : *want;
    const std::string_view have = value.text().substr(0, bound.size());
    return compare(op, have.compare(bound));
  }

  const RecordSource& source_;
  int64_t id_;
  Decided& decided_;
};

}  // namespace

Result<bool> matches(const Node& node, const RecordSource& source, int64_t id) {
  Decided decided;
  return Matcher(source, id, decided).node(node);
}

}  // namespace outrigger::domain
