#include "host/http/engine.hpp"

#include <optional>

#include "host/grants/grant.hpp"
#include "host/http/redirect.hpp"
#include "outrigger/abi/http.h"

namespace outrigger::host {
namespace {

// Shorter ones are in a page by chance.
constexpr size_t kShortestInData = 8;

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

struct Credentials {
  Credential current;
  std::optional<Credential> previous;

  [[nodiscard]] std::string masked(std::string_view text, size_t shortest = 1) const {
    const std::string once = current.masked(text, shortest);
    return previous ? previous->masked(once, shortest) : once;
  }
};

Result<Credentials> credentials_of(const Request& request, SecretSource& source) {
  Result<SecretValue> value = source.find(request.secret);
  if (!value) return value.error();
  Result<Credential> current = Credential::make(request.secret, value->current, request.secret_as);
  if (!current) return current.error();
  if (request.header(current->header.name) != nullptr)
    return refuse(Code::kInvalid, "the secret is to be the header " + current->header.name +
                                      ", which is also in `headers`; leave it out there");
  Credentials result{*std::move(current), std::nullopt};
  if (value->previous.empty() || value->previous == value->current) return result;
  if (Result<Credential> previous = Credential::make(request.secret, value->previous, request.secret_as))
    result.previous = *std::move(previous);
  return result;
}

// The body is not copied a second time.
struct Held {
  Arena arena;
  std::string body;
};

Document document_of(Answer answer, const std::string& url, const Credentials* credentials) {
  auto held = std::make_shared<Held>();
  const auto shown = [&](const std::string& text) {
    return held->arena.text(credentials == nullptr ? text : credentials->masked(text, kShortestInData));
  };
  std::vector<Value> headers;
  for (const Header& header : answer.headers)
    headers.push_back(held->arena.array({held->arena.text(header.name), shown(header.value)}));
  held->body = credentials == nullptr ? std::move(answer.body) : credentials->masked(answer.body, kShortestInData);
  or_value body = Value::of(std::string_view(held->body)).raw();
  body.kind = OR_BYTES;
  const Value shown_url = held->arena.text(credentials == nullptr ? url : credentials->masked(url));
  const Value root = held->arena.object(
      {{"status", answer.status}, {"url", shown_url}, {"headers", held->arena.array(headers)}, {"body", Value(body)}});
  return {std::move(held), root};
}

// One call: a request, and those that its redirects lead to.
class Call {
 public:
  Call(Outbound& outbound, const UrlCheck& may_reach, Request request, const std::stop_token& stop)
      : outbound_(outbound),
        may_reach_(may_reach),
        request_(std::move(request)),
        stop_(stop),
        deadline_(outbound.now, request_.deadline) {}

  Result<Document> run(SecretSource* secrets) {
    Result<Document> result = answered(secrets);
    if (result) return result;
    Error error = std::move(result).error();
    if (credentials_) error.message = credentials_->masked(error.message);
    if (sent_) error.effect = Effect::kUnknown;
    return error;
  }

 private:
  Result<Document> answered(SecretSource* secrets) {
    Result<std::string> first = normal_form(request_.url);
    if (!first) return first.error();
    request_.url = *std::move(first);
    Result<bool> inside = may_reach_(request_.url);
    if (!inside) return inside.error();
    if (Result<void> ok = take_secret(secrets); !ok) return ok.error();
    Result<Traffic::Pass> pass = outbound_.traffic.enter(deadline_, stop_);
    if (!pass) return pass.error();
    for (int followed = 0;; ++followed) {
      Result<Answer> answer = exchange(*inside);
      if (!answer) return answer.error();
      const std::string* location = is_redirect(answer->status) ? answer->header("location") : nullptr;
      if (location == nullptr)
        return document_of(*std::move(answer), request_.url, credentials_ ? &*credentials_ : nullptr);
      if (followed == HttpEngine::kMostRedirects)
        return refuse(Code::kLimit, "the request was redirected more than five times; ask for the final address");
      inside = follow(answer->status, *location);
      if (!inside) return inside.error();
    }
  }

