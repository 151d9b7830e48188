// Answers HTTP requests as Odoo does, over XML-RPC, JSON-RPC and JSON-2, with faults on tap.
//
//     Service service(database);
//     service.inject({.match = "crm.lead/write", .kind = Injection::Kind::kCutAfterCommit, .times = 1});
//     HttpReply reply = service.handle(request);
//
// Threads: handle and inject may be called from any thread; calls run one after the other.
#pragma once

#include <chrono>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "integration/sandbox/database.hpp"

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

// Something that goes wrong with calls whose "model/method" or path contains `match`.
struct Injection {
  enum class Kind { kDelay, kCutBefore, kCutAfterCommit, kError500, kHtml, kTooMany, kWrongJson, kTruncated, kReset };
  std::string match;  // empty: every call
  Kind kind = Kind::kDelay;
  int times = 1;  // how many calls it hits; -1: all
  std::chrono::milliseconds delay{0};
};
// The word of a kind in POST /sandbox/faults and back: delay, cut_before, cut_after_commit, error_500, html, too_many,
// wrong_json, truncated, reset.
std::optional<Injection::Kind> injection_kind(std::string_view word);

class Service {
 public:
  explicit Service(Database& database) : database_(database) {}

  HttpReply handle(const HttpMessage& request);
  void inject(Injection injection);
  void clear_injections();
  // Calls executed so far, by "model/method".
  [[nodiscard]] std::map<std::string, int> calls() const;

 private:
  HttpReply route(const HttpMessage& request);
  HttpReply json2(const HttpMessage& request, std::string_view path);
  HttpReply jsonrpc(const HttpMessage& request);
  HttpReply xmlrpc(const HttpMessage& request, std::string_view service);
  HttpReply faults(const HttpMessage& request);
  HttpReply documentation(const HttpMessage& request, std::string_view path);
  [[nodiscard]] HttpReply version(bool jsonrpc) const;
  [[nodiscard]] Value version_info(Arena& arena) const;
  // common.version, common.authenticate, object.execute_kw of the two older transports.
  Answer service_call(std::string_view service, std::string_view method, Value params, Arena& reply);
  Answer execute(const User& user, const Request& request, Arena& reply);
  // Takes one injection that matches, if any.
  std::optional<Injection> hit(std::string_view what);

  Database& database_;
  mutable std::mutex mutex_;
  std::list<Injection> injections_;
  std::map<std::string, int> calls_;
};

}  // namespace outrigger::sandbox
