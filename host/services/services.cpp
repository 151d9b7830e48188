#include "host/services/services.hpp"

#include <algorithm>

#include "host/border/tree.hpp"
#include "host/services/clock.hpp"
#include "host/services/odoo_operations.hpp"
#include "host/services/odoo_writes.hpp"
#include "host/setup/setup.hpp"
#include "integration/value/json.hpp"
#include "outrigger/abi/log.h"
#include "outrigger/abi/odoo.h"

namespace outrigger::host {
namespace {

// For which delivery a call was made, as far as it says so: the SDK's keys begin with it.
std::string_view delivery_of(Value args) {
  const Value scope = args["scope"];
  if (const std::string_view named = scope["delivery"].text(); !named.empty()) return named;
  const std::string_view key = scope["idempotency_key"].text();
  return key.substr(0, key.find('/'));
}

LogLevel level_of(int64_t level) {
  return level >= OR_LOG_DEBUG && level <= OR_LOG_ERROR ? static_cast<LogLevel>(level) : LogLevel::kInfo;
}

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

// Records in an answer, or else in what was written.
uint64_t rows_of(Value args, const Result<Document>& answer) {
  if (!answer) return 0;
  if (answer->root().is_array()) return answer->root().size();
  for (const char* written : {"ids", "rows", "values"})
    if (const Value list = args[written]; list.is_array()) return list.size();
  return 0;
}

class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<int>& count_;
};

constexpr std::string_view kReads[] = {"odoo.info",       "odoo.fields_get", "odoo.search_read", "odoo.search_count",
                                       "odoo.read_group", "odoo.has_group",  "odoo.parameter",   "odoo.read",
                                       "odoo.names",      "store.get",       "store.scan",       "store.info",
                                       "shared.read",     "schedule.list",   "secrets.list"};

bool only_reads(std::string_view operation) {
  return operation.starts_with("domain.") ||
         std::find(std::begin(kReads), std::end(kReads), operation) != std::end(kReads);
}

}  // namespace

struct Services::Working {
  explicit Working(std::shared_ptr<odoo::Session> with) : session(std::move(with)), odoo(*session) {}
  std::shared_ptr<odoo::Session> session;
  OdooAids aids;
  OdooOperations odoo;
};

Services::Services(std::string instance, Log& log, odoo::Session* session)
    : Services(std::move(instance), log,
               session == nullptr
                   ? nullptr
                   : std::make_shared<LiveSession>(std::shared_ptr<odoo::Session>(std::shared_ptr<void>(), session))) {}

Services::Services(std::string instance, Log& log, std::shared_ptr<LiveSession> session)
    : instance_(std::move(instance)), log_(log), session_(std::move(session)) {}

// What was dropped last would never be told.
Services::~Services() {
  if (const uint64_t dropped = rate_.dropped(); dropped != 0)
    log_.write(LogLevel::kWarn, instance_, std::to_string(dropped) + " lines were dropped: it logs too fast");
}

void Services::writes(std::shared_ptr<OdooWrites> writes) { writes_ = std::move(writes); }

Services::Called::Called(Services& services, std::string_view operation, Value args)
    : writes_(operation == "jobs.run" ? services.writes_.get() : nullptr) {
  if (writes_ != nullptr) writes_->job(std::string(args["delivery"].text()));
}

Services::Called::~Called() {
  if (writes_ != nullptr) writes_->job({});
}

std::set<std::string, std::less<>> Services::offered() const {
  std::set<std::string, std::less<>> ids;
  if (session_) ids.insert(OR_ODOO_ID);
  for (const auto& [prefix, engine] : engines_) ids.insert(std::string(engine->extension()));
  if (asked_) std::erase_if(ids, [&](const std::string& id) { return asked_->count(id) == 0; });
  return ids;
}

// "outrigger.http/1": "http".
void Services::add(std::unique_ptr<Engine> engine) {
  std::string_view name = engine->extension();
  name.remove_prefix(name.find('.') + 1);
  engines_[std::string(name.substr(0, name.find('/')))] = std::move(engine);
}

void Services::wrap(const std::function<std::unique_ptr<Engine>(std::unique_ptr<Engine>)>& around) {
  for (auto& [prefix, engine] : engines_) engine = around(std::move(engine));
}

Engine* Services::engine_of(std::string_view operation) const {
  const auto at = engines_.find(operation.substr(0, operation.find('.')));
  return at == engines_.end() ? nullptr : at->second.get();
}

