// Which request is answered by what.
//
//     Routes admin(token);
//     admin.add("GET", "/metrics", [&](const HttpRequest&) { return ...; });
//     admin.add("GET", "/healthz", health, Access::kOpen);
//     admin.add("POST", "/api/*", api);                       // every path that begins with /api/
//
// With a token, every path that is not kOpen answers 401 unless the request carries "Authorization: Bearer TOKEN",
// also paths that do not exist: nobody learns which do. Without one (the public listener) all are open. The longest
// path wins; HEAD is answered by GET's handler. An unknown path is 404, another method of a known one 405.
//
// A handler runs on the listener's thread and holds up all its connections: it takes what it needs and returns at once.
// What it throws becomes a 500 without details. Threads: fill before the listener starts; then immutable.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/web/http.hpp"

namespace outrigger::host {

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

enum class Access { kToken, kOpen };

class Routes {
 public:
  explicit Routes(std::string token = {}) : token_(std::move(token)) {}

  Routes& add(std::string_view method, std::string_view path, HttpHandler handler, Access access = Access::kToken);
  // Never throws.
  [[nodiscard]] HttpResponse answer(const HttpRequest& request) const noexcept;

 private:
  struct Route {
    std::string method;
    std::string path;
    bool prefix = false;
    Access access = Access::kToken;
    HttpHandler handler;
    [[nodiscard]] bool covers(std::string_view asked) const {
      return prefix ? asked.substr(0, path.size()) == path : asked == path;
    }
  };
  [[nodiscard]] HttpResponse choose(const HttpRequest& request) const;
  [[nodiscard]] bool may(const HttpRequest& request, const Route* route) const;

  std::string token_;
  std::vector<Route> routes_;
};

}  // namespace outrigger::host
