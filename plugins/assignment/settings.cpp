#include "settings.hpp"

#include <charconv>

namespace outrigger::assignment {
namespace {

Error wrong(const std::string& what) { return {Code::kInvalid, "plugins.assignment.config." + what}; }

}  // namespace

const char* to_string(EngineKind engine) {
  switch (engine) {
    case EngineKind::kFair: return "fair";
    case EngineKind::kOdoo: return "odoo";
    case EngineKind::kValue: return "value";
  }
  return "";
}

std::optional<int64_t> period_of(const std::string& text) {
  int64_t count = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
  if (read.ec != std::errc() || read.ptr + 1 != text.data() + text.size() || count < 1 || count > 100'000)
    return std::nullopt;
  constexpr int64_t kMinute = 60'000;
  switch (*read.ptr) {
    case 'm': return count * kMinute;
    case 'h': return count * 60 * kMinute;
    case 'd': return count * 24 * 60 * kMinute;
    case 'w': return count * 7 * 24 * 60 * kMinute;
    default: return std::nullopt;
  }
}

namespace {

Result<void> read_reassign(Value given, Reassign& reassign) {
  if (given.is_null()) return {};
  reassign.after = text_of(given["after"]);
  const std::optional<int64_t> after = period_of(reassign.after);
  if (!after) return wrong("reassign.after is `" + reassign.after + "`; it is a number with m, h, d or w, as in 2d");
  reassign.after_ms = *after;
  reassign.times = static_cast<int>(given["times"].as_integer().value_or(1));
  reassign.weekdays = given["weekdays"].truthy();
  return {};
}

}  // namespace

Result<Settings> settings_of(Value config) {
  Settings settings;
  const std::string engine = text_of(config["engine"]);
  if (engine == "odoo")
    settings.engine = EngineKind::kOdoo;
  else if (engine == "value")
    settings.engine = EngineKind::kValue;
  else if (!engine.empty() && engine != "fair")
    return wrong("engine is `" + engine + "`; it may be fair, odoo or value");
  const std::string duplicates = text_of(config["duplicates"]);
  if (duplicates == "keep")
    settings.duplicates = DuplicatePolicy::kKeep;
  else if (duplicates == "merge")
    settings.duplicates = DuplicatePolicy::kMerge;
  else if (!duplicates.empty() && duplicates != "report")
    return wrong("duplicates is `" + duplicates + "`; it may be report, keep or merge");
  settings.seed = static_cast<uint64_t>(config["seed"].as_integer().value_or(1));
  settings.convert = config["convert"].boolean().value_or(true);
  settings.youngest_hours = config["youngest_hours"].number();
  settings.oldest_days = config["oldest_days"].number().value_or(0);
  settings.largest_share = config["largest_share"].number().value_or(1);
  settings.monthly = config["monthly"].number().value_or(30);
  if (Result<void> read = read_reassign(config["reassign"], settings.reassign); !read) return read.error();
  if (config["kinds"].is_array()) {
    settings.kinds.clear();
    settings.kinds_given = true;
    for (const Value name : config["kinds"].items()) settings.kinds.push_back(text_of(name));
  }
  settings.leave = config["leave"].boolean();
  settings.quiet = config["quiet"].truthy();
  settings.live = config["live"].truthy();
  settings.tell = config["tell"].truthy();
  settings.every = text_of(config["every"]);
  settings.cron = text_of(config["cron"]);
  settings.zone = text_of(config["zone"]);
  settings.teams = config["teams"];
  if (!settings.every.empty() && !settings.cron.empty()) return wrong("every and cron exclude each other; take one");
  if (!settings.every.empty() && !period_of(settings.every))
    return wrong("every is `" + settings.every + "`; it is a number with m, h, d or w, as in 15m");
  return settings;
}

}  // namespace outrigger::assignment
