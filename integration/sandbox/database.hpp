// An Odoo database in memory, with users, rights and the methods that Outrigger calls.
//
//     Database database({.major = 19, .leads = 500});
//     Arena reply;
//     Answer answer = database.execute(*database.sign_in("admin", key), call, reply);
//     if (answer.fault) ...   // a Python exception's name and message, as Odoo would report it
//
// It answers as Odoo 14 or 19 does, in values and in errors; README.md says what it is not. Every change is one
// transaction: a fault leaves nothing behind. Threads: one at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "integration/domain/domain.hpp"
#include "integration/sandbox/table.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::sandbox {

struct Options {
  int major = 19;      // 14 or 19
  size_t leads = 500;  // up to a million
  uint64_t seed = 1;
  std::string name = "sandbox";
  std::function<int64_t()> now = {};  // microseconds UTC; empty: the system's clock
};

struct User {
  int64_t id = 0;
  std::string login;
  std::string password;
  std::string key;  // API key; also a password over the two older transports
  bool key_expired = false;
  bool administrator = false;
  bool all_leads = false;  // else: only the own leads and those of nobody
  std::string tz = "UTC";
};

// What goes wrong, in Odoo's words.
struct Fault {
  std::string name;  // "odoo.exceptions.AccessError"
  std::string message;
  int status = 500;  // over JSON-2
  int code = 1;      // over XML-RPC
};
Fault access_error(std::string message);
Fault missing_error(std::string message);
Fault user_error(std::string message);
Fault validation_error(std::string message);
Fault value_error(std::string message);
Fault type_error(std::string message);
Fault not_found(std::string message, std::string name);

// A change that no method of Odoo makes: by SQL, by a transaction that commits late, by a restored backup.
struct RawChange {
  std::string model;
  std::vector<int64_t> ids;
  Value values = {};            // stored as they are; null: none
  std::string write_date = {};  // "2026-11-21 12:00:00.500000"; empty: it stays, as SQL leaves it
  bool erase = false;           // the records go, with nobody told
};

struct Answer {
  Answer(Value v) : value(v) {}             // NOLINT(google-explicit-constructor)
  Answer(Fault f) : fault(std::move(f)) {}  // NOLINT(google-explicit-constructor)
  Value value;  // in the caller's arena, or borrowed from the database until its next change
  std::optional<Fault> fault;
};

struct Request {
  std::string model;
  std::string method;
  std::vector<int64_t> ids;
  Value args;     // an object of named arguments
  Value context;  // an object, or null
};

class Database {
 public:
  explicit Database(Options options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] const std::vector<User>& users() const { return users_; }
  // By key, or for the older transports by login and password or key; nullptr when refused.
  [[nodiscard]] const User* by_key(std::string_view key) const;
  [[nodiscard]] const User* sign_in(std::string_view login, std::string_view secret) const;
  [[nodiscard]] const User* by_id(int64_t uid) const;
  // The secrets of the built-in users: "admin", "demo" (a salesperson who sees a part of the leads), "expired".
  [[nodiscard]] const User& user(std::string_view login) const;
  // The user's API key from now on; the one before is void. Empty: none. Between requests.
  void replace_key(std::string_view login, const std::string& key);

  Answer execute(const User& user, const Request& request, Arena& reply);
  // False: there is no such model, record or field, and nothing was done.
  bool change(const RawChange& change);
  // Keeps all records as they are now, until the next back_up; and goes back to that, as a restored dump does. False:
  // there is no backup.
  void back_up();
  bool restore();
  // From now on the clock is so many seconds ahead of Options::now, or behind it.
  void set_clock(int64_t seconds) { ahead_ = seconds * 1'000'000; }
  // Names of a method's positional arguments, for the older transports; empty: there is no such method.
  [[nodiscard]] std::vector<std::string> parameters(const std::string& method) const;

  Table& table(std::string_view model);
  [[nodiscard]] const Table* find_table(std::string_view model) const;
  // crm.lead.scoring.frequency as a rebuild from the leads gives it. Nothing keeps it up.
  void fill_scoring_table();
  // Now, as a datetime text with microseconds.
  [[nodiscard]] std::string now_text() const;
  // Now, in microseconds since 1970 UTC.
  [[nodiscard]] int64_t now() const;

