// One request and its answer on a libcurl handle. For connections.cpp.
//
// Threads: the one that drives the handle. Ownership: hop and options outlive it.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "host/http/connections.hpp"

namespace outrigger::host {

// Of a transfer that is complete. unpacks: libcurl was asked to unpack the body.
Answer answer_of(CURL* easy, std::string body, bool unpacks);

class Exchange {
 public:
  // REQUIRES: the url of the hop is in normal form. held: bytes of the plugin's answers under way, this one's with it.
  Exchange(const Hop& hop, const ConnectionOptions& options, std::atomic<size_t>& held);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  [[nodiscard]] CURL* easy() const { return easy_.get(); }
  [[nodiscard]] bool sent() const { return sent_; }
  // What libcurl cannot know of: an address that is clear before any connection is made.
  [[nodiscard]] Result<void> allowed() const;
  // After libcurl is done with it.
  Result<Answer> conclude(CURLcode result);

 private:
  enum class Excess { kNone, kBody, kHeld, kHeaders };

  void set_method();
  void set_headers();
  void set_transport(const ConnectionOptions& options);
  [[nodiscard]] Error refused(Network network, const std::string& address) const;
  [[nodiscard]] Error failure(CURLcode result) const;

  static curl_socket_t on_open(void* user, curlsocktype purpose, curl_sockaddr* address);
  static int on_ready(void* user, char* remote, char* local, int remote_port, int local_port);
  static size_t on_header(char* data, size_t one, size_t size, void* user);
  static size_t on_body(char* data, size_t one, size_t size, void* user);

  struct EasyDelete {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct ListDelete {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  const Hop& hop_;
  const ConnectionOptions& options_;
  std::atomic<size_t>& held_;
  size_t counted_ = 0;
  Url url_;
  std::string proxy_;
  Reach reach_;
  std::unique_ptr<curl_slist, ListDelete> headers_;
  std::unique_ptr<curl_slist, ListDelete> resolve_;
  std::unique_ptr<CURL, EasyDelete> easy_;
  std::optional<Error> refused_;
  std::string body_;
  size_t header_bytes_ = 0;
  size_t header_lines_ = 0;
  Excess excess_ = Excess::kNone;
  bool headers_complete_ = false;
  bool unpacks_ = false;
  bool sent_ = false;
  char message_[CURL_ERROR_SIZE] = {};
};

}  // namespace outrigger::host
