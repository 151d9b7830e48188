#include "integration/writes/writer.hpp"

#include <sodium.h>

#include <algorithm>
#include <stdexcept>

#include "integration/writes/action.hpp"

namespace outrigger::writes {
namespace {

constexpr int kTries = 4;
constexpr int32_t kSoon = 2000;

Error refuse(Code code, std::string message, Effect effect = Effect::kNone) {
  return {code, std::move(message), Source::kHost, effect, -1};
}

// Odoo's word on the values; the same call will get it again. The rest may be mended by an admin, or by time.
bool is_final(const Error& error) {
  return error.code == Code::kValidation || error.code == Code::kMissing || error.code == Code::kInvalid ||
         error.effect == Effect::kDone;
}

std::string random_name() {
  unsigned char bytes[16];
  randombytes_buf(bytes, sizeof bytes);
  return digest(std::string_view(reinterpret_cast<const char*>(bytes), sizeof bytes));
}

std::string anchor_of(Operation operation, const std::string& epoch, const std::string& key) {
  const std::string name = digest(epoch + "\n" + key);
  if (operation == Operation::kCreate) return name;
  if (operation == Operation::kMessagePost) return "<outrigger." + name + "@outrigger>";
  return {};
}

}  // namespace

void KnownForms::learn(std::string_view model, std::string_view field, Value wanted, Value stored) {
  const std::lock_guard lock(mutex_);
  if (forms_.size() >= kMost) forms_.clear();
  forms_[std::string(model) + "." + std::string(field) + "=" + digest(wanted)] = digest(stored);
}

bool KnownForms::knows(std::string_view model, std::string_view field, Value wanted, Value stored) const {
  const std::lock_guard lock(mutex_);
  const auto at = forms_.find(std::string(model) + "." + std::string(field) + "=" + digest(wanted));
  return at != forms_.end() && at->second == digest(stored);
}

// One call at a time for a key.
class Writer::Busy {
 public:
  Busy(Writer& writer, const std::string& key) : writer_(writer), key_(key) {
    const std::lock_guard lock(writer_.mutex_);
    mine_ = writer_.busy_.insert(key_).second;
  }
  ~Busy() {
    if (!mine_) return;
    const std::lock_guard lock(writer_.mutex_);
    writer_.busy_.erase(key_);
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;
  explicit operator bool() const { return mine_; }

 private:
  Writer& writer_;
  std::string key_;
  bool mine_ = false;
};

Writer::Writer(Remote& remote, IntentLog& log, Options options)
    : remote_(remote), log_(log), options_(std::move(options)) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be used on this machine");
}

void Writer::begin_delivery(const std::string& plugin, const std::string& delivery) {
  const std::lock_guard lock(mutex_);
  attempts_[plugin + "/" + delivery].clear();
}

void Writer::end_delivery(const std::string& plugin, const std::string& delivery) {
  const std::lock_guard lock(mutex_);
  attempts_.erase(plugin + "/" + delivery);
}

void Writer::run(std::string name) {
  const std::lock_guard lock(mutex_);
  run_ = std::move(name);
}

Counts Writer::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Writer::add(const Counts& more) {
  const std::lock_guard lock(mutex_);
  counts_.calls += more.calls;
  counts_.records += more.records;
  counts_.records_avoided += more.records_avoided;
  counts_.fields_avoided += more.fields_avoided;
  counts_.repeated += more.repeated;
  counts_.found += more.found;
  counts_.unknown += more.unknown;
}

Writer::Identity Writer::identify(const Request& request, const Origin& origin) {
  Arena arena;
  std::vector<Field> whole{{"operation", arena.text(to_string(request.operation))},
                           {"model", arena.text(request.model)},
                           {"method", arena.text(request.method)},
                           {"ids", arena.ids(request.ids)},
                           {"values", request.values},
                           {"context", request.context}};
  if (!request.principal.empty()) whole.push_back({"principal", arena.text(request.principal)});
  Identity identity;
  identity.hash = digest(arena.object(whole));
  if (!origin.key.empty()) {
    identity.key = origin.plugin + "/key/" + origin.key;
  } else if (!origin.delivery.empty()) {
    const std::lock_guard lock(mutex_);
    int count = 0;
    const auto attempt = attempts_.find(origin.plugin + "/" + origin.delivery);
    if (attempt != attempts_.end()) count = attempt->second[identity.hash]++;
    identity.key = origin.plugin + "/of/" + origin.delivery + "/" + identity.hash + "/" + std::to_string(count);
  } else {
    identity.key = origin.plugin + "/one/" + random_name();
  }
  return identity;
}

std::string Writer::run_of(const Origin& origin, const Identity& identity) const {
  if (!origin.run.empty()) return origin.run;
  if (!origin.delivery.empty()) return origin.delivery;
  const std::lock_guard lock(mutex_);
  return run_.empty() ? identity.key : run_;
}

Result<Document> Writer::perform(const Request& request, const Origin& origin, const odoo::CallOptions& call) {
  Remote& remote = request.as != nullptr ? *request.as : remote_;
  if (request.model.empty()) return refuse(Code::kInvalid, "a write names no model");
  if (request.operation == Operation::kCall && only_reads(request.method)) {
    transport::Call reading{.model = request.model,
                            .method = request.method,
                            .kwargs = request.values,
                            .context = request.context,
                            .read_only = true};
    if (!request.ids.empty()) reading.ids = request.ids;
    return remote.call(reading, call);
  }
  if (options_.may_write)
    if (const Result<void> open = options_.may_write(); !open) return open.error();
  const Identity identity = identify(request, origin);
  const Busy busy(*this, identity.key);
  if (!busy) {
    Error error = refuse(Code::kConflict, "a write with this key is under way; its outcome will be there soon");
    error.retry_after_ms = kSoon;
    return error;
  }
  Result<std::optional<Intent>> found = log_.find(identity.key);
  if (!found) return found.error();
  if (!*found) return start(request, origin, identity, call);
  const Intent& intent = **found;
  if (intent.hash != identity.hash)
    return refuse(Code::kInvalid, "the idempotency key " + identity.key +
                                      " was used for another write; use a key of its own for each write");
  if (intent.epoch != options_.epoch)
    return refuse(Code::kConflict,
                  "this write belongs to the database before it was restored or copied; see `outrigger writes list`",
                  Effect::kUnknown);
  if (intent.state == State::kFailed && origin.retry_failed) return start(request, origin, identity, call);
  add({.repeated = 1});
  return repeat(intent, remote, call, true);
}

Result<Document> Writer::start(const Request& request, const Origin& origin, const Identity& identity,
                               const odoo::CallOptions& call) {
  Counts counts;
  Work work{request.as != nullptr ? *request.as : remote_, options_, counts, forms_, call, request.model,
            request.method,
            // A caller's own key means the same write in whichever epoch.
            anchor_of(request.operation, origin.key.empty() ? options_.epoch : std::string(), identity.key),
            request.context, identity.key};
  const std::unique_ptr<Action> action = make_action(request.operation, work);
  const Result<bool> needed = action->prepare(request);
  if (!needed) return needed.error();
  work.step("prepared");
  Intent intent;
  intent.key = identity.key;
  intent.epoch = options_.epoch;
  intent.run = run_of(origin, identity);
  intent.plugin = origin.plugin;
  intent.principal = request.principal;
  intent.delivery = origin.delivery;
  intent.operation = to_string(request.operation);
  intent.model = request.model;
  intent.method = request.method;
  intent.hash = identity.hash;
  intent.anchor = work.anchor;
  Arena arena;
  intent.arguments = to_bytes(arena.object({{"state", action->state(arena)}, {"context", request.context}}));
  intent.begun_at = intent.sent_at = work.sent_at = options_.now();
  if (!*needed && origin.key.empty()) {
    // It is so already; the next one with this key looks again.
    std::vector<Image> none;
    Result<Document> result = action->finish(none);
    add(counts);
    return result;
  }
  bool there = false;
  // The log may be older than the write; a key that names a delivery of this epoch is not.
  const bool may_be_there = options_.earlier_epochs && !origin.key.empty() && !work.anchor.empty() &&
                            origin.key.find(options_.epoch) == std::string::npos;
  if (*needed && may_be_there) {
    const Outcome seen = action->look();
    if (seen.kind == Outcome::Kind::kLost) return seen.error;
    there = seen.kind == Outcome::Kind::kDone;
    counts.found += there ? 1 : 0;
  }
  std::vector<Image> before = *needed ? action->before() : std::vector<Image>();
  for (Image& image : before) image.operation = intent.operation;
  if (Result<void> begun = log_.begin(intent, before); !begun) return begun.error();
  work.step("begun");
  Result<Document> result =
      *needed && !there ? drive(*action, work, intent, false, true) : conclude(*action, work, intent);
  add(counts);
  return result;
}

Result<Document> Writer::repeat(const Intent& known, Remote& remote, const odoo::CallOptions& call, bool may_send,
                                bool* away) {
  if (known.state == State::kDone) return from_bytes(known.result);
  if (known.state == State::kFailed) return known.error;
  const std::optional<Operation> operation = operation_of(known.operation);
  if (!operation) return refuse(Code::kUnsupported, "this write was begun by a newer Outrigger", Effect::kUnknown);
  Intent intent = known;
  const Document arguments = from_bytes(intent.arguments);
  Counts counts;
  Work work{remote,        options_,      counts,
            forms_,        call,          intent.model,
            intent.method, intent.anchor, arguments.root()["context"],
            intent.key,    intent.sent_at};
  const std::unique_ptr<Action> action = make_action(*operation, work);
  const Result<std::vector<Image>> images = log_.images_of(intent.key);
  if (!images) return images.error();
  if (Result<void> restored = action->restore(arguments.root()["state"], *images); !restored) return restored.error();
  Result<Document> result = drive(*action, work, intent, true, may_send);
  if (away != nullptr) *away = work.away;
  add(counts);
  return result;
}

Error Writer::unknown(Intent& intent, Error error, int32_t retry_after_ms) {
  error.effect = Effect::kUnknown;
  error.retry_after_ms = retry_after_ms;
  if (error.code == Code::kOk) {
    error.code = Code::kUnreachable;
    error.source = Source::kNetwork;
    error.message = "the reply to " + intent.operation + (intent.method.empty() ? "" : " of " + intent.method) +
                    " on " + intent.model + " was lost" +
                    (retry_after_ms < 0
                         ? ", and nothing tells whether it was done: look at the record, then `outrigger writes show`"
                         : ", and Odoo may still be at work on it");
  }
  intent.state = State::kUnknown;
  intent.error = error;
  intent.ended_at = options_.now();
  static_cast<void>(log_.finish(intent, {}));  // it is begun there, which means the same
  add({.unknown = 1});
  return error;
}

Result<Document> Writer::drive(Action& action, Work& work, Intent& intent, bool look_first, bool may_send) {
  bool look = look_first;
  // When a request whose reply was lost went out; it may still be at work.
  int64_t at_work = look_first ? work.sent_at : 0;
  Error last{Code::kOk, {}, Source::kNetwork, Effect::kUnknown, -1};
  for (int tried = 0; tried < kTries; ++tried) {
    if (look) {
      const Outcome seen = action.look();
      work.step("looked");
      if (seen.kind == Outcome::Kind::kDone) {
        ++work.counts.found;
        return conclude(action, work, intent);
      }
      if (seen.kind == Outcome::Kind::kUnknowable) return unknown(intent, {Code::kOk}, -1);
      work.away = seen.kind == Outcome::Kind::kLost;
      if (work.away) return unknown(intent, seen.error, kSoon);
      if (seen.kind == Outcome::Kind::kRefused) {
        last = seen.error;
        break;
      }
      const int64_t rest = work.sent_at + options_.settle.count() - options_.now();
      if (!may_send) return unknown(intent, {Code::kOk}, kSoon);
      if (!action.resend_at_once() && rest > 0) return unknown(intent, {Code::kOk}, static_cast<int32_t>(rest));
      intent.sent_at = work.sent_at = options_.now();
      if (Result<void> kept = log_.resend(intent.key, intent.sent_at); !kept) return kept.error();
    }
    const Outcome sent = action.send();
    work.step("answered");
    if (sent.kind == Outcome::Kind::kDone) return conclude(action, work, intent);
    last = sent.error;
    if (sent.kind == Outcome::Kind::kRefused) break;
    look = true;
    at_work = work.sent_at;
    if (last.code == Code::kCancelled) return unknown(intent, last, kSoon);
    if (options_.pause) options_.pause(std::chrono::milliseconds(200 << tried));
  }
  if (last.effect == Effect::kUnknown) return unknown(intent, last, kSoon);
  // Refused now says nothing of an earlier try that may still be at work.
  const int64_t rest = at_work + options_.settle.count() - options_.now();
  if (at_work != 0 && rest > 0) return unknown(intent, last, static_cast<int32_t>(rest));
  if (!is_final(last)) {
    static_cast<void>(log_.abandon(intent.key));  // if it stays, the next one looks first
    return last;
  }
  intent.state = State::kFailed;
  intent.error = last;
  intent.arguments.clear();
  intent.ended_at = options_.now();
  if (Result<void> kept = log_.finish(intent, {}); !kept) return kept.error();
  return last;
}

Result<Document> Writer::conclude(Action& action, Work& work, Intent& intent) {
  std::vector<Image> after;
  Result<Document> result = action.finish(after);
  if (!result) return result;
  for (Image& image : after) image.operation = intent.operation;
  intent.state = State::kDone;
  intent.error = {Code::kOk, {}, Source::kPlugin, Effect::kNone, -1};
  intent.result = to_bytes(result->root());
  intent.arguments.clear();
  intent.ended_at = options_.now();
  // Done in Odoo: that the log could not keep it is found out by the next one with this key.
  static_cast<void>(log_.finish(intent, after));
  work.step("finished");
  return result;
}

Result<Document> Writer::resume(const std::string& key, const odoo::CallOptions& call) {
  if (options_.may_write)
    if (const Result<void> open = options_.may_write(); !open) return open.error();
  const Busy busy(*this, key);
  if (!busy) return refuse(Code::kConflict, "this write is under way");
  Result<std::optional<Intent>> found = log_.find(key);
  if (!found) return found.error();
  if (!*found) return refuse(Code::kMissing, "there is no write " + key);
  if ((*found)->epoch != options_.epoch)
    return refuse(Code::kConflict, "this write belongs to the database before it was restored or copied",
                  Effect::kUnknown);
  return repeat(**found, remote_, call, (*found)->principal.empty());
}

Result<Writer::Settled> Writer::settle(const odoo::CallOptions& call, std::string_view plugin) {
  const Result<std::vector<Intent>> open = log_.open();
  if (!open) return open.error();
  Settled settled;
  bool away = false;
  for (const Intent& intent : *open) {
    if (!plugin.empty() && intent.plugin != plugin) continue;
    if (intent.epoch != options_.epoch) {
      ++settled.older;
      continue;
    }
    const Busy busy(*this, intent.key);
    if (!busy) continue;
    if (away || call.stop.stop_requested()) {
      ++settled.open;
      continue;
    }
    const Result<Document> seen = repeat(intent, remote_, call, false, &away);
    ++(seen ? settled.done : settled.open);
  }
  return settled;
}

}  // namespace outrigger::writes
