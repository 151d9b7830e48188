// Between writes, feed and journal: what plugins have written is told to the journal before it looks at what the feed
// has seen, so that a plugin does not hear of its own writes (design 4, Echo).
//
//     EchoSink sink(journal, [](const std::string& sentence) { halt(sentence); });
//     EchoLog log(intents, sink);                       // of the writer, instead of the intents themselves
//     writer_options.on_stored = [&](model, id, field, value) { sink.stored("scoring", model, id, field, value); };
//     Feed feed(reader, sink, ...);
//
// What was stored is durable before the write counts as done: whoever is killed in between looks for the effect of the
// write again and notes it then. Bounded: beyond kMost fields that the journal could not keep yet, and beyond the
// journal's own bounds, the oldest are forgotten, which costs a delivery too many and loses nothing.
//
// The sink also looks at each page for signs of another database (Journal::question) before anything of it is kept.
//
// Threads: any. The journal and the intents must outlive them.
#pragma once

#include <deque>
#include <functional>
#include <mutex>

#include "host/journal/journal.hpp"
#include "integration/writes/intent.hpp"

namespace outrigger::host {

class EchoSink final : public feed::Sink {
 public:
  static constexpr size_t kMost = 20000;
  // The database is in question; why.
  using Questioned = std::function<void(const std::string& sentence)>;

  explicit EchoSink(Journal& journal, Questioned questioned = {})
      : journal_(journal), questioned_(std::move(questioned)) {}

  // A field as Odoo stored it.
  void stored(std::string_view plugin, std::string_view model, int64_t id, std::string_view field, Value value);
  // What was stored is durable when it returns; on an error it is kept for the next time.
  Result<void> flush();

  Result<feed::Position> position(const feed::Stream& stream) override { return journal_.position(stream); }
  Result<feed::Kept> keep(const feed::Stream& stream, std::span<const feed::Seen> seen, const feed::Position& position,
                          uint64_t tell) override;
  Result<std::vector<feed::Known>> known(const feed::Stream& stream, int64_t after_id, size_t limit) override {
    return journal_.known(stream, after_id, limit);
  }
  Result<int64_t> count_known(const feed::Stream& stream) override { return journal_.count_known(stream); }
  Result<feed::Kept> gone(const feed::Stream& stream, std::span<const int64_t> ids,
                          const feed::Position& position) override {
    return journal_.gone(stream, ids, position);
  }

 private:
  struct Stored {
    std::string plugin;
    std::string model;
    int64_t id = 0;
    std::string field;
    Document value;
  };

  Journal& journal_;
  const Questioned questioned_;
  std::mutex flushing_;  // in the order of writing
  std::mutex mutex_;     // of what follows
  std::deque<Stored> stored_;
};

// The intents of writes, with what they stored made durable first.
class EchoLog final : public writes::IntentLog {
 public:
  EchoLog(writes::IntentLog& log, EchoSink& sink) : log_(log), sink_(sink) {}

  Result<std::optional<writes::Intent>> find(std::string_view key) override { return log_.find(key); }
  Result<void> begin(const writes::Intent& intent, std::span<const writes::Image> before) override {
    return log_.begin(intent, before);
  }
  Result<void> resend(std::string_view key, int64_t sent_at) override { return log_.resend(key, sent_at); }
  Result<void> finish(const writes::Intent& intent, std::span<const writes::Image> after) override {
    static_cast<void>(sink_.flush());  // it stays for the next time
    return log_.finish(intent, after);
  }
  Result<void> abandon(std::string_view key) override { return log_.abandon(key); }
  Result<std::vector<writes::Intent>> of_run(std::string_view run) override { return log_.of_run(run); }
  Result<std::vector<writes::Image>> images(std::string_view run) override { return log_.images(run); }
  Result<std::vector<writes::Image>> images_of(std::string_view key) override { return log_.images_of(key); }
  Result<std::vector<writes::Intent>> open() override { return log_.open(); }

 private:
  writes::IntentLog& log_;
  EchoSink& sink_;
};

}  // namespace outrigger::host
