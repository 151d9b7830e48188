#include "host/process/process_instance.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <mutex>
#include <thread>

#include "host/border/link.hpp"
#include "host/process/exit_reason.hpp"
#include "host/process/runner_arguments.hpp"
#include "host/process/service_pool.hpp"
#include "host/process/spawner.hpp"
#include "host/process/user_lease.hpp"
#include "host/runner/cgroup.hpp"
#include "host/services/clock.hpp"
#include "integration/value/cbor.hpp"
#include "outrigger/abi/log.h"

#ifndef OUTRIGGER_VERSION
#define OUTRIGGER_VERSION "0"
#endif

namespace outrigger::host {
namespace {

using std::chrono::milliseconds;

constexpr uint32_t kMostTasks = 128;

// What a process prints may be anything; it is shown to people and sent on as text.
std::string readable(std::string text) {
  const bool is_text = value::is_utf8(text);
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !is_text)) c = '?';
  }
  return text;
}

class ProcessInstance final : public Instance, public Link::Handler {
 public:
  ProcessInstance(const Manifest& manifest, std::unique_ptr<Services> services, RunnerOptions runner)
      : id_(manifest.id), version_(manifest.version), services_(std::move(services)), runner_(std::move(runner)) {}

  ~ProcessInstance() override {
    ProcessInstance::stop();
    if (reader_.joinable()) reader_.join();
    ending_ = true;
    wake_watcher();
    if (watcher_.joinable()) watcher_.join();
    if (output_ >= 0) ::close(output_);
    if (wake_ >= 0) ::close(wake_);
  }
  ProcessInstance(const ProcessInstance&) = delete;
  ProcessInstance& operator=(const ProcessInstance&) = delete;

  Result<void> start(const InstanceOptions& options) {
    // Not even a cgroup is worth failing for: rlimits bound what they can.
    if (Result<Cgroup> made =
            make_cgroup(id_ + "-" + std::to_string(monotonic_micros()), runner_.memory_bytes, kMostTasks))
      cgroup_ = *std::move(made);
    if (runner_.uid != 0 && ::geteuid() == 0) {
      Result<UserLease> user = UserLease::take(runner_.uid);
      if (!user) return named(id_, user.error());
      user_ = *std::move(user);
    }
    const bool in_cgroup = cgroup_ && cgroup_->bounds_memory() && cgroup_->bounds_processes();
    Result<Child> child = spawn({runner_.program, arguments_of(runner_, user_ ? user_->uid() : 0, in_cgroup)});
    if (!child) return named(id_, child.error());
    pid_ = child->pid;
    output_ = child->output;
    (void)::fcntl(output_, F_SETFL, O_NONBLOCK);
    if (cgroup_) (void)cgroup_->add(pid_);
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    link_ = std::make_unique<Link>(child->connection, *this);
    last_pong_ = monotonic_micros();
    const milliseconds patience = runner_.start_timeout;
    watch_.begin("its start", {patience, patience}, monotonic_micros());
    reader_ = std::thread([this] { read(); });
    watcher_ = std::thread([this] { watch(); });
    Result<void> started = load_and_create(options);
    watch_.end();
    if (started && options.standby) services_->allow_reads();
    if (started && !options.standby && !options.load_only) started = activate();
    return started;
  }

  Result<void> activate() override {
    services_->allow_calls();
    const milliseconds patience = runner_.start_timeout;
    return done(watched("activate", {patience, patience}, [&] { return link_->call("plugin.activate", {}); }));
  }

  Result<Document> call(std::string_view operation, Value args, const Sink& sink) override {
    if (stopping_) return stopped();
    const std::lock_guard one_at_a_time(call_mutex_);
    const Services::Called called(*services_, operation, args);
    const int64_t number = keep_sink(sink);
    Arena arena;
    const Value body = arena.object({{"args", args}, {"sink", number}});
    const CallLimits limits = operation == "commands.run" ? runner_.command : runner_.call;
    Result<Document> result = watched(std::string(operation), limits, [&] { return link_->call(operation, body); });
    forget_sink(number);
    return with_name(id_, std::move(result));
  }

  void cancel() override { services_->cancel(); }

  void stop() override {
    if (stopping_.exchange(true)) return;
    services_->cancel();
    if (link_ == nullptr) return;
    if (!ended()) {
      stop_watch_.begin("stop", {runner_.stop_timeout, runner_.stop_timeout}, monotonic_micros());
      wake_watcher();
      const Result<Document> stopped = link_->call("plugin.stop", {});
      stop_watch_.end();
      if (!stopped) warn(stopped.error().message);  // nobody else will hear of it
    }
    link_->close();
  }

