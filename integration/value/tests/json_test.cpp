// JSON: what is read and written keeps every kind, every bit and every character.
#include "integration/value/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>
#include <random>

#include "integration/value/tests/describe.hpp"

namespace outrigger::value {
namespace {

using testing::HasSubstr;

std::string read(std::string_view text, Limits limits = {}) {
  const Result<Document> document = read_json(text, std::move(limits));
  return document ? describe(**document) : "error: " + document.error().message;
}

Error error_of(std::string_view text, Limits limits = {}) {
  const Result<Document> document = read_json(text, std::move(limits));
  return document ? Error{Code::kOk, describe(**document)} : document.error();
}

std::string nested(size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

double read_double(const std::string& text) {
  const Result<Document> document = read_json("[" + text + "]");
  EXPECT_TRUE(document) << text << ": " << document.error().message;
  if (!document || document->root().at(0).kind() != Kind::kDouble) return std::numeric_limits<double>::quiet_NaN();
  return document->root().at(0).raw().as.f;
}

constexpr std::string_view kEverything =
    R"({"id": 7, "name": "Ünï\u00e9 漢字 😀 \ud83d\ude00 \"\\\/\b\f\n\r\t", "zero": 0, "minus": -12, "p": 12.50, "e": -1.5E-7,)"
    R"( "big": 9223372036854775807, "bigger": 18446744073709551615, "biggest": 123456789012345678901234567890,)"
    R"( "no": false, "yes": true, "none": null, "list": [1, [2.5, []], {}], "a key of more than a few characters": ""} )";

TEST(JsonReader, KeepsEachKindApart) {
  EXPECT_EQ(read(R"([1, 1.0, true, null, "1", [], {}])"), "[i1 d0x1p+0 true null '1' [] {}]");
  EXPECT_EQ(read("[-0, 1e2, -9223372036854775808]"), "[i0 d0x1.9p+6 i-9223372036854775808]");
}

TEST(JsonReader, ReadsAScalarThatStandsAlone) {
  EXPECT_EQ(read("null"), "null");
  EXPECT_EQ(read(" 12 "), "i12");
  EXPECT_EQ(read("12.5"), "d0x1.9p+3");
  EXPECT_EQ(read("\"a\""), "'a'");
}

TEST(JsonReader, KeepsTheOrderOfFields) { EXPECT_EQ(read(R"({"z": 1, "a": 2, "m": 3})"), "{z:i1 a:i2 m:i3}"); }

TEST(JsonReader, GivesTheSameTreeWhereverTheInputIsCut) {
  const std::string whole = read(kEverything);
  EXPECT_THAT(whole, HasSubstr("list:[i1 [d0x1.4p+1 []] {}]"));
  for (size_t cut = 0; cut <= kEverything.size(); ++cut) {
    JsonReader reader;
    EXPECT_TRUE(reader.feed(kEverything.substr(0, cut))) << cut;
    EXPECT_TRUE(reader.feed(kEverything.substr(cut))) << cut;
    const Result<Document> document = reader.finish();
    ASSERT_TRUE(document) << "cut at " << cut << ": " << document.error().message;
    EXPECT_EQ(describe(**document), whole) << "cut at " << cut;
  }
}

TEST(JsonReader, GivesTheSameTreeByteByByte) {
  JsonReader reader;
  for (const char c : kEverything) ASSERT_TRUE(reader.feed({&c, 1}));
  const Result<Document> document = reader.finish();
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(describe(**document), read(kEverything));
}

TEST(JsonReader, ReadsDoublesToTheLastBit) {
  EXPECT_EQ(read_double("0.1"), 0.1);
  EXPECT_EQ(read_double("5.1"), 5.1);
  EXPECT_EQ(read_double("1e308"), 1e308);
  EXPECT_EQ(read_double("1.7976931348623157e308"), DBL_MAX);
  EXPECT_EQ(read_double("2.2250738585072014e-308"), DBL_MIN);
  EXPECT_EQ(read_double("5e-324"), DBL_TRUE_MIN);
  EXPECT_EQ(read_double("1.23e-320"), 1.23e-320);
  EXPECT_EQ(read_double("9007199254740993.0"), 9007199254740992.0);
  EXPECT_TRUE(std::signbit(read_double("-0.0")));
}

TEST(Json, RandomDoublesComeBackBitByBit) {
  std::mt19937_64 random(20261121);
  for (int i = 0; i < 20000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    EXPECT_EQ(std::bit_cast<uint64_t>(read_double(to_json(Value::of(number)))), std::bit_cast<uint64_t>(number));
    char python[40];
    std::snprintf(python, sizeof python, "%.17e", number);
    EXPECT_EQ(std::bit_cast<uint64_t>(read_double(python)), std::bit_cast<uint64_t>(number)) << python;
  }
}

TEST(JsonReader, ReadsIntegersBeyondInt64AsTheNearestDouble) {
  EXPECT_EQ(read("9223372036854775807"), "i9223372036854775807");
  EXPECT_EQ(read_double("9223372036854775808"), 9223372036854775808.0);
  EXPECT_EQ(read_double("-9223372036854775809"), -9223372036854775808.0);
  EXPECT_EQ(read_double("18446744073709551615"), 18446744073709551616.0);
  EXPECT_EQ(read_double("123456789012345678901234567890"), 123456789012345678901234567890.0);
}

TEST(JsonReader, LastOfTwoEqualKeysWins) {
  EXPECT_EQ(read(R"({"a": 1, "b": 2, "a": 3})"), "{a:i3 b:i2}");
  EXPECT_EQ(read(R"([{"a": {"a": 1}, "b": {"a": 2}}, {"a": 5}])"), "[{a:{a:i1} b:{a:i2}} {a:i5}]");
}

TEST(JsonReader, RefusesDataThatIsNestedDeeperThan64) {
  EXPECT_EQ(error_of(nested(64)).code, Code::kOk);
  const Error error = error_of(nested(65));
  EXPECT_EQ(error.code, Code::kLimit);
  EXPECT_THAT(error.message, HasSubstr("nested deeper than 64 levels"));
  EXPECT_EQ(error_of(nested(100000)).code, Code::kLimit);
  EXPECT_EQ(error_of(std::string(100000, '{')).code, Code::kProtocol);
}

TEST(JsonReader, NamesTheRemedyWhenTheReplyIsTooLarge) {
  std::string rows = "[0";
  for (int i = 0; i < 200000; ++i) rows += ",1";
  const Error error = error_of(rows + "]", Limits{.bytes = size_t{1} << 20U});
  EXPECT_EQ(error.code, Code::kLimit);
  EXPECT_THAT(error.message, HasSubstr("larger than 1 MiB; ask for fewer rows or fields"));
}

TEST(JsonReader, StopsAnEndlessTextAtTheLimit) {
  JsonReader reader(Limits{.bytes = size_t{1} << 20U});
  const std::string piece(size_t{1} << 20U, 'x');
  bool goes_on = reader.feed("[\"");
  for (int i = 0; i < 16 && goes_on; ++i) goes_on = reader.feed(piece);
  EXPECT_FALSE(goes_on) << "16 MiB of one text were taken although 1 MiB is the limit";
}

TEST(JsonReader, RefusesInputThatEndsTooEarly) {
  const std::string_view document = R"({"a": [1, 2.5, "b\u00e9"], "c": null})";
  for (size_t size = 0; size < document.size(); ++size)
    EXPECT_EQ(error_of(document.substr(0, size)).code, Code::kProtocol) << document.substr(0, size);
}

TEST(JsonReader, RefusesWhatFollowsTheDocument) {
  EXPECT_EQ(error_of("[1] x").code, Code::kProtocol);
  EXPECT_EQ(error_of("[1][2]").code, Code::kProtocol);
  EXPECT_EQ(error_of("[1]\r\n\t ").code, Code::kOk);
  JsonReader reader;
  EXPECT_TRUE(reader.feed("[1]"));
  EXPECT_TRUE(reader.feed("\n"));
  EXPECT_FALSE(reader.feed("<html>"));
  EXPECT_EQ(reader.finish().error().code, Code::kProtocol);
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const char* text :
       {"<html>", "[1,]", "{1: 2}", "[01]", "'a'", "[NaN]", "{\"a\" 1}", "[\"\x01\"]", "[\"\\ud800\"]"}) {
    const Error error = error_of(text);
    EXPECT_EQ(error.code, Code::kProtocol) << text;
    EXPECT_EQ(error.effect, Effect::kUnknown) << text;
  }
}

TEST(Json, KeepsAllControlCharacters) {
  std::string all;
  for (char c = 0; c < 0x20; ++c) all += c;
  all += "\x7f \xEF\xBF\xBE \xEF\xBF\xBF \"\\/";
  std::string written;
  ASSERT_TRUE(write_json(Value::of(std::string_view(all)), written));
  EXPECT_EQ(written.find_first_of(std::string_view("\0\n\x1f", 3)), std::string::npos);
  EXPECT_EQ(read(written), "'" + all + "'");
  Arena arena;
  const Field field{all, Value::of(1)};
  EXPECT_EQ(read(to_json(arena.object(std::span(&field, 1)))), "{" + all + ":i1}");
}

TEST(JsonWriter, WritesWholeDoublesAsDoubles) {
  EXPECT_EQ(to_json(Value::of(5.0)), "5.0");
  EXPECT_EQ(read(to_json(Value::of(1e22))), describe(Value::of(1e22)));
  EXPECT_EQ(to_json(Value::of(0.1)), "0.1");
}

TEST(JsonWriter, WritesBytesAsBase64) {
  Arena arena;
  EXPECT_EQ(to_json(arena.bytes(std::string_view("\0\xff", 2))), "\"AP8=\"");
}

TEST(JsonWriter, RefusesNumbersThatJsonCannotCarry) {
  for (const double number : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    std::string out;
    const Result<void> written = write_json(Value::of(number), out);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Code::kInvalid);
    EXPECT_EQ(written.error().effect, Effect::kNone);
    EXPECT_EQ(to_json(Value::of(number)), "null");
  }
}

