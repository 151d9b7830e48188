#include "host/tenant/echoes.hpp"

#include <iterator>
#include <set>
#include <vector>

namespace outrigger::host {

void EchoSink::stored(std::string_view plugin, std::string_view model, int64_t id, std::string_view field,
                      Value value) {
  Document copy = Document::build([&](Arena& arena) { return arena.copy(value); });
  const std::lock_guard lock(mutex_);
  if (stored_.size() == kMost) stored_.pop_front();
  stored_.push_back({std::string(plugin), std::string(model), id, std::string(field), std::move(copy)});
}

Result<void> EchoSink::flush() {
  const std::lock_guard one(flushing_);
  std::vector<Stored> all;
  {
    const std::lock_guard lock(mutex_);
    all.assign(std::make_move_iterator(stored_.begin()), std::make_move_iterator(stored_.end()));
    stored_.clear();
  }
  if (all.empty()) return {};
  std::vector<Journal::Echo> echoes;
  for (size_t first = 0; first < all.size();) {
    // The fields of one write come together; one that comes again is of the next.
    size_t end = first;
    std::set<std::string_view> fields_of_it;
    while (end < all.size() && all[end].id == all[first].id && all[end].model == all[first].model &&
           all[end].plugin == all[first].plugin && fields_of_it.insert(all[end].field).second)
      ++end;
    Document fields = Document::build([&](Arena& arena) {
      std::vector<Field> list;
      for (size_t i = first; i < end; ++i) list.push_back({arena.keep(all[i].field), arena.copy(all[i].value.root())});
      return arena.object(list);
    });
    echoes.push_back({all[first].plugin, all[first].model, all[first].id, std::move(fields)});
    first = end;
  }
  Result<void> kept = journal_.expect_echoes(echoes);
  if (kept) return kept;
  const std::lock_guard lock(mutex_);
  for (auto at = all.rbegin(); at != all.rend() && stored_.size() < kMost; ++at) stored_.push_front(std::move(*at));
  return kept;
}

Result<feed::Kept> EchoSink::keep(const feed::Stream& stream, std::span<const feed::Seen> seen,
                                  const feed::Position& position, uint64_t tell) {
  if (const Result<void> flushed = flush(); !flushed) return flushed.error();
  if (questioned_) {
    const Result<std::string> why = journal_.question(stream, seen, position.seen_until);
    if (!why) return why.error();
    if (!why->empty()) {
      questioned_(*why);
      return Error{Code::kConflict, *why, Source::kHost, Effect::kNone, -1};
    }
  }
  return journal_.keep(stream, seen, position, tell);
}

}  // namespace outrigger::host
