// A session with one Odoo database: signed in, with a chosen transport, a budget, deadlines and retries.
//
//     Loop loop;
//     Result<std::unique_ptr<Session>> session = Session::connect(loop, connection);
//     Result<Document> rows = (*session)->call({.model = "res.users", .method = "context_get", .read_only = true});
//
// Calls block the caller until answered, cancelled or past their deadline. Reads are repeated with back-off while
// that may help; writes only when it is known that nothing was done. Errors carry a class to act on and, for writes,
// whether Odoo may have done it (Error::effect).
//
// Threads: call from any thread but the loop's. Ownership: the session must be gone before its loop.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "integration/odoo/connection.hpp"
#include "integration/transport/call.hpp"
#include "integration/transport/loop.hpp"
#include "integration/value/builder.hpp"
#include "outrigger/arena.hpp"
#include "outrigger/odoo.hpp"
#include "outrigger/result.hpp"

namespace outrigger::odoo {

using transport::Call;

// What the server and the signed-in user are.
struct ServerInfo {
  std::string version;  // "19.0", "saas~18.3", as the server says
  std::string series;   // "19.0"
  int major = 0;        // 19
  std::vector<std::string> version_info;
  std::string transport;  // "JSON-2"
  int64_t uid = 0;
  std::string lang;
  std::string tz;
  [[nodiscard]] bool tested() const { return major == 14 || major == 19; }
  [[nodiscard]] bool known() const { return major >= 14 && major <= 19; }
  [[nodiscard]] bool web_save_multi() const { return major >= 19; }
  [[nodiscard]] bool search_read_takes_load() const { return major >= 15; }
};

struct CallOptions {
  Lane lane = Lane::kInteractive;
  std::chrono::milliseconds deadline{0};  // 0: the connection's
  std::stop_token stop = {};              // ends the waiting with kCancelled
  // See value::Limits: in rows of the answer, a false in such a field becomes null.
  std::function<bool(std::string_view)> false_is_null = {};
  std::string caller = {};  // on whose behalf: callers take turns in a lane of the budget
};

class Session {
 public:
  // Detects what is there, signs in. Errors: kUnreachable, kAuth, kMissing (no such database), kProtocol (not an
  // Odoo), kUnsupported (too old, or the chosen transport is not offered); each message names the remedy.
  static Result<std::unique_ptr<Session>> connect(transport::Loop& loop, Connection connection,
                                                  std::stop_token stop = {});
  // Another user's session with the same database: it shares the call budget of `other`, and nothing else. Errors as
  // above. `other` may be gone before it, the loop may not.
  static Result<std::unique_ptr<Session>> beside(const Session& other, std::string login, std::string secret,
                                                 std::stop_token stop = {});
  ~Session();  // NOLINT(bugprone-exception-escape): see the source
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const ServerInfo& info() const;
  [[nodiscard]] const Connection& connection() const;
  // What takes further calls to learn; read once, then kept.
  struct Details {
    std::vector<int64_t> company_ids;  // the companies that the user may see, their own first
    std::string system_tz;             // zone of OdooBot, in which scheduled jobs run; empty: none, or not readable
    bool system_tz_known = false;
  };
  Result<Details> details(const CallOptions& options = {});
  // One call. `call` is borrowed until it returns. Not cut into pages, not checked against the model: see records.hpp.
  Result<Document> call(const Call& call, const CallOptions& options = {});
  // The model's fields: name -> {type, string, relation, selection, store, translate, required, readonly}. Read once,
  // then kept. `lang` ("vi_VN"): with labels in this language; empty: in the user's.
  Result<std::shared_ptr<const Document>> fields(const std::string& model, const CallOptions& options = {},
                                                 const std::string& lang = {});
  // Forgets the fields of all models.
  void forget_fields();
  // The Date of the latest reply, in seconds since 1970 UTC: the clock of Odoo, or of a proxy before it; 0: none yet.
  [[nodiscard]] int64_t server_date() const;
  // Calls sent so far, retries included.
  [[nodiscard]] uint64_t calls_made() const;

 private:
  struct State;
  explicit Session(std::unique_ptr<State> state);
  static Result<std::unique_ptr<Session>> sign_in(std::unique_ptr<State> signing_in, std::stop_token stop);
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::odoo
