// `outrigger privacy export|erase WHO`: what is kept of a person here.
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "host/cli/ask.hpp"
#include "host/cli/commands.hpp"
#include "host/cli/deployment.hpp"
#include "host/cli/table.hpp"
#include "host/secrets/whole_file.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }
std::string text(Value value) { return std::string(value.text()); }

struct Who {
  int64_t partner = 0;
  std::string email = {};
};

Result<Who> who_of(const std::string& given) {
  const bool digits = !given.empty() && given.size() < 19 && given.find_first_not_of("0123456789") == std::string::npos;
  if (digits && std::stoll(given) > 0) return Who{std::stoll(given)};
  const size_t at = given.find('@');
  if (at != std::string::npos && at != 0 && at + 1 < given.size() && given.find(' ') == std::string::npos)
    return Who{0, given};
  return refuse(Code::kInvalid, given + " names nobody: give the id of a contact, or an e-mail address");
}

// A contact's number means another person in each database.
Result<std::vector<std::string>> databases_of(const CommonOptions& common, const Who& who) {
  const Result<Config> config = read_config(common.config);
  if (!config) return config.error();
  if (!common.database.empty() || config->databases.size() == 1) {
    const Result<const DatabaseConfig*> one = find_database(*config, common.database);
    if (!one) return one.error();
    return std::vector<std::string>{(*one)->name};
  }
  std::vector<std::string> all;
  for (const DatabaseConfig& database : config->databases) all.push_back(database.name);
  if (who.partner == 0) return all;
  return refuse(Code::kInvalid, "contact " + std::to_string(who.partner) +
                                    " is another person in each database: choose one with --database, or give an "
                                    "e-mail address, which is looked for in all");
}

Result<Document> find(const CommonOptions& common, const std::string& database, const Who& who) {
  Arena arena;
  return ask_host(common, arena.object({{"do", "privacy.find"},
                                        {"database", arena.text(database)},
                                        {"partner", who.partner},
                                        {"email", arena.text(who.email)}}));
}

Result<Document> ask_of(const CommonOptions& common, const char* what, const std::string& database, Value record) {
  Arena arena;
  return ask_host(common, arena.object({{"do", what},
                                        {"database", arena.text(database)},
                                        {"model", arena.text(record["model"].text())},
                                        {"id", record["id"].integer()}}));
}

// What no command of ours can reach.
std::vector<std::string> out_of_reach(const std::vector<Document>& found) {
  std::vector<std::string> all{"Odoo itself: what it still has is read again, so erase or anonymise it there first",
                               "backups, saved plans, exports and logs that you keep elsewhere"};
  for (const Document& database : found)
    for (const Value copy : database.root()["copies"].items())
      all.push_back("a copy that an update or a restore has left: " + text(copy));
  return all;
}

Value list_of(const std::vector<std::string>& words, Arena& arena) {
  std::vector<Value> all;
  for (const std::string& word : words) all.push_back(arena.text(word));
  return arena.array(all);
}

int export_all(const CommonOptions& common, const PrivacyOptions& options, const std::vector<Document>& found) {
  Arena arena;
  std::vector<Value> databases;
  size_t count = 0;
  for (const Document& database : found) {
    std::vector<Value> records;
    for (const Value record : database.root()["records"].items()) {
      const Result<Document> kept = ask_of(common, "privacy.export", text(database.root()["database"]), record);
      if (!kept) return report_error(kept.error(), common.json);
      const Value all = kept->root();
      if (all["kept"].size() + all["store"].size() + all["writes"].size() == 0) continue;
      records.push_back(arena.object({{"model", arena.text(record["model"].text())},
                                      {"id", record["id"].integer()},
                                      {"why", arena.text(record["why"].text())},
                                      {"kept", arena.copy(all["kept"])},
                                      {"store", arena.copy(all["store"])},
                                      {"writes", arena.copy(all["writes"])}}));
    }
    count += records.size();
    databases.push_back(arena.object(
        {{"database", arena.text(database.root()["database"].text())}, {"records", arena.array(records)}}));
  }
  const Value whole = arena.object({{"person", arena.text(options.who)},
                                    {"databases", arena.array(databases)},
                                    {"not_looked_at", list_of(out_of_reach(found), arena)}});
  const std::string json = value::to_pretty_json(whole) + "\n";
  if (options.to.empty()) {
    print(json);
    return kExitOk;
  }
  if (const Result<void> kept = replace_whole(options.to, json); !kept) return report_error(kept.error(), common.json);
  if (!common.json) print(options.to + ": what is kept of " + std::to_string(count) + " records\n");
  return kExitOk;
}

