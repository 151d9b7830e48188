// One thread that does all input and output towards Odoo.
//
//     Loop loop;                       // starts the thread
//     Session session(loop, ...);      // many sessions may share it
//
// Threads: io() may be posted to from any thread. Destruction stops the thread; everything that uses the loop must be
// gone before.
#pragma once

#include <memory>

namespace boost::asio {
class io_context;
}

namespace outrigger::transport {

class HttpClient;

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& io();
  HttpClient& http();  // on the loop's thread only

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::transport
