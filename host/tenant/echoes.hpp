// Between feed and journal: what plugins have written is told to the journal before it looks at what the feed has seen,
// so that a plugin does not hear of its own writes (design 4, Echo).
//
//     EchoSink sink(journal);
//     writer_options.on_stored = [&](model, id, field, value) { sink.stored("scoring", model, id, field, value); };
//     Feed feed(reader, sink, ...);
//
// Bounded: beyond kMost fields the oldest are forgotten, which costs a delivery too many and loses nothing. Threads:
// any. The journal must outlive it.
#pragma once

#include <deque>
#include <map>
#include <mutex>

#include "host/journal/journal.hpp"

namespace outrigger::host {

class EchoSink final : public feed::Sink {
 public:
  static constexpr size_t kMost = 20000;

  explicit EchoSink(Journal& journal) : journal_(journal) {}

  // A field as Odoo stored it.
  void stored(std::string_view plugin, std::string_view model, int64_t id, std::string_view field, Value value);

  Result<feed::Position> position(const feed::Stream& stream) override { return journal_.position(stream); }
  Result<feed::Kept> keep(const feed::Stream& stream, std::span<const feed::Seen> seen, const feed::Position& position,
                          uint64_t tell) override;
  Result<std::vector<feed::Known>> known(const feed::Stream& stream, int64_t after_id, size_t limit) override {
    return journal_.known(stream, after_id, limit);
  }
  Result<int64_t> count_known(const feed::Stream& stream) override { return journal_.count_known(stream); }
  Result<feed::Kept> gone(const feed::Stream& stream, std::span<const int64_t> ids,
                          const feed::Position& position) override {
    return note(stream, journal_.gone(stream, ids, position));
  }

  // Why what the feed reads is not kept at the moment: a full disk. Empty: it is kept.
  [[nodiscard]] std::string full() const;

 private:
  Result<feed::Kept> note(const feed::Stream& stream, Result<feed::Kept> kept);
  Result<feed::Kept> note_locked(const std::string& model, Result<feed::Kept> kept);

  Journal& journal_;
  mutable std::mutex mutex_;
  std::deque<Journal::Echo> echoes_;
  std::map<std::string, std::string> full_;  // by model: what the last call said
};

}  // namespace outrigger::host
