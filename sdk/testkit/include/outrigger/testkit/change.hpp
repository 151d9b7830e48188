// Changes for a test to deliver, and what the plugin said of them.
//
//     auto said = plugin.changes("crm.lead", {Changed(7).before({{"won_status", "pending"}})
//                                                        .after({{"won_status", "won"}, {"name", "Anna"}})});
//     EXPECT_EQ(said->at(0).outcome, "done");
//
// Without before() the record is new ("created"); without after() it is gone ("deleted"). The fields that differ are
// worked out. A delivery is repeated by giving it the same name again with delivery(). Threads: plain values.
#pragma once

#include <outrigger/abi/changes.h>
#include <optional>
#include <string>
#include <vector>

#include "object.hpp"

namespace outrigger::testkit {

class Changed {
 public:
  explicit Changed(int64_t id) : id_(id) {}

  Changed& after(Object fields) {
    after_ = std::move(fields);
    return *this;
  }
  Changed& before(Object fields) {
    before_ = std::move(fields);
    return *this;
  }
  Changed& kind(std::string word) {
    kind_ = std::move(word);
    return *this;
  }
  Changed& delivery(std::string name) {
    delivery_ = std::move(name);
    return *this;
  }
  Changed& attempt(int64_t number) {
    attempt_ = number;
    return *this;
  }
  [[nodiscard]] const std::string& delivery() const { return delivery_; }

  // As it crosses, see abi/changes.h.
  [[nodiscard]] Value to_value(Arena& arena, int64_t now) const {
    std::vector<Value> fields;
    if (after_)
      for (const Field field : after_->value().fields())
        if (!before_ || !before_->value().has(field.key) || !((*before_)[field.key] == field.value))
          fields.push_back(arena.text(field.key));
    const char* word = !after_ ? "deleted" : !before_ ? "created" : "changed";
    return arena.object({{"delivery", arena.text(delivery_)},
                         {"kind", kind_.empty() ? Value::of(word) : arena.text(kind_)},
                         {"id", id_},
                         {"create_date", "2026-01-01 00:00:00"},
                         {"after", after_ ? arena.copy(after_->value()) : Value{}},
                         {"before", before_ ? arena.copy(before_->value()) : Value{}},
                         {"fields", arena.array(fields)},
                         {"at", now},
                         {"attempt", attempt_}});
  }

 private:
  int64_t id_;
  std::optional<Object> after_;
  std::optional<Object> before_;
  std::string kind_;
  std::string delivery_;
  int64_t attempt_ = 1;
};

// What a plugin said of one change, job part or webhook.
struct Said {
  std::string outcome = "done";  // "done", "retry", "reject"
  std::string reason;
  int64_t after_ms = -1;

  static Said of(Value value) {
    if (value.is_null()) return {};
    Said said{std::string(value["outcome"].text()), std::string(value["reason"].text()), -1};
    if (const auto after = value["after_ms"].as_integer()) said.after_ms = *after;
    return said;
  }
};

}  // namespace outrigger::testkit
