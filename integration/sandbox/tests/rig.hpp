// A sandbox for tests: in process by handle(), over HTTP by url(), or through a Session.
//
//     Rig rig({.major = 14});
//     Reply reply = rig.json2("crm.lead/search_count", R"({"domain": []})");
//     EXPECT_EQ(reply.status, 200);
//
// Time stands still unless a test moves it. Threads: one.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "integration/odoo/records.hpp"
#include "integration/sandbox/server.hpp"
#include "integration/value/json.hpp"

namespace outrigger::sandbox {

// 2026-11-21 12:00:00 UTC, and half a second.
inline constexpr int64_t kNow = 1'795'262'400'500'000;

// What came back, parsed as JSON when it is.
struct Reply {
  int status = 0;
  std::string content_type;
  std::string body;
  std::map<std::string, std::string> headers;
  Document json;
  [[nodiscard]] Value root() const { return json.root(); }
};

class Rig {
 public:
  explicit Rig(Options options = {.leads = 60});

  // Requests to the service itself.
  Reply send(HttpMessage message);
  Reply get(const std::string& path);
  Reply post(const std::string& path, const std::string& body, const std::string& content_type = "application/json");
  // "model/method" with a body, as admin or as another user.
  Reply json2(const std::string& call, const std::string& body, const std::string& login = "admin");
  // execute_kw over JSON-RPC: {"result": ...} or {"error": {...}}; positional and named arguments as JSON.
  Reply jsonrpc(const std::string& model, const std::string& method, const std::string& args,
                const std::string& kwargs = "{}", const std::string& login = "admin");
  Reply jsonrpc_service(const std::string& service, const std::string& method, const std::string& args);
  // The same over XML-RPC: {"value": ...}, or {"fault": code, "text": ...}.
  Reply xmlrpc(const std::string& model, const std::string& method, const std::string& args,
               const std::string& kwargs = "{}", const std::string& login = "admin");
  Reply xmlrpc_service(const std::string& service, const std::string& method, const std::string& args);

  // The answer of a call over JSON-2 (19) or JSON-RPC (14); fails the test when it is an error.
  Document answer(const std::string& model, const std::string& method, const std::string& args,
                  const std::string& kwargs = "{}");
  // One field of one lead, read in the table itself.
  Value lead(int64_t id, std::string_view field) { return database.table("crm.lead").get(id, field); }

  std::unique_ptr<odoo::Session> connect(const std::string& login = "admin",
                                         odoo::TransportChoice transport = odoo::TransportChoice::kAuto);
  [[nodiscard]] odoo::Connection connection(const std::string& login = "admin") const;

  std::atomic<int64_t> now{kNow};
  Database database;
  Service service;
  std::unique_ptr<Server> server;
  transport::Loop loop;

 private:
  [[nodiscard]] std::string credentials(const std::string& login) const;
};

}  // namespace outrigger::sandbox
