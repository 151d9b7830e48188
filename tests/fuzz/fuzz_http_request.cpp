// What a stranger may send to a listener: the input is the bytes of one connection.
#include <string>
#include <vector>

#include "host/web/conversation.hpp"
#include "host/web/endpoint_desk.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using fuzz::require;
using host::Conversation;
using host::HttpRequest;
using host::HttpResponse;

constexpr host::HttpLimits kLimits{1024, 256, 5};
constexpr char kOther[] = "fedcba98-76543210-fedcba98-76543210";
constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

struct Server {
  host::Routes routes{"token"};
  std::string heard;  // what reached a handler
  host::EndpointDesk desk{{.keep = [this](const host::EndpointDesk::Letter& letter) { return keep(letter); },
                           .now = [] { return int64_t{0}; }}};
  Server() {
    const auto hear = [this](const HttpRequest& request) {
      check(request);
      heard += request.method + " " + request.path + "?" + request.query + "\n" + request.body + "\n";
      // A handler that repeats what it was given must not be able to break an answer.
      return HttpResponse{200, std::string(request.header("accept")), request.body, {{"X-Path", request.path}}};
    };
    routes.add("GET", "/*", hear, host::Access::kOpen).add("POST", "/*", hear, host::Access::kOpen);
    desk.admit({{"scoring", "activity", "main", kToken, 1000, 128}, {"crm", "other", "main", kOther, 1000, 128}});
    routes.add(
        "POST", "/hook/*", [this](const HttpRequest& request) { return desk.take(request); }, host::Access::kOpen);
    routes.add("GET", "/closed", [](const HttpRequest&) -> HttpResponse {
      require(false, "a closed path was reached without its token");
      return {};
    });
  }
  // Nobody knows the other token, and no secret goes on to a plugin.
  Result<std::string> keep(const host::EndpointDesk::Letter& letter) {
    require(letter.plugin == "scoring" && letter.endpoint == "activity", "a letter came by a token that nobody sent");
    require(letter.body.size() <= 128, "a letter is larger than its endpoint's limit");
    heard += "letter " + letter.query + "\n" + letter.body + "\n";
    for (const auto& [name, value] : letter.headers) {
      require(name != "authorization" && name != "cookie", "a plugin would see a secret");
      for (const char c : value) require(c >= 0x20 && c < 0x7F, "a header is no plain text");
    }
    return std::string("a1-hook1");
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
