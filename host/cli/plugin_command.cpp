#include "host/cli/plugin_command.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>

#include "host/cli/command_run.hpp"
#include "host/cli/writes.hpp"
#include "host/control/control.hpp"
#include "host/report/html.hpp"
#include "host/report/text.hpp"
#include "integration/value/cbor.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

// It crosses to a running host within one request, which has a bound of its own.
constexpr uintmax_t kLargestFile = uintmax_t{256} << 10U;

Result<Value> text_of_file(const CommandArgument& argument, const std::string& file, Arena& arena) {
  const auto refuse = [&](const std::string& why) {
    return Error{Code::kInvalid, "--" + argument.name + " names " + file + ", which " + why, Source::kHost,
                 Effect::kNone, -1};
  };
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return refuse("is no file");
  if (std::filesystem::file_size(file, error) > kLargestFile || error) return refuse("is larger than 256 KiB");
  std::ifstream in(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return refuse("cannot be read: is it yours to read?");
  if (text.size() > kLargestFile) return refuse("is larger than 256 KiB");
  if (!value::is_utf8(text)) return refuse("is not UTF-8 text; save it as UTF-8");
  return arena.text(text);
}

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
  if (argument.type == "file") return text_of_file(argument, text, arena);
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

Document command_request(const CommonOptions& common, const std::string& plugin, const CommandDeclaration& command,
                         Value args, bool plan) {
  return Document::build([&](Arena& arena) {
    return arena.object({{"do", "command"},
                         {"stream", true},
                         {"database", arena.text(common.database)},
                         {"plugin", arena.text(plugin)},
                         {"command", arena.text(command.name)},
                         {"args", arena.copy(args)},
                         {"plan", plan},
                         {"json", common.json},
                         {"locale", arena.text(common.locale)},
                         {"width", int64_t{terminal_width()}}});
  });
}

std::string odoo_address(const Config& config, const CommonOptions& common) {
  const Result<const DatabaseConfig*> database = find_database(config, common.database);
  return database ? (*database)->connection.url : std::string();
}

Result<void> save_page(const std::string& file, Value report, std::string_view locale, std::string_view odoo) {
  const auto refuse = [&](const std::string& why) {
    return Error{Code::kAccess, file + " cannot be written: " + why, Source::kHost, Effect::kNone, -1};
  };
  const std::string part = file + ".part";
  std::ofstream out(part, std::ios::binary);
  out << html_of(report, locale, odoo);
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(part, file, error);
  if (out && !error) return {};
  std::error_code ignored;
  std::filesystem::remove(part, ignored);
  return refuse(error ? error.message() : "is its folder there and yours to write in, and is there room on the disk?");
}

namespace {

// What a command says while it runs, on this terminal.
class Speaking {
 public:
  explicit Speaking(bool json) : json_(json) {}
  Sink sink() {
    return {[this](std::string_view text) { say(text); },
            [this](uint64_t done, uint64_t total, std::string_view label) { bar_.show(done, total, label); }};
  }
  void end() { bar_.clear(); }

 private:
  void say(std::string_view text) {
    if (json_) return;
    bar_.clear();
    print(text);
  }

  bool json_;
  ProgressBar bar_;
};

// The answer without its report, which is for a person.
Value figures_of(Value result, Arena& arena) {
  if (!result.is_object() || !result.has("report")) return result;
  std::vector<Field> fields;
  for (const Field field : result.fields())
    if (field.key != "report") fields.push_back(field);
  return arena.object(fields);
}

Result<void> print_report(Value report, const CommonOptions& common, bool plan) {
  const std::string_view planned = report["plan"].text();
  constexpr uint32_t kNoTerminal = 100;
  if (!common.json) {
    const Value page = report["result"]["report"];
    const uint32_t width = terminal_width();
    if (page.is_object()) print(text_of(page, width == 0 ? kNoTerminal : width));
    print(report["plan_text"].text());
    return {};
  }
  Arena arena;
  const Value figures = figures_of(report["result"], arena);
  if (!plan) {
    print(value::to_pretty_json(figures) + "\n");
    return {};
  }
  Document kept;
  if (!planned.empty()) {
    Result<Document> read = value::read_json(planned);
    if (!read) return read.error();
    kept = *std::move(read);
  }
  print(value::to_pretty_json(arena.object({{"result", figures}, {"plan", kept.root()}})) + "\n");
  return {};
}

}  // namespace

int finish_command(const Result<Document>& report, const CommonOptions& common, const PluginCommandOptions& options,
                   const std::string& odoo) {
  if (!report) {
    const int code = report_error(report.error(), common.json);
    const bool ours = report.error().code == Code::kInvalid && report.error().source == Source::kHost;
    return ours ? static_cast<int>(kExitUsage) : code;
  }
  if (const Result<void> printed = print_report(report->root(), common, options.plan); !printed)
    return report_error(printed.error(), common.json);
  if (!options.html.empty())
    if (const Result<void> kept = save_page(options.html, report->root()["result"]["report"], common.locale, odoo);
        !kept)
      return report_error(kept.error(), common.json);
  if (!options.save.empty())
    if (const Result<void> kept = save_plan(options.save, report->root()["plan"].text()); !kept)
      return report_error(kept.error(), common.json);
  const Value result = report->root()["result"];
  return result["failed"].size() + result["unknown"].size() > 0 ? kExitPartly : kExitOk;
}

Result<Document> run_somewhere(Config config, Value request, const Sink& sink, StopSignal& stop) {
  const auto on_event = [&](Value event) {
    if (event.has("text")) sink.text(event["text"].text());
    if (event.has("done"))
      sink.progress(static_cast<uint64_t>(event["done"].integer()), static_cast<uint64_t>(event["total"].integer()),
                    event["label"].text());
  };
  Result<Document> there = ask_control(control_socket(config), request, on_event, stop.token());
  const bool nobody = !there && there.error().code == Code::kMissing && there.error().source == Source::kHost &&
                      !host_runs(control_socket(config));
  if (!nobody) return there;
  Deployment deployment(std::move(config));
  std::mutex making;
  return run_command(deployment, making, request, sink, stop.token());
}

int run_plugin_command(const CommonOptions& common, const std::string& plugin, const CommandDeclaration& command,
                       const std::vector<GivenArgument>& given, const PluginCommandOptions& options, StopSignal& stop) {
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
  Speaking speaking(common.json);
  const std::string odoo = odoo_address(*config, common);
  const Document request = command_request(common, plugin, command, args->root(), options.plan);
  const Result<Document> report = run_somewhere(*std::move(config), request.root(), speaking.sink(), stop);
  speaking.end();
  return finish_command(report, common, options, odoo);
}

int run_command_here(Deployment& deployment, const CommonOptions& common, const std::string& plugin,
                     const CommandDeclaration& command, Value args, StopSignal& stop) {
  std::mutex making;
  Speaking speaking(common.json);
  const Document request = command_request(common, plugin, command, args, false);
  const Result<Document> report = run_command(deployment, making, request.root(), speaking.sink(), stop.token());
  speaking.end();
  return finish_command(report, common, {}, {});
}

}  // namespace outrigger::host
