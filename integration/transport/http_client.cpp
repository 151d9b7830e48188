#include "integration/transport/http_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cctype>
#include <unordered_map>

namespace outrigger::transport {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

struct EasyDelete {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// One request under way.
struct Operation {
  Operation(asio::io_context& io, BodySink& to) : sink(to), finished(io, asio::steady_timer::time_point::max()) {}

  std::unique_ptr<CURL, EasyDelete> easy{curl_easy_init()};
  std::unique_ptr<curl_slist, ListDelete> headers;
  BodySink& sink;
  Transfer transfer;
  bool begun = false;
  bool headers_complete = false;
  bool done = false;
  size_t body_size = 0;
  CURLcode result = CURLE_OK;
  char message[CURL_ERROR_SIZE] = {};
  asio::steady_timer finished;  // cancelled, that is fired, when curl is done
};

void begin_once(Operation& operation) {
  if (operation.begun) return;
  operation.begun = true;
  long status = 0;
  char* type = nullptr;
  curl_easy_getinfo(operation.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(operation.easy.get(), CURLINFO_CONTENT_TYPE, &type);
  std::string text = type == nullptr ? "" : type;
  text = text.substr(0, text.find(';'));
  while (!text.empty() && text.back() == ' ') text.pop_back();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  operation.transfer.status = static_cast<int>(status);
  operation.transfer.content_type = text;
  operation.sink.begin(operation.transfer.status, text);
}

size_t on_body(char* data, size_t, size_t size, void* user) {
  auto& operation = *static_cast<Operation*>(user);
  begin_once(operation);
  if (operation.sink.data({data, size})) return size;
  operation.transfer.stopped_by_sink = true;
  return size + 1;  // anything but size makes curl stop
}

// curl takes a connection that closes within the headers for a complete reply.
size_t on_header(char* data, size_t, size_t size, void* user) {
  auto& operation = *static_cast<Operation*>(user);
  const std::string_view line(data, size);
  // Trailers after a chunked body come here too, and end without an empty line.
  if (line.rfind("HTTP/", 0) == 0) operation.headers_complete = false;
  if (line == "\r\n" || line == "\n") operation.headers_complete = true;
  constexpr std::string_view kDate = "date:";
  if (line.size() > kDate.size() && curl_strnequal(line.data(), kDate.data(), kDate.size()) != 0)
    operation.transfer.date =
        std::max<int64_t>(0, curl_getdate(std::string(line.substr(kDate.size())).c_str(), nullptr));
  return size;
}

Code code_of(CURLcode result) {
  switch (result) {
    case CURLE_OK: return Code::kOk;
    case CURLE_OPERATION_TIMEDOUT: return Code::kDeadline;
    case CURLE_URL_MALFORMAT:
    case CURLE_SSL_CACERT_BADFILE: return Code::kInvalid;
    case CURLE_UNSUPPORTED_PROTOCOL:  // something that is not HTTP answered
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING: return Code::kProtocol;
    default: return Code::kUnreachable;
  }
}

// What a person should do about the commonest failures.
std::string advice(CURLcode result) {
  switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST: return "; check the host name in the url";
    case CURLE_COULDNT_CONNECT: return "; check that Odoo runs there and that no firewall is between";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "; name the certificate authority with ca_file, or correct the host name in the url";
    case CURLE_SSL_CACERT_BADFILE: return "; correct ca_file";
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE: return "; the server closed the connection before the reply was complete";
    default: return "";
  }
}

}  // namespace

class HttpClient::Multi {
 public:
  explicit Multi(asio::io_context& io) : io_(io), timer_(io) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)initialised;
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
    curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
    curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  }
  ~Multi() {
    for (auto& [socket, watch] : watches_) watch->descriptor.release();
    watches_.clear();
    curl_multi_cleanup(multi_);
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  asio::awaitable<Transfer> perform(const HttpRequest& request, BodySink& sink) {
    Operation operation(io_, sink);
    prepare(operation, request);
    curl_multi_add_handle(multi_, operation.easy.get());
    error_code waited;
    if (!operation.done) co_await operation.finished.async_wait(asio::redirect_error(asio::use_awaitable, waited));
    curl_multi_remove_handle(multi_, operation.easy.get());
    conclude(operation);
    co_return std::move(operation.transfer);
  }

 private:
  struct Watch {
    Watch(asio::io_context& io, int socket) : descriptor(io, socket) {}
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool reading = false;
    bool writing = false;
  };

  static void prepare(Operation& operation, const HttpRequest& request) {
    CURL* easy = operation.easy.get();
    curl_slist* list = nullptr;
    for (const std::string& header : request.headers) list = curl_slist_append(list, header.c_str());
    list = curl_slist_append(list, "Expect:");
    operation.headers.reset(list);
    operation.body_size = request.body.size();
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &operation);
    curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "outrigger");
    if (request.post) {
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    }
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L * 1024L);
    // On a kept connection that closes before it answers, curl sends the request a second time by itself.
    if (!request.repeatable) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    // A name server that is silent would hold the thread beyond the deadline.
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     std::min<long>(static_cast<long>(request.timeout.count()), 15000L));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, std::max<long>(1L, static_cast<long>(request.timeout.count())));
    if (!request.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, request.ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, operation.message);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &operation);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &operation);
  }

  static void conclude(Operation& operation) {
    Transfer& transfer = operation.transfer;
    CURL* easy = operation.easy.get();
    curl_off_t uploaded = 0;
    curl_off_t pretransfer = 0;
    curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &pretransfer);
    transfer.request_sent = pretransfer > 0 && static_cast<size_t>(uploaded) >= operation.body_size;
    if (!operation.done) {
      transfer.code = Code::kCancelled;
      transfer.error = "the call was cancelled";
      return;
    }
    if (operation.result == CURLE_OK && !operation.headers_complete) operation.result = CURLE_PARTIAL_FILE;
    if (operation.result == CURLE_OK) begin_once(operation);
    char* location = nullptr;
    curl_off_t retry_after = 0;
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
    if (location != nullptr) transfer.location = location;
    if (retry_after > 0) transfer.retry_after_ms = static_cast<int32_t>(std::min<curl_off_t>(retry_after, 3600) * 1000);
    if (transfer.stopped_by_sink) return;
    transfer.code = code_of(operation.result);
    if (transfer.code == Code::kOk) return;
    transfer.error = operation.message[0] != '\0' ? operation.message : curl_easy_strerror(operation.result);
    transfer.error += advice(operation.result);
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* user, void*) {
    static_cast<Multi*>(user)->watch(socket, what);
    return 0;
  }
  static int on_timer(CURLM*, long milliseconds, void* user) {
    static_cast<Multi*>(user)->arm(milliseconds);
    return 0;
  }

  void watch(curl_socket_t socket, int what) {
    const auto at = watches_.find(socket);
    if (what == CURL_POLL_REMOVE) {
      if (at == watches_.end()) return;
      at->second->wanted = 0;
      at->second->descriptor.release();  // curl closes it
      watches_.erase(at);
      return;
    }
    const auto& entry = at != watches_.end()
                            ? at->second
                            : watches_.emplace(socket, std::make_shared<Watch>(io_, socket)).first->second;
    entry->wanted = what;
    wait(socket, entry);
  }

  void wait(curl_socket_t socket, const std::shared_ptr<Watch>& entry) {
    using Descriptor = asio::posix::stream_descriptor;
    if ((entry->wanted & CURL_POLL_IN) != 0 && !entry->reading) {
      entry->reading = true;
      entry->descriptor.async_wait(Descriptor::wait_read, [this, socket, entry](error_code error) {
        entry->reading = false;
        ready(socket, entry, CURL_CSELECT_IN, error);
      });
    }
    if ((entry->wanted & CURL_POLL_OUT) != 0 && !entry->writing) {
      entry->writing = true;
      entry->descriptor.async_wait(Descriptor::wait_write, [this, socket, entry](error_code error) {
        entry->writing = false;
        ready(socket, entry, CURL_CSELECT_OUT, error);
      });
    }
  }

  void ready(curl_socket_t socket, const std::shared_ptr<Watch>& entry, int what, error_code error) {
    const auto at = watches_.find(socket);
    if (error == asio::error::operation_aborted || at == watches_.end() || at->second != entry) return;
    int running = 0;
    curl_multi_socket_action(multi_, socket, error ? CURL_CSELECT_ERR : what, &running);
    collect();
    if (const auto still = watches_.find(socket); still != watches_.end() && still->second == entry)
      wait(socket, entry);
  }

  void arm(long milliseconds) {
    if (milliseconds < 0) {
      timer_.cancel();
      return;
    }
    timer_.expires_after(std::chrono::milliseconds(milliseconds));
    timer_.async_wait([this](error_code error) {
      if (error) return;
      int running = 0;
      curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
      collect();
    });
  }

  void collect() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      char* user = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &user);
      auto& operation = *reinterpret_cast<Operation*>(user);
      operation.result = message->data.result;
      operation.done = true;
      operation.finished.cancel();
    }
  }

  asio::io_context& io_;
  asio::steady_timer timer_;
  CURLM* multi_ = nullptr;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
};

HttpClient::HttpClient(asio::io_context& io) : multi_(std::make_unique<Multi>(io)) {}
HttpClient::~HttpClient() = default;

asio::awaitable<Transfer> HttpClient::perform(const HttpRequest& request, BodySink& sink) {
  return multi_->perform(request, sink);
}

}  // namespace outrigger::transport
