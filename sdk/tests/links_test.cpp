// Relation commands: as Odoo reads them.
#include <gtest/gtest.h>

#include <outrigger/links.hpp>
#include <string>

namespace outrigger {
namespace {

std::string text_of(Value value) {
  if (value.is_array()) {
    std::string text = "[";
    for (const Value item : value.items()) text += (text.size() > 1 ? "," : "") + text_of(item);
    return text + "]";
  }
  return value.is_object() ? "{}" : std::to_string(value.integer());
}

TEST(Links, AreOdoosCommandsInTheirOrder) {
  Arena arena;
  EXPECT_EQ(text_of(Links(arena).value()), "[]");
  EXPECT_EQ(text_of(Links(arena).set({1, 2}).value()), "[[6,0,[1,2]]]");
  EXPECT_EQ(text_of(Links(arena).clear().add(3).remove(4).erase(5).value()), "[[5],[4,3],[3,4],[2,5]]");
  const Value line = arena.object({{"name", "x"}});
  EXPECT_EQ(text_of(Links(arena).create(line).update(7, line).value()), "[[0,0,{}],[1,7,{}]]");
}

}  // namespace
}  // namespace outrigger
