// `outrigger secrets list|put|rotate|erase`: what a plugin may use and nobody reads back.
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iostream>

#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/grants/permissions.hpp"
#include "host/secrets/vault.hpp"
#include "host/services/clock.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

struct Case {
  Config config;
  std::string database;
  std::string note;  // what the admin should know, empty: nothing
};

int usage_error(const Error& error, bool json) {
  const int code = report_error(error, json);
  return error.code == Code::kInvalid ? static_cast<int>(kExitUsage) : code;
}

// A misspelt plugin would never find its secret.
Result<Case> open_case(const CommonOptions& common, const SecretsOptions& options) {
  Result<Config> config = read_config(common.config);
  if (!config) return config.error();
  const Result<const DatabaseConfig*> database = find_database(*config, common.database);
  if (!database) return database.error();
  Case one{*std::move(config), (*database)->name, {}};
  if (options.plugin.empty()) return one;
  for (const Manifest& manifest : discover(plugin_folders(one.config)).plugins) {
    if (manifest.id != options.plugin) continue;
    const auto asked = Permissions::parse(manifest.document.root()["permissions"], manifest.id);
    if (!options.name.empty() && asked && !asked->may_use_secret(options.name))
      one.note = "note: plugin " + manifest.id + " does not ask for a secret " + options.name +
                 " in its manifest, so it cannot use this one";
    return one;
  }
  return refuse(Code::kMissing,
                "there is no plugin " + options.plugin + "; `outrigger plugin list` shows what is there");
}

Vault vault_of(const Config& config) {
  return Vault({.folder = config.data_folder, .key = config.secrets_key, .hide = {}, .now = now_micros});
}

// What is typed is not shown.
class Silence {
 public:
  Silence() : terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!terminal_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() {
    if (terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  [[nodiscard]] bool terminal() const { return terminal_; }

 private:
  termios before_{};
  bool terminal_;
};

SecretText read_all(std::istream& stream) {
  std::string text(Vault::kLongestValue + 2, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  std::string_view value(text.data(), static_cast<size_t>(stream.gcount()));
  if (value.ends_with('\n')) value.remove_suffix(1);
  if (value.ends_with('\r')) value.remove_suffix(1);
  SecretText kept(value);
  wipe(text);
  return kept;
}

Result<SecretText> read_value(const std::string& from) {
  if (!from.empty()) {
    std::ifstream stream(from, std::ios::binary);
    if (!stream) return refuse(Code::kMissing, "cannot read " + from + "; correct --from");
    return read_all(stream);
  }
  const Silence silence;
  if (!silence.terminal()) return read_all(std::cin);
  print_error("type or paste the value, then Enter; it is not shown");
  std::string line;
  std::getline(std::cin, line);
  SecretText value(line);
  wipe(line);
  return value;
}

// "2026-12-31", or nothing: microseconds UTC.
Result<int64_t> time_of(const std::string& day) {
  if (day.empty()) return int64_t{0};
  int year = 0;
  unsigned month = 0;
  unsigned date = 0;
  int used = 0;
  const bool read = std::sscanf(day.c_str(), "%4d-%2u-%2u%n", &year, &month, &date, &used) == 3;
  const std::chrono::year_month_day when{std::chrono::year(year), std::chrono::month(month), std::chrono::day(date)};
  if (!read || static_cast<size_t>(used) != day.size() || !when.ok())
    return refuse(Code::kInvalid, "--expires must be a day such as 2026-12-31");
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::sys_days(when).time_since_epoch()).count();
}

std::string day_of(int64_t micros) {
  if (micros == 0) return "-";
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(micros)};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()));
  return text;
}

}  // namespace

int run_secrets_list(const CommonOptions& common, const SecretsOptions& options) {
  const Result<Case> one = open_case(common, options);
  if (!one) return usage_error(one.error(), common.json);
  Vault vault = vault_of(one->config);
  const Result<std::vector<SecretEntry>> kept = vault.list(options.plugin, one->database);
  if (!kept) return report_error(kept.error(), common.json);
  Arena arena;
  std::vector<Value> rows;
  for (const SecretEntry& entry : *kept) {
    rows.push_back(arena.object({{"plugin", arena.text(entry.plugin)},
                                 {"database", arena.text(entry.database)},
                                 {"name", arena.text(entry.name)},
                                 {"stored", entry.stored},
                                 {"expires", entry.expires == 0 ? Value{} : Value::of(entry.expires)}}));
    if (!common.json)
      print(entry.plugin + " " + entry.name + "  stored " + day_of(entry.stored) +
            (entry.expires == 0 ? "" : "  expires " + day_of(entry.expires)) + "\n");
  }
  if (common.json)
    print(value::to_pretty_json(arena.array(rows)) + "\n");
  else if (rows.empty())
    print("no secrets are kept for database " + one->database + "\n");
  return kExitOk;
}

int run_secrets_put(const CommonOptions& common, const SecretsOptions& options, bool rotate) {
  const Result<Case> one = open_case(common, options);
  if (!one) return usage_error(one.error(), common.json);
  const Result<int64_t> expires = time_of(options.expires);
  if (!expires) return usage_error(expires.error(), common.json);
  const Result<SecretText> value = read_value(options.from);
  if (!value) return report_error(value.error(), common.json);
  Vault vault = vault_of(one->config);
  const SecretName name{options.plugin, one->database, options.name};
  const Result<void> kept =
      rotate ? vault.rotate(name, value->view(), *expires) : vault.put(name, value->view(), *expires);
  if (!kept) return report_error(kept.error(), common.json);
  if (!one->note.empty()) print_error(one->note);
  return report_done("kept " + options.name + " for plugin " + options.plugin + " on database " + one->database +
                         (rotate ? "; the one before is tried for 24 hours when Odoo or a server refuses it" : ""),
                     common.json);
}

int run_secrets_erase(const CommonOptions& common, const SecretsOptions& options) {
  // Of a plugin that is gone, too.
  SecretsOptions any = options;
  any.plugin.clear();
  const Result<Case> one = open_case(common, any);
  if (!one) return usage_error(one.error(), common.json);
  Vault vault = vault_of(one->config);
  const Result<bool> erased = vault.erase({options.plugin, one->database, options.name});
  if (!erased) return report_error(erased.error(), common.json);
  return report_done((*erased ? "erased " : "there was no ") + options.name + " of plugin " + options.plugin +
                         " on database " + one->database,
                     common.json);
}

}  // namespace outrigger::host
