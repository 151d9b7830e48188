#include "integration/odoo/session.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <map>
#include <mutex>
#include <random>

#include "integration/odoo/argument_names.hpp"
#include "integration/odoo/budget.hpp"
#include "integration/odoo/detect.hpp"
#include "integration/value/json.hpp"

namespace outrigger::odoo {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

// Runs a coroutine on the loop and waits for it; `stop` cancels it.
template <typename T, typename Make>
Result<T> run_blocking(asio::io_context& io, const std::stop_token& stop, Make make) {
  struct Shared {
    std::promise<Result<T>> promise;
    asio::cancellation_signal signal;
  };
  if (stop.stop_requested()) return Error{Code::kCancelled, "the call was cancelled", Source::kHost, Effect::kNone, -1};
  auto shared = std::make_shared<Shared>();
  auto future = shared->promise.get_future();
  asio::post(io, [&io, shared, make = std::move(make)]() mutable {
    auto body = [shared, make = std::move(make)]() mutable -> asio::awaitable<void> {
      shared->promise.set_value(co_await make());
    };
    asio::co_spawn(io, std::move(body),
                   asio::bind_cancellation_slot(shared->signal.slot(), [shared](std::exception_ptr problem) {
                     if (problem) shared->promise.set_exception(problem);
                   }));
  });
  const std::stop_callback on_stop(
      stop, [&io, shared] { asio::post(io, [shared] { shared->signal.emit(asio::cancellation_type::terminal); }); });
  try {
    return future.get();
  } catch (const std::exception& problem) {
    return Error{Code::kInternal, std::string("a call to Odoo failed in an unexpected way: ") + problem.what(),
                 Source::kHost, Effect::kUnknown, -1};
  }
}

asio::awaitable<bool> cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

}  // namespace

struct Session::State {
  State(transport::Loop& the_loop, Connection the_connection, std::shared_ptr<Budget> shared)
      : loop(the_loop),
        connection(std::move(the_connection)),
        budget(shared ? std::move(shared) : std::make_shared<Budget>(the_loop.io(), budget_of(connection))) {}

  asio::awaitable<Result<Document>> run(const Call& call, CallOptions options);
  asio::awaitable<Result<Document>> attempt(const Call& call, const CallOptions& options, Clock::time_point deadline);
  asio::awaitable<void> learn_names(const Call& call, Lane lane, Clock::time_point deadline);
  milliseconds pause(int attempt, const Error& error);
  void mask(Error& error) const;

  transport::Loop& loop;
  Connection connection;
  std::shared_ptr<Budget> budget;  // of the database: sessions of other users share it
  ServerInfo info;
  transport::Credentials credentials;
  ArgumentNames names;
  std::unique_ptr<transport::Codec> codec;
  std::minstd_rand jitter{std::random_device{}()};
  std::atomic<uint64_t> calls{0};
  std::atomic<int64_t> server_date{0};
  std::mutex fields_mutex;  // also of details
  std::optional<Details> details;
  std::map<std::string, std::shared_ptr<const Document>> fields;
};

namespace {

// Whether the same call may be made again without looking first.
bool repeatable(const Call& call, const Error& error) {
  switch (error.code) {
    case Code::kUnreachable:
    case Code::kConflict: return call.read_only || error.effect == Effect::kNone;
    case Code::kLimit: return error.retry_after_ms > 0 && (call.read_only || error.effect == Effect::kNone);
    default: return false;
  }
}

}  // namespace

milliseconds Session::State::pause(int attempt, const Error& error) {
  constexpr int64_t kFirst = 250;
  constexpr int64_t kLongest = 30000;
  const int64_t ceiling = std::min(kLongest, kFirst << std::min(attempt, 10));
  std::uniform_int_distribution<int64_t> spread(ceiling / 2, ceiling);
  return milliseconds(std::max<int64_t>(spread(jitter), error.retry_after_ms));
}

void Session::State::mask(Error& error) const {
  if (connection.secret.empty()) return;
  constexpr std::string_view kMask = "***";
  for (size_t at = 0; (at = error.message.find(connection.secret, at)) != std::string::npos; at += kMask.size())
    error.message.replace(at, connection.secret.size(), kMask);
}

