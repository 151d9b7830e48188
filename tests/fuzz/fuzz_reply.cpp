// A whole HTTP reply through the codec of each transport. The first line is "STATUS CONTENT-TYPE", the rest the body.
#include <algorithm>
#include <charconv>
#include <memory>

#include "integration/transport/codec.hpp"
#include "integration/value/json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace outrigger {
namespace {

using fuzz::require;
using transport::Transfer;

// One that every format writes as it is, and one that each of them escapes.
const std::string kSecrets[] = {"5ecretkey", "5ecret\"&<key>"};

struct HttpReply {
  Transfer transfer;
  std::string_view body;
};

// As the HTTP client hands it on: the content type in lower case and without parameters, status 0 when none came.
HttpReply reply_of(std::string_view input) {
  HttpReply reply;
  const size_t end = input.find('\n');
  const std::string_view line = input.substr(0, end);
  if (end != std::string_view::npos) reply.body = input.substr(end + 1);
  int status = 0;
  const char* const last = line.data() + line.size();
  const char* const rest = std::from_chars(line.data(), last, status).ptr;
  std::string_view type(rest, static_cast<size_t>(last - rest));
  type.remove_prefix(std::min(type.size(), type.find_first_not_of(' ')));
  for (const char c : type.substr(0, type.find(';')))
    reply.transfer.content_type += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  reply.transfer.status = status >= 100 && status <= 999 ? status : 0;
  reply.transfer.request_sent = true;
  if (reply.transfer.status / 100 == 3) reply.transfer.location = reply.transfer.content_type;
  if (reply.transfer.status == 0) {
    reply.transfer.code = Code::kUnreachable;
    reply.transfer.error = "the connection broke";
  }
  return reply;
}

Result<Document> answer_of(const transport::Codec& codec, HttpReply reply, const std::string& secret) {
  value::Limits limits;
  limits.row_depth = 2;
  limits.false_is_null = [](std::string_view name) { return name != "active"; };
  const auto sink = codec.reply(limits);
  sink->hide(secret);
  if (reply.transfer.status != 0) sink->begin(reply.transfer.status, reply.transfer.content_type);
  for (const std::string_view piece : fuzz::pieces_of(reply.body)) {
    if (reply.transfer.status == 0) break;
    reply.transfer.stopped_by_sink = !sink->data(piece);
    if (reply.transfer.stopped_by_sink) break;
  }
  return sink->finish(reply.transfer);
}

bool reports_error(std::string_view json) {
  const Result<Document> body = value::read_json(json);
  return body && body->root()["error"].truthy();
}

void check_answer(transport::Kind kind, const HttpReply& reply, const std::string& secret) {
  const auto codec = transport::make_codec(kind, "http://odoo.example", {});
  const Result<Document> answer = answer_of(*codec, reply, secret);
  if (answer) {
    require(reply.transfer.status == 200, "a reply without status 200 is an answer");
    require(kind != transport::Kind::kJsonRpc || !reports_error(reply.body), "an error is taken for an answer");
    return;
  }
  fuzz::require_error(answer.error());
  require(answer.error().message.find(secret) == std::string::npos, "a secret stands in an error",
          answer.error().message);
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const HttpReply reply = reply_of(fuzz::text_of(data, size));
  for (const transport::Kind kind : {transport::Kind::kXmlRpc, transport::Kind::kJsonRpc, transport::Kind::kJson2})
    for (const std::string& secret : kSecrets) check_answer(kind, reply, secret);
  return 0;
}
