#include "host/tenant/echoes.hpp"

#include <vector>

namespace outrigger::host {

void EchoSink::stored(std::string_view plugin, std::string_view model, int64_t id, std::string_view field,
                      Value value) {
  Document fields = Document::build([&](Arena& arena) {
    const Field one{arena.keep(field), arena.copy(value)};
    return arena.object(std::span<const Field>(&one, 1));
  });
  const std::lock_guard lock(mutex_);
  if (echoes_.size() == kMost) echoes_.pop_front();
  echoes_.push_back({std::string(plugin), std::string(model), id, std::move(fields)});
}

Result<feed::Kept> EchoSink::keep(const feed::Stream& stream, std::span<const feed::Seen> seen,
                                  const feed::Position& position, uint64_t tell) {
  std::vector<Journal::Echo> echoes;
  {
    const std::lock_guard lock(mutex_);
    echoes.assign(std::make_move_iterator(echoes_.begin()), std::make_move_iterator(echoes_.end()));
    echoes_.clear();
  }
  if (!echoes.empty())
    if (const Result<void> expected = journal_.expect_echoes(echoes); !expected) {
      const std::lock_guard lock(mutex_);
      echoes_.insert(echoes_.begin(), std::make_move_iterator(echoes.begin()), std::make_move_iterator(echoes.end()));
      while (echoes_.size() > kMost) echoes_.pop_front();
      return note_locked(stream.model, expected.error());
    }
  return note(stream, journal_.keep(stream, seen, position, tell));
}

Result<feed::Kept> EchoSink::note(const feed::Stream& stream, Result<feed::Kept> kept) {
  const std::lock_guard lock(mutex_);
  return note_locked(stream.model, std::move(kept));
}

Result<feed::Kept> EchoSink::note_locked(const std::string& model, Result<feed::Kept> kept) {
  if (kept || kept.error().code != Code::kLimit)
    full_.erase(model);
  else
    full_[model] = kept.error().message;
  return kept;
}

std::string EchoSink::full() const {
  const std::lock_guard lock(mutex_);
  return full_.empty() ? std::string() : full_.begin()->second;
}

}  // namespace outrigger::host
