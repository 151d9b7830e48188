// The columns of a DomainSet as levels of records, and its steps over whole columns.
#include <algorithm>
#include <optional>

#include "integration/domain/program.hpp"

namespace outrigger::domain {
namespace {

using Flags = std::vector<uint8_t>;

// What is certainly found, and what may be: between the two lies what cannot be decided.
struct Found {
  Flags sure;
  Flags maybe;
};

class Match {
 public:
  Match(const DomainSet::Program& program, Value columns)
      : program_(program),
        columns_(columns),
        rows_(program.levels.size()),
        raw_(program.columns.size()),
        found_(program.conditions.size()) {}

  Result<std::vector<Bits>> run() {
    if (Result<void> sound = check(); !sound) return sound.error();
    std::vector<Bits> all;
    for (size_t i = 0; i < program_.domains.size(); ++i) {
      const Result<Found> found = step(program_.domains[i], 0);
      if (!found) return found.error();
      if (found->sure != found->maybe)
        return undecided(
            "domain " + std::to_string(i + 1) + ": " + vague(program_.domains[i]) +
            " is left open by these values: accents, the case of letters beyond ASCII and the order of texts "
            "are the database's matter, and a value of another kind is not compared");
      Bits bits((found->sure.size() + 7) / 8, '\0');
      for (size_t row = 0; row < found->sure.size(); ++row)
        if (found->sure[row] != 0) bits[row / 8] = static_cast<char>(bits[row / 8] | 1 << row % 8);
      all.push_back(std::move(bits));
    }
    return all;
  }

 private:
  Result<void> check() {
    size_t count = 0;
    bool first = true;
    for (const Field column : columns_.fields()) {
      if (!column.value.is_array()) return mistaken("the column `" + std::string(column.key) + "` is no array");
      if (!first && column.value.size() != count)
        return mistaken("the column `" + std::string(column.key) + "` has " + std::to_string(column.value.size()) +
                        " values, others have " + std::to_string(count) + "; give one for each record");
      count = column.value.size();
      first = false;
    }
    rows_[0].count = count;
    for (size_t i = 0; i < program_.columns.size(); ++i) {
      const std::string& path = program_.columns[i].path;
      if (!columns_.has(path)) return mistaken("the column `" + path + "` is missing; read all that `fields` names");
      if (Result<void> done = unfold(i); !done) return done;
    }
    return {};
  }

  struct Rows {
    size_t count = 0;
    bool built = false;
    std::vector<size_t> begin;  // of each record of the parent, and the end of the last
    std::vector<Value> ids;
  };

  // The relation's column is unfolded first, since it was asked for first.
  void build(size_t index) {
    Rows& rows = rows_[index];
    if (index == 0 || rows.built) return;
    rows.built = true;
    const Level& level = program_.levels[index];
    build(level.parent);
    for (const Value link : *raw_[level.relation]) {
      rows.begin.push_back(rows.ids.size());
      if (!level.many && link.truthy())
        rows.ids.push_back(Value::of(link.integer()));
      else if (level.many)
        for (const Value one : link.items()) rows.ids.push_back(one);
    }
    rows.begin.push_back(rows.ids.size());
    rows.count = rows.ids.size();
  }

  // The values of a column for each record of its level.
  Result<void> unfold(size_t index) {
    const Column& column = program_.columns[index];
    std::vector<size_t> way;
    for (size_t level = column.level; level != 0; level = program_.levels[level].parent) way.push_back(level);
    std::vector<Value> values;
    values.reserve(rows_[0].count);
    for (const Value value : columns_[column.path].items()) values.push_back(value);
    for (auto at = way.rbegin(); at != way.rend(); ++at) {
      build(*at);
      const Rows& rows = rows_[*at];
      std::vector<Value> next;
      next.reserve(rows.count);
      for (size_t parent = 0; parent < values.size(); ++parent) {
        const size_t count = rows.begin[parent + 1] - rows.begin[parent];
        if (!program_.levels[*at].many) {
          if (count == 1) next.push_back(values[parent]);
          continue;
        }
        if (values[parent].size() != count || (count != 0 && !values[parent].is_array()))
          return mistaken("the column `" + column.path + "` has to hold an array with a value for each of the " +
                          std::to_string(count) + " records that " +
                          program_.columns[program_.levels[*at].relation].path + " links to");
        for (const Value one : values[parent].items()) next.push_back(one);
      }
      values = std::move(next);
    }
    raw_[index] = std::move(values);
    return {};
  }

