#include "integration/writes/values.hpp"

#include <gtest/gtest.h>

#include "integration/writes/digest.hpp"
#include "integration/writes/load_rows.hpp"
#include "integration/writes/tests/rig.hpp"

namespace outrigger::writes {
namespace {

Shape of(Type type, int digits = -1) {
  Shape shape;
  shape.type = type;
  shape.digits = digits;
  return shape;
}

TEST(Values, EmptyIsEmptyInAllItsForms) {
  const Value none;
  const Value no = Value::of(false);
  for (const Type type : {Type::kText, Type::kHtml, Type::kDate, Type::kDatetime, Type::kMany2one, Type::kInteger,
                          Type::kFloat, Type::kBoolean, Type::kOther}) {
    EXPECT_TRUE(same(of(type), no, none));
    EXPECT_TRUE(same(of(type), none, no));
  }
  EXPECT_TRUE(same(of(Type::kText), Value::of(""), none));
  EXPECT_FALSE(same(of(Type::kText), Value::of("x"), none));
  EXPECT_FALSE(same(of(Type::kMany2one), Value::of(3), none));
}

TEST(Values, FloatsAreComparedToTheirDigits) {
  EXPECT_TRUE(same(of(Type::kFloat, 2), Value::of(1.234), Value::of(1.23)));
  EXPECT_FALSE(same(of(Type::kFloat, 2), Value::of(1.24), Value::of(1.23)));
  EXPECT_FALSE(same(of(Type::kFloat), Value::of(1.234), Value::of(1.23)));
  EXPECT_TRUE(same(of(Type::kFloat), Value::of(0.1 + 0.2), Value::of(0.3)));
  EXPECT_TRUE(same(of(Type::kMonetary), Value::of(5), Value::of(5.0)));
}

TEST(Values, ListsAreSets) {
  Arena arena;
  const Value stored = arena.array({3, 1});
  const Shape list = of(Type::kMany2many);
  EXPECT_TRUE(same(list, arena.array({arena.array({6, 0, arena.array({1, 3})})}), stored));
  EXPECT_TRUE(same(list, arena.array({arena.array({4, 1})}), stored));
  EXPECT_FALSE(same(list, arena.array({arena.array({3, 1})}), stored));
  EXPECT_FALSE(same(list, arena.array({arena.array({5})}), stored));
  EXPECT_TRUE(same(list, arena.array({arena.array({5})}), Value{}));
  EXPECT_FALSE(same(list, arena.array({arena.array({0, 0, arena.object({{"name", "new"}})})}), stored));
  EXPECT_FALSE(parse_commands(arena.array({1, 2})));
  EXPECT_FALSE(parse_commands(arena.array({arena.array({4})}))) << "an id is missing";
  EXPECT_FALSE(parse_commands(arena.array({arena.array({9, 1})})));
}

TEST(Values, PropertiesAreSentWhole) {
  Arena arena;
  const Value stored =
      arena.array({arena.object({{"name", "a"}, {"type", "char"}, {"value", "x"}}),
                   arena.object({{"name", "b"}, {"type", "many2one"}, {"value", arena.array({7, "Seven"})}}),
                   arena.object({{"name", "c"}, {"type", "char"}})});
  const Shape shape = of(Type::kProperties);
  EXPECT_TRUE(same(shape, arena.object({{"b", 7}, {"c", false}}), stored));
  const std::optional<Value> sent = reduce(arena, shape, arena.object({{"a", "y"}}), stored);
  ASSERT_TRUE(sent);
  EXPECT_EQ((*sent)["a"].text(), "y");
  EXPECT_EQ((*sent)["b"].integer(), 7) << "or Odoo would erase it";
}

TEST(Values, HtmlThatOdooWrappedIsTheSame) {
  EXPECT_TRUE(same(of(Type::kHtml), Value::of("plain"), Value::of("<p>plain</p>")));
  EXPECT_FALSE(same(of(Type::kHtml), Value::of("plain"), Value::of("<p>other</p>")));
}

TEST(Digest, DoesNotMindTheOrderOfFields) {
  Arena arena;
  EXPECT_EQ(digest(arena.object({{"a", 1}, {"b", 2.0}})), digest(arena.object({{"b", 2}, {"a", 1}})));
  EXPECT_NE(digest(arena.object({{"a", 1}})), digest(arena.object({{"a", "1"}})));
  EXPECT_EQ(digest("").size(), 32U);
}

TEST(LoadRows, CarriesEachTypeAsLoadTakesIt) {
  testing_rig::FakeOdoo odoo;
  Arena arena;
  const Value values = arena.object({{"name", " a \"b\", c"},
                                     {"expected_revenue", 1234.55},
                                     {"color", 3},
                                     {"active", false},
                                     {"stage_id", 2},
                                     {"partner_id", nullptr},
                                     {"tag_ids", arena.array({arena.array({6, 0, arena.array({1, 2})})})},
                                     {"date_deadline", "2026-12-31"}});
  const Result<std::optional<Loading>> loading = to_load(odoo, "crm.lead", values, "__outrigger__.x_0", {});
  ASSERT_TRUE(loading && *loading);
  const std::vector<std::string> columns{"id",           "name",           "expected_revenue", "color",        "active",
                                         "stage_id/.id", "partner_id/.id", "tag_ids/.id",      "date_deadline"};
  EXPECT_EQ((*loading)->columns, columns);
  const std::vector<std::string> cells{"__outrigger__.x_0", " a \"b\", c", "1234.55", "3", "0", "2", "", "1,2",
                                       "2026-12-31"};
  ASSERT_EQ((*loading)->lines.size(), 1U);
  EXPECT_EQ((*loading)->lines.front(), cells);
  const Result<std::optional<Loading>> unknown = to_load(odoo, "crm.lead", arena.object({{"nam", "x"}}), "x", {});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Code::kMissing);
}

}  // namespace
}  // namespace outrigger::writes
