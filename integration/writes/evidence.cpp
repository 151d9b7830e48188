#include "integration/writes/evidence.hpp"

#include <algorithm>

namespace outrigger::writes {
namespace {

Evidence list_evidence(const Commands& commands, Value before, Value now) {
  const std::vector<int64_t> then = ids_of(before);
  const std::vector<int64_t> present = ids_of(now);
  const auto added = std::count_if(present.begin(), present.end(),
                                   [&](int64_t id) { return std::find(then.begin(), then.end(), id) == then.end(); });
  if (!commands.create.empty()) {
    if (added == 0) return Evidence::kNot;
    return static_cast<size_t>(added) == commands.create.size() + commands.add.size() ? Evidence::kLanded
                                                                                      : Evidence::kAmbiguous;
  }
  if (commands.erase.empty()) return Evidence::kNone;
  const bool left = std::any_of(commands.erase.begin(), commands.erase.end(), [&](int64_t id) {
    return std::find(present.begin(), present.end(), id) != present.end();
  });
  return left ? Evidence::kNot : Evidence::kLanded;
}

}  // namespace

Evidence evidence_of(const Shape& shape, Value sent, Value before, Value now) {
  if (shape.type == Type::kBinary) return Evidence::kNone;
  if (is_list(shape.type)) {
    const Result<Commands> commands = parse_commands(sent);
    if (!commands) return Evidence::kNone;
    if (!commands->of_links()) return list_evidence(*commands, before, now);
  }
  if (same(shape, sent, now)) return Evidence::kLanded;
  // Odoo may have made something else of it.
  return may_be_altered(shape.type) && !(now == before) ? Evidence::kNone : Evidence::kNot;
}

}  // namespace outrigger::writes
