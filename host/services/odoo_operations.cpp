#include "host/services/odoo_operations.hpp"

#include "host/services/odoo_writes.hpp"
#include "host/services/principal_remote.hpp"
#include "host/setup/setup.hpp"
#include "outrigger/abi/odoo.h"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

std::vector<std::string_view> names_of(Value list) {
  std::vector<std::string_view> names;
  for (const Value name : list.items()) names.push_back(name.text());
  return names;
}
std::vector<int64_t> ids_of(Value list) {
  std::vector<int64_t> ids;
  for (const Value id : list.items()) ids.push_back(id.integer());
  return ids;
}

Result<void> names_company(Value scope) {
  if (scope["company_id"].integer() != OR_COMPANY_DEFAULT) return {};
  return refuse(Code::kInvalid,
                "a write has to name its company: set company_id in the scope (OR_COMPANY_ALL for all)");
}

odoo::CallOptions options_of(Value scope, Lane usual, const std::stop_token& stop) {
  odoo::CallOptions options;
  const int64_t lane = scope["lane"].integer();
  options.lane = lane >= OR_LANE_INTERACTIVE && lane <= OR_LANE_SWEEPS ? static_cast<Lane>(lane) : usual;
  options.deadline = std::chrono::milliseconds(std::max<int64_t>(0, scope["deadline_ms"].integer()));
  options.stop = stop;
  return options;
}

Document scalar(Value value) { return {nullptr, value}; }
Result<Document> nothing(const Result<void>& done) {
  if (!done) return done.error();
  return Document();
}

}  // namespace

// One call: its arguments, and the options and the context that its scope asks for.
struct OdooOperations::Invocation {
  Value args;
  odoo::CallOptions options;
  Value context;
  [[nodiscard]] std::string_view model() const { return args["model"].text(); }
  [[nodiscard]] Query query() const {
    Query query;
    query.model = model();
    query.domain = args["domain"];
    query.fields = names_of(args["fields"]);
    query.order = args["order"].text();
    query.offset = args["offset"].integer();
    query.limit = args["limit"].integer();
    query.archived = args["archived"].truthy();
    query.names = args["names"].truthy();
    return query;
  }
};

struct OdooOperations::Operation {
  std::string_view name;
  Result<Document> (OdooOperations::*run)(const Invocation&);
  Lane lane;
  bool writes;
};

// The companies of the scope as Odoo's context names them; null: the user's own.
Result<Value> OdooOperations::companies(Value scope, const odoo::CallOptions& options, Arena& arena) {
  const int64_t company = scope["company_id"].integer();
  if (company == OR_COMPANY_DEFAULT) return Value{};
  if (company > 0) return arena.array({company});
  if (company != OR_COMPANY_ALL)
    return refuse(Code::kInvalid, "company_id must be the id of a company or OR_COMPANY_ALL");
  const Result<odoo::Session::Details> details = session_.details(options);
  if (!details) return details.error();
  return arena.ids(details->company_ids);
}

Result<Document> OdooOperations::call(std::string_view name, Value args, const std::stop_token& stop) {
  const std::string_view principal = args["scope"]["principal"].text();
  const bool planning = writes_ != nullptr && writes_->collecting();
  if (planning && Setup::does(name))
    return refuse(Code::kUnsupported,
                  "odoo." + std::string(name) + " cannot be planned: run the command without --plan");
  if (Setup::does(name)) return set_up(name, args, stop);
  if (principal.empty()) return perform(name, args, stop);
  if (principals_ == nullptr)
    return refuse(Code::kUnsupported, "this host keeps no users' keys; leave `principal` empty");
  if (writes_ && OdooWrites::takes(name)) return write_as(principal, name, args, stop);
  Result<Document> reply = principals_->with(principal, stop, [&](odoo::Session& session) {
    OdooOperations as_user(session);
    as_user.caller(caller_);
    return as_user.perform(name, args, stop);
  });
  return writes_ ? writes_->seen(name, args, std::move(reply)) : reply;
}

