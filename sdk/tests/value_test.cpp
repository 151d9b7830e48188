// Values, arenas, documents, results and format(): what a plugin's author holds in hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <outrigger/arena.hpp>
#include <outrigger/log.hpp>
#include <outrigger/result.hpp>
#include <thread>

#include "abi_c_test.h"

namespace outrigger {
namespace {

using testing::ElementsAre;

TEST(Value, OfAnotherKindReadsAsAbsent) {
  Arena arena;
  const Value values[] = {Value{},           Value::of(true),    Value::of(7),        Value::of(2.5),
                          Value::of("text"), arena.bytes("raw"), arena.array({1, 2}), arena.object({{"a", 1}})};
  for (const Value value : values) {
    EXPECT_EQ(value.boolean().has_value(), value.kind() == Kind::kBool);
    EXPECT_EQ(value.as_integer().has_value(), value.kind() == Kind::kInt);
    EXPECT_EQ(value.number().has_value(), value.kind() == Kind::kInt || value.kind() == Kind::kDouble);
    EXPECT_EQ(value.text().empty(), value.kind() != Kind::kString && value.kind() != Kind::kBytes);
    EXPECT_EQ(value.items().size(), value.kind() == Kind::kArray ? 2U : 0U);
    EXPECT_EQ(value.fields().size(), value.kind() == Kind::kObject ? 1U : 0U);
    EXPECT_EQ(value["a"].is_null(), value.kind() != Kind::kObject);
    EXPECT_EQ(value.has("a"), value.kind() == Kind::kObject);
  }
}

TEST(Value, AKindOfALaterVersionReadsAsNull) {
  or_value raw{};
  raw.kind = 99;
  raw.count = 5;
  const Value later(raw);
  EXPECT_TRUE(later.is_null());
  EXPECT_EQ(later.size(), 0U);
  EXPECT_EQ(later.text(), "");
  EXPECT_FALSE(later.truthy());
  EXPECT_EQ(later, Value{});
}

TEST(Value, ADoubleCountsAsAnIntegerOnlyWhenItIsOne) {
  EXPECT_EQ(Value::of(3.0).as_integer(), 3);
  EXPECT_EQ(Value::of(-0.0).as_integer(), 0);
  EXPECT_EQ(Value::of(3.5).as_integer(), std::nullopt);
  EXPECT_EQ(Value::of(1e300).as_integer(), std::nullopt);
  EXPECT_EQ(Value::of(-1e300).as_integer(), std::nullopt);
  EXPECT_EQ(Value::of(std::numeric_limits<double>::quiet_NaN()).as_integer(), std::nullopt);
  EXPECT_EQ(Value::of(std::numeric_limits<double>::infinity()).as_integer(), std::nullopt);
  EXPECT_EQ(Value::of(std::numeric_limits<int64_t>::max()).as_integer(), std::numeric_limits<int64_t>::max());
}

TEST(Value, TheIdOfAMany2oneIsReadInBothForms) {
  Arena arena;
  EXPECT_EQ(Value::of(7).integer(), 7);
  EXPECT_EQ(arena.array({7, "Seven"}).integer(), 7);
  EXPECT_EQ(Value{}.integer(), 0);
  EXPECT_EQ(arena.array(std::initializer_list<Item>{}).integer(), 0);
}

TEST(Value, TruthIsPythons) {
  Arena arena;
  for (const Value empty : {Value{}, Value::of(false), Value::of(0), Value::of(0.0), Value::of(""),
                            arena.array(std::initializer_list<Item>{}),
                            arena.object(std::initializer_list<std::pair<std::string_view, Item>>{})})
    EXPECT_FALSE(empty.truthy());
  for (const Value full : {Value::of(true), Value::of(-1), Value::of(0.1), Value::of("0"), arena.array({0}),
                           arena.object({{"", nullptr}})})
    EXPECT_TRUE(full.truthy());
}

TEST(Value, ATextMayHoldZerosAndNeedsNoTerminator) {
  constexpr char kBytes[] = {'a', '\0', 'b'};
  const Value value = Value::of(std::string_view(kBytes, 3));
  EXPECT_EQ(value.text().size(), 3U);
  or_value raw{OR_STRING, 0, {}};
  raw.as.s = nullptr;
  EXPECT_EQ(Value(raw).text(), "");
}

TEST(Value, EqualityIsDeepAndLooksAtNumbersNotAtTheirKinds) {
  Arena arena;
  EXPECT_EQ(Value::of(2), Value::of(2.0));
  EXPECT_FALSE(Value::of(1) == Value::of(true)) << "a boolean is no number";
  EXPECT_FALSE(Value::of("a") == arena.bytes("a"));
  EXPECT_EQ(arena.object({{"a", 1}, {"b", arena.array({"x", nullptr})}}),
            arena.object({{"b", arena.array({"x", nullptr})}, {"a", 1.0}}));
  EXPECT_FALSE(arena.object({{"a", 1}}) == arena.object({{"a", 1}, {"b", 2}}));
  EXPECT_FALSE(arena.object({{"a", nullptr}}) == arena.object({{"b", nullptr}})) << "absent is not null";
  EXPECT_FALSE(arena.array({1, 2}) == arena.array({2, 1}));
}

TEST(Arena, CopiesTextThatIsKept) {
  Arena arena;
  std::string text = "a text that is longer than any small string buffer";
  const Value kept = arena.text(text);
  const Value bytes = arena.bytes(text);
  text.assign(text.size(), '?');
  EXPECT_EQ(kept.text(), "a text that is longer than any small string buffer");
  EXPECT_EQ(bytes.kind(), Kind::kBytes);
  EXPECT_EQ(bytes.text(), kept.text());
}

TEST(Arena, ADeepCopyStandsByItself) {
  Arena arena;
  Value copy;
  {
    Arena other;
    const std::string key = "a key that is not a literal";
    const std::vector<Field> fields{
        {other.keep(key), other.array({other.text("value"), 1, 2.5, true, nullptr, other.bytes("raw")})}};
    copy = arena.copy(other.object(fields));
    EXPECT_EQ(copy, other.object(fields));
  }
  EXPECT_EQ(copy["a key that is not a literal"].at(0).text(), "value");
}

TEST(Arena, ACopyIsCutWhereReceiversWouldRefuseIt) {
  Arena arena;
  Value deep = Value::of("bottom");
  for (int i = 0; i < 100000; ++i) deep = arena.array({deep});
  Value copy = arena.copy(deep);
  int depth = 0;
  for (; copy.is_array(); copy = copy.at(0)) ++depth;
  EXPECT_EQ(depth, OR_MAX_DEPTH);
  EXPECT_TRUE(copy.is_null());
}

TEST(Arena, GivesAlignedMemoryOfEverySize) {
  Arena arena;
  for (const size_t size : {size_t{1}, size_t{7}, size_t{8}, size_t{1000}, size_t{5} << 20U, size_t{3}}) {
    auto* memory = static_cast<char*>(arena.allocate(size));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 8, 0U);
    std::fill(memory, memory + size, 'x');
  }
  EXPECT_GE(arena.reserved(), size_t{5} << 20U);
}

TEST(Arena, MakesListsOfIds) {
  Arena arena;
  const std::vector<int64_t> ids{3, 1, 2};
  std::vector<int64_t> read;
  for (const Value id : arena.ids(ids).items()) read.push_back(id.integer());
  EXPECT_THAT(read, ElementsAre(3, 1, 2));
}

TEST(Document, ReleasesWhatItAdoptedOnce) {
  int released = 0;
  {
    or_doc raw = c_document(&released);
    Document document = Document::adopt(raw);
    EXPECT_EQ(raw.release, nullptr) << "the receiver has it now";
    EXPECT_EQ(raw.owner, nullptr);
    EXPECT_EQ(document.root()["name"].text(), "Anna");
    const Document second = document;
    document = Document();
    EXPECT_EQ(released, 0) << "a copy still holds it";
    EXPECT_EQ(second->at(0).is_null() ? 0 : 1, 0);
    EXPECT_EQ((*second)["ids"].size(), 3U);
  }
  EXPECT_EQ(released, 1);
}

TEST(Document, HandsOverWithoutCopyingAndIsEmptyAfterwards) {
  int released = 0;
  or_doc raw = c_document(&released);
  Document document = Document::adopt(raw);
  const void* tree = document.root().raw().as.fields;
  or_doc over = document.hand_over();
  EXPECT_TRUE(document.root().is_null());
  EXPECT_EQ(over.root.as.fields, tree);
  EXPECT_EQ(c_sum(&over.root), 6);
  EXPECT_EQ(released, 0);
  // Moved by its bytes, released by another thread: both are allowed.
  or_doc moved = over;
  std::thread([&] { moved.release(&moved); }).join();
  EXPECT_EQ(released, 1);
  EXPECT_EQ(moved.release, nullptr);
  EXPECT_EQ(moved.owner, nullptr);
}

TEST(Document, SurvivesSeveralBorders) {
  int released = 0;
  {
    or_doc raw = c_document(&released);
    for (int border = 0; border < 5; ++border) {
      Document document = Document::adopt(raw);
      raw = document.hand_over();
    }
    EXPECT_EQ(Document::adopt(raw).root()["ids"].size(), 3U);
  }
  EXPECT_EQ(released, 1);
}

TEST(Document, AnEmptyOneIsValidOnBothSides) {
  or_doc nothing{};
  EXPECT_TRUE(Document::adopt(nothing).root().is_null());
  Document empty;
  or_doc over = empty.hand_over();
  EXPECT_EQ(over.root.kind, OR_NULL);
  if (over.release != nullptr) over.release(&over);
}

TEST(Document, BuiltInPlaceKeepsItsArena) {
  const Document document = Document::build([](Arena& arena) {
    return arena.object({{"text", arena.text(std::string(5000, 'x'))}});
  });
  EXPECT_EQ(document.root()["text"].text().size(), 5000U);
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 7;
  const Result<int> bad = Error{Code::kAccess, "no"};
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 7);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().code, Code::kAccess);
  EXPECT_THROW((void)*bad, std::bad_optional_access) << "reading the wrong one is a bug";
  EXPECT_THROW((void)good.error(), std::bad_optional_access);
  EXPECT_TRUE(Result<void>());
  EXPECT_FALSE(Result<void>(Error{Code::kOk, ""})) << "an error is an error whatever its code";
}