  [[nodiscard]] std::optional<Error> ended() const override {
    const std::lock_guard lock(state_mutex_);
    return ended_;
  }
  [[nodiscard]] int pid() const override { return pid_; }

  void on_call(uint64_t number, std::string name, Document body) override {
    const bool taken = pool_.post([this, number, name = std::move(name), body = std::move(body)] {
      link_->reply(number, services_->call(name, body.root()));
    });
    if (!taken)
      link_->reply(number, Error{Code::kLimit, "too many calls of this plugin wait for the host; make fewer at once",
                                 Source::kHost, Effect::kNone, -1});
  }

  void on_notice(std::string name, Document body) override {
    if (name == "pong") {
      last_pong_ = monotonic_micros();
    } else if (name.rfind("sink.", 0) == 0) {
      const Value notice = body.root();
      const std::lock_guard lock(sink_mutex_);
      const auto at = sinks_.find(notice["sink"].integer());
      if (at == sinks_.end()) return;
      if (name == "sink.text" && at->second->text) at->second->text(notice["text"].text());
      if (name == "sink.progress" && at->second->progress)
        at->second->progress(static_cast<uint64_t>(notice["done"].integer()),
                             static_cast<uint64_t>(notice["total"].integer()), notice["label"].text());
    } else {
      services_->notify(name, body.root());
    }
  }

 private:
  static Error stopped() { return {Code::kCancelled, "the instance is stopped", Source::kHost, Effect::kNone, -1}; }
  Result<void> done(Result<Document> result) const {
    if (!result) return named(id_, result.error());
    return {};
  }

  Result<void> load_and_create(const InstanceOptions& options) {
    Arena arena;
    std::vector<Value> offered;
    const auto ids = services_->offered();
    offered.reserve(ids.size());
    for (const std::string& id : ids) offered.push_back(Value::of(std::string_view(id)));
    const std::string library = (runner_.folder / (id_ + ".so")).string();
    int32_t level = OR_LOG_DEBUG;
    while (level < OR_LOG_ERROR && !services_->log_enabled(level)) ++level;
    // The sentence about a library names the plugin already.
    if (Result<Document> loaded =
            link_->call("runner.load", arena.object({{"id", Value::of(std::string_view(id_))},
                                                     {"version", Value::of(std::string_view(version_))},
                                                     {"library", Value::of(std::string_view(library))},
                                                     {"host_version", OUTRIGGER_VERSION},
                                                     {"log_level", int64_t{level}},
                                                     {"offered", arena.array(offered)}}));
        !loaded)
      return loaded.error().source == Source::kHost ? Result<void>(loaded.error()) : done(std::move(loaded));
    confined_ = true;
    if (options.load_only) return {};
    const std::string instance = id_ + "@" + options.database;
    return done(link_->call("plugin.create", arena.object({{"roles", int64_t{options.roles}},
                                                           {"database", Value::of(std::string_view(options.database))},
                                                           {"instance", Value::of(std::string_view(instance))},
                                                           {"config", options.config}})));
  }

  template <typename Call>
  Result<Document> watched(const std::string& what, CallLimits limits, Call call) {
    watch_.begin(what, limits, monotonic_micros());
    wake_watcher();
    Result<Document> result = call();
    watch_.end();
    return result;
  }

  int64_t keep_sink(const Sink& sink) {
    const std::lock_guard lock(sink_mutex_);
    sinks_[++next_sink_] = &sink;
    return next_sink_;
  }
  void forget_sink(int64_t number) {
    const std::lock_guard lock(sink_mutex_);
    sinks_.erase(number);
  }

  // --- the reader: until the process is gone ---

  void read() {
    const Error why = link_->run();
    if (why.code != Code::kUnreachable) note_reason("sent what cannot be used (" + why.message + ")");
    const int status = reap();
    drain_output();
    end_output();
    Error error{Code::kInternal, {}, Source::kPlugin, Effect::kUnknown, -1};
    {
      const std::lock_guard lock(state_mutex_);
      if (!killed_for_.empty())
        error.message = "its process " + killed_for_ + " and was ended";
      else
        error.message = "its process " + exit_reason(status, confined_, runner_.memory_bytes, last_words_);
      if (stopping_) error.code = Code::kCancelled;
      ended_ = error;
    }
    link_->abandon_calls(error);
  }

  // One that closed its connection and lives on is ended.
  int reap() {
    constexpr int kGraceMs = 500;
    const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    pollfd gone{handle, POLLIN, 0};
    if (handle < 0 || ::poll(&gone, 1, kGraceMs) <= 0) kill_for("closed its connection to the host");
    if (handle >= 0) ::close(handle);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    const std::lock_guard lock(state_mutex_);
    reaped_ = true;
    return status;
  }

