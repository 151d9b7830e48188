// Where Odoo's webhooks come in: POST /hint/TOKEN with {"_model": "crm.lead", "_id": 42} means "look at that record
// now".
//
//     HintDesk desk({.hear = [&](const std::string& database, const std::string& model, const auto& ids) {
//                      return tenant_of(database).hint(model, ids);
//                    }});
//     desk.admit({{"main", {token, token_of_yesterday}}});
//     routes.add("POST", "/hint/*", [&](const HttpRequest& request) { return desk.take(request); });
//     print(desk.figures("main").received);
//
// A hint is believed in nothing: what it names is read from Odoo, and what it forgets is found by looking. So a forged,
// doubled, reordered or lost one costs a read or a delay, and never a wrong delivery.
//
// take() answers before anything is done: it compares the token with all that are admitted, in constant time, reads
// model and id, and puts them into a bounded place, each record once. A thread of the desk hands them on, all of a
// model at once, so that hear() may wait. Answers: 200 taken; 404 for a wrong token, as for a path that does not exist;
// 400 for a body that is none; 413 beyond kMostBytes; 503 when models beyond kMostModels wait (the sender need not try
// again).
//
// Threads: any; hear() is called on the desk's own. Lifetime: hear() is not called after stop() or the destructor.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/web/http.hpp"

namespace outrigger::host {

class HintDesk {
 public:
  static constexpr size_t kMostBytes = size_t{64} << 10U;
  static constexpr size_t kMostRecords = 1000;  // of a model, waiting; beyond that the hint is "look at all"
  static constexpr size_t kMostModels = 256;    // waiting
  static constexpr const char* kPath = "/hint/";

  enum class Verdict { kTaken, kToken, kBody, kSize, kFull };

  struct Options {
    // ids empty: whatever changed. False: nobody watches the model.
    std::function<bool(const std::string& database, const std::string& model, const std::vector<int64_t>& ids)> hear;
    std::function<int64_t()> now = {};  // microseconds UTC; required
    // Of each request, on the listener's thread; quick. database: empty when it was refused.
    std::function<void(Verdict verdict, const std::string& database)> count = {};
  };
  // Who may post for which database.
  struct Admission {
    std::string database;
    std::vector<std::string> tokens;
  };
  // Times in microseconds UTC, 0: never.
  struct ModelFigures {
    std::string model;
    uint64_t received = 0;
    int64_t last = 0;
  };
  struct Figures {
    bool admitted = false;  // there is a token
    uint64_t received = 0;
    uint64_t unwatched = 0;  // of these, records of models that nobody watches
    uint64_t refused = 0;    // of all databases: who sent them, nobody knows
    int64_t last = 0;
    std::vector<ModelFigures> models;  // at most kMostModels, those that are watched
  };

  explicit HintDesk(Options options);
  ~HintDesk();
  HintDesk(const HintDesk&) = delete;
  HintDesk& operator=(const HintDesk&) = delete;

  // In place of those before.
  void admit(std::vector<Admission> admissions);
  HttpResponse take(const HttpRequest& request);
  [[nodiscard]] Figures figures(const std::string& database) const;
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace outrigger::host
