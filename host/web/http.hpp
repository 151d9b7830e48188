// A request to one of the host's listeners, and its answer, as plain structs.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outrigger::host {

struct HttpRequest {
  std::string method;                                        // "GET"
  std::string path;                                          // decoded; starts with a slash, has no "." or ".." in it
  std::string query;                                         // what follows the question mark, as it came
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string peer;  // the client's address, without the port

  // The first of this name, in lower case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers)
      if (key == name) return value;
    return {};
  }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // beside type, length and connection

  static HttpResponse text(int status, std::string_view sentence) {
    HttpResponse response;
    response.status = status;
    response.body = std::string(sentence) + "\n";
    return response;
  }
};

}  // namespace outrigger::host
