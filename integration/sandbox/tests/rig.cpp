#include "integration/sandbox/tests/rig.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "integration/value/xmlrpc.hpp"

namespace outrigger::sandbox {
namespace {

Options with_clock(Options options, std::atomic<int64_t>& now) {
  setenv("no_proxy", "*", 1);  // the sandbox is here, whatever proxy the developer has set
  if (!options.now) options.now = [&now] { return now.load(); };
  return options;
}

std::string quoted(const std::string& text) { return value::to_json(Value::of(std::string_view(text))); }

}  // namespace

Rig::Rig(Options options)
    : database(with_clock(std::move(options), now)), service(database), server(*Server::start(service, 0)) {}

Reply Rig::send(HttpMessage message) {
  const HttpReply raw = service.handle(message);
  Reply reply{raw.status, raw.content_type, raw.body, raw.headers, {}};
  if (reply.content_type.rfind("application/json", 0) != 0) return reply;
  const Result<Document> json = value::read_json(reply.body);
  EXPECT_TRUE(json) << reply.body;
  if (json) reply.json = *json;
  return reply;
}

Reply Rig::get(const std::string& path) { return send({"GET", path, {}, {}}); }

Reply Rig::post(const std::string& path, const std::string& body, const std::string& content_type) {
  return send({"POST", path, {{"content-type", content_type}}, body});
}

Reply Rig::json2(const std::string& call, const std::string& body, const std::string& login) {
  HttpMessage message{"POST", "/json/2/" + call, {{"content-type", "application/json"}}, body};
  for (const User& user : database.users())
    if (user.login == login) message.headers["authorization"] = "bearer " + user.key;
  message.headers["x-odoo-database"] = database.options().name;
  return send(message);
}

std::string Rig::credentials(const std::string& login) const {
  const User& user = database.user(login);
  return quoted(database.options().name) + "," + std::to_string(user.id) + "," + quoted(user.key);
}

Reply Rig::jsonrpc(const std::string& model, const std::string& method, const std::string& args,
                   const std::string& kwargs, const std::string& login) {
  return jsonrpc_service(
      "object", "execute_kw",
      "[" + credentials(login) + "," + quoted(model) + "," + quoted(method) + "," + args + "," + kwargs + "]");
}

Reply Rig::jsonrpc_service(const std::string& service_name, const std::string& method, const std::string& args) {
  return post("/jsonrpc", R"({"jsonrpc":"2.0","method":"call","id":7,"params":{"service":)" + quoted(service_name) +
                              R"(,"method":)" + quoted(method) + R"(,"args":)" + args + "}}");
}

Reply Rig::xmlrpc(const std::string& model, const std::string& method, const std::string& args,
                  const std::string& kwargs, const std::string& login) {
  return xmlrpc_service(
      "object", "execute_kw",
      "[" + credentials(login) + "," + quoted(model) + "," + quoted(method) + "," + args + "," + kwargs + "]");
}

Reply Rig::xmlrpc_service(const std::string& service_name, const std::string& method, const std::string& args) {
  const Document params = *value::read_json(args);
  std::string body = "<?xml version='1.0'?>\n<methodCall><methodName>" + method + "</methodName><params>";
  for (const Value param : params.root().items()) {
    body += "<param>";
    EXPECT_TRUE(value::write_xml(param, body));
    body += "</param>";
  }
  Reply reply = post("/xmlrpc/2/" + service_name, body + "</params></methodCall>", "text/xml");
  value::XmlReader reader(value::XmlReader::Message::kResponse);
  reader.feed(reply.body);
  const Result<value::XmlMessage> message = reader.finish();
  EXPECT_TRUE(message) << reply.body;
  if (!message) return reply;
  reply.json = Document::build([&](Arena& arena) {
    if (!message->fault) return arena.object({{"value", arena.copy(message->value.root())}});
    return arena.object({{"fault", message->value.root()["faultCode"].integer()},
                         {"text", arena.text(message->value.root()["faultString"].text())}});
  });
  return reply;
}

Document Rig::answer(const std::string& model, const std::string& method, const std::string& args,
                     const std::string& kwargs) {
  const Reply reply = jsonrpc(model, method, args, kwargs);
  EXPECT_FALSE(reply.root().has("error")) << reply.body;
  return Document::build([&](Arena& arena) { return arena.copy(reply.root()["result"]); });
}

odoo::Connection Rig::connection(const std::string& login) const {
  odoo::Connection connection;
  connection.url = server->url();
  connection.database = database.options().name;
  connection.login = login;
  connection.secret = database.user(login).key;
  return connection;
}

std::unique_ptr<odoo::Session> Rig::connect(const std::string& login, odoo::TransportChoice transport) {
  odoo::Connection wanted = connection(login);
  wanted.transport = transport;
  Result<std::unique_ptr<odoo::Session>> session = odoo::Session::connect(loop, wanted);
  EXPECT_TRUE(session) << session.error().message;
  return session ? *std::move(session) : nullptr;
}

}  // namespace outrigger::sandbox
