#include "host/cli/stop_signal.hpp"

#include <unistd.h>
#include <csignal>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace outrigger::host {

struct StopSignal::State {
  sigset_t signals{};
  std::stop_source source;
  std::mutex mutex;
  std::condition_variable came;
  std::function<void()> action;
  std::function<void()> hangup;
  bool nohup = false;
  std::thread thread;

  // Whether that was all that it asks.
  bool hung_up() {
    std::function<void()> todo;
    {
      const std::lock_guard lock(mutex);
      todo = hangup;
    }
    if (todo) todo();
    return todo != nullptr || nohup;
  }

  void watch() {
    int seen = 0;
    for (;;) {
      int signal = 0;
      if (sigwait(&signals, &signal) != 0) continue;
      if (ending.stop_requested()) return;
      if (signal == SIGHUP && hung_up()) continue;
      if (++seen > 1) _exit(130);
      std::function<void()> todo;
      {
        const std::lock_guard lock(mutex);
        source.request_stop();
        todo = action;
      }
      came.notify_all();
      if (todo) todo();
    }
  }

  std::stop_source ending;
};

StopSignal::StopSignal() : state_(std::make_unique<State>()) {
  sigemptyset(&state_->signals);
  sigaddset(&state_->signals, SIGINT);
  sigaddset(&state_->signals, SIGTERM);
  sigaddset(&state_->signals, SIGHUP);
  struct sigaction before {};
  state_->nohup = sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
  pthread_sigmask(SIG_BLOCK, &state_->signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on files is a full disk, which is survived
  state_->thread = std::thread([state = state_.get()] { state->watch(); });
}

StopSignal::~StopSignal() {
  state_->ending.request_stop();
  pthread_kill(state_->thread.native_handle(), SIGTERM);  // wakes sigwait
  state_->thread.join();
}

void StopSignal::on_stop(std::function<void()> action) {
  bool now = false;
  {
    const std::lock_guard lock(state_->mutex);
    now = state_->source.stop_requested();
    state_->action = action;
  }
  if (now && action) action();
}

void StopSignal::on_hangup(std::function<void()> action) {
  const std::lock_guard lock(state_->mutex);
  state_->hangup = std::move(action);
}

void StopSignal::wait() {
  std::unique_lock lock(state_->mutex);
  state_->came.wait(lock, [this] { return state_->source.stop_requested(); });
}

bool StopSignal::wait_for(std::chrono::milliseconds time) {
  std::unique_lock lock(state_->mutex);
  return state_->came.wait_for(lock, time, [this] { return state_->source.stop_requested(); });
}

bool StopSignal::requested() const { return state_->source.stop_requested(); }
std::stop_token StopSignal::token() const { return state_->source.get_token(); }

}  // namespace outrigger::host
