// Values for a test that own what they hold: Object{{"id", 1}, {"name", "Anna"}}.
//
//     host.odoo().rows("crm.lead", {{{"id", 1}, {"name", "Anna"}}, {{"id", 2}, {"name", "Ben"}}});
//     auto plugin = host.start<Bell>({{"minimum", 3}});
//     Object nested{{"tags", list({1, 2})}};
//
// Text and trees are copied. Threads: immutable once made.
#pragma once

#include <initializer_list>
#include <outrigger/arena.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace outrigger::testkit {

// A copy of a tree that owns itself.
inline Document keep(Value value) {
  return Document::build([&](Arena& arena) { return arena.copy(value); });
}

// An array that owns itself; its root() may be a value of an Object.
inline Document list(std::initializer_list<Item> items) {
  return Document::build([&](Arena& arena) { return arena.copy(arena.array(items)); });
}

// A value of an Object: whatever Arena::object takes, text, or a Document.
struct Member : Item {
  template <typename T>
  requires requires(T t) { Item(t); }
  Member(T of) : Item(of) {}                                                    // NOLINT(google-explicit-constructor)
  Member(const std::string& text) : Item(Value::of(std::string_view(text))) {}  // NOLINT(google-explicit-constructor)
  Member(const Document& tree) : Item(tree.root()) {}                           // NOLINT(google-explicit-constructor)
};

class Object {
 public:
  Object() : Object(std::initializer_list<std::pair<std::string_view, Member>>{}) {}
  Object(std::initializer_list<std::pair<std::string_view, Member>> members)
      : tree_(Document::build([&](Arena& arena) {
          std::vector<Field> fields;
          for (const auto& [key, member] : members) fields.push_back({key, member.value});
          return arena.copy(arena.object(fields));
        })) {}
  explicit Object(Value tree) : tree_(keep(tree)) {}

  [[nodiscard]] Value value() const { return tree_.root(); }
  Value operator[](std::string_view key) const { return value()[key]; }

 private:
  Document tree_;
};

}  // namespace outrigger::testkit
