// A client that may be rude: a plain blocking socket with a deadline on every read.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace outrigger::host {

// Looks again and again, for 20 s at most, until it holds.
template <typename Condition>
bool eventually(Condition condition) {
  constexpr int kPauseMs = 5;
  constexpr int kTries = 4000;
  for (int i = 0; i < kTries; ++i) {
    if (condition()) return true;
    ::poll(nullptr, 0, kPauseMs);
  }
  return false;
}

class Client {
 public:
  explicit Client(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() {
    if (socket_ >= 0) ::close(socket_);
  }
  Client(Client&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(other.connected_), held_(std::move(other.held_)) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  // False once the server has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // One answer with a Content-Length; what there is when the server closes or 20 s pass.
  std::string answer() {
    for (;;) {
      const size_t end = held_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const size_t at = held_.find("Content-Length: ");
        const size_t length = at < end ? std::stoul(held_.substr(at + 16)) : 0;
        if (held_.size() >= end + 4 + length) {
          std::string whole = held_.substr(0, end + 4 + length);
          held_.erase(0, whole.size());
          return whole;
        }
      }
      if (!more()) return std::exchange(held_, {});
    }
  }
  // Whether the server closes the connection; discards what it still sends.
  bool closed() {
    while (more()) {
    }
    return at_end_;
  }

 private:
  bool more() {
    constexpr int kDeadlineMs = 20'000;
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, kDeadlineMs) <= 0) return false;
    char bytes[4096];
    const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
    at_end_ = size == 0 || (size < 0 && errno == ECONNRESET);
    if (size <= 0) return false;
    held_.append(bytes, static_cast<size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  bool at_end_ = false;
  std::string held_;
};

}  // namespace outrigger::host
