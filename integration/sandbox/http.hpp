// What the sandbox's service and its server hand each other.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "outrigger/value.hpp"

namespace outrigger::sandbox {

struct HttpMessage {
  std::string method;                          // GET, POST
  std::string target;                          // path and query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct HttpReply {
  int status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::string body;
  std::map<std::string, std::string> headers;
  bool cut = false;    // close the connection without a reply
  bool reset = false;  // reset it
  std::chrono::milliseconds delay{0};
};

HttpReply html(int status, std::string_view text);
HttpReply json(int status, Value value);

}  // namespace outrigger::sandbox
