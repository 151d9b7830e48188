#include "integration/transport/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "integration/transport/http_client.hpp"

namespace outrigger::transport {

struct Loop::State {
  boost::asio::io_context io{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{io.get_executor()};
  HttpClient http{io};
  std::thread thread;
};

Loop::Loop() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([state = state_.get()] { state->io.run(); });
}

Loop::~Loop() {
  state_->work.reset();
  state_->io.stop();
  state_->thread.join();
}

boost::asio::io_context& Loop::io() { return state_->io; }
HttpClient& Loop::http() { return state_->http; }

}  // namespace outrigger::transport