TEST(Result, CarriesWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(3);
  const std::unique_ptr<int> taken = *std::move(made);
  EXPECT_EQ(*taken, 3);
}

TEST(Error, CrossesTheBorderAndComesBack) {
  or_error raw = empty_error();
  const or_status status = fill_error(&raw, {Code::kLimit, "slower, please", Source::kOdoo, Effect::kDone, 250});
  EXPECT_EQ(status, OR_E_LIMIT);
  EXPECT_EQ(raw.code, OR_E_LIMIT);
  const Error back = to_error(status, raw);
  EXPECT_EQ(back.code, Code::kLimit);
  EXPECT_EQ(back.message, "slower, please");
  EXPECT_EQ(back.source, Source::kOdoo);
  EXPECT_EQ(back.effect, Effect::kDone);
  EXPECT_EQ(back.retry_after_ms, 250);
}

TEST(Error, ALongMessageIsCutBetweenCharacters) {
  for (size_t before = 996; before <= 1000; ++before) {
    or_error raw = empty_error();
    fill_error(&raw, {Code::kInvalid, std::string(before, 'x') + "😀 and more"});
    EXPECT_LE(raw.message_len, sizeof raw.message);
    EXPECT_EQ(raw.message_len, before <= 996 ? before + 4 : before) << "never half of the four bytes";
  }
}

