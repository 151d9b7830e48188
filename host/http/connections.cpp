#include "host/http/connections.hpp"

#include <new>
#include <optional>

#include "host/http/exchange.hpp"

namespace outrigger::host {

// A multi handle and the connections that it keeps. One call at a time.
class Connections::Multi {
 public:
  Multi() : multi_(curl_multi_init()) {
    if (multi_ == nullptr) throw std::bad_alloc();
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 4L);
  }
  ~Multi() { curl_multi_cleanup(multi_); }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  // Nothing when it was stopped.
  std::optional<CURLcode> run(CURL* easy, const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_); });
    curl_multi_add_handle(multi_, easy);
    std::optional<CURLcode> result;
    while (!result && !stop.stop_requested()) {
      int running = 0;
      if (curl_multi_perform(multi_, &running) != CURLM_OK) result = CURLE_FAILED_INIT;
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left))
        if (message->msg == CURLMSG_DONE) result = message->data.result;
      if (!result) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
    curl_multi_remove_handle(multi_, easy);
    return result;
  }

 private:
  CURLM* multi_;
};

// A multi handle for one call, given back at its end.
class Connections::Lease {
 public:
  explicit Lease(Connections& from) : from_(from) {
    const std::lock_guard lock(from_.mutex_);
    if (from_.idle_.empty()) {
      multi_ = std::make_unique<Multi>();
    } else {
      multi_ = std::move(from_.idle_.back());
      from_.idle_.pop_back();
    }
  }
  ~Lease() {
    const std::lock_guard lock(from_.mutex_);
    from_.idle_.push_back(std::move(multi_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Multi* operator->() const { return multi_.get(); }

 private:
  Connections& from_;
  std::unique_ptr<Multi> multi_;
};

Connections::Connections(ConnectionOptions options) : options_(std::move(options)) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialised);
}

Connections::~Connections() = default;

Result<Answer> Connections::perform(const Hop& hop, const std::stop_token& stop, bool& sent) {
  sent = false;
  Exchange exchange(hop, options_, held_);
  if (Result<void> ok = exchange.allowed(); !ok) return ok.error();
  const Lease multi(*this);
  const std::optional<CURLcode> result = multi->run(exchange.easy(), stop);
  sent = exchange.sent();
  if (!result) return Error{Code::kCancelled, "the request was cancelled", Source::kHost, Effect::kNone, -1};
  return exchange.conclude(*result);
}

}  // namespace outrigger::host
