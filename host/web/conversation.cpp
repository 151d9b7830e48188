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

// What a method may begin with.
bool is_token(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

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

  // The bytes up to the empty line; 0 while it has not come; beyond the limit when it cannot come within it. Beast gets
  // the headers whole: given in pieces it judges some of them later than at once.
  size_t header_size() {
    constexpr std::string_view kEnd = "\r\n\r\n";
    const size_t end = pending.find(kEnd, searched < kEnd.size() ? 0 : searched - kEnd.size());
    searched = pending.size();
    if (end != std::string::npos) return end + kEnd.size();
    return pending.size() > limits.header_bytes ? pending.size() : 0;
  }

  // Reads the headers; what is wrong with them is the answer.
  std::optional<std::string> begin(size_t size) {
    parser.emplace();
    parser->header_limit(static_cast<uint32_t>(limits.header_bytes + 1));
    parser->body_limit(limits.body_bytes);
    searched = 0;
    error_code error;
    parser->put(boost::asio::buffer(pending.data(), size), error);
    pending.erase(0, size);
    if (error && error != http::error::need_more) return fail(error);
    const int flaw = parser->is_header_done() ? this->flaw() : 400;
    if (flaw == 411) return fail(411, "The length of the body has to be given: Content-Length.");
    if (flaw != 0) return fail(flaw, "This is no request of HTTP/1.1.");
    return std::nullopt;
  }

  std::string fail(int status, std::string_view sentence) {
    ended = true;
    pending.clear();
    parser.reset();
    return written(HttpResponse::text(status, sentence), false, false);
  }

  std::string fail(const error_code& error) {
    if (error == http::error::header_limit) return fail(431, "The headers are too large.");
    if (error == http::error::body_limit) return fail(413, "The body is too large.");
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
  size_t searched = 0;  // of pending, for the end of the headers
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
  if (state.ended || state.pending.empty()) return std::nullopt;
  if (!state.parser) {
    if (!is_token(state.pending.front())) return state.fail(400, "This is no request of HTTP/1.1.");
    const size_t size = state.header_size();
    if (size > state.limits.header_bytes) return state.fail(431, "The headers are too large.");
    if (size == 0) return std::nullopt;
    if (std::optional<std::string> refused = state.begin(size)) return refused;
    if (state.parser->is_done()) return state.respond();
    if (state.pending.empty() && state.expects_continue()) return "HTTP/1.1 100 Continue\r\n\r\n";
  }
  while (!state.pending.empty()) {
    error_code error;
    const size_t taken = state.parser->put(boost::asio::buffer(state.pending), error);
    state.pending.erase(0, taken);
    if (error == http::error::need_more) return std::nullopt;
    if (error) return state.fail(error);
    if (state.parser->is_done()) return state.respond();
  }
  return std::nullopt;
}

}  // namespace outrigger::host
