// The lines of a one2many, or the records of a many2many, as a write changes them; instead of Odoo's numbers.
//
//     odoo().write(lead, arena.object({{"tag_ids", Links(arena).add(3).remove(4).value()}}), {.company_id = 1});
//     odoo().write(order, arena.object({{"order_line", Links(arena).create(line).erase(8).value()}}), ...);
//
// In their order. Which commands a field takes, and what they do, is Odoo's (Odoo 19, fields.Command). What they write
// in the other model needs the grant of that model, too. Values are borrowed from the arena. Threads: one at a time.
#pragma once

#include <vector>

#include "arena.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

class Links {
 public:
  explicit Links(Arena& arena) : arena_(arena) {}

  Links& create(Value values) { return command({Value::of(0), Value::of(0), values}); }  // a new record, linked
  Links& update(int64_t id, Value values) { return command({Value::of(1), Value::of(id), values}); }
  Links& erase(int64_t id) { return command({Value::of(2), Value::of(id)}); }   // deletes the record
  Links& remove(int64_t id) { return command({Value::of(3), Value::of(id)}); }  // the link alone
  Links& add(int64_t id) { return command({Value::of(4), Value::of(id)}); }
  Links& clear() { return command({Value::of(5)}); }  // all links
  // These and no others.
  Links& set(const std::vector<int64_t>& ids) { return command({Value::of(6), Value::of(0), arena_.ids(ids)}); }

  [[nodiscard]] Value value() const { return arena_.array(commands_); }

 private:
  Links& command(const std::vector<Value>& of) {
    commands_.push_back(arena_.array(of));
    return *this;
  }

  Arena& arena_;
  std::vector<Value> commands_;
};

}  // namespace v1
}  // namespace outrigger
