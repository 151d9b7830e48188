// One plugin's connections: a request goes out, an answer comes back. libcurl, on the caller's own thread.
//
//     Connections connections({.proxies = Proxies::from_environment()});
//     bool sent = false;
//     Result<Answer> answer = connections.perform(hop, stop, sent);    // any status is an answer
//
// Certificates are verified, nothing is redirected, no cookie and no password of a file is used, HTTP/1.1 is spoken.
// The address of every connection is checked against the reach of the hop, before it is made, unless it is that of a
// proxy. A method that is not safe always gets a connection of its own, since libcurl sends a request again by itself
// when a kept connection turns out to be closed. A compressed answer is unpacked, and counted unpacked, unless the
// plugin chose the encodings itself.
//
// Threads: any; a call blocks until it is answered, past its time or stopped. Errors: kAccess for an address outside
// the reach; kUnreachable, kProtocol, kDeadline, kCancelled, kLimit (the answer is too large); kInvalid for a CA file
// that cannot be used. `sent` says whether any byte of the request may have left; the caller makes the effect of it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "host/http/address.hpp"
#include "host/http/proxy.hpp"
#include "host/http/request.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

struct ConnectionOptions {
  std::string ca_file;  // certificate authorities beside the system's; empty: those alone
  Proxies proxies;
  // Names with fixed addresses, as "api.example.com:443:192.0.2.1". The addresses are checked as any other.
  std::vector<std::string> resolve = {};
  size_t most_answer_headers = 300;
  size_t answer_header_bytes = size_t{128} << 10U;
  size_t most_held = size_t{128} << 20U;  // bytes of all answers under way
};

struct Hop {
  const Request& request;  // its url is in normal form
  const Header* credential = nullptr;
  bool private_network = false;
  std::chrono::milliseconds left{0};
};

struct Answer {
  int status = 0;
  std::vector<Header> headers;  // names in lower case
  std::string body;

  // The first of this name, in lower case; null when there is none.
  [[nodiscard]] const std::string* header(std::string_view name) const;
};

class Connections {
 public:
  explicit Connections(ConnectionOptions options);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  Result<Answer> perform(const Hop& hop, const std::stop_token& stop, bool& sent);

 private:
  class Multi;
  class Lease;

  ConnectionOptions options_;
  std::atomic<size_t> held_{0};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Multi>> idle_;  // each keeps its connections; as many as there are calls at once
};

}  // namespace outrigger::host
