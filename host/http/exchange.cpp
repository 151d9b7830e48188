#include "host/http/exchange.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <new>

namespace outrigger::host {
namespace {

constexpr long kLongestConnectMs = 15000;

template <typename T>
void set(CURL* easy, CURLoption option, T value) {
  if (curl_easy_setopt(easy, option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
}

void append(curl_slist*& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list, line.c_str());
  if (longer == nullptr) {
    curl_slist_free_all(list);
    throw std::bad_alloc();
  }
  list = longer;
}

// libcurl takes "Name:" for leaving its own header out; an empty one is asked for with a semicolon.
std::string line_of(const Header& header) {
  return header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
}

Code code_of(CURLcode result) {
  switch (result) {
    case CURLE_OPERATION_TIMEDOUT: return Code::kDeadline;
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CACERT_BADFILE: return Code::kInvalid;
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return Code::kProtocol;
    case CURLE_OUT_OF_MEMORY: return Code::kLimit;
    default: return Code::kUnreachable;
  }
}

const char* advice(CURLcode result) {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST: return "; check the host in the address";
    case CURLE_COULDNT_RESOLVE_PROXY: return "; check the proxy in the environment of Outrigger";
    case CURLE_COULDNT_CONNECT: return "; check that a server listens there and that no firewall is between";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "; name its certificate authority with ca_file, or correct the host in the address";
    case CURLE_SSL_CACERT_BADFILE: return "; correct ca_file";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE: return "; the server closed the connection before its answer was complete";
    case CURLE_OPERATION_TIMEDOUT: return "; allow it more time";
    default: return "";
  }
}

}  // namespace

Exchange::Exchange(const Hop& hop, const ConnectionOptions& options, std::atomic<size_t>& held)
    : hop_(hop),
      options_(options),
      held_(held),
      url_(Url::parse(hop.request.url).operator*()),
      proxy_(options.proxies.of(url_)) {
  reach_ = {hop.private_network, network_of(url_.host).has_value()};
  easy_.reset(curl_easy_init());
  if (!easy_) throw std::bad_alloc();
  set(easy(), CURLOPT_URL, hop.request.url.c_str());
  set_method();
  set_headers();
  set_transport(options);
}

Exchange::~Exchange() { held_ -= counted_; }

void Exchange::set_method() {
  const Request& request = hop_.request;
  const bool asks_for_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (request.method == "HEAD") {
    set(easy(), CURLOPT_NOBODY, 1L);
    return;
  }
  if (asks_for_body || !request.body.empty()) {
    set(easy(), CURLOPT_POST, 1L);
    set(easy(), CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    set(easy(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  set(easy(), CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void Exchange::set_headers() {
  curl_slist* list = nullptr;
  const Request& request = hop_.request;
  for (const Header& header : request.headers) append(list, line_of(header));
  if (hop_.credential != nullptr) append(list, line_of(*hop_.credential));
  append(list, "Expect:");
  if (request.header("Content-Type") == nullptr) append(list, "Content-Type:");
  headers_.reset(list);
  set(easy(), CURLOPT_HTTPHEADER, list);
  set(easy(), CURLOPT_USERAGENT, "outrigger");
  unpacks_ = request.header("Accept-Encoding") == nullptr;
  if (unpacks_) set(easy(), CURLOPT_ACCEPT_ENCODING, "");
}

void Exchange::set_transport(const ConnectionOptions& options) {
  CURL* handle = easy();
  const long left = std::max<long>(1, static_cast<long>(hop_.left.count()));
  set(handle, CURLOPT_TIMEOUT_MS, left);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, std::min(left, kLongestConnectMs));
  set(handle, CURLOPT_QUICK_EXIT, 1L);  // otherwise a slow name server is waited for beyond the deadline
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_PROXY, proxy_.c_str());
  set(handle, CURLOPT_NOPROXY, "");
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!is_safe(hop_.request.method)) set(handle, CURLOPT_FRESH_CONNECT, 1L);
  if (!options.ca_file.empty()) {
    set(handle, CURLOPT_CAINFO, options.ca_file.c_str());
    set(handle, CURLOPT_PROXY_CAINFO, options.ca_file.c_str());
  }
  curl_slist* fixed = nullptr;
  for (const std::string& entry : options.resolve) append(fixed, entry);
  resolve_.reset(fixed);
  if (fixed != nullptr) set(handle, CURLOPT_RESOLVE, fixed);
  set(handle, CURLOPT_ERRORBUFFER, &message_[0]);
  set(handle, CURLOPT_OPENSOCKETFUNCTION, &Exchange::on_open);
  set(handle, CURLOPT_OPENSOCKETDATA, this);
  set(handle, CURLOPT_PREREQFUNCTION, &Exchange::on_ready);
  set(handle, CURLOPT_PREREQDATA, this);
  set(handle, CURLOPT_HEADERFUNCTION, &Exchange::on_header);
  set(handle, CURLOPT_HEADERDATA, this);
  set(handle, CURLOPT_WRITEFUNCTION, &Exchange::on_body);
  set(handle, CURLOPT_WRITEDATA, this);
}

// A proxy looks the name up by itself; what can be told from the name is told here.
Result<void> Exchange::allowed() const {
  if (proxy_.empty()) return {};
  const Network network =
      network_of(url_.host).value_or(is_local_name(url_.host) ? Network::kPrivate : Network::kPublic);
  if (reach_.allows(network)) return {};
  return refused(network, url_.host);
}

Error Exchange::refused(Network network, const std::string& address) const {
  std::string message = "the host " + url_.host + " is at the address " + address + ", ";
  if (network == Network::kNone)
    message += "where no server of the web can be; check the name";
  else if (network == Network::kMachine && !reach_.literal)
    message +=
        "which is this machine's alone (link-local); name the address itself in `permissions.http`, with "
        "\"private\": true, if the plugin is meant to reach it";
  else
    message += "which is not on the public internet; add {\"host\": \"" + url_.host +
               "\", \"private\": true} to `permissions.http` of the manifest and enable the plugin again, if it is "
               "meant to reach it";
  return {Code::kAccess, std::move(message), Source::kHost, Effect::kNone, -1};
}

curl_socket_t Exchange::on_open(void* user, curlsocktype, curl_sockaddr* address) {
  auto& self = *static_cast<Exchange*>(user);
  if (self.proxy_.empty()) {
    const Network network = network_of(address->addr);
    if (!self.reach_.allows(network)) {
      self.refused_ = self.refused(network, text_of(address->addr));
      return CURL_SOCKET_BAD;
    }
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Also on a connection that was kept, and the last moment before anything is sent.
int Exchange::on_ready(void* user, char* remote, char*, int, int) {
  auto& self = *static_cast<Exchange*>(user);
  if (self.proxy_.empty()) {
    const Network network = network_of(remote).value_or(Network::kNone);
    if (!self.reach_.allows(network)) {
      self.refused_ = self.refused(network, remote);
      return CURL_PREREQFUNC_ABORT;
    }
  }
  self.sent_ = true;
  return CURL_PREREQFUNC_OK;
}

size_t Exchange::on_header(char* data, size_t, size_t size, void* user) {
  auto& self = *static_cast<Exchange*>(user);
  self.header_bytes_ += size;
  ++self.header_lines_;
  if (self.header_bytes_ > self.options_.answer_header_bytes ||
      self.header_lines_ > self.options_.most_answer_headers) {
    self.excess_ = Excess::kHeaders;
    return 0;
  }
  // libcurl takes a connection that closes within the headers for a complete answer. Trailers come here too.
  const std::string_view line(data, size);
  if (line.substr(0, 5) == "HTTP/") self.headers_complete_ = false;
  if (line == "\r\n" || line == "\n") self.headers_complete_ = true;
  return size;
}

size_t Exchange::on_body(char* data, size_t, size_t size, void* user) {
  auto& self = *static_cast<Exchange*>(user);
  if (self.body_.size() + size > self.hop_.request.largest_reply) {
    self.excess_ = Excess::kBody;
    return size + 1;  // anything but size makes libcurl stop
  }
  self.counted_ += size;
  if (self.held_.fetch_add(size) + size > self.options_.most_held) {
    self.excess_ = Excess::kHeld;
    return size + 1;
  }
  try {
    self.body_.append(data, size);
  } catch (const std::bad_alloc&) {
    self.excess_ = Excess::kHeld;
    return size + 1;
  }
  return size;
}

Error Exchange::failure(CURLcode result) const {
  if (refused_ && !sent_) return *refused_;
  if (excess_ == Excess::kBody)
    return {Code::kLimit,
            "the answer of " + url_.host + " is larger than " + std::to_string(hop_.request.largest_reply) +
                " bytes; ask for less, or allow more with `largest_reply`",
            Source::kNetwork, Effect::kNone, -1};
  if (excess_ == Excess::kHeld)
    return {Code::kLimit, "the answers that this plugin waits for are too large together; ask for fewer at a time",
            Source::kHost, Effect::kNone, 1000};
  if (excess_ == Excess::kHeaders)
    return {Code::kLimit, "the answer of " + url_.host + " has too many headers; ask its owner", Source::kNetwork,
            Effect::kNone, -1};
  const std::string text = message_[0] != '\0' ? &message_[0] : curl_easy_strerror(result);
  return {code_of(result), url_.host + ": " + text + advice(result), Source::kNetwork, Effect::kNone, -1};
}

Result<Answer> Exchange::conclude(CURLcode result) {
  if (result == CURLE_OK && !headers_complete_) result = CURLE_PARTIAL_FILE;
  if (result != CURLE_OK) return failure(result);
  return answer_of(easy(), std::move(body_), unpacks_);
}

}  // namespace outrigger::host
