#include "host/cli/plugin_command.hpp"

#include <charconv>

#include "host/cli/deployment.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

Result<Value> typed(const CommandArgument& argument, const std::string& text, Arena& arena) {
  const auto refuse = [&](const char* wanted) {
    return Error{Code::kInvalid, "--" + argument.name + " takes " + wanted + ", not \"" + text + "\"", Source::kHost,
                 Effect::kNone, -1};
  };
  const char* end = text.data() + text.size();
  if (argument.type == "integer") {
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end) return refuse("a whole number");
    return Value::of(number);
  }
  if (argument.type == "number") {
    double number = 0;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc() || read.ptr != end) return refuse("a number");
    return Value::of(number);
  }
  if (argument.type == "boolean") {
    if (text == "true" || text.empty()) return Value::of(true);
    if (text == "false") return Value::of(false);
    return refuse("true or false");
  }
  return arena.text(text);
}

}  // namespace

Result<Document> typed_arguments(const CommandDeclaration& command, const std::vector<GivenArgument>& given) {
  auto arena = std::make_shared<Arena>();
  std::vector<Field> fields;
  for (const CommandArgument& argument : command.arguments) {
    const GivenArgument* found = nullptr;
    for (const GivenArgument& one : given)
      if (one.name == argument.name) found = &one;
    if (found != nullptr) {
      const Result<Value> value = typed(argument, found->text, *arena);
      if (!value) return value.error();
      fields.push_back({arena->keep(argument.name), *value});
    } else if (!argument.fallback.root().is_null()) {
      fields.push_back({arena->keep(argument.name), arena->copy(argument.fallback.root())});
    } else if (argument.required) {
      return Error{Code::kInvalid, command.name + " needs " + argument.name + ": " + argument.help, Source::kHost,
                   Effect::kNone, -1};
    }
  }
  const Value root = arena->object(fields);
  return Document(arena, root);
}

int run_and_print(Instance& instance, const CommandDeclaration& command, Value args, const CommonOptions& common,
                  bool plan, StopSignal& stop) {
  ProgressBar bar;
  CommandRun run;
  run.name = command.name;
  run.plan = plan;
  run.json = common.json;
  run.locale = common.locale;
  run.width = terminal_width();
  run.args = args;
  run.text = [&](std::string_view text) {
    if (common.json) return;
    bar.clear();
    print(text);
  };
  run.progress = [&](uint64_t done, uint64_t total, std::string_view label) { bar.show(done, total, label); };
  stop.on_stop([&] { instance.cancel(); });
  const Result<Document> result = instance.run_command(run);
  stop.on_stop({});
  bar.clear();
  if (!result) return report_error(result.error(), common.json);
  if (common.json) print(value::to_pretty_json(result->root()) + "\n");
  const Value root = result->root();
  return root["failed"].size() + root["unknown"].size() > 0 ? kExitPartly : kExitOk;
}

int run_plugin_command(const CommonOptions& common, const std::string& plugin, const CommandDeclaration& command,
                       const std::vector<GivenArgument>& given, bool plan, StopSignal& stop) {
  const Result<Document> args = typed_arguments(command, given);
  if (!args) {
    report_error(args.error(), common.json);
    return kExitUsage;
  }
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  Deployment deployment(*std::move(config));
  Result<std::unique_ptr<Instance>> instance =
      deployment.instance(plugin, common.database, OR_ROLE_COMMANDS, stop.token());
  if (!instance) {
    const int code = report_error(instance.error(), common.json);
    const bool ours = instance.error().code == Code::kInvalid && instance.error().source == Source::kHost;
    return ours ? static_cast<int>(kExitUsage) : code;
  }
  return run_and_print(**instance, command, args->root(), common, plan, stop);
}

}  // namespace outrigger::host