  const Found& condition(size_t index) {
    if (found_[index]) return *found_[index];
    const Condition& condition = program_.conditions[index];
    build(condition.level);
    const std::vector<Value>& values = condition.of_link ? rows_[condition.level].ids : *raw_[condition.column];
    Found found;
    found.sure.reserve(values.size());
    found.maybe.reserve(values.size());
    for (const Value value : values) {
      const Answer answer = condition.test(value);
      found.sure.push_back(answer == Answer::kYes ? 1 : 0);
      found.maybe.push_back(answer == Answer::kNo ? 0 : 1);
    }
    return found_[index].emplace(std::move(found));
  }

  Result<Found> step(const Step& step, size_t level) {
    build(level);
    const size_t count = rows_[level].count;
    switch (step.kind) {
      case Step::Kind::kConstant: {
        const Flags all(count, step.constant ? 1 : 0);
        return Found{all, all};
      }
      case Step::Kind::kCondition: return condition(step.index);
      case Step::Kind::kNot: {
        Result<Found> inner = this->step(step.children.front(), level);
        if (!inner) return inner;
        for (uint8_t& flag : inner->sure) flag ^= 1U;
        for (uint8_t& flag : inner->maybe) flag ^= 1U;
        std::swap(inner->sure, inner->maybe);
        return inner;
      }
      case Step::Kind::kAnd:
      case Step::Kind::kOr: return joined(step, level);
      case Step::Kind::kAny: return any(step);
    }
    return mistaken("a step is not known");
  }

  Result<Found> joined(const Step& step, size_t level) {
    const bool both = step.kind == Step::Kind::kAnd;
    Result<Found> all = this->step(step.children.front(), level);
    for (size_t i = 1; all && i < step.children.size(); ++i) {
      const Result<Found> next = this->step(step.children[i], level);
      if (!next) return next;
      const auto join = [both](Flags& into, const Flags& other) {
        for (size_t row = 0; row < into.size(); ++row)
          into[row] = both ? into[row] & other[row] : into[row] | other[row];
      };
      join(all->sure, next->sure);
      join(all->maybe, next->maybe);
    }
    return all;
  }

  Result<Found> any(const Step& step) {
    const Result<Found> inner = this->step(step.children.front(), step.index);
    if (!inner) return inner;
    const Rows& rows = rows_[step.index];
    const auto reduced = [&](const Flags& flags) {
      Flags some;
      some.reserve(rows.begin.size() - 1);
      for (size_t parent = 0; parent + 1 < rows.begin.size(); ++parent) {
        const auto first = flags.begin() + static_cast<ptrdiff_t>(rows.begin[parent]);
        const auto last = flags.begin() + static_cast<ptrdiff_t>(rows.begin[parent + 1]);
        some.push_back(std::find(first, last, uint8_t{1}) != last ? 1 : 0);
      }
      return some;
    };
    return Found{reduced(inner->sure), reduced(inner->maybe)};
  }

  // The first condition below that is not decided.
  std::string vague(const Step& step) {
    if (step.kind == Step::Kind::kCondition && found_[step.index] &&
        found_[step.index]->sure != found_[step.index]->maybe)
      return program_.conditions[step.index].text;
    for (const Step& child : step.children)
      if (std::string text = vague(child); !text.empty()) return text;
    return {};
  }

  const DomainSet::Program& program_;
  Value columns_;
  std::vector<Rows> rows_;
  std::vector<std::optional<std::vector<Value>>> raw_;
  std::vector<std::optional<Found>> found_;
};

}  // namespace

Result<std::vector<Bits>> DomainSet::match(Value columns) const { return Match(*program_, columns).run(); }

}  // namespace outrigger::domain