TEST(Error, IsNotWrittenIntoAStructThatIsTooShortOrMissing) {
  or_error raw{};
  raw.struct_size = 24;
  EXPECT_EQ(fill_error(&raw, {Code::kMissing, "gone"}), OR_E_MISSING);
  EXPECT_EQ(raw.code, 0);
  EXPECT_EQ(raw.message_len, 0U);
  EXPECT_EQ(fill_error(nullptr, {Code::kMissing, "gone"}), OR_E_MISSING);
}

TEST(Error, ALengthBeyondTheMessageIsNotBelieved) {
  or_error raw = empty_error();
  raw.message_len = 4000000000U;
  EXPECT_EQ(to_error(OR_E_INTERNAL, raw).message.size(), sizeof raw.message);
}

TEST(Error, EveryCodeHasAWord) {
  for (int code = 0; code <= OR_E_INTERNAL; ++code)
    EXPECT_STRNE(to_string(static_cast<Code>(code)), "unknown code") << code;
  EXPECT_STREQ(to_string(static_cast<Code>(99)), "unknown code");
}

TEST(Format, FillsThePlaces) {
  const char* pointer = "a pointer";
  EXPECT_EQ(format("{} {} {}", 1, std::string("two"), std::string_view("three")), "1 two three");
  EXPECT_EQ(format("{} and {}", "a literal", pointer), "a literal and a pointer");
  EXPECT_EQ(format("{} {} {} {}", true, 2.5, int64_t{-5}, uint64_t{18446744073709551615U}),
            "true 2.5 -5 18446744073709551615");
  EXPECT_EQ(format("{}", 1e21), "1e+21");
}

TEST(Format, DoubledBracesAreBraces) {
  EXPECT_EQ(format("{{}} {{{}}}", 1), "{} {1}");
  EXPECT_EQ(format("}{ {x} {", 1), "}{ {x} {") << "anything else stays as it is";
}

TEST(Format, TooFewArgumentsShowAndTooManyDoNot) {
  EXPECT_EQ(format("{} {}", 1), "1 {}");
  EXPECT_EQ(format("{}", 1, 2), "1");
  EXPECT_EQ(format("nothing"), "nothing");
  EXPECT_EQ(format("{}", "{}"), "{}") << "an argument is not a pattern";
}

}  // namespace
}  // namespace outrigger