Result<Document> Services::call(std::string_view operation, Value args) {
  const Counted counted(under_way_);
  bool refused = false;
  const int64_t start = monotonic_micros();
  Result<Document> answered = answer(operation, args, refused);
  if (!answered && troubles_ && nobody_to_blame(answered.error())) troubles_->note(delivery_of(args), answered.error());
  if (observer_ == nullptr) return answered;
  observer_->called({operation, answered ? Code::kOk : answered.error().code, refused, monotonic_micros() - start,
                     rows_of(args, answered)});
  return answered;
}

Result<Document> Services::answer(std::string_view operation, Value args, bool& refused) {
  const Allowed allowed = allowed_;
  if (allowed == Allowed::kNothing)
    return refuse(Code::kInvalid, "services may be called from activate on, not in create");
  if (allowed == Allowed::kReads && !only_reads(operation))
    return refuse(Code::kInvalid,
                  std::string(operation) + " is not for an instance that stands by: it reads, and changes nothing");
  if (stop_.stop_requested()) return refuse(Code::kCancelled, "the instance is being stopped");
  if (const Result<void> sound = check_tree(args); !sound)
    return refuse(Code::kInvalid,
                  "the arguments of " + std::string(operation) + " cannot be used: " + sound.error().message);
  if (gate_) {
    if (const Result<void> open = gate_(operation, args); !open) {
      ++refused_;
      refused = true;
      say(LogLevel::kWarn, open.error().message);
      return open.error();
    }
  }
  return dispatch(operation, args);
}

Result<Document> Services::dispatch(std::string_view operation, Value args) {
  const std::string extension = "outrigger." + std::string(operation.substr(0, operation.find('.'))) + "/1";
  if (asked_ && asked_->count(extension) == 0)
    return refuse(Code::kUnsupported,
                  "the plugin's manifest names " + extension + " neither in `requires` nor in `optional`");
  constexpr std::string_view kOdoo = "odoo.";
  if (session_ && operation.substr(0, kOdoo.size()) == kOdoo) return call_odoo(operation.substr(kOdoo.size()), args);
  if (Engine* engine = engine_of(operation))
    return engine->call(operation.substr(operation.find('.') + 1), args, stop_.get_token());
  return refuse(Code::kUnsupported, "this host cannot do " + std::string(operation) + " yet");
}

// What a call needs lives until it returns, whatever takes the session's place meanwhile.
Result<Document> Services::call_odoo(std::string_view operation, Value args) {
  const LiveSession::Current current = session_->current();
  std::shared_ptr<Working> working;
  {
    const std::lock_guard lock(odoo_mutex_);
    if (working_ == nullptr || odoo_generation_ != current.generation) {
      working_ = std::make_shared<Working>(current.session);
      if (make_aids_) working_->aids = make_aids_(current.session);
      working_->odoo.principals(working_->aids.principals.get());
      working_->odoo.setup(working_->aids.setup.get());
      working_->odoo.writes(writes_);
      working_->odoo.caller(instance_);
      odoo_generation_ = current.generation;
    }
    working = working_;
  }
  return working->odoo.call(operation, args, stop_.get_token());
}

void Services::notify(std::string_view operation, Value args) {
  if (operation == "log.dropped")
    rate_.add_dropped(static_cast<uint64_t>(std::max<int64_t>(0, args["count"].integer())));
  else if (operation == "log.write" && check_tree(args))
    write_log(args);
  else if (Engine* engine = engine_of(operation); engine != nullptr && check_tree(args))
    engine->notify(operation.substr(operation.find('.') + 1), args);
}

void Services::write_log(Value args) {
  const LogLevel level = level_of(args["level"].integer());
  if (!log_.enabled(level)) return;
  constexpr size_t kLongest = 8192;
  std::string text(args["text"].text().substr(0, kLongest));
  if (args["fields"].size() != 0) text += " " + value::to_json(args["fields"]).substr(0, kLongest);
  say(level, text);
}

void Services::say(LogLevel level, std::string_view text) {
  const LogRate::Verdict verdict = rate_.ask(monotonic_micros());
  if (verdict.dropped != 0)
    log_.write(LogLevel::kWarn, instance_, std::to_string(verdict.dropped) + " lines were dropped: it logs too fast");
  if (verdict.pass) log_.write(level, instance_, text);
}

bool Services::log_enabled(int32_t level) const { return log_.enabled(level_of(level)); }

}  // namespace outrigger::host
