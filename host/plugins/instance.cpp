#include "host/plugins/instance.hpp"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

#include "outrigger/result.hpp"

namespace outrigger::host {

// A thread that runs what it is given, one after the other.
class Instance::Strand {
 public:
  Strand() : thread_([this] { work(); }) {}
  ~Strand() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  // Runs the task on the thread and waits for it.
  void run(std::function<void()> task) {
    std::packaged_task<void()> packaged(std::move(task));
    std::future<void> done = packaged.get_future();
    {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(packaged));
    }
    wake_.notify_one();
    done.get();
  }

 private:
  void work() {
    for (;;) {
      std::packaged_task<void()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::packaged_task<void()>> tasks_;
  bool ending_ = false;
  std::thread thread_;
};

namespace {

Error stopped() { return {Code::kCancelled, "the instance is stopped", Source::kHost, Effect::kNone, -1}; }

// A plugin's own sentence, with its name before it: the reader may have several.
Error named(const std::string& id, Error error) {
  error.message = "plugin " + id + ": " + error.message;
  return error;
}

}  // namespace

Instance::Instance(const or_plugin_v1& table, std::string id, std::unique_ptr<Services> services)
    : table_(table), id_(std::move(id)), services_(std::move(services)), strand_(std::make_unique<Strand>()) {}

Result<std::unique_ptr<Instance>> Instance::create(const Library& library, const Manifest& manifest,
                                                   std::unique_ptr<Services> services, const InstanceOptions& options) {
  std::unique_ptr<Instance> instance(new Instance(library.table(), manifest.id, std::move(services)));
  if (Result<void> started = instance->start(options); !started) return started.error();
  return instance;
}

Result<void> Instance::start(const InstanceOptions& options) {
  or_create_info info{};
  info.struct_size = sizeof info;
  info.roles = options.roles;
  info.database = to_abi(options.database);
  const std::string name = id_ + "@" + options.database;
  info.instance = to_abi(name);
  const or_value config = options.config.raw();
  info.config = &config;
  or_error error = empty_error();
  or_status status = OR_OK;
  strand_->run([&] { status = table_.create(services_->host(), &info, &self_, &error); });
  if (status == OR_OK && self_ == nullptr)
    return Error{Code::kInternal, "plugin " + id_ + ": create reported success and made nothing", Source::kPlugin,
                 Effect::kNone, -1};
  if (status != OR_OK) {
    self_ = nullptr;
    return named(id_, to_error(status, error));
  }
  error = empty_error();
  services_->allow_calls();
  strand_->run([&] { status = table_.activate(self_, &error); });
  if (status != OR_OK) return named(id_, to_error(status, error));
  return {};
}

Result<Document> Instance::run_command(const CommandRun& run) {
  if (stopped_) return stopped();
  const auto* commands =
      static_cast<const or_commands_v1*>(table_.get_extension(self_, to_abi(std::string_view(OR_COMMANDS_ID))));
  if (!OR_HAS(or_commands_v1, commands, run))
    return Error{Code::kUnsupported, "plugin " + id_ + " declares commands in its manifest but has none",
                 Source::kPlugin, Effect::kNone, -1};
  or_command_sink sink{};
  sink.struct_size = sizeof sink;
  sink.width = run.width;
  sink.ctx = const_cast<CommandRun*>(&run);
  sink.text = [](void* ctx, or_str text) {
    const auto& owner = *static_cast<const CommandRun*>(ctx);
    if (owner.text) owner.text(from_abi(text));
  };
  sink.progress = [](void* ctx, uint64_t done, uint64_t total, or_str label) {
    const auto& owner = *static_cast<const CommandRun*>(ctx);
    if (owner.progress) owner.progress(done, total, from_abi(label));
  };
  or_command_call call{};
  call.struct_size = sizeof call;
  call.flags = (run.plan ? OR_COMMAND_PLAN : 0U) | (run.json ? OR_COMMAND_JSON : 0U);
  call.name = to_abi(run.name);
  const or_value args = run.args.raw();
  call.args = &args;
  call.locale = to_abi(run.locale);
  call.sink = &sink;
  or_doc result{};
  or_error error = empty_error();
  or_status status = OR_OK;
  strand_->run([&] {
    status = self_ == nullptr ? fill_error(&error, stopped()) : commands->run(self_, &call, &result, &error);
  });
  Document document = Document::adopt(result);
  if (status == OR_OK) return document;
  Error failure = to_error(status, error);
  return failure.code == Code::kInternal ? named(id_, failure) : failure;
}

void Instance::cancel() { services_->cancel(); }

void Instance::stop() {
  if (stopped_.exchange(true)) return;
  services_->cancel();
  if (self_ == nullptr) return;
  strand_->run([this] {
    table_.stop(self_);
    table_.destroy(self_);
    self_ = nullptr;
  });
}

Instance::~Instance() { stop(); }

}  // namespace outrigger::host
