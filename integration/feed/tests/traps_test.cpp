#include "integration/feed/traps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/value/json.hpp"

namespace outrigger::feed {
namespace {

using testing::HasSubstr;

std::vector<std::string> streams(std::string_view model, const std::vector<std::string>& fields) {
  std::vector<std::string> names;
  for (const Advice& advice : stream_advice(model, fields)) names.push_back(advice.stream);
  return names;
}

TEST(Traps, NamesTheStreamsThatShowWhatARecordDoesNot) {
  EXPECT_THAT(streams("crm.lead", {"name"}), testing::IsSupersetOf({"mail.message", "mail.activity"}));
  EXPECT_THAT(streams("crm.lead", {"name"}), testing::Not(testing::Contains("crm.tag")));
  EXPECT_THAT(streams("crm.lead", {"tag_ids"}), testing::Contains("crm.tag"));
  EXPECT_THAT(streams("sale.order", {"amount_total"}), testing::Contains("sale.order.line"));
  EXPECT_THAT(streams("stock.picking", {"state"}), testing::Contains("stock.move"));
  EXPECT_THAT(streams("calendar.event", {"name"}), testing::Contains("calendar.attendee"));
  EXPECT_THAT(streams("project.task", {"message_ids"}), testing::Contains("mail.message"));
  EXPECT_TRUE(streams("res.country", {"name"}).empty());
  EXPECT_THAT(stream_advice("crm.lead", std::vector<std::string>{"probability"}).back().sentence,
              HasSubstr("content sweep"));
}

TEST(Traps, KnowsRelationsThatNoTableNames) {
  const Document fields = *value::read_json(
      R"({"x_ids": {"type": "many2many", "relation": "x.y", "store": true}, "x_sum": {"type": "float", "store": false}})");
  const std::vector<Advice> advice = stream_advice("x.z", std::vector<std::string>{"x_ids", "x_sum"}, fields.root());
  ASSERT_EQ(advice.size(), 2U);
  EXPECT_THAT(advice[0].sentence, HasSubstr("from the side of x.y"));
  EXPECT_THAT(advice[1].sentence, HasSubstr("computed"));
}

TEST(Traps, AdvisesAnIndexWhereATableIsLargeAndSlow) {
  EXPECT_FALSE(index_advice("crm.lead", 1000, 90'000));
  EXPECT_FALSE(index_advice("crm.lead", 200'000, 10'000)) << "it has one";
  ASSERT_TRUE(index_advice("crm.lead", 200'000, 57'000));
  EXPECT_THAT(*index_advice("crm.lead", 200'000, 57'000), HasSubstr("ON crm_lead (write_date, id)"));
  EXPECT_TRUE(index_advice("crm.lead", 200'000, 0));
}

}  // namespace
}  // namespace outrigger::feed
