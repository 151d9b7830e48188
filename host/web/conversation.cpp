#include "host/web/conversation.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "host/web/target.hpp"

namespace outrigger::host {

namespace beast = boost::beast;
namespace http = beast::http;
using Parser = http::request_parser<http::string_body>;
using boost::system::error_code;

namespace {

int status_of(const error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

bool printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
}

// An answer on the wire. `head`: without its body, but with its length.
std::string written(const HttpResponse& response, bool keep, bool head) {
  const int status = response.status >= 200 && response.status <= 599 ? response.status : 500;
  const bool bare = status == 204 || status == 304;
  std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  out.append(reason.data(), reason.size());
  out += "\r\n";
  if (!bare) {
    if (printable(response.content_type)) out += "Content-Type: " + response.content_type + "\r\n";
    out += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  }
  out += "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n";
  // What a handler took from elsewhere cannot add a line.
  for (const auto& [name, value] : response.headers)
    if (!name.empty() && printable(name) && name.find_first_of(": ") == std::string::npos && printable(value))
      out += name + ": " + value + "\r\n";
  out += keep ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (!bare && !head) out += response.body;
  return out;
}

}  // namespace

struct Conversation::State {
  State(const Routes& the_routes, HttpLimits the_limits, std::string the_peer)
      : routes(the_routes), limits(the_limits), peer(std::move(the_peer)) {}

  void begin() {
    parser.emplace();
    parser->header_limit(static_cast<uint32_t>(limits.header_bytes));
    parser->body_limit(limits.body_bytes);
    header_seen = false;
  }

  std::string fail(int status, std::string_view sentence) {
    ended = true;
    pending.clear();
    parser.reset();
    return written(HttpResponse::text(status, sentence), false, false);
  }

  std::string fail(const error_code& error) {
    const int status = status_of(error);
    if (status == 431) return fail(431, "The headers are too large.");
    if (status == 413) return fail(413, "The body is too large.");
    return fail(400, "This is no request of HTTP/1.1.");
  }

  // What is wrong with the headers; 0 for nothing. Only a length says where a body ends: a chunked one could bring
  // further headers behind it.
  [[nodiscard]] int flaw() const {
    const auto& fields = parser->get();
    if (fields.count(http::field::transfer_encoding) != 0) return 411;
    if (fields.count(http::field::host) > 1) return 400;
    if (fields.version() == 11 && fields.count(http::field::host) == 0) return 400;
    return fields.version() == 11 || fields.version() == 10 ? 0 : 400;
  }

  [[nodiscard]] bool expects_continue() const {
    const auto& fields = parser->get();
    return fields.version() == 11 && beast::iequals(fields[http::field::expect], "100-continue");
  }

  std::string respond() {
    auto& message = parser->get();
    ++served;
    const bool keep = message.keep_alive() && served < limits.requests;
    HttpRequest request;
    request.method = std::string(message.method_string());
    const auto raw = message.target();
    if (!read_target({raw.data(), raw.size()}, request.path, request.query))
      return fail(400, "The path cannot be read: write it as it is, starting with a slash.");
    for (const auto& field : message) {
      std::string name(field.name_string());
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = std::move(message.body());
    request.peer = peer;
    parser.reset();
    ended = !keep;
    if (ended) pending.clear();
    return written(routes.answer(request), keep, request.method == "HEAD");
  }

  const Routes& routes;
  HttpLimits limits;
  std::string peer;
  std::string pending;
  std::optional<Parser> parser;
  bool header_seen = false;
  bool ended = false;
  int served = 0;
};

Conversation::Conversation(const Routes& routes, HttpLimits limits, std::string peer)
    : state_(std::make_unique<State>(routes, limits, std::move(peer))) {}
Conversation::~Conversation() = default;

void Conversation::receive(std::string_view bytes) {
  if (!state_->ended) state_->pending += bytes;
}

bool Conversation::ended() const { return state_->ended; }

bool Conversation::within_request() const { return state_->parser.has_value() || !state_->pending.empty(); }

std::optional<std::string> Conversation::answer() {
  State& state = *state_;
  while (!state.ended && !state.pending.empty()) {
    if (!state.parser) state.begin();
    error_code error;
    const size_t taken = state.parser->put(boost::asio::buffer(state.pending), error);
    state.pending.erase(0, taken);
    if (error == http::error::need_more) return std::nullopt;
    if (error) return state.fail(error);
    const bool first = !state.header_seen && state.parser->is_header_done();
    if (first) {
      state.header_seen = true;
      const int flaw = state.flaw();
      if (flaw == 411) return state.fail(411, "The length of the body has to be given: Content-Length.");
      if (flaw != 0) return state.fail(flaw, "This is no request of HTTP/1.1.");
    }
    if (state.parser->is_done()) return state.respond();
    if (first && state.pending.empty() && state.expects_continue()) return "HTTP/1.1 100 Continue\r\n\r\n";
  }
  return std::nullopt;
}

}  // namespace outrigger::host
