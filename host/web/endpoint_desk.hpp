// Where other systems post to plugins: POST /hook/PLUGIN/ENDPOINT/TOKEN, or the token as "Authorization: Bearer TOKEN"
// and the path without it (a proxy's log then does not hold it).
//
//     EndpointDesk desk({.keep = [&](const EndpointDesk::Letter& letter) { return inbox_of(letter.database).put(...); },
//                        .now = now_micros});
//     desk.admit({{"scoring", "activity", "main", token, 600}});
//     routes.add("POST", "/hook/*", [&](const HttpRequest& request) { return desk.take(request); });
//
// take() compares the token with all that are admitted, in constant time, bounds how often an endpoint is posted to, and
// has the body kept; the answer is sent when that is durable, and before the plugin sees it: what the plugin makes of it
// the sender does not learn. Answers are JSON: 200 {"delivery": ID}; 404 {"error": ...} for a wrong token, as for an
// endpoint that does not exist; 413 beyond the endpoint's limit; 429 with Retry-After; 503 with Retry-After when too
// much waits or the disk is full; 500 never with details. What goes on to the plugin is without authorization, cookies
// and the token.
//
// Threads: any. keep() is called on the listener's: one commit to the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host/web/http.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class EndpointDesk {
 public:
  static constexpr const char* kPath = "/hook/";

  struct Letter {
    std::string plugin;
    std::string endpoint;
    std::string database;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string query;
    std::string body;
  };
  struct Admission {
    std::string plugin;
    std::string endpoint;
    std::string database;
    std::string token;
    int64_t per_minute = 600;
    size_t most_bytes = size_t{256} << 10U;
  };
  struct Options {
    // The delivery's id. kLimit: too much waits.
    std::function<Result<std::string>(const Letter&)> keep;
    std::function<int64_t()> now;  // microseconds, never stepping back
  };

  explicit EndpointDesk(Options options) : options_(std::move(options)) {}

  // In place of those before; an endpoint that stays keeps its count.
  void admit(std::vector<Admission> admissions);
  HttpResponse take(const HttpRequest& request);

 private:
  struct Door {
    Admission admission;
    double allowance = 0;  // posts that may come at once
    int64_t counted = 0;
  };
  Door* find(const HttpRequest& request);

  const Options options_;
  std::mutex mutex_;  // of what follows
  std::vector<Door> doors_;
};

}  // namespace outrigger::host
