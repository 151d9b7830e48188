// What the parts of a FakeHost share: the problems that it found, and the port through which one instance calls it.
//
// A Port knows in which part of its life the instance is, counts the replies that it holds, and looks at every text and
// tree that it hands over. What the ABI does not allow becomes a problem: a sentence that names the call and the
// remedy. Threads: any; a call holds the lock of its FakeHost.
#pragma once

#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <outrigger/arena.hpp>
#include <outrigger/result.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::testkit {

struct Core {
  std::recursive_mutex mutex;
  std::vector<std::string> problems;

  // Each sentence once.
  void problem(std::string sentence) {
    const std::lock_guard lock(mutex);
    for (const std::string& known : problems)
      if (known == sentence) return;
    problems.push_back(std::move(sentence));
  }
};

// Well-formed UTF-8: no overlong form, no surrogate, nothing beyond U+10FFFF.
inline bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const size_t size = first < 0x80   ? 1
                        : first < 0xC2 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
    if (size == 0 || i + size > text.size()) return false;
    for (size_t k = 1; k < size; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      const unsigned char low = k > 1 ? 0x80 : first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
      const unsigned char high = k > 1 ? 0xBF : first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
      if (byte < low || byte > high) return false;
    }
    i += size;
  }
  return true;
}

// Nothing when the tree may cross; else what is wrong with it.
inline std::string fault_of(Value value, int depth = 0) {
  if (depth >= OR_MAX_DEPTH) return "a tree deeper than " + std::to_string(OR_MAX_DEPTH) + " levels";
  if (value.raw().kind > OR_OBJECT) return "a value of the unknown kind " + std::to_string(value.raw().kind);
  if (value.is_string() && !is_utf8(value.text())) return "text that is not UTF-8 (use bytes for raw data)";
  for (const Value item : value.items())
    if (std::string fault = fault_of(item, depth + 1); !fault.empty()) return fault;
  for (const Field field : value.fields()) {
    if (!is_utf8(field.key)) return "a key that is not UTF-8";
    if (std::string fault = fault_of(field.value, depth + 1); !fault.empty()) return fault;
  }
  return {};
}

enum class Phase { kCreating, kCreated, kActive, kStopped, kGone };

class Port {
 public:
  explicit Port(std::shared_ptr<Core> core) : core_(std::move(core)) {}
  ~Port() {
    for (Held* held : held_->open) delete held;  // reported by check_released; not to be a leak of the test as well
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  [[nodiscard]] Core& core() const { return *core_; }
  void enter(Phase phase) {
    const std::lock_guard lock(core_->mutex);
    phase_ = phase;
  }
  // While the instance stands by and is asked for its health, it may read.
  void checking(bool now) { checking_ = now; }
  [[nodiscard]] Phase phase() const { return phase_; }
  void problem(std::string sentence) const { core_->problem(std::move(sentence)); }

  // A call that hands over a document. Body: () -> Result<Document>.
  template <typename Body>
  or_status give(const char* call, or_doc* reply, or_error* error, Body&& body) noexcept {
    return guarded(call, error, [&]() -> Result<void> {
      Result<Document> made = body();
      if (!made) return made.error();
      if (reply != nullptr) *reply = hand_over(call, *std::move(made));
      return {};
    });
  }
  // A call that hands over nothing. Body: () -> Result<void>.
  template <typename Body>
  or_status perform(const char* call, or_error* error, Body&& body) noexcept {
    return guarded(call, error, body);
  }

  // Whether what was handed in may cross; REQUIRED of every call for all its texts and trees.
  template <typename... Parts>
  Result<void> admit(const char* call, const Parts&... parts) const {
    std::string fault;
    ((fault = fault.empty() ? fault_in(parts) : fault), ...);
    if (fault.empty()) return {};
    problem(std::string(call) + " was handed " + fault + ".");
    return Error{Code::kInvalid, "the call was handed " + fault, Source::kHost};
  }

  // What is still held of the replies, as problems.
  void check_released() const {
    for (const auto& [call, count] : held_->counts)
      if (count > 0)
        problem(std::to_string(count) + (count == 1 ? " reply of " : " replies of ") + call +
                " was never released: call release once on every or_doc that you are handed.");
  }

 private:
  struct Held;
  struct Replies {
    std::map<std::string, int> counts;  // by call
    std::set<Held*> open;
  };
  struct Held {
    Document document;
    std::shared_ptr<Core> core;
    std::shared_ptr<Replies> among;
    std::string call;
  };

  static std::string fault_in(or_str text) { return is_utf8(from_abi(text)) ? "" : "text that is not UTF-8"; }
  static std::string fault_in(const or_value* tree) { return tree == nullptr ? "" : fault_of(*tree); }

  or_doc hand_over(const char* call, Document document) {
    auto held = std::make_unique<Held>(Held{keep_alive(document), core_, held_, call});
    ++held_->counts[call];
    held_->open.insert(held.get());
    or_doc doc{};
    doc.root = held->document.root().raw();
    doc.owner = held.release();
    doc.release = [](or_doc* given) {
      const std::unique_ptr<Held> last(static_cast<Held*>(given->owner));
      if (last == nullptr) return;
      const std::shared_ptr<Core> core = last->core;
      const std::lock_guard lock(core->mutex);
      --last->among->counts[last->call];
      last->among->open.erase(last.get());
      *given = or_doc{};
    };
    return doc;
  }
  // A copy in memory of its own, so that a sanitizer sees a read after release.
  static Document keep_alive(const Document& document) {
    return Document::build([&](Arena& arena) { return arena.copy(document.root()); });
  }

  Result<void> allowed(std::string_view call) const {
    const bool always = call.starts_with("log.") || call.starts_with("clock.");
    if (phase_ <= Phase::kCreated && !always && !(phase_ == Phase::kCreated && checking_)) {
      problem(std::string(call) + " was called before activate: in the constructor only log and clock may be called.");
      return Error{Code::kInvalid, "the instance is not active yet; call this from activate on", Source::kHost};
    }
    if (phase_ == Phase::kGone || (phase_ == Phase::kStopped && !always && !call.starts_with("metrics."))) {
      problem(std::string(call) + " was called after stop: end what is running in stop and join its threads.");
      return Error{Code::kCancelled, "the instance is stopped", Source::kHost};
    }
    return {};
  }
  template <typename Body>
  or_status guarded(const char* call, or_error* error, Body&& body) noexcept {
    try {
      const std::lock_guard lock(core_->mutex);
      Result<void> done = allowed(call);
      if (done) done = body();
      return done ? OR_OK : fill_error(error, done.error());
    } catch (const std::exception& bug) {
      return fill_error(error, {Code::kInternal, bug.what(), Source::kHost, Effect::kUnknown});
    }
  }

  std::shared_ptr<Core> core_;
  std::shared_ptr<Replies> held_ = std::make_shared<Replies>();
  Phase phase_ = Phase::kCreating;
  bool checking_ = false;
};

}  // namespace outrigger::testkit
