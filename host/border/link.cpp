#include "host/border/link.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "host/border/tree.hpp"
#include "integration/value/cbor.hpp"

namespace outrigger::host {
namespace {

enum FrameKind : int { kCall = 0, kReply = 1, kError = 2, kNotice = 3 };
constexpr size_t kHead = 4;
// The other end reads all the time; one that does not is broken, and may not hold up the sender.
constexpr int kSendPatienceMs = 10000;

Error gone() { return {Code::kUnreachable, "the plugin's process is gone", Source::kPlugin, Effect::kUnknown, -1}; }

Error too_large(const std::string& what) {
  return {Code::kLimit,
          what + " too large to hand over (more than " + std::to_string(Link::kLargestFrame >> 20U) +
              " MiB, or than there is memory for); pass less at once",
          Source::kHost, Effect::kNone, -1};
}

bool is_frame(Value parts) {
  if (!parts.is_array() || parts.size() != 4) return false;
  if (parts.at(0).kind() != Kind::kInt || parts.at(1).kind() != Kind::kInt || !parts.at(2).is_string()) return false;
  return parts.at(0).integer() >= kCall && parts.at(0).integer() <= kNotice && parts.at(1).integer() >= 0;
}

void put_length(size_t length, char* to) {
  for (size_t i = 0; i < kHead; ++i) to[i] = static_cast<char>(length >> (8 * i));
}
size_t length_of(const char* from) {
  size_t length = 0;
  for (size_t i = 0; i < kHead; ++i) length |= size_t{static_cast<uint8_t>(from[i])} << (8 * i);
  return length;
}

}  // namespace

// A frame that arrived, and its part of what all unanswered calls take.
struct Link::Held {
  Held(Document given, std::shared_ptr<std::atomic<size_t>> all, size_t bytes)
      : document(std::move(given)), total(std::move(all)), size(bytes) {
    const size_t before = total->fetch_add(size);
    too_much = before != 0 && before + size > kMostHeld;
  }
  ~Held() { total->fetch_sub(size); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  Document document;
  std::shared_ptr<std::atomic<size_t>> total;
  size_t size;
  bool too_much = false;
};

struct Link::Waiting {
  std::condition_variable wake;
  std::optional<Result<Document>> result;
};

Value to_value(const Error& error, Arena& arena) {
  return arena.object({{"code", static_cast<int64_t>(error.code)},
                       {"message", arena.text(error.message)},
                       {"source", static_cast<int64_t>(error.source)},
                       {"effect", static_cast<int64_t>(error.effect)},
                       {"retry_after_ms", int64_t{error.retry_after_ms}}});
}

Error error_of(Value value) {
  const auto number = [&](const char* key) { return static_cast<int32_t>(value[key].integer()); };
  return checked({static_cast<Code>(number("code")), std::string(value["message"].text()),
                  static_cast<Source>(number("source")), static_cast<Effect>(number("effect")),
                  number("retry_after_ms")});
}

Link::Link(int descriptor, Handler& handler) : descriptor_(descriptor), handler_(handler) {}

Link::~Link() {
  close();
  ::close(descriptor_);
}

bool Link::read_exactly(char* to, size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(descriptor_, to, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<size_t>(got);
  }
  return true;
}

// As it arrives: a length alone costs the other end nothing, and shall cost us no memory.
bool Link::read_frame(size_t size, std::string& frame) {
  constexpr size_t kPiece = size_t{1} << 20U;
  while (frame.size() < size) {
    const size_t had = frame.size();
    frame.resize(had + std::min(kPiece, size - had));
    if (!read_exactly(frame.data() + had, frame.size() - had)) return false;
  }
  return true;
}

Error Link::run() {
  Error why = gone();
  for (;;) {
    char head[kHead];
    if (!read_exactly(head, kHead)) break;
    const size_t length = length_of(head);
    if (length > kLargestFrame) {
      why = {Code::kLimit, "it sent more than a frame may hold", Source::kPlugin, Effect::kUnknown, -1};
      break;
    }
    try {
      std::string frame;
      if (!read_frame(length, frame)) break;
      if (Result<void> taken = take(std::move(frame)); !taken) {
        why = taken.error();
        break;
      }
    } catch (const std::bad_alloc&) {
      why = {Code::kLimit, "no memory for what it sent", Source::kHost, Effect::kUnknown, -1};
      break;
    }
  }
  close();
  return why;
}

Result<void> Link::take(std::string frame) {
  // The frame's own array is one level more than a value may have.
  const size_t size = frame.size();
  Result<Document> read = value::read_cbor(std::move(frame), {.depth = OR_MAX_DEPTH + 1});
  if (!read) return read.error();
  const Value parts = read->root();
  if (!is_frame(parts))
    return Error{Code::kProtocol, "it sent a frame that is not one", Source::kPlugin, Effect::kUnknown, -1};
  const auto number = static_cast<uint64_t>(parts.at(1).integer());
  std::string name(parts.at(2).text());
  // The part shares its owner with the whole.
  auto owner = std::make_shared<Held>(*std::move(read), held_, parts.at(0).integer() == kCall ? size : 0);
  Document body(owner, parts.at(3));
  switch (parts.at(0).integer()) {
    case kCall:
      if (owner->too_much) {
        reply(number, Error{Code::kLimit, "too much waits for an answer already; make fewer or smaller calls at once",
                            Source::kHost, Effect::kNone, -1});
        break;
      }
      handler_.on_call(number, std::move(name), std::move(body));
      break;
    case kReply: finish(number, std::move(body)); break;
    case kError: finish(number, error_of(body.root())); break;
    case kNotice:
    default: handler_.on_notice(std::move(name), std::move(body)); break;
  }
  return {};
}

void Link::finish(uint64_t number, Result<Document> result) {
  const std::lock_guard lock(mutex_);
  const auto at = waiting_.find(number);
  if (at == waiting_.end() || at->second->result) return;  // given up, or answered twice
  at->second->result = std::move(result);
  at->second->wake.notify_one();
}

Link::Sent Link::send(int kind, uint64_t number, std::string_view name, Value body) {
  std::string frame(kHead, '\0');
  const or_value parts[] = {Value::of(int64_t{kind}).raw(), Value::of(static_cast<int64_t>(number)).raw(),
                            Value::of(name).raw(), body.raw()};
  or_value whole{OR_ARRAY, 4, {}};
  whole.as.items = parts;
  try {
    value::write_cbor(whole, frame);
  } catch (const std::bad_alloc&) {
    return Sent::kTooLarge;
  }
  if (frame.size() - kHead > kLargestFrame) return Sent::kTooLarge;
  put_length(frame.size() - kHead, frame.data());
  const std::lock_guard lock(write_mutex_);
  for (size_t sent = 0; sent < frame.size();) {
    const ssize_t did = ::send(descriptor_, frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (did >= 0) {
      sent += static_cast<size_t>(did);
      continue;
    }
    if (errno == EINTR) continue;
    pollfd writable{descriptor_, POLLOUT, 0};
    if (errno != EAGAIN || ::poll(&writable, 1, kSendPatienceMs) <= 0) {
      close();  // half a frame may be out
      return Sent::kGone;
    }
  }
  return Sent::kYes;
}

Result<Document> Link::call(std::string_view name, Value body) {
  Waiting waiting;
  uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return abandoned_with_;
    number = next_++;
    waiting_[number] = &waiting;
  }
  const Sent sent = send(kCall, number, name, body);
  std::unique_lock lock(mutex_);
  if (sent == Sent::kTooLarge) waiting.result = too_large("the arguments of " + std::string(name) + " are");
  // Whoever runs the reader will soon know why, and says it by abandon_calls().
  constexpr std::chrono::seconds kUntilTheReason{5};
  if (sent == Sent::kGone) waiting.wake.wait_for(lock, kUntilTheReason, [&] { return waiting.result.has_value(); });
  if (sent == Sent::kGone && !waiting.result) waiting.result = gone();
  waiting.wake.wait(lock, [&] { return waiting.result.has_value(); });
  waiting_.erase(number);
  return *std::move(waiting.result);
}

void Link::notify(std::string_view name, Value body) { (void)send(kNotice, 0, name, body); }

void Link::reply(uint64_t number, const Result<Document>& result) {
  if (result) {
    if (send(kReply, number, {}, result->root()) != Sent::kTooLarge) return;
    Error error = too_large("the answer is");
    error.effect = Effect::kUnknown;
    return reply(number, error);
  }
  Arena arena;
  (void)send(kError, number, {}, to_value(result.error(), arena));
}

void Link::abandon_calls(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!abandoned_) abandoned_with_ = error;
  abandoned_ = true;
  for (auto& [number, waiting] : waiting_) {
    if (waiting->result) continue;
    waiting->result = abandoned_with_;
    waiting->wake.notify_one();
  }
}

void Link::close() {
  if (!closed_.exchange(true)) ::shutdown(descriptor_, SHUT_RDWR);
}

}  // namespace outrigger::host
