// An engine with a real grant, whose names all lead to one scripted server on 127.0.0.1. For the tests of this room.
//
//     server.on("/x", {transport::json("1")});
//     Result<Document> reply = ask({.url = at("api.example", "/x")});
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "host/http/engine.hpp"
#include "integration/transport/tests/scripted_server.hpp"
#include "integration/value/tests/describe.hpp"

namespace outrigger::host {

class FakeSecrets final : public SecretSource {
 public:
  Result<SecretValue> find(std::string_view name) override;
  std::map<std::string, SecretValue, std::less<>> values;
};

struct Ask {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::string secret = {};
  std::string secret_as = {};
  int64_t deadline_ms = 0;
  int64_t largest_reply = 0;
};

// "200 body", or "CODE effect: sentence".
std::string outcome(const Result<Document>& reply);
// Of a reply; "" when there is none of that name.
std::string header_of(const Result<Document>& reply, std::string_view name);

class HttpRig : public testing::Test {
 protected:
  // api.example and other.example are granted, also in a private network, which they are in: 127.0.0.1.
  // public.example is granted as a host of the internet, and resolves to 127.0.0.1 as well.
  // metadata.example is granted, also in a private network, and resolves to 169.254.169.254.
  HttpRig();

  [[nodiscard]] std::string at(const std::string& host, const std::string& path = "/") const;
  // Instead of those above; at(HOST) is written as HOST:PORT.
  void grant(const std::string& hosts);
  Result<Document> ask(const Ask& ask, const std::stop_token& stop = {});
  // The request on this path that the server saw last.
  [[nodiscard]] transport::SeenRequest seen(const std::string& path) const;

  transport::ScriptedServer server;
  FakeSecrets secrets;
  OutboundOptions options;  // until the first ask
  std::vector<std::string> refusals;

 private:
  UrlCheck may_reach_;
  std::once_flag made_;
  std::unique_ptr<HttpEngine> engine_;
};

}  // namespace outrigger::host
