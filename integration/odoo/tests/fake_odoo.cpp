#include "integration/odoo/tests/fake_odoo.hpp"

#include <gtest/gtest.h>

#include "integration/value/json.hpp"

namespace outrigger::odoo {
namespace {

std::string version_info(int major) { return "[" + std::to_string(major) + R"(, 0, 0, "final", 0, ""])"; }

std::string quoted(const std::string& text) { return value::to_json(Value::of(std::string_view(text))); }

}  // namespace

FakeOdoo::FakeOdoo(int major) : major_(major) {
  const std::string version = std::to_string(major) + ".0";
  if (major >= 19) {
    server.on("/web/version", {transport::json(R"({"version_info": )" + version_info(major) + R"(, "version": ")" +
                                               version + R"("})")});
    answers("res.users", "context_get", {R"({"uid": 2, "lang": "en_US", "tz": "Europe/Brussels"})"});
  } else {
    server.on("/web/webclient/version_info",
              {transport::json(R"({"jsonrpc": "2.0", "id": null, "result": {"server_version": ")" + version +
                               R"(", "server_version_info": )" + version_info(major) + "}}")});
    server.on("/jsonrpc", [this](const transport::SeenRequest& request) { return rpc(request); });
    answers("common", "authenticate", {"2"});
    answers("res.users", "read", {R"([{"id": 2, "lang": "en_US", "tz": "Europe/Brussels"}])"});
  }
}

void FakeOdoo::answers(const std::string& model, const std::string& method, const std::vector<std::string>& results) {
  std::vector<Act> script;
  for (const std::string& result : results) script.push_back(answer(result));
  acts(model, method, std::move(script));
}

void FakeOdoo::acts(const std::string& model, const std::string& method, std::vector<Act> acts) {
  const std::string name = model + "/" + method;
  if (major_ >= 19) return server.on("/json/2/" + name, std::move(acts));
  const std::lock_guard lock(mutex_);
  scripts_[name] = std::move(acts);
  next_[name] = 0;
}

Act FakeOdoo::answer(const std::string& result) const {
  return transport::json(major_ >= 19 ? result : R"({"jsonrpc": "2.0", "id": 1, "result": )" + result + "}");
}

Act FakeOdoo::error(const std::string& exception, const std::string& message, int status) const {
  const std::string body = R"({"name": )" + quoted(exception) + R"(, "message": )" + quoted(message) +
                           R"(, "arguments": [], "context": {}, "debug": "Traceback (most recent call last): ..."})";
  if (major_ >= 19) return transport::json(body, status);
  return transport::json(
      R"({"jsonrpc": "2.0", "id": 1, "error": {"code": 0, "message": "Odoo Server Error", "data": )" + body + "}}");
}

Act FakeOdoo::rpc(const transport::SeenRequest& request) {
  const Result<Document> body = value::read_json(request.body);
  if (!body) return transport::html(400, "Invalid JSON data");
  const Value params = body->root()["params"];
  const Value args = params["args"];
  std::string name = std::string(params["service"].text()) + "/" + std::string(params["method"].text());
  std::string arguments = value::to_json(args);
  if (params["method"].text() == "execute_kw" && args.size() >= 6) {
    name = std::string(args.at(3).text()) + "/" + std::string(args.at(4).text());
    arguments = "[" + value::to_json(args.at(5)) + "," + (args.size() > 6 ? value::to_json(args.at(6)) : "{}") + "]";
  }
  const std::lock_guard lock(mutex_);
  asked_[name].push_back(arguments);
  const auto script = scripts_.find(name);
  if (script == scripts_.end()) return error("odoo.exceptions.MissingError", name + " is not scripted", 404);
  return script->second.at(std::min(next_[name]++, script->second.size() - 1));
}

std::vector<std::string> FakeOdoo::asked(const std::string& model, const std::string& method) const {
  std::vector<std::string> bodies;
  for (const transport::SeenRequest& request : server.requests("/json/2/" + model + "/" + method))
    bodies.push_back(request.body);
  if (major_ >= 19) return bodies;
  const std::lock_guard lock(mutex_);
  const auto calls = asked_.find(model + "/" + method);
  return calls == asked_.end() ? bodies : calls->second;
}

Connection FakeOdoo::connection() const {
  Connection connection;
  connection.url = server.url();
  connection.database = "lab";
  connection.login = "bot";
  connection.secret = kKey;
  connection.deadline = std::chrono::seconds(25);
  return connection;
}

std::unique_ptr<Session> FakeOdoo::connect(const Connection& connection) {
  Result<std::unique_ptr<Session>> session = Session::connect(loop, connection);
  if (session) return *std::move(session);
  ADD_FAILURE() << "the session does not begin: " << session.error().message;
  return nullptr;
}

}  // namespace outrigger::odoo