asio::awaitable<Result<Document>> Session::State::attempt(const Call& call, const CallOptions& options,
                                                          Clock::time_point deadline) {
  Result<Budget::Permit> permit = co_await budget->acquire(options.lane, options.caller, deadline);
  if (!permit) co_return permit.error();
  Result<transport::HttpRequest> request = codec->encode(credentials, call);
  if (!request) co_return request.error();
  request->ca_file = connection.ca_file;
  request->timeout = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  if (request->timeout <= milliseconds(0))
    co_return Error{Code::kDeadline, "no time was left for the call when its turn came", Source::kHost, Effect::kNone,
                    -1};
  value::Limits limits;
  limits.bytes = connection.largest_reply;
  if (options.false_is_null) {
    limits.row_depth = 2;
    limits.false_is_null = options.false_is_null;
  }
  const auto reply = codec->reply(std::move(limits));
  reply->hide(connection.secret);
  request->repeatable = call.read_only;
  ++calls;
  const transport::Transfer transfer = co_await loop.http().perform(*request, *reply);
  if (transfer.date != 0) server_date = transfer.date;
  co_return reply->finish(transfer);
}

// The server's documentation may name the arguments that the built-in table does not.
asio::awaitable<void> Session::State::learn_names(const Call& call, Lane lane, Clock::time_point deadline) {
  const Result<Budget::Permit> permit = co_await budget->acquire(lane, {}, deadline);
  if (!permit) co_return;
  transport::HttpRequest request;
  request.post = false;
  request.url = connection.url + "/doc-bearer/" + call.model + ".json";
  request.ca_file = connection.ca_file;
  request.timeout = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
  request.headers = {"Authorization: bearer " + credentials.secret};
  if (!credentials.database.empty()) request.headers.push_back("X-Odoo-Database: " + credentials.database);
  transport::PlainReply page;
  ++calls;
  const transport::Transfer transfer = co_await loop.http().perform(request, page);
  // Anything else may be better the next time.
  if (transfer.code != Code::kOk || (transfer.status != 200 && transfer.status != 403 && transfer.status != 404))
    co_return;
  const bool found = transfer.status == 200;
  const Result<Document> documentation = value::read_json(found ? page.text : "{}");
  names.learn(call.model, documentation ? documentation->root() : Value{});
}

asio::awaitable<Result<Document>> Session::State::run(const Call& call, CallOptions options) {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto deadline = Clock::now() + (options.deadline.count() > 0 ? options.deadline : connection.deadline);
  constexpr int kMostAttempts = 6;
  for (int tried = 0;; ++tried) {
    Result<Document> result = co_await attempt(call, options, deadline);
    if (result) co_return result;
    Error error = std::move(result).error();
    mask(error);
    if (co_await cancelled()) {
      error.code = Code::kCancelled;
      co_return error;
    }
    if (error.code == Code::kUnsupported && call.args.size() != 0 && !names.learned(call.model) &&
        tried < kMostAttempts) {
      co_await learn_names(call, options.lane, deadline);
      if (names.learned(call.model)) continue;
    }
    const milliseconds wait = pause(tried, error);
    const bool again = repeatable(call, error) && tried + 1 < kMostAttempts && Clock::now() + wait < deadline;
    if (!again) {
      constexpr int32_t kLater = 2000;
      if ((error.code == Code::kUnreachable || error.code == Code::kConflict) && error.retry_after_ms < 0)
        error.retry_after_ms = kLater;
      co_return error;
    }
    asio::steady_timer timer(loop.io(), wait);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (co_await cancelled()) {
      error.code = Code::kCancelled;
      co_return error;
    }
  }
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}

// On the loop, whose timers may be at work on the state.
Session::~Session() {  // NOLINT(bugprone-exception-escape): out of memory, or the loop is gone, which is a bug
  std::promise<void> gone;
  asio::post(state_->loop.io(), [this, &gone] {
    state_.reset();
    gone.set_value();
  });
  gone.get_future().wait();
}

Result<std::unique_ptr<Session>> Session::connect(transport::Loop& loop, Connection connection, std::stop_token stop) {
  while (!connection.url.empty() && connection.url.back() == '/') connection.url.pop_back();
  if (Result<void> valid = validate(connection); !valid) return valid.error();
  return sign_in(std::make_unique<State>(loop, std::move(connection), nullptr), std::move(stop));
}

Result<std::unique_ptr<Session>> Session::beside(const Session& other, std::string login, std::string secret,
                                                 std::stop_token stop) {
  Connection connection = other.connection();
  connection.login = std::move(login);
  connection.secret = std::move(secret);
  if (Result<void> valid = validate(connection); !valid) return valid.error();
  auto state = std::make_unique<State>(other.state_->loop, std::move(connection), other.state_->budget);
  return sign_in(std::move(state), std::move(stop));
}

