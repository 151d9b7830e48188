// `outrigger audit`: what each plugin that has a part in it finds, one after another on one page. A part is a command
// of the plugin's manifest with "audit": true; it is run under a plan, so nothing that it might write is sent, and
// where no host runs, with a grant that only reads, so it needs no consent to more.
#include <algorithm>

#include "host/cli/plugin_command.hpp"
#include "host/cli/table.hpp"
#include "host/report/text.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

struct Words {
  std::string_view title;
  std::string_view no_part;
  std::string_view nothing_written;
  std::string_view held_back;
  std::string_view failed;
};
constexpr Words kEnglish{"Sales audit", "No plugin with a part in the audit is there.",
                         "Nothing was written to Odoo: every call of this audit only read.",
                         "tried to write; nothing was sent to Odoo", "could not look"};
constexpr Words kVietnamese{"Kiểm tra bán hàng", "Không có plugin nào tham gia kiểm tra.",
                            "Không ghi gì vào Odoo: lần kiểm tra này chỉ đọc dữ liệu.",
                            "đã thử ghi; không có gì được gửi tới Odoo", "không kiểm tra được"};

struct Part {
  std::string plugin;
  std::string command;
  Result<Document> answer;  // as run_command's
};

std::vector<Part> run_parts(const CommonOptions& common, const Config& config, StopSignal& stop) {
  ProgressBar bar;
  Sink sink;
  sink.text = [](std::string_view) {};
  sink.progress = [&](uint64_t done, uint64_t total, std::string_view label) { bar.show(done, total, label); };
  CommonOptions quiet = common;
  quiet.json = true;
  std::vector<Part> parts;
  const Discovery plugins = discover(plugin_folders(config));
  for (const Manifest& manifest : plugins.plugins)
    for (const CommandDeclaration& command : manifest.commands) {
      if (!command.audit) continue;
      const Result<Document> args = typed_arguments(command, {});
      if (!args) {
        parts.push_back({manifest.id, command.name, args.error()});
        continue;
      }
      const Document request = command_request(quiet, manifest.id, command, args->root(), true);
      parts.push_back({manifest.id, command.name, run_somewhere(config, request.root(), sink, stop)});
    }
  bar.clear();
  return parts;
}

bool wrote(const Part& part) { return part.answer && !part.answer->root()["plan"].text().empty(); }

Document page_of(const Config& config, const CommonOptions& common, const std::vector<Part>& parts) {
  const Words& words = common.locale == "vi" ? kVietnamese : kEnglish;
  return Document::build([&](Arena& arena) {
    std::vector<Value> blocks;
    const auto note = [&](const char* level, const std::string& text) {
      blocks.push_back(arena.object({{"block", "note"}, {"level", Value::of(level)}, {"text", arena.text(text)}}));
    };
    if (parts.empty()) note("warn", std::string(words.no_part));
    for (const Part& part : parts) {
      if (!part.answer)
        note("fail", part.plugin + " " + std::string(words.failed) + ": " + part.answer.error().message);
      else if (wrote(part))
        note("fail", part.plugin + " " + std::string(words.held_back));
    }
    if (std::none_of(parts.begin(), parts.end(), wrote)) note("ok", std::string(words.nothing_written));
    for (const Part& part : parts)
      if (part.answer)
        for (const Value block : part.answer->root()["result"]["report"]["blocks"].items())
          blocks.push_back(arena.copy(block));
    const Result<const DatabaseConfig*> database = find_database(config, common.database);
    const std::string where = database ? (*database)->name + " · " + (*database)->connection.url + " · " : "";
    return arena.object({{"title", words.title},
                         {"subtitle", arena.text(where + utc_text(now_micros()) + " UTC")},
                         {"blocks", arena.array(blocks)}});
  });
}

Document figures_of(const std::vector<Part>& parts) {
  return Document::build([&](Arena& arena) {
    std::vector<Value> all;
    for (const Part& part : parts) {
      std::vector<Field> fields{{"plugin", arena.text(part.plugin)},
                                {"command", arena.text(part.command)},
                                {"held_back_writes", Value::of(wrote(part))}};
      if (!part.answer) {
        fields.push_back({"error", arena.text(part.answer.error().message)});
      } else {
        for (const Field field : part.answer->root()["result"].fields())
          if (field.key != "report") fields.push_back({arena.keep(field.key), arena.copy(field.value)});
      }
      all.push_back(arena.object(fields));
    }
    return arena.object({{"parts", arena.array(all)}});
  });
}

}  // namespace

int run_audit(const CommonOptions& common, const std::string& html, StopSignal& stop) {
  Result<Config> config = read_config(common.config);
  if (!config) {
    report_error(config.error(), common.json);
    return kExitUsage;
  }
  config->grant_reads = true;
  const std::vector<Part> parts = run_parts(common, *config, stop);
  // One that could not even connect is a failure; one among others is said on the page.
  for (const Part& part : parts)
    if (!part.answer && parts.size() == 1) return report_error(part.answer.error(), common.json);
  const Document page = page_of(*config, common, parts);
  if (common.json)
    print(value::to_pretty_json(figures_of(parts).root()) + "\n");
  else
    print(text_of(page.root(), terminal_width() == 0 ? 100 : terminal_width()));
  if (!html.empty())
    if (const Result<void> kept = save_page(html, page.root(), common.locale, odoo_address(*config, common)); !kept)
      return report_error(kept.error(), common.json);
  const bool partly = std::any_of(parts.begin(), parts.end(), [](const Part& part) { return !part.answer; });
  return partly ? kExitPartly : kExitOk;
}

}  // namespace outrigger::host