Result<Document> OdooOperations::write_as(std::string_view principal, std::string_view name, Value args,
                                          const std::stop_token& stop) {
  if (const Result<void> named = names_company(args["scope"]); !named) return named.error();
  odoo::CallOptions options = options_of(args["scope"], Lane::kWrites, stop);
  options.caller = caller_;
  PrincipalRemote remote(*principals_, std::string(principal), stop);
  const Result<Document> context =
      remote.open([&](odoo::Session& session) { return OdooOperations(session).context_of(args["scope"], options); });
  if (!context) return context.error();
  return writes_->perform(name, args, context->root(), options, &remote);
}

Result<Document> OdooOperations::set_up(std::string_view name, Value args, const std::stop_token& stop) {
  if (setup_ == nullptr) return refuse(Code::kUnsupported, "this host cannot do odoo." + std::string(name) + " here");
  if (!args["scope"]["principal"].text().empty())
    return refuse(Code::kInvalid, "odoo." + std::string(name) + " uses the setup key; leave `principal` empty");
  odoo::CallOptions options;
  options.deadline = std::chrono::milliseconds(std::max<int64_t>(0, args["scope"]["deadline_ms"].integer()));
  options.stop = stop;
  return setup_->call(name, args, options);
}

Result<Document> OdooOperations::perform(std::string_view name, Value args, const std::stop_token& stop) {
  static constexpr Operation kOperations[] = {{"info", &OdooOperations::info, Lane::kInteractive, false},
                                              {"fields_get", &OdooOperations::fields_get, Lane::kInteractive, false},
                                              {"search_read", &OdooOperations::search_read, Lane::kFeed, false},
                                              {"search_count", &OdooOperations::search_count, Lane::kFeed, false},
                                              {"read_group", &OdooOperations::read_group, Lane::kFeed, false},
                                              {"has_group", &OdooOperations::has_group, Lane::kInteractive, false},
                                              {"parameter", &OdooOperations::parameter, Lane::kInteractive, false},
                                              {"read", &OdooOperations::read, Lane::kFeed, false},
                                              {"names", &OdooOperations::names, Lane::kInteractive, false},
                                              {"create", &OdooOperations::create, Lane::kWrites, true},
                                              {"write", &OdooOperations::write, Lane::kWrites, true},
                                              {"write_rows", &OdooOperations::write_rows, Lane::kWrites, true},
                                              {"unlink", &OdooOperations::unlink, Lane::kWrites, true},
                                              {"message_post", &OdooOperations::message_post, Lane::kWrites, true},
                                              {"call", &OdooOperations::method, Lane::kWrites, true}};
  const Operation* operation = nullptr;
  for (const Operation& known : kOperations)
    if (known.name == name) operation = &known;
  if (operation == nullptr) return refuse(Code::kUnsupported, "this host cannot do odoo." + std::string(name) + " yet");
  const Value scope = args["scope"];
  if (operation->writes)
    if (const Result<void> named = names_company(scope); !named) return named.error();
  Invocation call{args, options_of(scope, operation->lane, stop), {}};
  call.options.caller = caller_;
  const Result<Document> context = context_of(scope, call.options);
  if (!context) return context.error();
  call.context = context->root();
  if (writes_ && OdooWrites::takes(name)) return writes_->perform(name, args, call.context, call.options);
  Result<Document> reply = (this->*operation->run)(call);
  return writes_ ? writes_->seen(name, args, std::move(reply)) : reply;
}

Result<Document> OdooOperations::context_of(Value scope, const odoo::CallOptions& options) {
  Result<void> known;
  Document context = Document::build([&](Arena& arena) {
    const Result<Value> companies = this->companies(scope, options, arena);
    if (!companies) known = companies.error();
    const bool limited = companies && !companies->is_null();
    std::vector<Field> fields;
    for (const Field given : scope["context"].fields())
      if (!(given.key == "lang" && scope.has("lang")) && !(given.key == "allowed_company_ids" && limited))
        fields.push_back({arena.keep(given.key), arena.copy(given.value)});
    if (scope.has("lang")) fields.push_back({"lang", arena.copy(scope["lang"])});
    if (limited) fields.push_back({"allowed_company_ids", *companies});
    return arena.object(fields);
  });
  return known ? Result<Document>(std::move(context)) : Result<Document>(known.error());
}

