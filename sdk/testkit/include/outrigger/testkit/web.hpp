// The web and the secrets of a FakeHost: replies by address, and secrets that nobody reads back.
//
//     host.http().when("https://api.example.com/rates").reply(200, R"({"eur": 1})");
//     host.http().when("POST", "https://api.example.com/orders").fails(Code::kUnreachable, "no connection");
//     EXPECT_EQ(host.http().requests().at(0).secret, "rates");
//     host.secrets().put("rates", "s3cret");
//
// The method and the whole address are compared; several replies of one address are used in turn, the last one stays.
// A request that has no reply, or that names a secret that is not there, is a problem. Threads: any.
#pragma once

#include <deque>
#include <map>
#include <outrigger/http.hpp>
#include <outrigger/secrets.hpp>
#include <string>
#include <vector>

#include "clock.hpp"
#include "object.hpp"

namespace outrigger::testkit {

class FakeSecrets {
 public:
  explicit FakeSecrets(FakeClock& clock) : clock_(clock) {}

  void put(const std::string& name, const std::string& value, int64_t expires = 0) {
    kept_[name] = {value, clock_.now().time_since_epoch().count(), expires};
  }
  [[nodiscard]] bool has(const std::string& name) const { return kept_.count(name) != 0; }
  // For the test alone: a plugin has no way to it.
  [[nodiscard]] std::string value(const std::string& name) const { return has(name) ? kept_.at(name).value : ""; }
  void erase(const std::string& name) { kept_.erase(name); }

  Result<Document> list() const {
    return Document::build([&](Arena& arena) {
      std::vector<Value> rows;
      for (const auto& [name, secret] : kept_)
        rows.push_back(
            arena.object({{"name", arena.text(name)}, {"stored", secret.stored}, {"expires", secret.expires}}));
      return arena.array(rows);
    });
  }

 private:
  struct Kept {
    std::string value;
    int64_t stored;
    int64_t expires;
  };
  FakeClock& clock_;
  std::map<std::string, Kept> kept_;
};

struct SentRequest {
  std::string method;
  std::string url;
  Document headers;  // an array of [name, value]
  std::string body;
  std::string secret;
  std::string secret_as;
};

class FakeHttp {
 public:
  FakeHttp(Core& core, const FakeSecrets& secrets) : core_(core), secrets_(secrets) {}

  // What is said of one method and address.
  class When {
   public:
    When& reply(int64_t status, const std::string& body = {},
                const std::vector<std::pair<std::string, std::string>>& headers = {}) {
      Document tree = Document::build([&](Arena& arena) {
        std::vector<Value> list;
        for (const auto& [name, value] : headers) list.push_back(arena.array({arena.text(name), arena.text(value)}));
        return arena.object({{"status", status},
                             {"url", arena.text(url_)},
                             {"headers", arena.array(list)},
                             {"body", arena.bytes(body)}});
      });
      replies_.push_back(Result<Document>(std::move(tree)));
      return *this;
    }
    When& fails(Code code, std::string message) {
      replies_.push_back(Result<Document>(Error{code, std::move(message), Source::kNetwork}));
      return *this;
    }

   private:
    friend class FakeHttp;
    std::string url_;
    std::deque<Result<Document>> replies_;
  };

  When& when(const std::string& url) { return when("GET", url); }
  When& when(const std::string& method, const std::string& url) {
    When& entry = replies_[{method, url}];
    entry.url_ = url;
    return entry;
  }
  [[nodiscard]] const std::vector<SentRequest>& requests() const { return requests_; }

  // For the table of the ABI.
  Result<Document> request(const or_http_request& request) {
    SentRequest sent;
    sent.method = request.method.len == 0 ? "GET" : std::string(from_abi(request.method));
    sent.url = from_abi(request.url);
    if (request.headers != nullptr) sent.headers = keep(Value(*request.headers));
    sent.body = from_abi(request.body);
    sent.secret = from_abi(request.secret);
    sent.secret_as = from_abi(request.secret_as);
    requests_.push_back(sent);
    if (!sent.secret.empty() && !secrets_.has(sent.secret)) {
      core_.problem("a request names the secret " + sent.secret + ", which the test did not put: use secrets().put().");
      return Error{Code::kMissing, "there is no secret " + sent.secret, Source::kHost};
    }
    const auto at = replies_.find({sent.method, sent.url});
    if (at == replies_.end() || at->second.replies_.empty()) {
      core_.problem("the test has no reply for " + sent.method + " " + sent.url +
                    ": give one with host.http().when().reply().");
      return Error{Code::kUnreachable, "the fake web has no " + sent.url, Source::kNetwork};
    }
    const Result<Document> reply = at->second.replies_.front();
    if (at->second.replies_.size() > 1) at->second.replies_.pop_front();
    return reply;
  }

 private:
  Core& core_;
  const FakeSecrets& secrets_;
  std::map<std::pair<std::string, std::string>, When> replies_;
  std::vector<SentRequest> requests_;
};

}  // namespace outrigger::testkit
