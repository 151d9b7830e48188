// What is asked of the sandbox and not of the Odoo in it: faults, changes by SQL, backups, the clock.
#include "integration/sandbox/service.hpp"
#include "integration/value/json.hpp"

namespace outrigger::sandbox {

bool Service::change(const RawChange& change) {
  const std::lock_guard lock(mutex_);
  return database_.change(change);
}

void Service::back_up() {
  const std::lock_guard lock(mutex_);
  database_.back_up();
}

bool Service::restore() {
  const std::lock_guard lock(mutex_);
  return database_.restore();
}

void Service::set_clock(int64_t seconds) {
  const std::lock_guard lock(mutex_);
  database_.set_clock(seconds);
}

std::optional<HttpReply> Service::control(const HttpMessage& request) {
  if (request.target == "/sandbox/faults") return faults(request);
  if (request.target == "/sandbox/sql") return sql(request);
  if (request.target == "/sandbox/backup") {
    database_.back_up();
    return json(200, Value::of(true));
  }
  if (request.target == "/sandbox/restore") {
    const bool done = database_.restore();
    return json(done ? 200 : 404, Value::of(done));
  }
  if (request.target != "/sandbox/clock") return std::nullopt;
  const Result<Document> body = value::read_json(request.body);
  if (!body) return json(400, Value::of(false));
  database_.set_clock(body->root()["seconds"].integer());
  return json(200, Value::of(true));
}

HttpReply Service::sql(const HttpMessage& request) {
  const Result<Document> body = value::read_json(request.body);
  if (!body) return json(400, Value::of(false));
  const Value root = body->root();
  RawChange change{std::string(root["model"].text()),
                   {},
                   root["values"],
                   std::string(root["write_date"].text()),
                   root["erase"].truthy()};
  for (const Value id : root["ids"].items()) change.ids.push_back(id.integer());
  const bool done = database_.change(change);
  return json(done ? 200 : 404, Value::of(done));
}

// POST /sandbox/faults {"match": "crm.lead/write", "kind": "cut_after_commit", "times": 1, "delay_ms": 0}; DELETE
// clears.
HttpReply Service::faults(const HttpMessage& request) {
  if (request.method == "DELETE") {
    injections_.clear();
    return json(200, Value::of(true));
  }
  const Result<Document> body = value::read_json(request.body);
  const auto kind = body ? injection_kind(body->root()["kind"].text()) : std::nullopt;
  Arena arena;
  if (!kind) {
    return json(400, arena.object({{"error", arena.text("kind must be one of " + injection_words())}}));
  }
  const int64_t times = body->root().has("times") ? body->root()["times"].integer() : 1;
  if (times < -1 || times == 0 || times > 1000000)
    return json(400, arena.object({{"error", "times must be 1 or more, or -1 for all"}}));
  injections_.push_back({std::string(body->root()["match"].text()), *kind, static_cast<int>(times),
                         std::chrono::milliseconds(body->root()["delay_ms"].integer())});
  return json(200, Value::of(true));
}

}  // namespace outrigger::sandbox