  // The first reason counts.
  void note_reason(const std::string& why) {
    const std::lock_guard lock(state_mutex_);
    if (killed_for_.empty()) killed_for_ = why;
  }

  void kill_for(const std::string& why) {
    const std::lock_guard lock(state_mutex_);
    if (reaped_) return;
    if (killed_for_.empty()) killed_for_ = why;
    ::kill(pid_, SIGKILL);
  }

  // --- the watcher: heartbeats, limits, what the process prints ---

  void wake_watcher() const {
    const uint64_t one = 1;
    if (wake_ >= 0) (void)!::write(wake_, &one, sizeof one);
  }

  void watch() {
    constexpr int kWhileBusyMs = 50;
    constexpr int kWhileIdleMs = 1000;
    constexpr int64_t kPingEvery = 1000000;
    int64_t last_ping = 0;
    bool output_open = true;  // the plugin may close it, and is watched on
    while (!ending_ && !ended()) {
      const bool busy = watch_.active() || stop_watch_.active();
      std::array<pollfd, 2> events{pollfd{output_open ? output_ : -1, POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
      (void)::poll(events.data(), events.size(), busy ? kWhileBusyMs : kWhileIdleMs);
      uint64_t ignored = 0;
      (void)!::read(wake_, &ignored, sizeof ignored);
      output_open = output_open && drain_output();
      const int64_t now = monotonic_micros();
      const bool waits = services_->under_way() > 0;
      if (const auto why = watch_.tick(now, waits)) kill_for(*why);
      if (const auto why = stop_watch_.tick(now, false)) kill_for(*why);
      if (now - last_ping >= kPingEvery) {
        link_->notify("ping", {});
        last_ping = now;
      }
      const auto patience = std::chrono::microseconds(runner_.heartbeat_patience).count() + kPingEvery;
      if (now - last_pong_ > patience)
        kill_for("gave no sign of life for " + std::to_string(patience / 1000000) + " s");
    }
  }

  // What has no end of line may be the most telling.
  void end_output() {
    const std::lock_guard lock(output_mutex_);
    end_line();
  }

  // False: there will be no more.
  bool drain_output() {
    const std::lock_guard lock(output_mutex_);
    constexpr size_t kLongestLine = 500;
    std::array<char, 4096> piece;
    for (int pieces = 0; pieces < 16; ++pieces) {
      const ssize_t got = ::read(output_, piece.data(), piece.size());
      if (got == 0) return false;
      if (got < 0) return true;
      for (const char c : std::string_view(piece.data(), static_cast<size_t>(got))) {
        if (c != '\n' && line_.size() < kLongestLine) line_ += c;
        if (c == '\n') end_line();
      }
    }
    return true;
  }

  void end_line() {
    if (line_.empty()) return;
    const std::string text = readable(std::exchange(line_, {}));
    warn("printed: " + text);
    const std::lock_guard lock(state_mutex_);
    last_words_ = text;
  }

  void warn(const std::string& text) {
    Arena arena;
    services_->notify("log.write", arena.object({{"level", int64_t{OR_LOG_WARN}}, {"text", arena.text(text)}}));
  }

  const std::string id_;
  const std::string version_;
  std::unique_ptr<Services> services_;
  const RunnerOptions runner_;
  std::optional<UserLease> user_;
  std::optional<Cgroup> cgroup_;  // whose end ends what is left in it, before the user is free again
  pid_t pid_ = 0;
  int output_ = -1;
  int wake_ = -1;
  std::unique_ptr<Link> link_;
  ServicePool pool_;
  std::mutex call_mutex_;
  std::mutex sink_mutex_;
  std::map<int64_t, const Sink*> sinks_;
  int64_t next_sink_ = 0;
  CallWatch watch_;
  CallWatch stop_watch_;
  std::atomic<int64_t> last_pong_{0};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ending_{false};
  mutable std::mutex state_mutex_;
  std::optional<Error> ended_;
  std::string killed_for_;
  std::string last_words_;
  bool reaped_ = false;
  std::atomic<bool> confined_{false};  // it has answered: whatever its status says, this did not fail
  std::mutex output_mutex_;
  std::string line_;
  std::thread reader_;
  std::thread watcher_;
};

}  // namespace

Result<std::unique_ptr<Instance>> make_process(const Manifest& manifest, std::unique_ptr<Services> services,
                                               const InstanceOptions& options, const RunnerOptions& runner) {
  // A runner of the same user could otherwise read this process through /proc.
  (void)::prctl(PR_SET_DUMPABLE, 0);
  auto instance = std::make_unique<ProcessInstance>(manifest, std::move(services), runner);
  if (Result<void> started = instance->start(options); !started) return started.error();
  return std::unique_ptr<Instance>(std::move(instance));
}

}  // namespace outrigger::host
