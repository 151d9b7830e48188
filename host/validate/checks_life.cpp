// The life of an instance: extensions, create and destroy, hosts that have little, stop.
#include <malloc.h>
#include <unistd.h>

#include "host/validate/instance.hpp"

namespace outrigger::host::validate {
namespace {

using Mood = ScriptedCaller::Mood;

constexpr int kWarmUp = 20;
constexpr int kCycles = 80;
constexpr size_t kAllowance = size_t{32} << 10U;  // what lazy tables and caches may still take

Report not_created(const Error& error) {
  return Report::skipped("not asked, because create fails with its default configuration: " + error.message);
}

Report extensions(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  Trial trial(plugin, subject, Mood::kWell, "extensions");
  const RawInstance instance(plugin, trial);
  if (instance.error()) return not_created(*instance.error());
  for (const char* id : {"outrigger.nonsense/1", "outrigger.commands/2", "outrigger.odoo/1"})
    if (instance.extension(id) != nullptr)
      return Report::failed(std::string("it answers the extension ") + id + ", which no plugin has",
                            "answer NULL to every id that you do not know");
  return Report::passed("answers NULL to extensions that it does not know");
}

Report garbage_ids(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  Trial trial(plugin, subject, Mood::kWell, "garbage");
  const RawInstance instance(plugin, trial);
  if (instance.error()) return not_created(*instance.error());
  std::vector<std::string> ids{"",
                               std::string(1, '\0'),
                               "outrigger.",
                               "outrigger.commands/",
                               std::string(100000, 'x'),
                               std::string("outrigger.commands/1\0", 21),
                               " outrigger.commands/1",
                               "\xFF\xFE"};
  for (int i = 0; i < 100; ++i) {
    std::string id;
    for (size_t k = trial.random().below(40); k-- > 0;) id += static_cast<char>(trial.random().below(256));
    ids.push_back(std::move(id));
  }
  for (const std::string& id : ids)
    if (instance.extension(id) != nullptr)
      return Report::failed("it takes garbage for an extension's id", "compare the whole id, length and bytes");
  return Report::passed("answers NULL to " + std::to_string(ids.size()) + " ids of garbage");
}

Report cycles(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  size_t before = 0;
  for (int i = 0; i < kWarmUp + kCycles; ++i) {
    if (i == kWarmUp) before = ::mallinfo2().uordblks;
    Trial trial(plugin, subject, Mood::kWell, "cycles");
    if (const Result<void> made = trial.start(); !made && i == 0 && !trial.calls().exists())
      return not_created(made.error());
  }
  const size_t after = ::mallinfo2().uordblks;
  if (after > before + kAllowance)
    return Report::failed("about " + std::to_string((after - before) / kCycles) +
                              " bytes stay behind each time that an instance is destroyed",
                          "free in destroy what create and activate made");
  return Report::passed(std::to_string(kWarmUp + kCycles) + " instances come and go without growing memory");
}

Report bare_host(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  Random random(subject.seed, "bare");
  const Document config = default_config(*plugin.manifest, random);
  or_host host{};
  host.struct_size = sizeof host;
  host.get_extension = [](void*, or_str) -> const void* { return nullptr; };
  PluginCalls calls(*plugin.table);
  const Result<void> made = calls.create(&host, {OR_ROLE_COMMANDS, "test", "validate#1", config.root()});
  if (made) {
    const Result<void> active = calls.activate();
    calls.stop();
    calls.destroy();
    if (!active) return Report::passed("refuses a host without extensions: " + active.error().message);
    return Report::passed("lives with a host that has no extensions");
  }
  if (const auto bad = complaint("create", made.error())) return *bad;
  return Report::passed("refuses a host without extensions: " + made.error().message);
}

// A slot that lies outside struct_size is not there, whatever stands in memory.
[[noreturn]] void trapped() {
  static constexpr char kReport[] =
      "{\"verdict\":\"failed\",\"sentence\":\"it calls a function that lies outside the table's struct_size\","
      "\"remedy\":\"ask OR_HAS before each call of a host's function\"}\n";
  (void)!::write(report_descriptor(), kReport, sizeof kReport - 1);
  ::_exit(0);
}

Report short_structs(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  struct Cut {
    uint32_t struct_size;
    uint32_t reserved;
    void* ctx;
    void (*slots[64])();
  };
  static Cut cut{offsetof(Cut, slots), 0, nullptr, {}};
  for (auto& slot : cut.slots) slot = &trapped;
  Random random(subject.seed, "short");
  const Document config = default_config(*plugin.manifest, random);
  for (const bool whole : {true, false}) {
    or_host host{};
    host.struct_size = whole ? sizeof host : offsetof(or_host, get_extension);
    host.get_extension = whole ? [](void*, or_str) -> const void* { return &cut; }
                               : [](void*, or_str) -> const void* { trapped(); };
    PluginCalls calls(*plugin.table);
    if (!calls.create(&host, {OR_ROLE_COMMANDS, "test", "validate#1", config.root()})) continue;
    if (calls.activate()) {
      Arena arena;
      for (const CommandDeclaration& command : plugin.manifest->commands)
        (void)calls.call(
            "commands.run",
            arena.object({{"name", Value::of(std::string_view(command.name))}, {"args", arena.object({})}}), {});
    }
    calls.stop();
    calls.destroy();
  }
  return Report::passed("calls nothing that lies outside struct_size");
}

Report life(const Subject& subject) {
  const Opened plugin = open(subject);
  if (plugin.table == nullptr) return no_table(plugin);
  {
    Trial unused(plugin, subject, Mood::kWell, "life");
    if (const Result<void> made = unused.create(); !made) {
      if (const auto bad = complaint("create", made.error())) return *bad;
      return Report::warning("create refuses the default configuration: " + made.error().message,
                             "let the manifest's config_schema require what the plugin needs");
    }
    unused.calls().destroy();  // stood by and was never activated
  }
  Trial trial(plugin, subject, Mood::kWell, "life");
  (void)trial.create();
  const Result<void> active = trial.activate();
  trial.end();
  if (active) return Report::passed("create, activate, stop and destroy work, also without activate");
  if (const auto bad = complaint("activate", active.error())) return *bad;
  return Report::warning("activate fails on an Odoo that answers: " + active.error().message,
                         "say in the sentence what the admin has to do");
}

}  // namespace

std::vector<Check> life_checks() {
  return {{"extensions", "an unknown extension is NULL", &extensions},
          {"garbage-ids", "garbage for an id is NULL", &garbage_ids},
          {"cycles", "100 instances come and go without growing memory", &cycles},
          {"bare-host", "create survives a host without extensions", &bare_host},
          {"short-structs", "only functions within struct_size are called", &short_structs},
          {"life", "create, activate, stop, destroy", &life}};
}

}  // namespace outrigger::host::validate
