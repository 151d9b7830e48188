// What a stranger may send to a listener: the input is the bytes of one connection.
#include <string>
#include <vector>

#include "host/web/conversation.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using fuzz::require;
using host::Conversation;
using host::HttpRequest;
using host::HttpResponse;

constexpr host::HttpLimits kLimits{1024, 256, 5};

struct Server {
  host::Routes routes{"token"};
  std::string heard;  // what reached a handler
  Server() {
    const auto hear = [this](const HttpRequest& request) {
      check(request);
      heard += request.method + " " + request.path + "?" + request.query + "\n" + request.body + "\n";
      // A handler that repeats what it was given must not be able to break an answer.
      return HttpResponse{200, std::string(request.header("accept")), request.body, {{"X-Path", request.path}}};
    };
    routes.add("GET", "/*", hear, host::Access::kOpen).add("POST", "/*", hear, host::Access::kOpen);
    routes.add("GET", "/closed", [](const HttpRequest&) -> HttpResponse {
      require(false, "a closed path was reached without its token");
      return {};
    });
  }
  static void check(const HttpRequest& request) {
    require(request.body.size() <= kLimits.body_bytes, "a body is larger than the limit");
    require(!request.path.empty() && request.path[0] == '/', "a path does not start with a slash");
    require(request.path.find("/../") == std::string::npos && request.path.find('\0') == std::string::npos,
            "a path could lead astray", request.path);
  }
};

struct Outcome {
  std::string answers;
  std::string heard;
  bool ended = false;
};

void check_answer(std::string_view answer) {
  require(answer.substr(0, 9) == "HTTP/1.1 ", "an answer does not begin as one", answer);
  const size_t end = answer.find("\r\n\r\n");
  require(end != std::string_view::npos, "an answer has no end of its headers", answer);
  for (size_t i = 0; i < end; ++i)
    require(static_cast<unsigned char>(answer[i]) >= ' ' || answer[i] == '\r' || answer[i] == '\n',
            "a header of an answer holds a control character", answer);
}

Outcome converse(const std::vector<std::string_view>& pieces) {
  Server server;
  Conversation talk(server.routes, kLimits, "192.0.2.1");
  Outcome outcome;
  int answers = 0;
  for (const std::string_view piece : pieces) {
    talk.receive(piece);
    while (const auto answer = talk.answer()) {
      check_answer(*answer);
      // Whether "100 Continue" is said depends on what has come so far.
      if (answer->substr(9, 3) == "100") continue;
      outcome.answers += *answer;
      require(++answers <= kLimits.requests + 1, "more requests were answered than the limit allows");
    }
  }
  outcome.heard = server.heard;
  outcome.ended = talk.ended();
  return outcome;
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view input = fuzz::text_of(data, size);
  const Outcome whole = converse({input});
  const Outcome pieces = converse(fuzz::pieces_of(input));
  fuzz::require(whole.heard == pieces.heard, "in pieces another request is heard",
                whole.heard + "\n--\n" + pieces.heard);
  fuzz::require(whole.answers == pieces.answers, "in pieces it is answered otherwise",
                whole.answers + "\n--\n" + pieces.answers);
  fuzz::require(whole.ended == pieces.ended, "in pieces it ends otherwise");
  return 0;
}
