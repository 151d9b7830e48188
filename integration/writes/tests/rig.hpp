// An Odoo in memory behind the writer's border, with every fault at every call, and a log that outlives its writer.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "integration/sandbox/database.hpp"
#include "integration/writes/plan.hpp"
#include "integration/writes/writer.hpp"

namespace outrigger::writes::testing_rig {

// What goes wrong with a call.
enum class Fault {
  kNone,
  kLostBefore,  // nothing was done, and nobody knows
  kLostAfter,   // it was done, and nobody knows
  kLate,        // nobody knows, and Odoo does it a little later
  kNotSent,     // nothing was done, and that is known
  kError500,    // as a proxy: nobody knows
  kDenied,      // as Odoo, when one of the records may not be written
};

class FakeOdoo final : public Remote {
 public:
  explicit FakeOdoo(int major = 19, std::string login = "demo", bool keys = true);

  Result<Document> call(const transport::Call& call, const odoo::CallOptions& options) override;
  Result<std::shared_ptr<const Document>> fields(const std::string& model, const odoo::CallOptions& options) override;
  [[nodiscard]] int major() const override { return database.options().major; }
  [[nodiscard]] int64_t uid() const override { return database.user(login_).id; }
  [[nodiscard]] bool integer_keys() const override { return keys_; }

  // Does what is late.
  void settle();
  // As another user would, past all faults.
  void as_user(const std::string& model, const std::string& method, std::vector<int64_t> ids, Value args);
  int64_t create_lead(std::string_view name = "Ten desks");
  Value get(std::string_view model, int64_t id, std::string_view field) { return database.table(model).get(id, field); }
  int64_t count(std::string_view model) { return static_cast<int64_t>(database.table(model).count()); }

  int64_t now = 1790000000000;  // milliseconds
  sandbox::Database database;
  std::function<Fault(const transport::Call&)> fault = {};
  std::function<void(const transport::Call&)> after = {};  // when a call was executed
  std::map<std::string, int> executed;                     // "crm.lead/write"

 private:
  Result<Document> execute(const transport::Call& call);

  std::string login_;
  bool keys_;
  std::map<std::string, std::shared_ptr<const Document>> fields_;
  struct Late {
    transport::Call call;
    Arena arena;
  };
  std::deque<std::unique_ptr<Late>> late_;
};

class MemoryLog final : public IntentLog {
 public:
  Result<std::optional<Intent>> find(std::string_view key) override;
  Result<void> begin(const Intent& intent, std::span<const Image> before) override;
  Result<void> resend(std::string_view key, int64_t sent_at) override;
  Result<void> finish(const Intent& intent, std::span<const Image> after) override;
  Result<void> abandon(std::string_view key) override;
  Result<std::vector<Intent>> of_run(std::string_view run) override;
  Result<std::vector<Image>> images(std::string_view run) override;
  Result<std::vector<Image>> images_of(std::string_view key) override;
  Result<std::vector<Intent>> open() override;

  std::vector<Intent> intents;
  std::vector<Image> kept;
};

struct Crash {};

// One writer over the two; made anew after a crash.
struct Rig {
  explicit Rig(int major = 19, std::string login = "demo", bool keys = true) : odoo(major, std::move(login), keys) {
    restart();
  }
  void restart() { writer = std::make_unique<Writer>(odoo, *log_in_use(), options()); }
  Options options();
  IntentLog* log_in_use() { return other_log != nullptr ? other_log : &log; }
  Result<Document> write(const Request& request, const std::string& key = {}, const std::string& run = "run") {
    return writer->perform(request, {.plugin = "p", .run = run, .key = key});
  }

  FakeOdoo odoo;
  MemoryLog log;
  IntentLog* other_log = nullptr;
  std::string epoch = "epoch-1";
  bool earlier_epochs = false;
  std::string crash_at;  // a step
  struct Stored {
    std::string model;
    int64_t id;
    std::string field;
    Document value;
  };
  std::vector<Stored> stored;
  std::unique_ptr<Writer> writer;
};

}  // namespace outrigger::writes::testing_rig
