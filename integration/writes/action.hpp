// One write on its way: how each operation is sent, and how its effect is found again. Internal to this room.
//
// The writer drives an action: prepare (what has to be sent at all), send, and after a lost reply or a crash look,
// until it is done, refused, or cannot be known. An action is made anew from its state() after a crash.
// Threads: one.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "integration/writes/digest.hpp"
#include "integration/writes/intent.hpp"
#include "integration/writes/methods.hpp"
#include "integration/writes/values.hpp"
#include "integration/writes/writer.hpp"

namespace outrigger::writes {

// What became of one send or one look.
struct Outcome {
  enum class Kind {
    kDone,
    kNotDone,     // it is not there (look)
    kLost,        // the effect is not known: look; or looking itself failed
    kRefused,     // nothing was done
    kUnknowable,  // nothing that could be read tells (look)
  };
  Kind kind = Kind::kDone;
  Error error{Code::kOk, {}, Source::kPlugin, Effect::kNone, -1};
};
Outcome outcome_of(const Error& error);
// Whether the same call may succeed later without anybody mending anything.
bool is_passing(const Error& error);

// Records as they are now, normalised (null: empty).
class Rows {
 public:
  [[nodiscard]] Value of(int64_t id) const {
    const auto at = rows_.find(id);
    return at == rows_.end() ? Value{} : at->second;
  }
  void add(int64_t id, Value row) {
    std::vector<Field> fields;
    for (const Field field : row.fields()) {
      // Thousands of rows share their names.
      const auto [name, fresh] = names_.try_emplace(std::string(field.key));
      if (fresh) name->second = arena_.keep(field.key);
      fields.push_back({name->second, arena_.copy(field.value)});
    }
    rows_[id] = row.is_object() ? arena_.object(fields) : Value{};
  }
  [[nodiscard]] const std::map<int64_t, Value>& all() const { return rows_; }
  Arena& arena() { return arena_; }

 private:
  Arena arena_;
  std::map<int64_t, Value> rows_;
  std::map<std::string, std::string_view> names_;
};

// What an action works with. Lives as long as one Writer::perform.
struct Work {
  Remote& remote;
  const Options& options;
  Counts& counts;
  KnownForms& forms;
  const odoo::CallOptions& call;
  std::string model;
  std::string method;
  std::string anchor;
  Value context;
  std::string key;
  int64_t sent_at = 0;
  bool model_data_refused = false;
  bool away = false;  // Odoo could not be asked

  Result<std::shared_ptr<const Document>> fields() const { return remote.fields(model, call); }
  void step(std::string_view name) const {
    if (options.at_step) options.at_step(name);
  }
  // Those of `names` that the model has.
  Result<std::vector<std::string>> existing(const std::vector<std::string>& names) const;
  // What a record's image holds besides the fields that are written.
  Result<std::vector<std::string>> image_fields() const;
  Result<void> read(const std::vector<int64_t>& ids, const std::vector<std::string>& names, Rows& rows) const;
  // Ids that are there and may be seen.
  Result<std::vector<int64_t>> present(const std::vector<int64_t>& ids) const;
  Result<Document> send(const std::string& name, std::optional<std::vector<int64_t>> ids, Value args, Value kwargs,
                        Value context) const;
};

class Action {
 public:
  explicit Action(Work& work) : work_(work) {}
  virtual ~Action() = default;
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;

  // Reads what is there. False: nothing has to be sent.
  virtual Result<bool> prepare(const Request& request) = 0;
  virtual Result<void> restore(Value state, const std::vector<Image>& images) = 0;
  virtual Value state(Arena& arena) const = 0;
  virtual std::vector<Image> before() const { return {}; }
  virtual Outcome send() = 0;
  virtual Outcome look() = 0;
  // Whether a second send cannot make a second effect, even while the first may still be under way.
  [[nodiscard]] virtual bool resend_at_once() const = 0;
  // After done: what the caller gets, the after-images, and what was stored.
  virtual Result<Document> finish(std::vector<Image>& after) = 0;

 protected:
  Image image(int64_t id, Value before, Value after) const;
  // Tells on_stored of fields that we wrote, as they stand in `now`.
  void tell_stored(Value fields, int64_t id, Value written, Value now) const;

  Work& work_;
};

std::unique_ptr<Action> make_action(Operation operation, Work& work);
std::unique_ptr<Action> make_fields_action(Operation operation, Work& work);
std::unique_ptr<Action> make_create_action(Work& work);
std::unique_ptr<Action> make_unlink_action(Work& work);
std::unique_ptr<Action> make_message_action(Work& work);
std::unique_ptr<Action> make_method_action(Work& work);

}  // namespace outrigger::writes
