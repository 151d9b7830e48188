#include "host/http/tests/rig.hpp"

#include "host/grants/grant.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

Result<SecretValue> FakeSecrets::find(std::string_view name) {
  const auto at = values.find(name);
  if (at == values.end())
    return Error{Code::kMissing, "there is no secret " + std::string(name), Source::kHost, Effect::kNone, -1};
  return at->second;
}

std::string outcome(const Result<Document>& reply) {
  if (reply) {
    const Value root = reply->root();
    EXPECT_EQ(root["body"].kind(), Kind::kBytes);
    return std::to_string(root["status"].integer()) + " " + std::string(root["body"].text());
  }
  const Error& error = reply.error();
  const char* effect = error.effect == Effect::kNone ? "none" : error.effect == Effect::kDone ? "done" : "unknown";
  return std::string(to_string(error.code)) + " " + effect + ": " + error.message;
}

std::string header_of(const Result<Document>& reply, std::string_view name) {
  if (!reply) return {};
  for (const Value header : reply->root()["headers"].items())
    if (header.at(0).text() == name) return std::string(header.at(1).text());
  return {};
}

HttpRig::HttpRig() {
  const std::string port = ":" + std::to_string(server.port());
  for (const char* name : {"api.example", "other.example", "public.example"})
    options.connections.resolve.push_back(name + port + ":127.0.0.1");
  options.connections.resolve.push_back("metadata.example" + port + ":169.254.169.254");
  std::string hosts;
  for (const char* name : {"api.example", "other.example", "metadata.example", "127.0.0.1"})
    hosts += R"({"host": "http://)" + (name + port) + R"(", "private": true}, )";
  grant(hosts + "\"http://public.example" + port + "\"");
}

std::string HttpRig::at(const std::string& host, const std::string& path) const {
  return "http://" + host + ":" + std::to_string(server.port()) + path;
}

void HttpRig::grant(const std::string& hosts) {
  const Result<Document> json = value::read_json(R"({"http": [)" + hosts + "]}");
  ASSERT_TRUE(json) << hosts;
  const Result<Permissions> parsed = Permissions::parse(json->root(), "probe");
  ASSERT_TRUE(parsed) << parsed.error().message;
  may_reach_ = reach_of(std::make_shared<Grant>("probe", *parsed, FieldsOf()));
}

Result<Document> HttpRig::ask(const Ask& ask, const std::stop_token& stop) {
  std::call_once(made_, [&] {
    engine_ = std::make_unique<HttpEngine>(std::make_shared<Outbound>(options), may_reach_, &secrets,
                                           [this](const std::string& sentence) { refusals.push_back(sentence); });
  });
  Arena arena;
  std::vector<Value> headers;
  for (const auto& [name, value] : ask.headers) headers.push_back(arena.array({arena.text(name), arena.text(value)}));
  const Value args = arena.object({{"method", arena.text(ask.method)},
                                   {"url", arena.text(ask.url)},
                                   {"headers", arena.array(headers)},
                                   {"body", arena.bytes(ask.body)},
                                   {"secret", arena.text(ask.secret)},
                                   {"secret_as", arena.text(ask.secret_as)},
                                   {"deadline_ms", ask.deadline_ms},
                                   {"largest_reply", ask.largest_reply}});
  return engine_->call("request", args, stop);
}

transport::SeenRequest HttpRig::seen(const std::string& path) const {
  const std::vector<transport::SeenRequest> all = server.requests(path);
  EXPECT_FALSE(all.empty()) << "nobody asked for " << path;
  return all.empty() ? transport::SeenRequest{} : all.back();
}

}  // namespace outrigger::host