TEST(JsonWriter, IndentsForPeople) {
  Arena arena;
  const Value tree = arena.object({{"a", arena.array({1, 2})}, {"b", arena.array(std::initializer_list<Item>{})}});
  EXPECT_EQ(to_pretty_json(tree), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
}

TEST(Json, HoldsAHundredThousandKeys) {
  std::string text = "{";
  for (int i = 0; i < 100000; ++i) text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":" + std::to_string(i);
  const Result<Document> document = read_json(text + "}");
  ASSERT_TRUE(document) << document.error().message;
  ASSERT_EQ(document->root().size(), 100000U);
  int64_t next = 0;
  for (const Field field : document->root().fields()) {
    ASSERT_EQ(field.key, "k" + std::to_string(next));
    ASSERT_EQ(field.value.integer(), next++);
  }
}

TEST(JsonReader, TurnsFalseIntoNullOnlyInRowsAndOnlyForNamedFields) {
  Limits limits;
  limits.row_depth = 2;
  limits.false_is_null = [](std::string_view name) { return name == "name" || name == "tags"; };
  EXPECT_EQ(
      read(R"([{"name": false, "active": false, "tags": [false, {"name": false}]}, {"active": true, "name": ""}])",
           limits),
      "[{name:null active:false tags:[false {name:false}]} {active:true name:''}]");
  EXPECT_EQ(read(R"({"name": false})", limits), "{name:false}");
  EXPECT_EQ(read("[false]", limits), "[false]");
  EXPECT_EQ(read("false", limits), "false");
}

}  // namespace
}  // namespace outrigger::value
