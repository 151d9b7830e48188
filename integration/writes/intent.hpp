// What the writer remembers of each write, and where it does: the border to the host's journal.
//
// An intent is durable before the call goes out, so that after a crash the writer knows what may have happened and by
// which anchor to find it. begin -> (send) -> finish. A before-image is kept with begin, an after-image with finish.
//
// Threads: a log is called from any thread. Times: milliseconds since 1970 UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "outrigger/result.hpp"

namespace outrigger::writes {

enum class State : int32_t {
  kBegun = 1,    // sent, or about to be
  kDone = 2,     // `result` is what the caller got
  kFailed = 3,   // refused by Odoo for good: nothing was done
  kUnknown = 4,  // the reply was lost, and it is not known yet, or never will be, whether it was done
};
const char* to_string(State state);

struct Intent {
  std::string key;    // unique; see Writer
  std::string epoch;  // of the database (host/journal); another one waits for a person
  std::string run;    // what is listed and undone together
  std::string plugin;
  std::string principal = {};  // in whose name, by reference; empty: the integration's
  std::string delivery;        // empty: none
  std::string operation;       // "create", "write", "write_rows", "unlink", "message_post", "call"
  std::string model;
  std::string method;
  std::string hash;       // of the arguments as the caller gave them
  std::string anchor;     // by which the effect is found: an external id, a message id; empty: by reading the records
  std::string arguments;  // CBOR: all that a restart needs; emptied when done
  State state = State::kBegun;
  std::string result;                                              // CBOR, when done
  Error error{Code::kOk, {}, Source::kPlugin, Effect::kNone, -1};  // when failed or unknown
  int64_t begun_at = 0;
  int64_t sent_at = 0;  // the last time
  int64_t ended_at = 0;
};

// One record as it was before and after one write; CBOR objects of fields, empty: it was not there, or nobody looked.
struct Image {
  std::string key;  // of the intent
  std::string operation;
  std::string method;
  std::string model;
  int64_t id = 0;
  std::string before;
  std::string after;
};

class IntentLog {
 public:
  virtual ~IntentLog() = default;
  virtual Result<std::optional<Intent>> find(std::string_view key) = 0;
  // Durable when it returns. An intent of this key that failed is replaced.
  virtual Result<void> begin(const Intent& intent, std::span<const Image> before) = 0;
  virtual Result<void> resend(std::string_view key, int64_t sent_at) = 0;
  // State, result, error and ended_at of the intent; images are completed by (key, model, id), or added.
  virtual Result<void> finish(const Intent& intent, std::span<const Image> after) = 0;
  // Nothing was done and the same call may be made anew.
  virtual Result<void> abandon(std::string_view key) = 0;
  virtual Result<std::vector<Intent>> of_run(std::string_view run) = 0;
  // In the order of writing.
  virtual Result<std::vector<Image>> images(std::string_view run) = 0;
  virtual Result<std::vector<Image>> images_of(std::string_view key) = 0;
  // Begun or unknown, oldest first, of any epoch.
  virtual Result<std::vector<Intent>> open() = 0;
};

}  // namespace outrigger::writes
