// The plugin's extensions, called with what a host may send and with what it never should.
#include <algorithm>

#include "host/validate/instance.hpp"
#include "outrigger/abi/changes.h"
#include "outrigger/abi/health.h"

namespace outrigger::host::validate {
namespace {

using Mood = ScriptedCaller::Mood;

constexpr int kRounds = 30;
constexpr Mood kMoods[] = {Mood::kWell, Mood::kMixed, Mood::kErrors, Mood::kNonsense};

// One round: makes the arguments, calls, looks at the answer. Nothing: all is well.
using Round = std::optional<Report> (*)(Trial& trial, const Manifest& manifest, bool& has);

Report rounds(const Subject& subject, const char* name, Round round) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  bool has = true;
  int done = 0;
  std::optional<Report> warning;
  for (const Mood mood : kMoods) {
    Trial trial(plugin, subject, mood, name);
    if (const Result<void> made = trial.create(); !made)
      return Report::skipped("not asked, because create fails: " + made.error().message);
    if (!trial.activate()) continue;
    for (int i = 0; i < kRounds && has; ++i, ++done) {
      std::optional<Report> found = round(trial, *plugin.manifest, has);
      if (found && found->verdict == Verdict::kFailed) return *found;
      if (found && !warning) warning = found;
    }
  }
  if (!has) return Report::skipped("the plugin has nothing of the kind");
  if (done == 0) return Report::skipped("not asked, because activate fails");
  return warning ? *warning : Report::passed("answers " + std::to_string(done) + " calls as it should");
}

std::optional<Report> judged(const char* what, const Result<Document>& result, bool& has) {
  if (result) return std::nullopt;
  if (result.error().code == Code::kUnsupported &&
      result.error().message.find("does not have the extension") != std::string::npos)
    has = false;
  return complaint(what, result.error());
}

// --- commands

std::optional<Report> run_commands(Trial& trial, const Manifest& manifest, bool& has) {
  has = !manifest.commands.empty();
  for (const CommandDeclaration& command : manifest.commands)
    for (const bool plan : {true, false}) {
      if (plan && !command.plan) continue;
      std::vector<Field> args;
      for (const CommandArgument& argument : command.arguments)
        if (argument.required || trial.random().once_in(2))
          args.push_back({argument.name, trial.random().typed(argument.type, trial.arena())});
      const size_t kept = trial.caller().kept();
      const Result<Document> result =
          trial.call("commands.run", trial.arena().object({{"name", std::string_view(command.name)},
                                                           {"plan", plan},
                                                           {"json", trial.random().once_in(2)},
                                                           {"locale", trial.random().once_in(2) ? "en" : "vi"},
                                                           {"width", 80},
                                                           {"args", trial.arena().object(args)}}));
      if (plan && trial.caller().kept() != kept)
        return Report::failed(command.name + " --plan keeps data or asks the web",
                              "look at command.plan() first: the host holds back writes to Odoo alone");
      if (!result && result.error().code == Code::kUnsupported && result.error().source == Source::kPlugin &&
          result.error().message.find("does not have the extension") != std::string::npos)
        return Report::failed("the manifest declares the command " + command.name + ", the plugin has no commands",
                              "override on_command, or take it out of the manifest");
      if (auto bad = judged(("the command " + command.name).c_str(), result, has)) return bad;
    }
  return std::nullopt;
}

std::optional<Report> unknown_command(Trial& trial, const Manifest& manifest, bool& has) {
  const std::string name = "no-" + std::to_string(trial.random().below(1000));
  has = !manifest.commands.empty();
  const Result<Document> result = trial.call(
      "commands.run", trial.arena().object({{"name", std::string_view(name)}, {"args", trial.arena().object({})}}));
  if (result)
    return Report::warning("it answers a command that its manifest does not declare",
                           "return an error for a name that you do not know");
  return judged("an unknown command", result, has);
}

// --- changes, jobs, webhooks

Value change(Trial& trial, const Value subscription, int64_t id) {
  Random& random = trial.random();
  Arena& arena = trial.arena();
  static constexpr const char* kKinds[] = {"created", "changed", "entered", "left", "archived", "deleted", "nonsense"};
  const auto record = [&]() -> Value {
    std::vector<Field> fields;
    for (const Value name : subscription["fields"].items())
      if (!random.once_in(5)) fields.push_back({name.text(), random.value(arena, 2)});
    return arena.object(fields);
  };
  if (random.once_in(30)) return random.value(arena);
  const char* kind = kKinds[random.below(std::size(kKinds))];
  return arena.object({{"delivery", arena.text("d" + std::to_string(random.below(1000000)))},
                       {"kind", kind},
                       {"id", random.once_in(8) ? random.integer() : id},
                       {"create_date", "2026-01-01 00:00:00"},
                       {"after", std::string_view(kind) == "deleted" || random.once_in(8) ? Value{} : record()},
                       {"before", random.once_in(2) ? Value{} : record()},
                       {"fields", random.once_in(6) ? random.value(arena, 1) : subscription["fields"]},
                       {"at", random.integer()},
                       {"attempt", static_cast<int64_t>(random.below(5))}});
}

// Null, or one known outcome for each.
std::optional<Report> outcomes(Value said, size_t count) {
  if (said.is_null()) return std::nullopt;
  if (!said.is_array() || said.size() != count)
    return Report::failed("its outcomes are not one for each change", "answer null, or an array of as many as came");
  for (const Value one : said.items()) {
    const std::string_view word = one["outcome"].text();
    if (word != "done" && word != "retry" && word != "reject")
      return Report::failed("it answers the outcome \"" + std::string(word) + "\"", "answer done, retry or reject");
  }
  return std::nullopt;
}

std::optional<Report> deliver(Trial& trial, const Manifest& manifest, bool& has) {
  Arena& arena = trial.arena();
  const Value declared = manifest.document.root()["subscriptions"];
  const Value subscription =
      declared.size() > 0 && declared.is_array() ? declared.at(trial.random().below(declared.size())) : Value{};
  std::vector<Value> list;
  for (size_t i = trial.random().below(4) + 1; i-- > 0;)
    list.push_back(change(trial, subscription, static_cast<int64_t>(i) + 1));
  const Result<Document> result =
      trial.call("changes.deliver", arena.object({{"subscription", subscription["name"].text()},
                                                  {"model", subscription["model"].text()},
                                                  {"changes", arena.array(list)}}));
  if (!result) {
    auto bad = judged("a delivery", result, has);
    if (!has && declared.size() > 0)
      return Report::failed("the manifest subscribes to changes, the plugin takes none",
                            "override on_changes, or take `subscriptions` out of the manifest");
    return bad;
  }
  return outcomes(result->root(), list.size());
}

std::optional<Report> run_job(Trial& trial, const Manifest& manifest, bool& has) {
  const Value declared = manifest.document.root()["schedule"];
  std::string name = trial.random().text();
  if (declared.is_array() && declared.size() > 0 && !trial.random().once_in(4))
    name = declared.at(trial.random().below(declared.size()))["job"].text();
  const Result<Document> result = trial.call(
      "jobs.run",
      trial.arena().object(
          {{"job", std::string_view(name)}, {"delivery", "j1"}, {"attempt", 1}, {"due", trial.random().integer()}}));
  if (result && !result->root().is_null() && !result->root().is_object())
    return Report::failed("its report of a job is not an object", "answer null or {again, after_ms, note}");
  return judged("a job", result, has);
}

std::optional<Report> receive(Trial& trial, const Manifest&, bool& has) {
  Random& random = trial.random();
  Arena& arena = trial.arena();
  std::vector<Value> headers{arena.array({"content-type", random.once_in(2) ? "application/json" : "text/plain"})};
  if (random.once_in(4)) headers.push_back(random.value(arena));
  const Value body = random.once_in(2) ? arena.bytes(random.text()) : arena.bytes("{\"id\": 1}");
  const Result<Document> result = trial.call("webhook.receive", arena.object({{"endpoint", arena.text(random.text())},
                                                                              {"delivery", "w1"},
                                                                              {"attempt", 1},
                                                                              {"at", random.integer()},
                                                                              {"headers", arena.array(headers)},
                                                                              {"query", arena.text(random.text())},
                                                                              {"body", body}}));
  if (result && !result->root().is_null()) return outcomes(arena.array({result->root()}), 1);
  return judged("a webhook", result, has);
}

// --- pages, health, configuration

std::optional<Report> render(Trial& trial, const Manifest&, bool& has) {
  Random& random = trial.random();
  Arena& arena = trial.arena();
  const bool post = random.once_in(3);
  const Value fields = arena.object({{"q", arena.text(random.text())}, {"id", arena.text(random.text())}});
  const Result<Document> result = trial.call("pages.render", arena.object({{"page", arena.text(random.text())},
                                                                           {"method", post ? "POST" : "GET"},
                                                                           {"path", arena.text(random.text())},
                                                                           {"locale", "en"},
                                                                           {"reader", ""},
                                                                           {"query", fields},
                                                                           {"form", post ? fields : Value{}}}));
  if (result && !result->root().is_object())
    return Report::failed("its page is not an object", "answer {status, title, blocks}, {redirect} or {type, body}");
  return judged("a page", result, has);
}

// Asked of an instance, since the host takes a plugin without health for a healthy one.
bool has_health(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return true;
  const Trial trial(plugin, subject, Mood::kWell, "has-health");
  const RawInstance instance(plugin, trial);
  return instance.error() || instance.extension(OR_HEALTH_ID) != nullptr;
}

std::optional<Report> health(Trial& trial, const Manifest&, bool& has) {
  const size_t writes = trial.caller().writes();
  const Result<Document> result =
      trial.call("health.check", trial.arena().object({{"locale", trial.random().once_in(2) ? "en" : "vi"}}));
  if (trial.caller().writes() != writes)
    return Report::failed("health writes to Odoo", "only read in health: it is asked also while the plugin stands by");
  for (const Value finding : (result ? result->root() : Value{}).items()) {
    const std::string_view level = finding["level"].text();
    if (level != "ok" && level != "warn" && level != "fail")
      return Report::failed("a finding has the level \"" + std::string(level) + "\"", "use ok, warn or fail");
  }
  return judged("health", result, has);
}

std::optional<Report> reconfigure(Trial& trial, const Manifest& manifest, bool& has) {
  Arena& arena = trial.arena();
  std::vector<Field> fields;
  for (const Field property : manifest.document.root()["config_schema"]["properties"].fields())
    fields.push_back({property.key, trial.random().once_in(8)
                                        ? trial.random().value(arena)
                                        : trial.random().typed(property.value["type"].text(), arena)});
  const Result<Document> result = trial.call("reconfigure.prepare", arena.object({{"config", arena.object(fields)}}));
  if (auto bad = judged("prepare", result, has); bad || !has) return bad;
  (void)trial.call(result && trial.random().once_in(2) ? "reconfigure.commit" : "reconfigure.abandon", {});
  return std::nullopt;
}

}  // namespace

std::vector<Check> call_checks() {
  return {
      {"commands", "declared commands, with and without --plan, whatever the arguments",
       [](const Subject& s) { return rounds(s, "commands", &run_commands); }},
      {"unknown-command", "a command that is not declared is an error",
       [](const Subject& s) { return rounds(s, "unknown-command", &unknown_command); }},
      {"changes", "changed records, whatever is in them",
       [](const Subject& s) { return rounds(s, "changes", &deliver); }},
      {"jobs", "jobs, also those that it does not know", [](const Subject& s) { return rounds(s, "jobs", &run_job); }},
      {"webhooks", "webhooks, whatever was sent", [](const Subject& s) { return rounds(s, "webhooks", &receive); }},
      {"pages", "pages, whatever was asked", [](const Subject& s) { return rounds(s, "pages", &render); }},
      {"health", "findings, without a write",
       [](const Subject& s) {
         return has_health(s) ? rounds(s, "health", &health) : Report::skipped("the plugin has nothing of the kind");
       }},
      {"reconfigure", "a new configuration, taken or dropped",
       [](const Subject& s) { return rounds(s, "reconfigure", &reconfigure); }}};
}

}  // namespace outrigger::host::validate
