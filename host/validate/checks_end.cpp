// The end of an instance: a call that is blocked, threads and descriptors that stay.
#include <atomic>
#include <chrono>
#include <thread>

#include "host/validate/instance.hpp"

namespace outrigger::host::validate {
namespace {

using Mood = ScriptedCaller::Mood;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kPatience{5000};

size_t entries(const char* folder) {
  size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) count += entry.path().empty() ? 0U : 1U;
  return count;
}

// Everything that a manifest declares, once.
void use(Trial& trial, const Manifest& manifest) {
  Arena& arena = trial.arena();
  for (const CommandDeclaration& command : manifest.commands) {
    std::vector<Field> args;
    for (const CommandArgument& argument : command.arguments)
      if (argument.required) args.push_back({argument.name, trial.random().typed(argument.type, arena)});
    (void)trial.call("commands.run",
                     arena.object({{"name", std::string_view(command.name)}, {"args", arena.object(args)}}));
  }
  const Value record = arena.object({{"name", "Anna"}, {"won_status", "won"}});
  for (const Value subscription : manifest.document.root()["subscriptions"].items())
    (void)trial.call("changes.deliver",
                     arena.object({{"subscription", subscription["name"].text()},
                                   {"model", subscription["model"].text()},
                                   {"changes", arena.array({arena.object({{"delivery", "d1"},
                                                                          {"kind", "created"},
                                                                          {"id", 1},
                                                                          {"after", record},
                                                                          {"fields", subscription["fields"]}})})}}));
}

// On a thread of its own, as in a host: the whole life, of which the calls block.
Report blocked_stop(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  // Never freed: when it hangs, this process ends while its thread still runs.
  auto* trial = new Trial(plugin, subject, Mood::kBlocking, "blocked-stop");
  static std::atomic<bool> ended{false};
  std::thread strand([&, trial] {
    if (trial->start()) use(*trial, *plugin.manifest);
    if (trial->calls().exists()) {
      trial->calls().stop();
      trial->calls().destroy();
    }
    ended = true;
    ended.notify_all();
  });
  while (!ended && !trial->caller().wait_until_blocked(milliseconds(20))) {
  }
  if (trial->caller().calls() == 0) {
    strand.join();
    return Report::skipped("nothing that it declares calls the host");
  }
  trial->caller().cancel();
  const auto until = steady_clock::now() + kPatience;
  while (!ended && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds(2));
  if (ended) {
    strand.join();
    return Report::passed("ends when its blocked call is cancelled");
  }
  strand.detach();
  return Report::failed("5 seconds after its blocked call was cancelled it has not stopped",
                        "return from the call when a service answers OR_E_CANCELLED");
}

// How many entries a folder of /proc has more after ten lives than after one.
Report grown(const Subject& subject, const char* folder, const char* check, const char* sentence, const char* remedy) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  size_t before = entries(folder);
  for (int i = 0; i < 10; ++i) {
    {
      Trial trial(plugin, subject, Mood::kWell, check);
      if (trial.start()) use(trial, *plugin.manifest);
    }
    // The first life may make what lasts: one descriptor for all instances is no leak, a thread is.
    if (i == 0 && std::string_view(folder) == "/proc/self/fd") before = entries(folder);
  }
  const auto until = steady_clock::now() + milliseconds(500);
  while (entries(folder) > before && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds(5));
  if (entries(folder) > before) return Report::failed(sentence, remedy);
  return Report::passed("nothing is left after destroy");
}

Report threads(const Subject& subject) {
  return grown(subject, "/proc/self/task", "threads", "a thread runs on after destroy", "join every thread in stop");
}
Report descriptors(const Subject& subject) {
  return grown(subject, "/proc/self/fd", "descriptors", "descriptors stay open after destroy",
               "close in destroy what the instance opened");
}

}  // namespace

std::vector<Check> end_checks() {
  return {{"blocked-stop", "a stop ends a call that is blocked, within 5 s", &blocked_stop},
          {"threads", "no thread is left after destroy", &threads},
          {"descriptors", "no descriptor is left after destroy", &descriptors}};
}

}  // namespace outrigger::host::validate