Result<Document> OdooOperations::info(const Invocation& call) {
  const Result<odoo::Session::Details> details = session_.details(call.options);
  if (!details) return details.error();
  const odoo::ServerInfo& server = session_.info();
  return Document::build([&](Arena& arena) {
    return arena.object({{"version", arena.text(server.version)},
                         {"series", arena.text(server.series)},
                         {"major", server.major},
                         {"database", arena.text(session_.connection().database)},
                         {"transport", arena.text(server.transport)},
                         {"uid", server.uid},
                         {"lang", arena.text(server.lang)},
                         {"tz", arena.text(server.tz)},
                         {"company_ids", arena.ids(details->company_ids)},
                         {"system_tz", details->system_tz_known ? arena.text(details->system_tz) : Value{}}});
  });
}

Result<Document> OdooOperations::fields_get(const Invocation& call) {
  const auto fields =
      session_.fields(std::string(call.model()), call.options, std::string(call.args["scope"]["lang"].text()));
  if (!fields) return fields.error();
  return Document(*fields, (*fields)->root());
}

Result<Document> OdooOperations::search_read(const Invocation& call) {
  return records_.search_read(call.query(), call.options, call.context);
}

Result<Document> OdooOperations::search_count(const Invocation& call) {
  const Result<int64_t> count = records_.search_count(call.query(), call.options, call.context);
  if (!count) return count.error();
  return scalar(Value::of(*count));
}

Result<Document> OdooOperations::read_group(const Invocation& call) {
  return records_.read_group(call.query(), names_of(call.args["groupby"]), names_of(call.args["aggregates"]),
                             call.options, call.context);
}

Result<Document> OdooOperations::has_group(const Invocation& call) {
  const Result<bool> member = records_.has_group(call.args["group"].text(), call.options);
  if (!member) return member.error();
  return scalar(Value::of(*member));
}

Result<Document> OdooOperations::parameter(const Invocation& call) {
  return records_.parameter(call.args["key"].text(), call.options);
}

Result<Document> OdooOperations::read(const Invocation& call) {
  return records_.read(call.model(), ids_of(call.args["ids"]), names_of(call.args["fields"]), call.options,
                       call.context);
}

Result<Document> OdooOperations::names(const Invocation& call) {
  const Result<Document> rows =
      records_.read(call.model(), ids_of(call.args["ids"]), {"display_name"}, call.options, call.context);
  if (!rows) return rows.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> pairs;
    for (const Value row : rows->root().items())
      pairs.push_back(arena.array({row["id"], arena.text(row["display_name"].text())}));
    return arena.array(pairs);
  });
}

Result<Document> OdooOperations::create(const Invocation& call) {
  return records_.create(call.model(), call.args["values"], call.options, call.context);
}

Result<Document> OdooOperations::write(const Invocation& call) {
  return nothing(
      records_.write(call.model(), ids_of(call.args["ids"]), call.args["values"], call.options, call.context));
}

Result<Document> OdooOperations::write_rows(const Invocation& call) {
  const Result<odoo::RowsWritten> written =
      records_.write_rows(call.model(), call.args["rows"], call.options, call.context);
  if (!written) return written.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> failed;
    for (const auto& row : written->failed)
      failed.push_back(arena.object({{"id", row.id},
                                     {"message", arena.text(row.error.message)},
                                     {"code", static_cast<int64_t>(row.error.code)}}));
    return arena.object({{"done", arena.ids(written->done)},
                         {"unknown", arena.ids(written->unknown)},
                         {"failed", arena.array(failed)}});
  });
}

Result<Document> OdooOperations::unlink(const Invocation& call) {
  return nothing(records_.unlink(call.model(), ids_of(call.args["ids"]), call.options));
}

Result<Document> OdooOperations::message_post(const Invocation& call) {
  const Result<int64_t> message = records_.message_post(
      call.model(), call.args["id"].integer(), call.args["body"].text(), call.args["html"].truthy(), call.options);
  if (!message) return message.error();
  return scalar(Value::of(*message));
}

Result<Document> OdooOperations::method(const Invocation& call) {
  transport::Call remote{.model = std::string(call.model()), .method = std::string(call.args["method"].text())};
  if (call.args["ids"].size() != 0) remote.ids = ids_of(call.args["ids"]);
  remote.kwargs = call.args["args"];
  remote.context = call.context;
  return session_.call(remote, call.options);
}

}  // namespace outrigger::host
