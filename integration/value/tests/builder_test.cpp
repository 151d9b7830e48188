// The builder behind both readers, and base64.
#include "integration/value/builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "integration/value/base64.hpp"
#include "integration/value/tests/describe.hpp"

namespace outrigger::value {
namespace {

using testing::HasSubstr;

TEST(Builder, BuildsATreeFromEvents) {
  Builder builder;
  EXPECT_TRUE(builder.open_object() && builder.key("a") && builder.open_array() && builder.integer(1) &&
              builder.number(1));
  EXPECT_EQ(builder.depth(), 2U);
  EXPECT_TRUE(builder.null() && builder.boolean(false) && builder.text("t") &&
              builder.bytes(std::string_view("\0b", 2)));
  EXPECT_TRUE(builder.close_array());
  EXPECT_FALSE(builder.complete());
  EXPECT_TRUE(builder.close_object());
  EXPECT_TRUE(builder.complete());
  const Result<Document> document = builder.finish();
  ASSERT_TRUE(document);
  EXPECT_EQ(describe(**document), std::string("{a:[i1 d0x1p+0 null false 't' b'\0b']}", 37));
}

TEST(Builder, CopiesTheTextsThatItIsGiven) {
  Builder builder;
  std::string text = "first";
  std::string key = "name";
  builder.open_object();
  builder.key(key);
  builder.text(text);
  builder.close_object();
  text.assign(text.size(), 'x');
  key.assign(key.size(), 'x');
  EXPECT_EQ(describe(**builder.finish()), "{name:'first'}");
}

TEST(Builder, CanBeUsedAgainAfterFinish) {
  Builder builder(Limits{.depth = 1});
  builder.open_array();
  builder.close_array();
  const Result<Document> first = builder.finish();
  EXPECT_TRUE(builder.open_array());
  EXPECT_FALSE(builder.open_array()) << "the limits still hold";
  EXPECT_EQ(builder.status().code, Code::kLimit);
  EXPECT_EQ(describe(**first), "[]");
}

TEST(Builder, RefusesEventsThatDoNotNest) {
  using Events = std::function<bool(Builder&)>;
  const Events wrong[] = {
      [](Builder& b) { return b.close_array(); },
      [](Builder& b) { return b.close_object(); },
      [](Builder& b) { return b.key("a"); },
      [](Builder& b) { return b.open_array() && b.key("a"); },
      [](Builder& b) { return b.open_array() && b.close_object(); },
      [](Builder& b) { return b.open_object() && b.close_array(); },
      [](Builder& b) { return b.open_object() && b.integer(1); },
      [](Builder& b) { return b.open_object() && b.open_array(); },
      [](Builder& b) { return b.open_object() && b.key("a") && b.key("b"); },
      [](Builder& b) { return b.open_object() && b.key("a") && b.close_object(); },
      [](Builder& b) { return b.open_object() && b.key("a") && b.integer(1) && b.integer(2); },
      [](Builder& b) { return b.integer(1) && b.integer(2); },
      [](Builder& b) { return b.open_array() && b.close_array() && b.open_array(); },
  };
  for (size_t i = 0; i < std::size(wrong); ++i) {
    Builder builder;
    EXPECT_FALSE(wrong[i](builder)) << i;
    EXPECT_EQ(builder.status().code, Code::kProtocol) << i;
    EXPECT_FALSE(builder.null()) << i << ": after a failure nothing more is taken";
    EXPECT_EQ(builder.finish().error().code, Code::kProtocol) << i;
  }
}

TEST(Builder, RefusesToFinishWhatIsNotComplete) {
  Builder nothing;
  EXPECT_EQ(nothing.finish().error().code, Code::kProtocol);
  Builder half;
  half.open_array();
  EXPECT_THAT(half.finish().error().message, HasSubstr("ends too early"));
}

TEST(Builder, KeepsTheFirstErrorOnly) {
  Builder builder(Limits{.depth = 1});
  builder.open_array();
  builder.open_array();
  builder.close_object();
  EXPECT_EQ(builder.status().code, Code::kLimit);
}

TEST(Builder, CountsTextsTowardsTheLimit) {
  Builder builder(Limits{.bytes = size_t{4} << 20U});
  const std::string text(size_t{1} << 20U, 'x');
  builder.open_array();
  int taken = 0;
  while (taken < 10 && builder.text(text)) ++taken;
  EXPECT_GE(taken, 2);
  EXPECT_LE(taken, 4);
  EXPECT_EQ(builder.status().code, Code::kLimit);
  EXPECT_THAT(builder.status().message, HasSubstr("4 MiB; ask for fewer rows or fields at a time"));
}

TEST(Builder, KeepsOneCopyOfANameForAllRows) {
  Builder builder;
  builder.open_array();
  for (int row = 0; row < 3; ++row) {
    builder.open_object();
    builder.key("name");
    builder.integer(row);
    builder.close_object();
  }
  builder.close_array();
  const Result<Document> rows = builder.finish();
  ASSERT_TRUE(rows);
  const char* first = rows->root().at(0).raw().as.fields[0].key.data;
  for (const Value row : rows->root().items()) EXPECT_EQ(row.raw().as.fields[0].key.data, first);
}

TEST(Builder, LastOfManyEqualNamesWinsAtTheFirstPlace) {
  Builder builder;
  builder.open_object();
  for (int i = 0; i < 1000; ++i) {
    builder.key(i % 2 == 0 ? "even" : "odd");
    builder.integer(i);
  }
  builder.close_object();
  EXPECT_EQ(describe(**builder.finish()), "{even:i998 odd:i999}");
}

TEST(Builder, AsksOnceForEachNameWhetherFalseIsNull) {
  std::vector<std::string> asked;
  Limits limits;
  limits.row_depth = 2;
  limits.false_is_null = [&](std::string_view name) {
    asked.emplace_back(name);
    return true;
  };
  Builder builder(limits);
  builder.open_array();
  for (int row = 0; row < 3; ++row) {
    builder.open_object();
    builder.key("a");
    builder.boolean(false);
    builder.key("b");
    builder.boolean(true);
    builder.close_object();
  }
  builder.close_array();
  EXPECT_EQ(describe(**builder.finish()), "[{a:null b:true} {a:null b:true} {a:null b:true}]");
  EXPECT_EQ(asked, (std::vector<std::string>{"a", "b"}));
}

TEST(Base64, RandomBytesComeBack) {
  std::mt19937 random(7);
  for (size_t size = 0; size < 300; ++size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string text = to_base64(bytes);
    EXPECT_EQ(text.size(), (size + 2) / 3 * 4);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, IsThatOfRfc4648) {
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xfb\xff\xfe"), "+//+");
}

TEST(Base64, SkipsWhiteSpaceAndRefusesTheRest) {
  EXPECT_EQ(from_base64("Zm9v\r\n Ym\tFy\n"), "foobar");
  for (const char* wrong : {"A", "Zm9vY", "Zm8=Zm8=", "Zm-v", "Zm8*", "Z===", "===="})
    EXPECT_EQ(from_base64(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace outrigger::value
