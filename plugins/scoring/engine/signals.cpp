#include "signals.hpp"

namespace outrigger::scoring {

Signals select(const Signals& signals, const std::vector<uint32_t>& rows) {
  Signals result;
  for (const Signal& from : signals.columns) {
    Signal to{from.name, from.kind, from.values};
    const auto take = [&](auto& column, const auto& source) {
      if (source.empty()) return;
      column.reserve(rows.size());
      for (const uint32_t row : rows) column.push_back(source[row]);
    };
    take(to.code, from.code);
    take(to.numbers, from.numbers);
    take(to.known_from, from.known_from);
    if (from.kind == Signal::Kind::kTags)
      for (const uint32_t row : rows) {
        to.tag.insert(to.tag.end(), from.tag.begin() + from.tag_begin(row), from.tag.begin() + from.tag_end[row]);
        to.tag_end.push_back(static_cast<uint32_t>(to.tag.size()));
      }
    result.columns.push_back(std::move(to));
  }
  return result;
}

}  // namespace outrigger::scoring
