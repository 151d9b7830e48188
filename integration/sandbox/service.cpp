#include "integration/sandbox/service.hpp"

#include <algorithm>
#include <ctime>

#include "integration/value/json.hpp"
#include "integration/value/xmlrpc.hpp"

namespace outrigger::sandbox {
namespace {

HttpReply json_fault(const Fault& fault) {
  Arena arena;
  HttpReply reply = json(
      fault.status, arena.object({{"name", Value::of(std::string_view(fault.name))},
                                  {"message", Value::of(std::string_view(fault.message))},
                                  {"arguments", arena.array({Value::of(std::string_view(fault.message))})},
                                  {"context", arena.object(std::initializer_list<std::pair<std::string_view, Item>>{})},
                                  {"debug", "Traceback (most recent call last): sandbox"}}));
  if (fault.status == 401) reply.headers["WWW-Authenticate"] = "bearer";
  return reply;
}

std::string header(const HttpMessage& request, const std::string& name) {
  const auto at = request.headers.find(name);
  return at == request.headers.end() ? std::string() : at->second;
}

bool is_json(const HttpMessage& request) { return header(request, "content-type").rfind("application/json", 0) == 0; }

// "crm.lead/write": in the path of JSON-2, and the two texts after the secret in the body of the other transports.
std::string call_name(const HttpMessage& request) {
  std::string name = request.target;
  const size_t at = request.body.find("execute_kw");
  if (at == std::string::npos) return name;
  std::vector<std::string> texts;
  const bool xml = request.target != "/jsonrpc";
  const std::string open = xml ? "<string>" : "\"";
  const std::string close = xml ? "</string>" : "\"";
  for (size_t from = request.body.find(xml ? "<params>" : "\"args\"", at);
       from != std::string::npos && texts.size() < 4;) {
    const size_t begin = request.body.find(open, from + (texts.empty() ? 7 : 0));
    if (begin == std::string::npos) break;
    const size_t end = request.body.find(close, begin + open.size());
    if (end == std::string::npos) break;
    texts.push_back(request.body.substr(begin + open.size(), end - begin - open.size()));
    from = end + close.size();
  }
  if (texts.size() == 4) name += " " + texts[2] + "/" + texts[3];
  return name;
}

// "Sun, 22 Nov 2026 03:33:56 GMT"
std::string http_date(int64_t micros) {
  constexpr int64_t kSecond = 1'000'000;
  const std::time_t seconds = micros / kSecond;
  std::tm time{};
  gmtime_r(&seconds, &time);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &time);
  return text;
}

// Odoo's @api.model.
bool is_on_model(std::string_view method) {
  static constexpr std::string_view kOnModel[] = {
      "fields_get",           "search", "search_count", "search_read", "name_search", "read_group",
      "formatted_read_group", "create", "load",         "context_get", "get_param",   "set_param"};
  return std::find(std::begin(kOnModel), std::end(kOnModel), method) != std::end(kOnModel);
}

}  // namespace

void Service::inject(Injection injection) {
  const std::lock_guard lock(mutex_);
  injections_.push_back(std::move(injection));
}

void Service::clear_injections() {
  const std::lock_guard lock(mutex_);
  injections_.clear();
}

void Service::replace_key(std::string_view login, const std::string& key) {
  const std::lock_guard lock(mutex_);
  database_.replace_key(login, key);
}

std::map<std::string, int> Service::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::optional<Injection> Service::hit(std::string_view what) {
  for (auto at = injections_.begin(); at != injections_.end(); ++at) {
    if (!at->match.empty() && what.find(at->match) == std::string_view::npos) continue;
    const Injection injection = *at;
    if (at->times > 0 && --at->times == 0) injections_.erase(at);  // -1: it stays
    return injection;
  }
  return std::nullopt;
}

HttpReply Service::handle(const HttpMessage& request) {
  const std::lock_guard lock(mutex_);
  if (std::optional<HttpReply> done = control(request)) return *std::move(done);
  const auto injection = hit(call_name(request));
  if (injection)
    if (auto reply = before(*injection)) return *reply;
  HttpReply reply = route(request);
  reply.headers["Date"] = http_date(database_.now());
  if (injection) after(*injection, reply);
  return reply;
}

HttpReply Service::route(const HttpMessage& request) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  const bool new_api = database_.options().major >= 19;
  const bool post = request.method == "POST" || request.method.empty();
  if (!post && path == "/jsonrpc") return html(415, "Unsupported Media Type");
  if (!post && path.rfind("/xmlrpc/2/", 0) == 0) return html(405, "Method Not Allowed");
  if (!post && new_api && path.rfind("/json/2/", 0) == 0)
    return json_fault(not_found("Did you mean POST " + std::string(path) + "?", "werkzeug.exceptions.NotFound"));
  if (path == "/web/version" || path == "/json/version") return new_api ? version(false) : html(404, "Not Found");
  if (path == "/web/webclient/version_info")
    return is_json(request) ? version(true) : html(415, "Unsupported Media Type");
  if (path.rfind("/json/2/", 0) == 0) return new_api ? json2(request, path.substr(8)) : html(404, "Not Found");
  if (path.rfind("/doc-bearer/", 0) == 0)
    return new_api ? documentation(request, path.substr(12)) : html(404, "Not Found");
  if (path == "/jsonrpc") return jsonrpc(request);
  if (path.rfind("/xmlrpc/2/", 0) == 0) return xmlrpc(request, path.substr(10));
  return html(404, "Not Found");
}

