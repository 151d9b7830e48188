// CBOR: what is written is read back the same, and nothing else is read.
#include "integration/value/cbor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace outrigger::value {
namespace {

using testing::HasSubstr;

std::string written(Value value) {
  std::string out;
  write_cbor(value, out);
  return out;
}

Error refused(const std::string& bytes, const CborLimits& limits = {}) {
  const Result<Document> document = read_cbor(bytes, limits);
  return document ? Error{Code::kOk, "it was read"} : document.error();
}

TEST(Cbor, IntegersTakeTheBytesOfRfc8949) {
  EXPECT_EQ(written(Value::of(0)), std::string(1, '\0'));
  EXPECT_EQ(written(Value::of(23)), "\x17");
  EXPECT_EQ(written(Value::of(24)), "\x18\x18");
  EXPECT_EQ(written(Value::of(1000)), "\x19\x03\xE8");
  EXPECT_EQ(written(Value::of(-1)), "\x20");
  EXPECT_EQ(written(Value::of(-1000)), "\x39\x03\xE7");
  EXPECT_EQ(written(Value::of("IETF")), "\x64IETF");
}

TEST(Cbor, EveryKindComesBackTheSame) {
  Arena arena;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
  const Value tree = arena.object({{"null", nullptr},
                                   {"yes", true},
                                   {"no", false},
                                   {"most", kMost},
                                   {"least", kLeast},
                                   {"pi", 3.141592653589793},
                                   {"small", 5e-324},
                                   {"text", "Phễu bán hàng \xF0\x9F\x9A\xA3"},
                                   {"bytes", arena.bytes(std::string("\0\xFF\x80", 3))},
                                   {"empty", arena.array(std::initializer_list<Item>{})},
                                   {"list", arena.array({1, "two", 3.0, arena.array({4})})}});
  const Result<Document> read = read_cbor(written(tree));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->root() == tree);
  EXPECT_EQ(read->root()["bytes"].kind(), Kind::kBytes);
  EXPECT_EQ(read->root()["least"].as_integer(), kLeast);
  EXPECT_EQ(read->root().fields().begin().operator*().key, "null") << "the order is kept";
}

TEST(Cbor, NotANumberComesBack) {
  const Result<Document> read = read_cbor(written(Value::of(std::numeric_limits<double>::quiet_NaN())));
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::isnan(*read->root().number()));
}

TEST(Cbor, EveryCutIsRefused) {
  Arena arena;
  const std::string whole = written(arena.object({{"name", "Anna"}, {"ids", arena.array({1, 1000, 1.5})}}));
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(refused(whole.substr(0, size)).code, Code::kProtocol) << size;
  EXPECT_THAT(refused(whole + "x").message, HasSubstr("something follows"));
}

TEST(Cbor, ACountThatIsALieAllocatesNothing) {
  EXPECT_EQ(refused("\x9B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF").code, Code::kProtocol);
  EXPECT_EQ(refused("\xBB\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF").code, Code::kProtocol);
  EXPECT_EQ(refused("\x7B\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF").code, Code::kProtocol);
}

TEST(Cbor, RefusesWhatTheWriterNeverWrites) {
  for (const std::string bytes :
       {"\x9F\xFF", "\xC0\x00", "\xF9\x3C\x00", "\xA1\x01\x02", "\xF7", "\x1B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"})
    EXPECT_EQ(refused(bytes).code, Code::kProtocol) << bytes;
}

TEST(Cbor, DepthAndSizeAreBounded) {
  EXPECT_EQ(refused(std::string(OR_MAX_DEPTH, '\x81') + "\x01").code, Code::kLimit);
  EXPECT_EQ(refused(std::string(OR_MAX_DEPTH - 1, '\x81') + "\x01").code, Code::kOk);
  EXPECT_EQ(refused(std::string("\x84\x01\x02\x03\x04"), {.bytes = 3 * sizeof(or_value)}).code, Code::kLimit);
}

TEST(Cbor, WhatIsTooDeepIsWrittenAsNull) {
  Arena arena;
  Value deep = Value::of(1);
  for (int i = 0; i < 1000; ++i) deep = arena.array(std::span<const Value>(&deep, 1));
  EXPECT_EQ(refused(written(deep)).code, Code::kLimit);
  EXPECT_LE(written(deep).size(), size_t{OR_MAX_DEPTH} + 1);
}

TEST(Cbor, TextsAndKeysAreUtf8) {
  EXPECT_THAT(refused("\x62\xC3\x28").message, HasSubstr("not UTF-8"));
  EXPECT_THAT(refused("\xA1\x62\xC3\x28\x01").message, HasSubstr("not UTF-8"));
  for (const char* text : {"", "abc", "é", "Phễu", "\xF0\x9F\x9A\xA3", "long enough for two words \xC3\xA9"})
    EXPECT_TRUE(is_utf8(text)) << text;
  for (const char* text : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82", "12345678\xFF"})
    EXPECT_FALSE(is_utf8(text)) << text;
}

}  // namespace
}  // namespace outrigger::value