  Result<void> take_secret(SecretSource* secrets) {
    if (request_.secret.empty()) return {};
    if (secrets == nullptr) return refuse(Code::kUnsupported, "this host keeps no secrets; leave `secret` out");
    Result<Credentials> found = credentials_of(request_, *secrets);
    if (!found) return found.error();
    credentials_ = *std::move(found);
    return {};
  }

  Result<Answer> exchange(bool private_network) {
    const bool with_secret = credentials_ && !request_.secret.empty();
    Result<Answer> answer = exchange(private_network, with_secret ? &credentials_->current.header : nullptr);
    const bool again = answer && answer->status == 401 && with_secret && credentials_->previous && !tried_previous_ &&
                       is_safe(request_.method);
    if (!again) return answer;
    tried_previous_ = true;
    return exchange(private_network, &credentials_->previous->header);
  }

  Result<Answer> exchange(bool private_network, const Header* credential) {
    if (Result<void> ok = outbound_.traffic.pace(deadline_, stop_); !ok) return ok.error();
    bool sent = false;
    Result<Answer> answer =
        outbound_.connections.perform({request_, credential, private_network, deadline_.left()}, stop_, sent);
    sent_ = sent_ || sent;
    return answer;
  }

  Result<bool> follow(int status, const std::string& location) {
    const auto prefixed = [&](Error error) {
      error.message = "the server redirects elsewhere: " + error.message;
      return error;
    };
    Result<std::string> next = resolve(request_.url, location);
    if (!next) {
      Error error = std::move(next).error();
      error.code = Code::kProtocol;
      return prefixed(std::move(error));
    }
    Result<bool> inside = may_reach_(*next);
    if (!inside) return prefixed(std::move(inside).error());
    redirect(request_, status, *std::move(next));
    return inside;
  }

  Outbound& outbound_;
  const UrlCheck& may_reach_;
  Request request_;
  const std::stop_token& stop_;
  Deadline deadline_;
  std::optional<Credentials> credentials_;
  bool tried_previous_ = false;
  bool sent_ = false;
};

}  // namespace

UrlCheck reach_of(std::shared_ptr<const Grant> grant) {
  return [grant = std::move(grant)](std::string_view url) -> Result<bool> {
    bool inside = false;
    if (Result<void> ok = grant->check_url(url, &inside); !ok) return ok.error();
    return inside;
  };
}

Outbound::Outbound(OutboundOptions options)
    : now(options.now), traffic(options.limits, std::move(options.now)), connections(std::move(options.connections)) {}

HttpEngine::HttpEngine(std::shared_ptr<Outbound> outbound, UrlCheck may_reach, SecretSource* secrets,
                       std::function<void(const std::string& sentence)> refused)
    : outbound_(std::move(outbound)),
      may_reach_(std::move(may_reach)),
      secrets_(secrets),
      refused_(std::move(refused)) {}

std::string_view HttpEngine::extension() const { return OR_HTTP_ID; }

Result<Document> HttpEngine::call(std::string_view slot, Value args, const std::stop_token& stop) {
  if (slot != "request")
    return refuse(Code::kUnsupported, "this host cannot do http." + std::string(slot.substr(0, 80)) + " yet");
  Result<Request> request = Request::parse(args);
  if (!request) return request.error();
  try {
    Result<Document> reply = Call(*outbound_, may_reach_, *std::move(request), stop).run(secrets_);
    if (!reply && reply.error().code == Code::kAccess && refused_) refused_(reply.error().message);
    return reply;
  } catch (const std::bad_alloc&) {
    return Error{Code::kLimit, "there is not enough memory for the answer; ask for less", Source::kHost,
                 Effect::kUnknown, -1};
  }
}

}  // namespace outrigger::host