Value Service::version_info(Arena& arena) const {
  return arena.array({database_.options().major, 0, 0, "final", 0, ""});
}

HttpReply Service::version(bool jsonrpc) const {
  Arena arena;
  const Value text = arena.text(std::to_string(database_.options().major) + ".0");
  if (!jsonrpc) return json(200, arena.object({{"version_info", version_info(arena)}, {"version", text}}));
  return json(200, arena.object({{"jsonrpc", "2.0"},
                                 {"id", nullptr},
                                 {"result", arena.object({{"server_version", text},
                                                          {"server_version_info", version_info(arena)},
                                                          {"server_serie", text},
                                                          {"protocol_version", 1}})}}));
}

const User* Service::bearer(const HttpMessage& request) const {
  constexpr std::string_view kScheme = "bearer ";
  std::string authorization = header(request, "authorization");
  std::string scheme = authorization.substr(0, kScheme.size());
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (scheme != kScheme) return nullptr;
  return database_.by_key(std::string_view(authorization).substr(kScheme.size()));
}

HttpReply Service::json2(const HttpMessage& request, std::string_view path) {
  if (!is_json(request)) return html(415, "Unsupported Media Type");
  const std::string database = header(request, "x-odoo-database");
  if (!database.empty() && database != database_.options().name)
    return html(404, "No database is selected and the requested URL was not found in the server-wide controllers.");
  const User* user = bearer(request);
  if (user == nullptr) return json_fault({"werkzeug.exceptions.Unauthorized", "Invalid apikey", 401, 3});
  const size_t slash = path.find('/');
  if (slash == std::string_view::npos) return json_fault(not_found("Not Found", "werkzeug.exceptions.NotFound"));
  // An empty body is what a chunked one looks like to Odoo.
  Result<Document> body = value::read_json(request.body.empty() ? "{}" : request.body);
  if (!body) return json_fault({"werkzeug.exceptions.BadRequest", "Invalid JSON data", 400, 1});
  Request call;
  call.model = path.substr(0, slash);
  call.method = path.substr(slash + 1);
  std::vector<Field> args;
  for (const Field field : body->root().fields()) {
    if (field.key == "ids") {
      for (const Value id : field.value.items()) call.ids.push_back(id.integer());
      if (field.value.as_integer()) call.ids.push_back(field.value.integer());
    } else if (field.key == "context") {
      call.context = field.value;
    } else {
      args.push_back(field);
    }
  }
  Arena arena;
  call.args = arena.object(args);
  if (body->root().has("ids") && is_on_model(call.method) && find_model(call.model) != nullptr)
    return json_fault({"werkzeug.exceptions.UnprocessableEntity",
                       "cannot call " + call.model + "." + call.method + " with ids", 422, 1});
  const Answer answer = execute(*user, call, arena);
  return answer.fault ? json_fault(*answer.fault) : json(200, answer.value);
}

HttpReply Service::jsonrpc(const HttpMessage& request) {
  if (!is_json(request)) return html(415, "Unsupported Media Type");
  const Result<Document> body = value::read_json(request.body);
  if (!body || !body->root().is_object()) return html(400, "Invalid JSON data");
  const Value params = body->root()["params"];
  Arena arena;
  const Answer answer = service_call(params["service"].text(), params["method"].text(), params["args"], arena);
  const Value id = body->root()["id"];
  if (answer.fault) {
    const Fault& fault = *answer.fault;
    const Value data =
        arena.object({{"name", Value::of(std::string_view(fault.name))},
                      {"debug", "Traceback"},
                      {"message", Value::of(std::string_view(fault.message))},
                      {"arguments", arena.array({Value::of(std::string_view(fault.message))})},
                      {"context", arena.object(std::initializer_list<std::pair<std::string_view, Item>>{})}});
    return json(
        200, arena.object({{"jsonrpc", "2.0"},
                           {"id", id},
                           {"error", arena.object({{"code", 0}, {"message", "Odoo Server Error"}, {"data", data}})}}));
  }
  // None has neither result nor error.
  if (answer.value.is_null()) return json(200, arena.object({{"jsonrpc", "2.0"}, {"id", id}}));
  return json(200, arena.object({{"jsonrpc", "2.0"}, {"id", id}, {"result", answer.value}}));
}

