#include "integration/sandbox/http.hpp"

#include "integration/value/json.hpp"

namespace outrigger::sandbox {

HttpReply html(int status, std::string_view text) {
  HttpReply reply;
  reply.status = status;
  reply.content_type = "text/html; charset=utf-8";
  reply.body = "<!DOCTYPE html>\n<title>" + std::to_string(status) + "</title>\n<p>" + std::string(text) + "</p>\n";
  return reply;
}

HttpReply json(int status, Value value) {
  HttpReply reply;
  reply.status = status;
  reply.body = value::to_json(value);
  return reply;
}

}  // namespace outrigger::sandbox
