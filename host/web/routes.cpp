#include "host/web/routes.hpp"

#include <algorithm>

#include "host/web/token.hpp"

namespace outrigger::host {
namespace {

std::string_view bearer(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() <= kScheme.size()) return {};
  for (size_t i = 0; i < kScheme.size(); ++i)
    if ((static_cast<unsigned char>(authorization[i]) | 0x20U) != static_cast<unsigned char>(kScheme[i])) return {};
  authorization.remove_prefix(kScheme.size());
  return authorization;
}

}  // namespace

Routes& Routes::add(std::string_view method, std::string_view path, HttpHandler handler, Access access) {
  const bool prefix = !path.empty() && path.back() == '*';
  if (prefix) path.remove_suffix(1);
  routes_.push_back({std::string(method), std::string(path), prefix, access, std::move(handler)});
  return *this;
}

bool Routes::may(const HttpRequest& request, const Route* route) const {
  if (token_.empty() || (route != nullptr && route->access == Access::kOpen)) return true;
  return same_secret(bearer(request.header("authorization")), token_);
}

HttpResponse Routes::choose(const HttpRequest& request) const {
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  const Route* best = nullptr;  // the longest path, and among equals the one with this method
  for (const Route& route : routes_) {
    if (!route.covers(request.path)) continue;
    const size_t length = best == nullptr ? 0 : best->path.size();
    if (best == nullptr || route.path.size() > length ||
        (route.path.size() == length && !route.prefix && best->prefix) ||
        (route.path.size() == length && route.prefix == best->prefix && route.method == method))
      best = &route;
  }
  if (!may(request, best)) {
    HttpResponse denied = HttpResponse::text(401, "A valid token is needed: Authorization: Bearer TOKEN.");
    denied.headers.emplace_back("WWW-Authenticate", "Bearer");
    return denied;
  }
  if (best == nullptr) return HttpResponse::text(404, "There is nothing here.");
  if (best->method == method) return best->handler(request);
  HttpResponse refused = HttpResponse::text(405, "This method does not apply here.");
  std::string allowed;
  for (const Route& route : routes_)
    if (route.path == best->path && route.prefix == best->prefix)
      allowed += (allowed.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
  refused.headers.emplace_back("Allow", allowed);
  return refused;
}

HttpResponse Routes::answer(const HttpRequest& request) const noexcept {
  try {
    return choose(request);
  } catch (...) {
    return HttpResponse::text(500, "This failed inside the host; its log may say more.");
  }
}

}  // namespace outrigger::host