HttpReply Service::xmlrpc(const HttpMessage& request, std::string_view service) {
  HttpReply reply;
  reply.content_type = "text/xml; charset=utf-8";
  value::XmlReader reader(value::XmlReader::Message::kCall);
  reader.feed(request.body);
  const Result<value::XmlMessage> call = reader.finish();
  if (!call) {
    reply.body = value::write_xml_fault(
        1, "Traceback (most recent call last):\nxml.parsers.expat.ExpatError: " + call.error().message);
    return reply;
  }
  Arena arena;
  const Answer answer = service_call(service, call->method, call->value.root(), arena);
  if (answer.fault) {
    const Fault& fault = *answer.fault;
    const bool traceback = fault.code == 1;
    reply.body = value::write_xml_fault(fault.code, traceback ? "Traceback (most recent call last):\n" +
                                                                    fault.name.substr(fault.name.rfind('.') + 1) +
                                                                    ": " + fault.message
                                                              : fault.message);
    return reply;
  }
  if (call->value.root().size() > 4 && call->value.root().at(4).text() == "get_external_id") {
    reply.body =
        value::write_xml_fault(1, "Traceback (most recent call last):\nTypeError: dictionary key must be string");
    return reply;
  }
  if (answer.value.is_null()) {
    reply.body = value::write_xml_fault(
        1, "Traceback (most recent call last):\nTypeError: cannot marshal None unless allow_none is enabled");
    return reply;
  }
  const Result<std::string> body = value::write_xml_response(answer.value);
  reply.body = body ? *body : value::write_xml_fault(1, body.error().message);
  return reply;
}

Answer Service::service_call(std::string_view service, std::string_view method, Value params, Arena& reply) {
  if (service == "common" && method == "version") {
    const Value text = reply.text(std::to_string(database_.options().major) + ".0");
    return reply.object({{"server_version", text},
                         {"server_version_info", version_info(reply)},
                         {"server_serie", text},
                         {"protocol_version", 1}});
  }
  const auto param = [&](size_t i) { return i < params.size() ? params.at(i) : Value{}; };
  if (param(0).text() != database_.options().name)
    return Fault{"psycopg2.OperationalError", "database \"" + std::string(param(0).text()) + "\" does not exist", 500,
                 1};
  if (service == "common" && (method == "authenticate" || method == "login")) {
    const User* user = database_.sign_in(param(1).text(), param(2).text());
    return user == nullptr ? Value::of(false) : Value::of(user->id);
  }
  if (service != "object" || method != "execute_kw") return not_found("Method not found", "builtins.NameError");
  const User* user = database_.by_id(param(1).integer());
  if (user == nullptr || database_.sign_in(user->login, param(2).text()) != user)
    return Fault{"odoo.exceptions.AccessDenied", "Access Denied", 403, 3};
  Request call;
  call.model = param(3).text();
  call.method = param(4).text();
  std::vector<Value> positional;
  for (const Value value : param(5).items()) positional.push_back(value);
  // A method of records takes the ids first.
  const bool has_group_on_model = call.method == "has_group" && database_.options().major < 19;
  if (!has_group_on_model && !is_on_model(call.method) && !positional.empty()) {
    for (const Value id : positional.front().items()) call.ids.push_back(id.integer());
    if (positional.front().as_integer()) call.ids.push_back(positional.front().integer());
    positional.erase(positional.begin());
  }
  const std::vector<std::string> names = database_.parameters(call.method);
  if (positional.size() > names.size() && !names.empty())
    return type_error(call.method + "() takes fewer positional arguments");
  std::vector<Field> args;
  for (size_t i = 0; i < positional.size() && i < names.size(); ++i)
    args.push_back({reply.keep(names[i]), positional[i]});
  for (const Field field : param(6).fields()) {
    if (field.key == "context")
      call.context = field.value;
    else
      args.push_back(field);
  }
  call.args = reply.object(args);
  // The two older transports word these two otherwise.
  if (find_model(call.model) == nullptr) return user_error("Object " + call.model + " doesn't exist");
  Answer answer = execute(*user, call, reply);
  if (answer.fault && answer.fault->name == "werkzeug.exceptions.UnprocessableEntity")
    answer.fault->name = "builtins.TypeError";
  if (answer.fault && answer.fault->name == "werkzeug.exceptions.NotFound")
    return Fault{"builtins.AttributeError", "The method '" + call.model + "." + call.method + "' does not exist", 500,
                 1};
  return answer;
}

Answer Service::execute(const User& user, const Request& request, Arena& reply) {
  ++calls_[request.model + "/" + request.method];
  return database_.execute(user, request, reply);
}

// GET /doc-bearer/<model>.json: names of arguments, for administrators.
HttpReply Service::documentation(const HttpMessage& request, std::string_view path) {
  const User* user = bearer(request);
  if (user == nullptr || !user->administrator)
    return json_fault(access_error("This page needs the group Technical Documentation"));
  const std::string model(path.substr(0, path.rfind(".json")));
  if (find_model(model) == nullptr) return html(404, "Not Found");
  Arena arena;
  std::vector<Field> methods;
  for (const char* method : {"search", "search_read", "read", "create", "write", "load", "message_post"}) {
    std::vector<Field> parameters;
    for (const std::string& name : database_.parameters(method))
      parameters.push_back(
          {arena.keep(name), arena.object(std::initializer_list<std::pair<std::string_view, Item>>{})});
    methods.push_back({method, arena.object({{"parameters", arena.object(parameters)}})});
  }
  return json(200, arena.object({{"model", arena.text(model)}, {"methods", arena.object(methods)}}));
}

}  // namespace outrigger::sandbox
