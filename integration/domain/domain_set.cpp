#include <algorithm>

#include "integration/domain/domain_set.hpp"

#include "integration/domain/compiler.hpp"

namespace outrigger::domain {

Error undecided(const std::string& why) {
  return {Code::kUnsupported, why + "; ask Odoo", Source::kHost, Effect::kNone, -1};
}
Error mistaken(const std::string& why) { return {Code::kInvalid, why, Source::kHost, Effect::kNone, -1}; }

bool is_empty(Value value) { return value.is_null() || value.boolean() == false; }

std::string shown(const Node& term) {
  constexpr size_t kShown = 120;
  std::string text = "('" + term.path + "', '" + to_string(term.op) + "', " + to_python(term.value) + ")";
  if (text.size() <= kShown) return text;
  size_t size = kShown;
  while ((static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size) + "...";
}

Result<std::vector<Value>> wanted_values(Operator op, Value wanted, bool none) {
  std::vector<Value> values;
  if (!wanted.is_array()) {
    // `in False` finds nothing, `in 5` is `in [5]`.
    if (op != Operator::kIn || wanted.truthy()) values.push_back(wanted);
    return values;
  }
  for (const Value item : wanted.items()) {
    if (item.is_array() || item.is_object()) return undecided("a list within the list has no meaning here");
    values.push_back(item);
  }
  if (values.empty() && op != Operator::kIn) values.push_back(Value::of(false));
  const auto is_none = [](Value value) { return value.is_null(); };
  if (!none) values.erase(std::remove_if(values.begin(), values.end(), is_none), values.end());
  return values;
}

Result<std::vector<int64_t>> Schema::tree(std::string_view model, std::string_view, Operator,
                                          const std::vector<int64_t>&) const {
  return undecided("the tree of " + std::string(model) + " is not held here");
}
Result<std::vector<int64_t>> Schema::named(std::string_view model, Operator, std::string_view, bool) const {
  return undecided("where Odoo looks for a name of " + std::string(model) + " is not known here");
}

Result<DomainSet> DomainSet::compile(const std::vector<Domain>& domains, std::string_view model, const Schema& schema,
                                     const Setting& setting) {
  if (setting.major != 19 && setting.major != 14)
    return undecided("how Odoo " + std::to_string(setting.major) + " evaluates domains was never compared with it");
  Compiler compiler(schema, setting, model);
  for (size_t i = 0; i < domains.size(); ++i)
    if (Result<void> added = compiler.add(domains[i]); !added)
      return Error{added.error().code, "domain " + std::to_string(i + 1) + ": " + added.error().message, Source::kHost,
                   Effect::kNone, added.error().retry_after_ms};
  return DomainSet(compiler.finish());
}

const std::vector<std::string>& DomainSet::fields() const { return program_->fields; }
bool DomainSet::is_momentary() const { return program_->momentary; }

}  // namespace outrigger::domain
