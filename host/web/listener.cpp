#include "host/web/listener.hpp"

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <set>
#include <thread>

namespace outrigger::host {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

class Connection;

// What the connections of one listener share; used on its thread alone, but for the counts.
struct Shared {
  Listener::Options options;
  Routes routes;
  asio::io_context io{1};
  std::set<std::shared_ptr<Connection>> open;
  std::atomic<size_t> count{0};
  std::atomic<uint64_t> turned_away{0};

  void remove(const std::shared_ptr<Connection>& connection) {
    open.erase(connection);
    count = open.size();
  }
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Shared& shared, tcp::socket socket, std::string peer)
      : shared_(shared),
        socket_(std::move(socket)),
        timer_(shared.io),
        talk_(shared.routes, shared.options.limits, std::move(peer)) {}

  void start() {
    limit_time(shared_.options.request);
    in_request_ = true;
    read();
  }

  void close() {
    if (closed_) return;
    closed_ = true;
    error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
    shared_.remove(shared_from_this());
  }

 private:
  void limit_time(std::chrono::milliseconds time) {
    timer_.expires_after(time);
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      if (!error) self->close();
    });
  }

  void read() {
    socket_.async_read_some(asio::buffer(input_), [self = shared_from_this()](const error_code& error, size_t size) {
      if (error || self->closed_) return self->close();
      self->talk_.receive({self->input_.data(), size});
      self->go_on();
    });
  }

  void go_on() {
    if (std::optional<std::string> answer = talk_.answer()) return write(*std::move(answer));
    if (talk_.ended()) return linger();
    // The time of a request runs from its first byte, however slowly the others come.
    if (talk_.within_request() && !in_request_) limit_time(shared_.options.request);
    if (!talk_.within_request()) limit_time(shared_.options.idle);
    in_request_ = talk_.within_request();
    read();
  }

  void write(std::string answer) {
    output_ = std::move(answer);
    // "100 Continue" leaves the time of its request running.
    in_request_ = talk_.within_request() && in_request_ && output_.compare(9, 3, "100") == 0;
    if (!in_request_) limit_time(shared_.options.answer);
    asio::async_write(socket_, asio::buffer(output_), [self = shared_from_this()](const error_code& error, size_t) {
      if (error || self->closed_) return self->close();
      self->go_on();
    });
  }

  // A socket that is closed with bytes unread resets the connection, and the client may lose the answer.
  void linger() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    limit_time(std::min(shared_.options.answer, std::chrono::milliseconds(1000)));
    drain();
  }

  void drain() {
    constexpr size_t kMost = size_t{1} << 20U;
    socket_.async_read_some(asio::buffer(input_), [self = shared_from_this()](const error_code& error, size_t size) {
      self->drained_ += size;
      if (error || self->closed_ || self->drained_ > kMost) return self->close();
      self->drain();
    });
  }

  static constexpr size_t kPiece = size_t{16} << 10U;
  Shared& shared_;
  tcp::socket socket_;
  asio::steady_timer timer_;
  Conversation talk_;
  std::array<char, kPiece> input_{};
  std::string output_;
  size_t drained_ = 0;
  bool in_request_ = false;
  bool closed_ = false;
};

}  // namespace

struct Listener::State {
  State(Options options, Routes routes)
      : shared{std::move(options), std::move(routes)}, acceptor(shared.io), pause(shared.io) {}

  void open() {
    const tcp::endpoint endpoint(asio::ip::make_address(shared.options.address), shared.options.port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(asio::socket_base::reuse_address(true));
    acceptor.bind(endpoint);
    acceptor.listen();
    port = acceptor.local_endpoint().port();
  }

  void accept() {
    acceptor.async_accept([this](const error_code& error, tcp::socket socket) {
      if (error == asio::error::operation_aborted || !acceptor.is_open()) return;
      if (error) return wait_and_accept();
      try {
        admit(std::move(socket));
      } catch (const std::exception&) {
        // Out of memory for this one; the next may find some.
      }
      accept();
    });
  }

  // Without descriptors left, accepting fails again and again at once.
  void wait_and_accept() {
    pause.expires_after(std::chrono::milliseconds(100));
    pause.async_wait([this](const error_code& error) {
      if (!error) accept();
    });
  }

  void admit(tcp::socket socket) {
    error_code error;
    if (shared.open.size() >= shared.options.connections) {
      ++shared.turned_away;
      constexpr std::string_view kFull =
          "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      socket.non_blocking(true, error);
      socket.write_some(asio::buffer(kFull), error);
      socket.shutdown(tcp::socket::shutdown_both, error);
      return;
    }
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;
    socket.set_option(tcp::no_delay(true), error);
    const auto connection = std::make_shared<Connection>(shared, std::move(socket), peer.address().to_string());
    shared.open.insert(connection);
    shared.count = shared.open.size();
    connection->start();
  }

  void run() {
    for (;;) {
      try {
        shared.io.run();
        return;
      } catch (const std::exception&) {
        // Out of memory for one connection: the others go on.
      }
    }
  }

  void end() {
    error_code ignored;
    acceptor.close(ignored);
    pause.cancel();
    const auto open = shared.open;
    for (const auto& connection : open) connection->close();
  }

  Shared shared;
  tcp::acceptor acceptor;
  asio::steady_timer pause;
  uint16_t port = 0;
  std::mutex stopping;
  std::thread thread;
};

Listener::Listener(std::unique_ptr<State> state) : state_(std::move(state)) {}

Listener::~Listener() { stop(); }  // NOLINT(bugprone-exception-escape)

Result<std::unique_ptr<Listener>> Listener::start(Options options, Routes routes) {
  const std::string where = options.address + ":" + std::to_string(options.port);
  const std::string name = options.name;
  try {
    auto state = std::make_unique<State>(std::move(options), std::move(routes));
    state->open();
    state->accept();
    state->thread = std::thread([raw = state.get()] { raw->run(); });
    return std::unique_ptr<Listener>(new Listener(std::move(state)));
  } catch (const std::exception& problem) {
    const auto* system = dynamic_cast<const boost::system::system_error*>(&problem);
    return Error{Code::kUnreachable,
                 "the host cannot listen on " + where + ": " + (system ? system->code().message() : problem.what()) +
                     "; choose another address or port in " + name + ".listen",
                 Source::kHost, Effect::kNone, -1};
  }
}

uint16_t Listener::port() const { return state_->port; }
size_t Listener::connections() const { return state_->shared.count; }
uint64_t Listener::turned_away() const { return state_->shared.turned_away; }

void Listener::stop() {
  const std::lock_guard lock(state_->stopping);
  if (!state_->thread.joinable()) return;
  asio::post(state_->shared.io, [raw = state_.get()] { raw->end(); });
  state_->thread.join();
}

}  // namespace outrigger::host
