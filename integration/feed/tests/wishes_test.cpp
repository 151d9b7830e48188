#include "integration/feed/wishes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/feed/tests/fake_reader.hpp"

namespace outrigger::feed {
namespace {

TEST(Wishes, TakesAliasesAndLeavesOutWhatIsOptional) {
  FakeReader odoo;
  const Result<Resolved> fields =
      resolve_fields(odoo, "x.thing", {{"name"}, {"title", false, {"caption", "label"}}, {"won", true}, {"label"}});
  ASSERT_TRUE(fields);
  EXPECT_THAT(fields->fields, testing::ElementsAre("label", "name"));
  EXPECT_EQ(fields->names.at("title"), "label");
  EXPECT_THAT(fields->absent, testing::ElementsAre("won"));
}

TEST(Wishes, NamesAllThatIsMissing) {
  FakeReader odoo;
  const Result<Resolved> fields = resolve_fields(odoo, "x.thing", {{"name"}, {"one"}, {"two"}});
  ASSERT_FALSE(fields);
  EXPECT_EQ(fields.error().code, Code::kMissing);
  EXPECT_THAT(fields.error().message, testing::HasSubstr("has no one, two,"));
}

}  // namespace
}  // namespace outrigger::feed
