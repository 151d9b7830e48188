#include "integration/sandbox/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <thread>

namespace outrigger::sandbox {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

struct Server::State {
  State(Service& the_service, uint16_t port) : service(the_service), acceptor(io) {
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
  }

  asio::awaitable<void> accept() {
    for (;;) {
      error_code error;
      tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
      if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
      if (!error) asio::co_spawn(io, serve(std::move(socket)), asio::detached);
    }
  }

  static HttpMessage message_of(const http::request<http::string_body>& request) {
    HttpMessage message;
    message.method = std::string(request.method_string());
    message.target = std::string(request.target());
    for (const auto& field : request) {
      std::string name(field.name_string());
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      message.headers[name] = std::string(field.value());
    }
    if (!request.chunked()) message.body = request.body();
    return message;
  }

  asio::awaitable<void> serve(tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    http::request_parser<http::string_body> parser;
    parser.body_limit(size_t{128} << 20U);
    stream.expires_after(std::chrono::seconds(60));
    error_code error;
    co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return;
    const HttpReply reply = service.handle(message_of(parser.get()));
    if (reply.delay.count() > 0) {
      asio::steady_timer timer(io, reply.delay);
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    if (reply.cut) {
      if (reply.reset) stream.socket().set_option(asio::socket_base::linger(true, 0), error);
      stream.socket().close(error);
      co_return;
    }
    http::response<http::string_body> response(static_cast<http::status>(reply.status), 11);
    response.set(http::field::server, "Outrigger sandbox");
    response.set(http::field::content_type, reply.content_type);
    for (const auto& [name, value] : reply.headers) response.set(name, value);
    response.keep_alive(false);
    response.body() = reply.body;
    response.prepare_payload();
    co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, error));
    stream.socket().shutdown(tcp::socket::shutdown_send, error);
  }

  Service& service;
  asio::io_context io{1};
  tcp::acceptor acceptor;
  std::thread thread;
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Server>> Server::start(Service& service, uint16_t port) {
  try {
    auto state = std::make_unique<State>(service, port);
    asio::co_spawn(state->io, state->accept(), asio::detached);
    state->thread = std::thread([raw = state.get()] { raw->io.run(); });
    return std::unique_ptr<Server>(new Server(std::move(state)));
  } catch (const boost::system::system_error& problem) {
    return Error{Code::kUnreachable,
                 "the sandbox cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + problem.code().message() +
                     "; choose another port with --port",
                 Source::kHost, Effect::kNone, -1};
  }
}

Server::~Server() {
  state_->io.stop();
  state_->thread.join();
}

std::string Server::url() const {
  error_code error;
  return "http://127.0.0.1:" + std::to_string(state_->acceptor.local_endpoint(error).port());
}

}  // namespace outrigger::sandbox
