#include "host/web/endpoint_desk.hpp"

#include <algorithm>
#include <cmath>

#include "host/web/token.hpp"
#include "integration/value/json.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::host {
namespace {

HttpResponse json(int status, std::string_view key, std::string_view text) {
  Arena arena;
  HttpResponse response;
  response.status = status;
  response.content_type = "application/json";
  response.body = value::to_json(arena.object({{key, text}})) + "\n";
  return response;
}

HttpResponse later(int status, std::string_view why, int64_t seconds) {
  HttpResponse response = json(status, "error", why);
  response.headers.emplace_back("Retry-After", std::to_string(std::max<int64_t>(1, seconds)));
  return response;
}

struct Address {
  std::string_view plugin;
  std::string_view endpoint;
  std::string_view token;
};

Address address_of(const HttpRequest& request) {
  constexpr size_t kPrefix = std::string_view(EndpointDesk::kPath).size();
  std::string_view rest = std::string_view(request.path).substr(std::min(kPrefix, request.path.size()));
  Address address;
  for (std::string_view* part : {&address.plugin, &address.endpoint}) {
    const size_t end = std::min(rest.find('/'), rest.size());
    *part = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  address.token = rest;
  constexpr std::string_view kScheme = "Bearer ";
  if (const std::string_view header = request.header("authorization"); rest.empty() && header.starts_with(kScheme))
    address.token = header.substr(kScheme.size());
  return address;
}

// What a plugin may see, and can: no secrets, nothing but plain text.
bool goes_on(const std::pair<std::string, std::string>& header) {
  for (const std::string_view kept : {"authorization", "proxy-authorization", "cookie", "set-cookie"})
    if (header.first == kept) return false;
  return std::all_of(header.second.begin(), header.second.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

}  // namespace

void EndpointDesk::admit(std::vector<Admission> admissions) {
  const int64_t now = options_.now();
  const std::lock_guard lock(mutex_);
  std::vector<Door> doors;
  for (Admission& admission : admissions) {
    Door door{std::move(admission), 0, now};
    door.allowance = static_cast<double>(door.admission.per_minute);
    for (const Door& before : doors_)
      if (before.admission.plugin == door.admission.plugin && before.admission.endpoint == door.admission.endpoint &&
          before.admission.database == door.admission.database) {
        door.allowance = std::min(door.allowance, before.allowance);
        door.counted = before.counted;
      }
    doors.push_back(std::move(door));
  }
  doors_ = std::move(doors);
}

// Every token is compared, so that the time tells nothing of which one was near.
EndpointDesk::Door* EndpointDesk::find(const HttpRequest& request) {
  const Address address = address_of(request);
  Door* found = nullptr;
  for (Door& door : doors_) {
    const bool same = same_secret(address.token, door.admission.token);
    if (same && address.plugin == door.admission.plugin && address.endpoint == door.admission.endpoint) found = &door;
  }
  return found;
}

HttpResponse EndpointDesk::take(const HttpRequest& request) {
  Letter letter;
  {
    const int64_t now = options_.now();
    const std::lock_guard lock(mutex_);
    Door* door = find(request);
    if (door == nullptr) return json(404, "error", "there is nothing here");
    const Admission& admission = door->admission;
    if (request.body.size() > admission.most_bytes)
      return json(413, "error", "the body is longer than " + std::to_string(admission.most_bytes) + " bytes");
    const double rate = static_cast<double>(admission.per_minute) / 60e6;  // a microsecond
    door->allowance = std::min(static_cast<double>(admission.per_minute),
                               door->allowance + static_cast<double>(std::max<int64_t>(0, now - door->counted)) * rate);
    door->counted = now;
    if (door->allowance < 1)
      return later(429, "more than " + std::to_string(admission.per_minute) + " posts a minute; try again later",
                   static_cast<int64_t>(std::ceil((1 - door->allowance) / rate / 1e6)));
    door->allowance -= 1;
    letter = {admission.plugin, admission.endpoint, admission.database, {}, request.query, request.body};
  }
  std::copy_if(request.headers.begin(), request.headers.end(), std::back_inserter(letter.headers), goes_on);
  const Result<std::string> kept = options_.keep(letter);
  if (kept) return json(200, "delivery", *kept);
  const bool full = kept.error().code == Code::kLimit;
  return later(503, full ? "too much waits already; try again later" : "this cannot be kept now; try again later",
               std::max<int64_t>(kept.error().retry_after_ms, 10'000) / 1000);
}

}  // namespace outrigger::host
