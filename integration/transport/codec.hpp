// The three ways to put a Call on the wire and to read its answer: XML-RPC, JSON-RPC, JSON-2.
//
//     auto codec = make_codec(Kind::kJson2, url, names);
//     Result<HttpRequest> request = codec->encode(credentials, call);
//     auto reply = codec->reply(limits);
//     Transfer transfer = co_await http.perform(*request, *reply);
//     Result<Document> answer = reply->finish(transfer);
//
// finish decides on the status first, then on the content type, then on the body; every error that it returns says
// what the call may have done (Effect) and what to do about it. Threads: a codec is immutable; a reply is used once.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "integration/transport/call.hpp"
#include "integration/transport/http_client.hpp"
#include "integration/value/builder.hpp"
#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::transport {

enum class Kind { kXmlRpc, kJsonRpc, kJson2 };
const char* to_string(Kind kind);

// Names of a method's positional arguments; empty when the method is not known.
using ArgumentNames = std::function<std::vector<std::string>(const std::string& model, const std::string& method)>;

class Reply : public BodySink {
 public:
  // A text that must not appear in any error, as it is or escaped: the caller's key.
  void hide(const std::string& secret);
  // Call once, after the transfer. A null answer is Value{}.
  Result<Document> finish(const Transfer& transfer);

 protected:
  virtual Result<Document> read(const Transfer& transfer) = 0;
  // Before a text is cut to a readable length: half a secret is one too many.
  [[nodiscard]] std::string hidden(std::string_view text) const;

 private:
  std::vector<std::string> secrets_;
};

// The beginning of a body that nobody can read, for an error's sentence.
class Excerpt {
 public:
  void add(std::string_view piece) {
    const size_t room = kKept - std::min(kKept, text_.size());
    cut_ = cut_ || piece.size() > room;
    text_.append(piece.substr(0, room));
  }
  // Without the end that may hold the first part of a secret.
  [[nodiscard]] std::string_view text() const {
    return std::string_view(text_).substr(0, cut_ ? kKept - kMargin : text_.size());
  }

 private:
  static constexpr size_t kKept = 4096;
  static constexpr size_t kMargin = 1024;
  std::string text_;
  bool cut_ = false;
};

class Codec {
 public:
  virtual ~Codec() = default;
  virtual Result<HttpRequest> encode(const Credentials& credentials, const Call& call) const = 0;
  // A service call before there are credentials: common.version, common.authenticate. JSON-2 has none (kUnsupported).
  virtual Result<HttpRequest> encode_service(std::string_view service, std::string_view method, Value params) const = 0;
  // `limits.row_depth` counts from the answer itself, whatever envelope the transport puts around it.
  virtual std::unique_ptr<Reply> reply(value::Limits limits) const = 0;
};

// `url`: scheme, host and optional port and path, without a trailing slash. `names` is used by JSON-2 only.
std::unique_ptr<Codec> make_codec(Kind kind, std::string url, ArgumentNames names);

// Takes any reply, keeps its first bytes: for detection.
class PlainReply final : public BodySink {
 public:
  void begin(int, std::string_view) override {}
  bool data(std::string_view piece) override {
    text.append(piece.substr(0, kKept - std::min(kKept, text.size())));
    return true;
  }
  std::string text;

 private:
  static constexpr size_t kKept = size_t{1} << 20U;
};

}  // namespace outrigger::transport
