// Performs one HTTP request on a loop and waits for it. For tests.
//
//     Loop loop;
//     Text text;
//     Transfer transfer = perform(loop, {.url = server.url() + "/"}, text);
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <string>

#include "integration/transport/http_client.hpp"
#include "integration/transport/loop.hpp"

namespace outrigger::transport {

// Keeps all that it is given.
struct Text final : BodySink {
  void begin(int its_status, std::string_view its_type) override {
    ++begun;
    status = its_status;
    type = its_type;
  }
  bool data(std::string_view piece) override {
    text.append(piece);
    return text.size() <= most;
  }
  int begun = 0;
  int status = 0;
  std::string type;
  std::string text;
  size_t most = SIZE_MAX;  // beyond it, the sink wants no more
};

inline Transfer perform(Loop& loop, const HttpRequest& request, BodySink& sink) {
  return boost::asio::co_spawn(
             loop.io(), [&]() { return loop.http().perform(request, sink); }, boost::asio::use_future)
      .get();
}

inline Transfer perform(Loop& loop, const HttpRequest& request) {
  Text ignored;
  return perform(loop, request, ignored);
}

}  // namespace outrigger::transport
