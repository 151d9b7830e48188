#include "host/runner/session.hpp"

#include <unistd.h>

#include "host/border/tree.hpp"
#include "host/plugins/library.hpp"
#include "host/services/clock.hpp"

namespace outrigger::host::runner {

int Session::run() {
  (void)link_.run();
  // Whatever the plugin's threads are doing: there is nobody left to do it for.
  ::_exit(0);
}

void Session::on_call(uint64_t number, std::string name, Document body) {
  strand_.post([this, number, name = std::move(name), body = std::move(body)] {
    link_.reply(number, perform(name, body.root()));
  });
}

void Session::on_notice(std::string name, Document body) {
  if (name == "ping") link_.notify("pong", {});
  if (name == "log.level") log_level_ = static_cast<int32_t>(body.root().integer());
}

Result<Document> Session::perform(const std::string& name, Value body) {
  const auto nothing = [](const Result<void>& done) -> Result<Document> {
    if (!done) return done.error();
    return Document();
  };
  if (name == "runner.load") return nothing(load(body));
  if (!plugin_) return Error{Code::kInternal, "no plugin is loaded", Source::kHost, Effect::kNone, -1};
  if (name == "plugin.create") {
    const NewInstance fresh{static_cast<uint32_t>(body["roles"].integer()), std::string(body["database"].text()),
                            std::string(body["instance"].text()), body["config"]};
    return nothing(plugin_->create(tables_->host(), fresh));
  }
  if (name == "plugin.activate") return nothing(plugin_->activate());
  if (name == "plugin.stop") {
    plugin_->stop();
    plugin_->destroy();
    tell_dropped(rate_.dropped());
    return Document();
  }
  const int64_t sink = body["sink"].integer();
  const Sink out{[this, sink](std::string_view text) {
                   Arena arena;
                   link_.notify("sink.text", arena.object({{"sink", sink}, {"text", Value::of(text)}}));
                 },
                 [this, sink](uint64_t done, uint64_t total, std::string_view label) {
                   Arena arena;
                   link_.notify("sink.progress", arena.object({{"sink", sink},
                                                               {"done", static_cast<int64_t>(done)},
                                                               {"total", static_cast<int64_t>(total)},
                                                               {"label", Value::of(label)}}));
                 }};
  return plugin_->call(name, body["args"], out);
}

Result<void> Session::load(Value body) {
  Manifest manifest;
  manifest.id = body["id"].text();
  manifest.version = body["version"].text();
  manifest.library = std::string(body["library"].text());
  const Result<Library> library = load_library(manifest);
  if (!library) return library.error();
  std::set<std::string, std::less<>> offered;
  for (const Value id : body["offered"].items()) offered.insert(std::string(id.text()));
  log_level_ = static_cast<int32_t>(body["log_level"].integer());
  tables_ = std::make_unique<HostTables>(*this, std::string(body["host_version"].text()), std::move(offered));
  plugin_.emplace(library->table());
  return {};
}

Result<Document> Session::call(std::string_view operation, Value args) {
  if (const Result<void> sound = check_tree(args); !sound)
    return Error{Code::kInvalid,
                 "the arguments of " + std::string(operation) + " cannot be used: " + sound.error().message,
                 Source::kHost, Effect::kNone, -1};
  return link_.call(operation, args);
}

void Session::tell_dropped(uint64_t count) {
  Arena arena;
  if (count != 0) link_.notify("log.dropped", arena.object({{"count", static_cast<int64_t>(count)}}));
}

// The host counts for itself; this spares it the reading.
void Session::notify(std::string_view operation, Value args) {
  if (!check_tree(args)) return;
  if (operation == "log.write") {
    const LogRate::Verdict verdict = rate_.ask(monotonic_micros());
    tell_dropped(verdict.dropped);
    if (!verdict.pass) return;
  }
  link_.notify(operation, args);
}

}  // namespace outrigger::host::runner
