#include "host/validate/scripted_caller.hpp"

#include <algorithm>

namespace outrigger::host::validate {
namespace {

constexpr std::string_view kWrites[] = {"odoo.create",       "odoo.write",        "odoo.write_rows",
                                        "odoo.unlink",       "odoo.message_post", "odoo.call",
                                        "odoo.ensure_field", "odoo.ensure_view",  "odoo.install_webhook"};

// What a plan does not hold back.
constexpr std::string_view kKeeps[] = {"store.commit", "http.request"};

bool is_write(std::string_view operation) {
  return std::find(std::begin(kWrites), std::end(kWrites), operation) != std::end(kWrites);
}

}  // namespace

Result<Document> ScriptedCaller::call(std::string_view operation, Value args) {
  std::unique_lock lock(mutex_);
  ++calls_;
  if (is_write(operation)) ++writes_;
  if (std::find(std::begin(kKeeps), std::end(kKeeps), operation) != std::end(kKeeps)) ++kept_;
  if (mood_ == Mood::kBlocking) {
    ++blocked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return cancelled_; });
  }
  if (cancelled_) return Error{Code::kCancelled, "the plugin is being stopped", Source::kHost, Effect::kNone, -1};
  if (mood_ == Mood::kErrors || (mood_ == Mood::kMixed && random_.once_in(3))) return failure();
  if (mood_ == Mood::kNonsense) return Document::build([&](Arena& arena) { return random_.value(arena); });
  return answer(operation, args);
}

Error ScriptedCaller::failure() {
  const auto code = static_cast<Code>(1 + random_.below(13));
  return {code, std::string("a scripted failure (") + to_string(code) + ")", Source::kOdoo,
          static_cast<Effect>(random_.below(3)), static_cast<int32_t>(random_.below(2000)) - 1};
}

Value ScriptedCaller::row(Arena& arena, Value fields, int64_t id) {
  std::vector<Field> row{{"id", Value::of(id)}};
  for (const Value name : fields.items())
    if (name.text() != "id") row.push_back({arena.keep(name.text()), random_.value(arena, 1)});
  return arena.object(row);
}

Document ScriptedCaller::answer(std::string_view operation, Value args) {
  return Document::build([&](Arena& arena) -> Value {
    std::vector<Value> list;
    if (operation == "odoo.search_read" || operation == "odoo.read_group")
      // Few pages: one that asks for what follows an id finds nothing.
      for (int64_t id = 1; id <= 3 && args["offset"].integer() == 0; ++id)
        list.push_back(row(arena, args["fields"], id));
    if (operation == "odoo.read")
      for (const Value id : args["ids"].items()) list.push_back(row(arena, args["fields"], id.integer()));
    if (operation == "odoo.names")
      for (const Value id : args["ids"].items()) list.push_back(arena.array({id.integer(), "Anna"}));
    if (operation == "odoo.create")
      for (size_t i = 0; i < args["values"].size(); ++i) list.push_back(Value::of(static_cast<int64_t>(i) + 1));
    if (operation == "store.get") list.resize(args["keys"].size());
    if (operation == "odoo.search_count" || operation == "odoo.message_post" || operation == "domain.compile")
      return Value::of(static_cast<int64_t>(random_.below(100)) + 1);
    if (operation == "odoo.has_group") return Value::of(true);
    if (operation == "odoo.parameter" || operation == "odoo.write" || operation == "odoo.unlink") return {};
    if (operation == "odoo.fields_get") return arena.object({});
    if (operation == "odoo.info")
      return arena.object({{"version", "19.0"},
                           {"series", "19.0"},
                           {"major", 19},
                           {"database", "test"},
                           {"transport", "json2"},
                           {"uid", 2},
                           {"lang", "en_US"},
                           {"tz", "UTC"},
                           {"company_ids", arena.array({1})},
                           {"system_tz", "UTC"}});
    if (operation == "odoo.write_rows")
      return arena.object({{"done", arena.array({})}, {"unknown", arena.array({})}, {"failed", arena.array({})}});
    if (operation == "store.info")
      return arena.object({{"schema_version", 0}, {"keys", 0}, {"bytes", 0}, {"quota", 1 << 20}});
    if (operation == "http.request")
      return arena.object(
          {{"status", 200}, {"url", "https://example.org"}, {"headers", arena.array({})}, {"body", arena.bytes("{}")}});
    return arena.array(list);
  });
}

size_t ScriptedCaller::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}
size_t ScriptedCaller::kept() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}
size_t ScriptedCaller::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}
void ScriptedCaller::cancel() {
  const std::lock_guard lock(mutex_);
  cancelled_ = true;
  changed_.notify_all();
}
bool ScriptedCaller::wait_until_blocked(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return blocked_ > 0; });
}

}  // namespace outrigger::host::validate
