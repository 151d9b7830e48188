#include "integration/transport/tests/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace outrigger::transport {
namespace {

using Clock = std::chrono::steady_clock;

[[maybe_unused]] const bool kNoProxy = [] {
  for (const char* name :
       {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
    unsetenv(name);
  return true;
}();

int bind_to_loopback(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 128) != 0)
    throw std::system_error(errno, std::generic_category(), "the scripted server cannot listen");
  return listener;
}

}  // namespace

struct ScriptedServer::Connection {
  enum class State { kReading, kGated, kSending, kStalled, kGone };

  int fd = -1;
  int number = 0;
  Clock::time_point deadline;
  State state = State::kReading;
  std::string in = {};
  Act act = {};
  size_t sent = 0;
};

ScriptedServer::ScriptedServer() : listener_(bind_to_loopback(0)), wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { run(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake();
  thread_.join();
  for (Connection& connection : connections_) drop(connection, false);
  if (listener_ >= 0) close(listener_);
  close(wake_);
}

void ScriptedServer::wake() const {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(wake_, &one, sizeof one);
}

void ScriptedServer::run() {
  for (;;) {
    listen_or_not();
    std::vector<pollfd> polled{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};  // poll skips a listener of -1
    auto next = Clock::now() + kPatience;
    for (const Connection& connection : connections_) {
      polled.push_back(
          {connection.fd, static_cast<short>(connection.state == Connection::State::kSending ? POLLOUT : POLLIN), 0});
      next = std::min(next, connection.deadline);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
    poll(polled.data(), polled.size(), static_cast<int>(std::max<int64_t>(left, 0)));
    uint64_t ignored = 0;
    if (polled[0].revents != 0) [[maybe_unused]]
      const ssize_t taken = ::read(wake_, &ignored, sizeof ignored);
    size_t at = 2;
    for (Connection& connection : connections_) step(connection, polled[at++].revents);
    connections_.remove_if([](const Connection& connection) { return connection.state == Connection::State::kGone; });
    if (polled[1].revents != 0) accept_one();
    const std::lock_guard lock(mutex_);
    open_ = connections_.size();
    changed_.notify_all();
    if (stopping_) return;
  }
}

void ScriptedServer::listen_or_not() {
  const std::lock_guard lock(mutex_);
  if (listens_ == wants_to_listen_) return;
  if (wants_to_listen_) {
    listener_ = bind_to_loopback(port_);
  } else {
    close(listener_);
    listener_ = -1;
  }
  listens_ = wants_to_listen_;
  changed_.notify_all();
}

void ScriptedServer::accept_one() {
  const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return;
  connections_.push_back({.fd = fd, .number = ++accepted_, .deadline = Clock::now() + kPatience});
  const std::lock_guard lock(mutex_);
  if (resets_ == 0) return;
  --resets_;
  drop(connections_.back(), true);
}

void ScriptedServer::step(Connection& connection, short events) {
  using State = Connection::State;
  if (connection.state == State::kGone) return;
  if (Clock::now() >= connection.deadline) return conclude(connection), drop(connection, true);
  if (connection.state == State::kGated) {
    const std::lock_guard lock(mutex_);
    if (gate_open_) connection.state = State::kSending;
  }
  if (connection.state == State::kSending) return send(connection);
  if (events == 0) return;
  if (!read(connection)) {
    if (connection.state != State::kReading) conclude(connection);
    return drop(connection, false);
  }
  if (connection.state == State::kReading) answer(connection);
}

// False when the client has closed the connection.
bool ScriptedServer::read(Connection& connection) {
  char piece[65536];
  for (;;) {
    const ssize_t size = recv(connection.fd, piece, sizeof piece, 0);
    if (size == 0) return false;
    if (size < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    connection.in.append(piece, static_cast<size_t>(size));
  }
}

void ScriptedServer::answer(Connection& connection) {
  std::optional<SeenRequest> request = take_request(connection.in);
  if (!request) return;
  request->connection = connection.number;
  request->at = Clock::now();
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(*request);
    most_unanswered_ = std::max(most_unanswered_, ++unanswered_);
    changed_.notify_all();
  }
  connection.act = act_for(*request);
  connection.sent = 0;
  connection.state = connection.act.gated ? Connection::State::kGated : Connection::State::kSending;
  step(connection, 0);
}

Act ScriptedServer::act_for(const SeenRequest& request) {
  Handler handler;
  {
    const std::lock_guard lock(mutex_);
    const auto found = scripts_.find(request.path);
    if (found == scripts_.end()) return html(404, "<h1>Not Found</h1>");
    Script& script = found->second;
    if (!script.handler) return script.acts.at(std::min(script.next++, script.acts.size() - 1));
    handler = script.handler;
  }
  return handler(request);
}

void ScriptedServer::send(Connection& connection) {
  const std::string& bytes = connection.act.bytes;
  while (connection.sent < bytes.size()) {
    const ssize_t size =
        ::send(connection.fd, bytes.data() + connection.sent, bytes.size() - connection.sent, MSG_NOSIGNAL);
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (size < 0) return conclude(connection), drop(connection, false);
    connection.sent += static_cast<size_t>(size);
  }
  if (connection.act.end == Act::End::kStall) {
    connection.state = Connection::State::kStalled;
    return;
  }
  conclude(connection);
  if (connection.act.end != Act::End::kKeepAlive) return drop(connection, connection.act.end == Act::End::kReset);
  connection.state = Connection::State::kReading;
  answer(connection);
}

// The request under way counts as answered.
void ScriptedServer::conclude(Connection& connection) {
  if (connection.state == Connection::State::kReading) return;
  const std::lock_guard lock(mutex_);
  --unanswered_;
}

void ScriptedServer::drop(Connection& connection, bool with_reset) {
  const linger abort{1, 0};
  if (with_reset) setsockopt(connection.fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  close(connection.fd);
  connection.state = Connection::State::kGone;
}

void ScriptedServer::on(const std::string& path, std::vector<Act> acts) {
  const std::lock_guard lock(mutex_);
  scripts_[path] = {std::move(acts), 0, nullptr};
}
void ScriptedServer::on(const std::string& path, Handler handler) {
  const std::lock_guard lock(mutex_);
  scripts_[path] = {{}, 0, std::move(handler)};
}
void ScriptedServer::reset_next_connections(int count) {
  const std::lock_guard lock(mutex_);
  resets_ = count;
}
void ScriptedServer::stop_listening() {
  std::unique_lock lock(mutex_);
  wants_to_listen_ = false;
  wake();
  changed_.wait_for(lock, kPatience, [this] { return !listens_; });
}
void ScriptedServer::listen_again() {
  std::unique_lock lock(mutex_);
  wants_to_listen_ = true;
  wake();
  changed_.wait_for(lock, kPatience, [this] { return listens_; });
}
void ScriptedServer::open_gate() {
  const std::lock_guard lock(mutex_);
  gate_open_ = true;
  wake();
}

std::vector<SeenRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}
std::vector<SeenRequest> ScriptedServer::requests(std::string_view path) const {
  std::vector<SeenRequest> all = requests();
  std::erase_if(all, [path](const SeenRequest& request) { return request.path != path; });
  return all;
}
bool ScriptedServer::wait_for_requests(size_t count) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
}
bool ScriptedServer::wait_until_idle() const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, kPatience, [&] { return open_ == 0; });
}
size_t ScriptedServer::most_at_once() const {
  const std::lock_guard lock(mutex_);
  return most_unanswered_;
}

}  // namespace outrigger::transport