Result<std::unique_ptr<Session>> Session::sign_in(std::unique_ptr<State> signing_in, std::stop_token stop) {
  std::unique_ptr<Session> session(new Session(std::move(signing_in)));
  State* state = session->state_.get();
  Result<Detected> detected =
      run_blocking<Detected>(state->loop.io(), stop, [state]() -> asio::awaitable<Result<Detected>> {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_return co_await detect(state->loop.http(), *state->budget, state->connection);
      });
  if (!detected) {
    Error error = detected.error();
    constexpr std::string_view kUnnamed = "this database";
    if (const size_t at = error.message.find(kUnnamed); at != std::string::npos && error.code == Code::kMissing)
      error.message.replace(at, kUnnamed.size(), "a database \"" + state->connection.database + "\"");
    state->mask(error);
    return error;
  }
  state->info = detected->info;
  state->credentials = detected->credentials;
  state->codec = transport::make_codec(
      detected->kind, state->connection.url,
      [state](const std::string& model, const std::string& method) { return state->names.find(model, method); });
  return session;
}

const ServerInfo& Session::info() const { return state_->info; }
const Connection& Session::connection() const { return state_->connection; }
int64_t Session::server_date() const { return state_->server_date; }
uint64_t Session::calls_made() const { return state_->calls; }

Result<Document> Session::call(const Call& call, const CallOptions& options) {
  if (!call.read_only && !state_->info.known() && !state_->connection.allow_untested)
    return Error{
        Code::kUnsupported,
        "Odoo " + state_->info.version +
            " is newer than what this Outrigger knows, so it only reads; set `allow_untested` after `outrigger doctor`",
        Source::kHost, Effect::kNone, -1};
  State* state = state_.get();
  Result<Document> answer = run_blocking<Document>(state->loop.io(), options.stop,
                                                   [state, &call, &options]() { return state->run(call, options); });
  if (answer || !call.read_only) return answer;
  Error error = answer.error();
  error.effect = Effect::kNone;
  return error;
}

Result<std::shared_ptr<const Document>> Session::fields(const std::string& model, const CallOptions& options,
                                                        const std::string& lang) {
  const std::string key = lang.empty() ? model : model + " " + lang;
  {
    const std::lock_guard lock(state_->fields_mutex);
    if (const auto known = state_->fields.find(key); known != state_->fields.end()) return known->second;
  }
  Arena arena;
  Call call{.model = model, .method = "fields_get", .read_only = true};
  call.kwargs =
      arena.object({{"attributes", arena.array({"type", "string", "relation", "selection", "store", "required",
                                                "readonly", "relation_field", "digits", "translate"})}});
  if (!lang.empty()) call.context = arena.object({{"lang", Value::of(std::string_view(lang))}});
  Result<Document> fields = this->call(call, options);
  if (!fields) return fields.error();
  auto kept = std::make_shared<const Document>(*std::move(fields));
  const std::lock_guard lock(state_->fields_mutex);
  state_->fields[key] = kept;
  return std::shared_ptr<const Document>(kept);
}

Result<Session::Details> Session::details(const CallOptions& options) {
  {
    const std::lock_guard lock(state_->fields_mutex);
    if (state_->details) return *state_->details;
  }
  constexpr int64_t kOdooBot = 1;
  Arena arena;
  Call call{.model = "res.users", .method = "read", .ids = std::vector<int64_t>{info().uid}, .read_only = true};
  call.kwargs = arena.object({{"fields", arena.array({"company_id", "company_ids"})}});
  const Result<Document> user = this->call(call, options);
  if (!user) return user.error();
  Details details;
  if (user->root().size() == 1) {
    for (const Value id : user->root().at(0)["company_ids"].items()) details.company_ids.push_back(id.integer());
    // Odoo takes the first of them for what has no company yet.
    const auto own =
        std::find(details.company_ids.begin(), details.company_ids.end(), user->root().at(0)["company_id"].integer());
    if (own != details.company_ids.end()) std::rotate(details.company_ids.begin(), own, own + 1);
  }
  call.ids = std::vector<int64_t>{kOdooBot};
  call.kwargs = arena.object({{"fields", arena.array({"tz"})}});
  const Result<Document> bot = this->call(call, options);
  if (!bot && bot.error().code != Code::kAccess) return bot.error();
  details.system_tz_known = bot && bot->root().size() == 1;
  if (details.system_tz_known) details.system_tz = bot->root().at(0)["tz"].text();
  const std::lock_guard lock(state_->fields_mutex);
  state_->details = details;
  return details;
}

void Session::forget_fields() {
  const std::lock_guard lock(state_->fields_mutex);
  state_->fields.clear();
}

}  // namespace outrigger::odoo
