// A scripted server that a Session can sign in to, as an Odoo of some version, and that records the calls. For tests.
//
//     FakeOdoo odoo;                                            // 19, over JSON-2
//     odoo.answers("crm.lead", "search_count", {"3"});
//     odoo.acts("crm.lead", "write", {close_without_reply()});
//     const auto session = odoo.connect();
//     EXPECT_EQ(odoo.asked("crm.lead", "write"), (std::vector<std::string>{R"({"ids":[7],"vals":{}})"}));
//
// Signing in is scripted already; a call without a script gets a MissingError. Threads: as ScriptedServer.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "integration/odoo/session.hpp"
#include "integration/transport/tests/scripted_server.hpp"

namespace outrigger::odoo {

using transport::Act;
using transport::ScriptedServer;

class FakeOdoo {
 public:
  static constexpr char kKey[] = "0123456789abcdef0123456789abcdef01234567";

  // From 19 on over JSON-2, before it over JSON-RPC.
  explicit FakeOdoo(int major = 19);

  // The script of a method: what it returns, as JSON, or what becomes of the request. The last one is repeated.
  void answers(const std::string& model, const std::string& method, const std::vector<std::string>& results);
  void acts(const std::string& model, const std::string& method, std::vector<Act> acts);
  // An answer and an error in the envelope of the transport.
  [[nodiscard]] Act answer(const std::string& result) const;
  [[nodiscard]] Act error(const std::string& exception, const std::string& message, int status) const;

  // The arguments of the calls so far: the body for JSON-2, [positional, named] for JSON-RPC.
  [[nodiscard]] std::vector<std::string> asked(const std::string& model, const std::string& method) const;
  // How often a method was called.
  [[nodiscard]] size_t count(const std::string& model, const std::string& method) const {
    return asked(model, method).size();
  }

  [[nodiscard]] Connection connection() const;
  // Signs in; fails the test when that does not succeed.
  std::unique_ptr<Session> connect(const Connection& connection);
  std::unique_ptr<Session> connect() { return connect(connection()); }

 private:
  Act rpc(const transport::SeenRequest& request);

  int major_;
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Act>> scripts_;  // of JSON-RPC, by model/method
  std::map<std::string, size_t> next_;
  std::map<std::string, std::vector<std::string>> asked_;

 public:
  // Last, to be gone first: the server's thread uses what stands above.
  ScriptedServer server;
  transport::Loop loop;
};

}  // namespace outrigger::odoo