void print_plan(const std::vector<Document>& found) {
  std::vector<std::vector<std::string>> rows;
  for (const Document& database : found)
    for (const Value record : database.root()["records"].items())
      rows.push_back({text(database.root()["database"]),
                      text(record["model"]) + " " + std::to_string(record["id"].integer()), text(record["why"])});
  print(rows.empty() ? "nothing is kept of it\n" : table({"database", "record", "since"}, rows));
}

bool wanted() {
  print("Forget what is kept of these? Writes on them can then not be undone. [y/N] ");
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

int erase_all(const CommonOptions& common, const std::vector<Document>& found) {
  int64_t rows = 0;
  int64_t open = 0;
  for (const Document& database : found)
    for (const Value record : database.root()["records"].items()) {
      const Result<Document> gone = ask_of(common, "privacy.erase", text(database.root()["database"]), record);
      if (!gone) return report_error(gone.error(), common.json);
      for (const char* what : {"kept", "store", "writes"}) rows += gone->root()[what].integer();
      open += gone->root()["open"].integer();
    }
  std::vector<std::string> reach = out_of_reach(found);
  if (open != 0)
    reach.push_back(std::to_string(open) +
                    " writes whose outcome is not known: `outrigger writes decide`, then erase once more");
  if (common.json) {
    Arena arena;
    print(value::to_pretty_json(
              arena.object({{"erased", rows}, {"open", open}, {"not_reached", list_of(reach, arena)}})) +
          "\n");
  } else {
    print("forgotten: " + std::to_string(rows) + " entries\nnot reached:\n");
    for (const std::string& one : reach) print("  " + one + "\n");
  }
  return open == 0 ? kExitOk : kExitPartly;
}

}  // namespace

int run_privacy(const CommonOptions& common, const std::string& what, const PrivacyOptions& options) {
  const Result<Who> who = who_of(options.who);
  const Result<std::vector<std::string>> databases =
      who ? databases_of(common, *who) : Result<std::vector<std::string>>(who.error());
  if (!databases) {
    report_error(databases.error(), common.json);
    return kExitUsage;
  }
  const bool ask = what == "erase" && !options.yes && !options.plan;
  if (ask && (common.json || ::isatty(STDIN_FILENO) == 0)) {
    report_error(refuse(Code::kInvalid, "nothing was erased; look with --plan, then say --yes"), common.json);
    return kExitUsage;
  }
  std::vector<Document> found;
  for (const std::string& database : *databases) {
    Result<Document> one = find(common, database, *who);
    if (!one) return report_error(one.error(), common.json);
    found.push_back(*std::move(one));
  }
  if (what == "export") return export_all(common, options, found);
  if (options.plan && common.json) {
    Arena arena;
    std::vector<Value> all;
    for (const Document& database : found) all.push_back(database.root());
    print(value::to_pretty_json(
              arena.object({{"databases", arena.array(all)}, {"not_reached", list_of(out_of_reach(found), arena)}})) +
          "\n");
    return kExitOk;
  }
  if (!common.json) print_plan(found);
  if (options.plan) {
    print("not reached:\n");
    for (const std::string& one : out_of_reach(found)) print("  " + one + "\n");
    print("nothing was changed\n");
    return kExitOk;
  }
  if (ask && !wanted()) return kExitFailed;
  return erase_all(common, found);
}

}  // namespace outrigger::host
