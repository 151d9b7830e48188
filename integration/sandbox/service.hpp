// Answers HTTP requests as Odoo does, over XML-RPC, JSON-RPC and JSON-2, with faults on tap.
//
//     Service service(database);
//     service.inject({.match = "crm.lead/write", .kind = Injection::Kind::kCutAfterCommit, .times = 1});
//     HttpReply reply = service.handle(request);
//
// Threads: handle and inject may be called from any thread; calls run one after the other.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "integration/sandbox/database.hpp"
#include "integration/sandbox/http.hpp"
#include "integration/sandbox/injection.hpp"

namespace outrigger::sandbox {

class Service {
 public:
  explicit Service(Database& database) : database_(database) {}

  HttpReply handle(const HttpMessage& request);
  void inject(Injection injection);
  void clear_injections();
  // See Database::replace_key.
  void replace_key(std::string_view login, const std::string& key);
  // Between two calls; see RawChange. From outside: POST /sandbox/sql with its members as JSON.
  bool change(const RawChange& change);
  // See Database. From outside: POST /sandbox/backup, /sandbox/restore, /sandbox/clock with {"seconds": -3600}.
  void back_up();
  bool restore();
  void set_clock(int64_t seconds);
  // Calls executed so far, by "model/method".
  [[nodiscard]] std::map<std::string, int> calls() const;

 private:
  HttpReply route(const HttpMessage& request);
  HttpReply json2(const HttpMessage& request, std::string_view path);
  HttpReply jsonrpc(const HttpMessage& request);
  HttpReply xmlrpc(const HttpMessage& request, std::string_view service);
  HttpReply faults(const HttpMessage& request);
  HttpReply sql(const HttpMessage& request);
  // What is asked of the sandbox and not of the Odoo in it; nothing: it is no such request.
  std::optional<HttpReply> control(const HttpMessage& request);
  // The user of an "Authorization: bearer KEY" header; null: none.
  [[nodiscard]] const User* bearer(const HttpMessage& request) const;
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
