// Which domains are decided here and which are asked of Odoo.
#include "integration/feed/matching.hpp"

#include <gtest/gtest.h>

#include "integration/feed/tests/fake_reader.hpp"
#include "integration/value/json.hpp"

namespace outrigger::feed {
namespace {

constexpr const char* kFields = R"({
  "name": {"type": "char", "store": true}, "active": {"type": "boolean", "store": true},
  "stage_id": {"type": "many2one", "store": true, "relation": "crm.stage"},
  "kind": {"type": "selection", "store": true}, "amount": {"type": "float", "store": true},
  "due": {"type": "date", "store": true}, "done": {"type": "datetime", "store": true},
  "tag_ids": {"type": "many2many", "store": true, "relation": "crm.tag"},
  "computed": {"type": "boolean", "store": false}, "write_date": {"type": "datetime", "store": true}})";

size_t asked(const std::string& domain, int major = 19) {
  const Stream stream{.model = "x", .fields = {"name"}, .subscribers = {subscriber("s", domain)}};
  const auto fields = std::make_shared<const Document>(*value::read_json(kFields));
  const Result<Matching> matching = Matching::make(stream, fields, major);
  EXPECT_TRUE(matching) << (matching ? "" : matching.error().message);
  return matching ? matching->asked() : 99;
}

TEST(Matching, DecidesHereWhatSqlDecidesWithoutSurprise) {
  EXPECT_EQ(asked(""), 0U);
  EXPECT_EQ(asked("[]"), 0U);
  EXPECT_EQ(asked(R"([["active", "=", true]])"), 0U);
  EXPECT_EQ(asked(R"([["stage_id", "in", [1, 2]], ["kind", "!=", "lead"]])"), 0U);
  EXPECT_EQ(asked(R"(["|", ["stage_id", "=", false], "!", ["kind", "=", "lead"]])"), 0U);
  EXPECT_EQ(asked(R"([["due", ">=", "2026-01-01"], ["id", ">", 7]])"), 0U);
  EXPECT_EQ(asked(R"([["amount", ">", 10]])"), 0U);
}

TEST(Matching, AsksOdooOfWhatDependsOnMore) {
  EXPECT_EQ(asked(R"([["name", "ilike", "vip"]])"), 1U) << "accents";
  EXPECT_EQ(asked(R"([["stage_id.name", "=", "Won"]])"), 1U) << "another record";
  EXPECT_EQ(asked(R"([["stage_id", "=", "Won"]])"), 1U) << "another record's name";
  EXPECT_EQ(asked(R"([["tag_ids", "in", [1]]])"), 1U);
  EXPECT_EQ(asked(R"([["computed", "=", true]])"), 1U) << "its own search";
  EXPECT_EQ(asked(R"([["done", ">", "2026-01-01 00:00:00"]])"), 1U) << "microseconds";
  EXPECT_EQ(asked(R"([["due", ">", "-7d"]])"), 1U) << "relative";
  EXPECT_EQ(asked(R"(["!", ["due", ">", "2026-01-01"]])"), 1U) << "an empty date";
  EXPECT_EQ(asked(R"([["amount", ">", 10]])", 14), 1U) << "an empty number before 19";
}

TEST(Matching, EqualDomainsAreAskedOnce) {
  const Stream stream{.model = "x",
                      .fields = {"name"},
                      .subscribers = {subscriber("a", R"([["name", "ilike", "vip"]])"), subscriber("b"),
                                      subscriber("c", R"([["name","ilike","vip"]])")}};
  FakeReader odoo;
  const int64_t vip = odoo.create("a vip");
  const int64_t other = odoo.create("other");
  const auto fields = std::make_shared<const Document>(*value::read_json(kFields));
  const Result<Matching> matching = Matching::make(stream, fields, 19);
  ASSERT_TRUE(matching);
  EXPECT_EQ(matching->fields(), std::vector<std::string>{"name"});
  std::vector<Seen> seen(2);
  seen[0].id = vip;
  seen[1].id = other;
  const std::vector<Value> rows(2);
  ASSERT_TRUE(matching->match(odoo, {}, rows, seen));
  EXPECT_EQ(odoo.searches, 1);
  EXPECT_EQ(seen[0].matches, 0b111U);
  EXPECT_EQ(seen[1].matches, 0b010U);
}

}  // namespace
}  // namespace outrigger::feed