 private:
  friend void generate(Database& database);
  struct Session;  // one call: who, in which context, into which arena
  using Method = Answer (Database::*)(Session&, const Request&);
  struct Entry {
    std::string name;
    Method method;
    std::vector<std::string> parameters;
    int since = 14;
    bool writes = false;
    size_t required = 0;  // so many of the parameters, from the first
  };

  // Reading (read.cpp).
  Answer fields_get(Session& session, const Request& request);
  Answer search(Session& session, const Request& request);
  Answer search_count(Session& session, const Request& request);
  Answer search_read(Session& session, const Request& request);
  Answer read(Session& session, const Request& request);
  Answer name_search(Session& session, const Request& request);
  Answer read_group(Session& session, const Request& request);
  Answer formatted_read_group(Session& session, const Request& request);
  // Writing (write.cpp).
  Answer create(Session& session, const Request& request);
  Answer write(Session& session, const Request& request);
  Answer web_save_multi(Session& session, const Request& request);
  Answer unlink(Session& session, const Request& request);
  Answer load(Session& session, const Request& request);
  // What else is called (actions.cpp).
  Answer action_archive(Session& session, const Request& request);
  Answer toggle_active(Session& session, const Request& request);
  Answer get_external_id(Session& session, const Request& request);
  Answer action_confirm(Session& session, const Request& request);
  Answer action_cancel(Session& session, const Request& request);
  Answer action_draft(Session& session, const Request& request);
  Answer button_validate(Session& session, const Request& request);
  Answer set_state(Session& session, const Request& request, std::string_view model, std::string_view state);
  Answer action_unarchive(Session& session, const Request& request);
  Answer action_set_won(Session& session, const Request& request);
  Answer action_set_lost(Session& session, const Request& request);
  Answer message_post(Session& session, const Request& request);
  Answer context_get(Session& session, const Request& request);
  Answer has_group(Session& session, const Request& request);
  Answer get_param(Session& session, const Request& request);
  Answer set_param(Session& session, const Request& request);

  [[nodiscard]] const Entry* find_method(const std::string& method) const;
  [[nodiscard]] std::optional<Fault> check_model_access(const User& user, const ModelDef& model, bool write) const;
  [[nodiscard]] bool visible(const User& user, const Table& table, int64_t id) const;
  // Ids in order, or why not.
  struct Found {
    std::vector<int64_t> ids;
    std::optional<Fault> fault;
  };
  Found find(Session& session, const Table& table, Value domain, std::string_view order, int64_t offset,
             int64_t limit) const;
  [[nodiscard]] std::optional<Fault> sort(const Table& table, std::vector<int64_t>& ids, std::string_view order) const;
  Answer rows(Session& session, const Table& table, const std::vector<int64_t>& ids, Value fields, bool names);
  Value cell(const Table& table, int64_t id, int column, bool names, Arena& arena) const;
  // Checks the values, then stores them; `id` 0: a new record.
  std::optional<Fault> check_values(const Table& table, Value values) const;
  void store(const User& user, Table& table, int64_t id, Value values);
  std::optional<Fault> check_writable(const User& user, const Table& table, const std::vector<int64_t>& ids) const;
  int64_t insert(const User& user, Table& table, Value values);
  void after_lead_write(int64_t id, Value values, bool created);
  // Custom fields and views (setup.cpp).
  [[nodiscard]] std::optional<Fault> check_setup(const Table& table, int64_t id, Value values) const;
  void after_setup_write(Table& table, int64_t id);
  void before_setup_unlink(const Table& table, int64_t id);

  Options options_;
  std::vector<User> users_;
  std::map<std::string, std::unique_ptr<Table>, std::less<>> tables_;
  std::vector<Entry> methods_;
  std::map<std::string, Table::Rows, std::less<>> backup_;
  int64_t ahead_ = 0;  // microseconds
};

struct Database::Session {
  const User& user;
  Table& table;
  Value context;
  Arena& arena;
};

// email_normalized of a lead: the one plain address of its email_from, in lower case.
void normalise_email(Table& leads, int64_t id);

// Fills a fresh database with believable records, from options().seed.
void generate(Database& database);

}  // namespace outrigger::sandbox
