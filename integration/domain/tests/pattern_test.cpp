// SQL's patterns: %, _, backslash, UTF-8, case, and no pattern that takes for ever.
#include "integration/domain/pattern.hpp"

#include <gtest/gtest.h>

#include <string>

namespace outrigger::domain {
namespace {

bool anywhere(std::string_view text, std::string_view pattern, bool fold = false) {
  return like(text, pattern, fold, false);
}
bool whole(std::string_view text, std::string_view pattern, bool fold = false) {
  return like(text, pattern, fold, true);
}

TEST(Pattern, LikeFindsItsTextAnywhere) {
  EXPECT_TRUE(anywhere("Hanoi office", "noi"));
  EXPECT_TRUE(anywhere("Hanoi office", "Hanoi"));
  EXPECT_TRUE(anywhere("Hanoi office", "office"));
  EXPECT_TRUE(anywhere("Hanoi office", ""));
  EXPECT_TRUE(anywhere("", ""));
  EXPECT_FALSE(anywhere("", "x"));
  EXPECT_FALSE(anywhere("Hanoi office", "noi  "));
}

TEST(Pattern, AWholePatternCoversTheText) {
  EXPECT_TRUE(whole("Hanoi", "Hanoi"));
  EXPECT_FALSE(whole("Hanoi office", "Hanoi"));
  EXPECT_FALSE(whole("Hanoi", "anoi"));
  EXPECT_TRUE(whole("", ""));
  EXPECT_FALSE(whole("x", ""));
}

TEST(Pattern, PercentStandsForAnyText) {
  EXPECT_TRUE(whole("Hanoi office", "Han%ice"));
  EXPECT_TRUE(whole("Hanoi", "Hanoi%"));
  EXPECT_TRUE(whole("Hanoi", "%Hanoi"));
  EXPECT_TRUE(whole("abcabd", "%ab%d")) << "the first ab is not the one";
  EXPECT_TRUE(whole("aab", "%ab"));
  EXPECT_TRUE(whole("", "%%%"));
  EXPECT_FALSE(whole("Hanoi", "%x%"));
}

TEST(Pattern, UnderscoreStandsForOneCharacterHoweverManyBytes) {
  EXPECT_TRUE(whole("Hà Nội", "H_ N_i"));
  EXPECT_TRUE(whole("😀", "_"));
  EXPECT_FALSE(whole("😀", "__"));
  EXPECT_FALSE(whole("", "_"));
  EXPECT_FALSE(whole("ab", "_"));
  EXPECT_TRUE(anywhere("Tổng", "T_n"));
}

TEST(Pattern, ABackslashTakesTheNextCharacterAsItIs) {
  EXPECT_TRUE(whole("100%", R"(100\%)"));
  EXPECT_FALSE(whole("1000", R"(100\%)"));
  EXPECT_TRUE(whole("a_b", R"(a\_b)"));
  EXPECT_FALSE(whole("axb", R"(a\_b)"));
  EXPECT_TRUE(whole(R"(a\b)", R"(a\\b)"));
  EXPECT_TRUE(whole("abc", R"(a\bc)"));
  EXPECT_TRUE(whole(R"(a\)", R"(a\)")) << "at the end it is itself";
}

TEST(Pattern, CaseIsFoldedForAsciiOnlyAndOnlyWhenAsked) {
  EXPECT_TRUE(whole("HaNoi", "hAnOI", true));
  EXPECT_FALSE(whole("HaNoi", "hAnOI"));
  EXPECT_TRUE(anywhere("Minh Phát", "PHáT", true));
  EXPECT_FALSE(anywhere("Minh Phát", "PHÁT", true)) << "accents are left to Odoo";
  EXPECT_TRUE(whole("A[", "a[", true));
  EXPECT_FALSE(whole("@", "`", true)) << "only letters";
}

TEST(Pattern, TextThatIsNotUtf8DoesNotBreakIt) {
  const std::string odd = "\xff\x80\x80 \xc3";
  EXPECT_TRUE(anywhere(odd, " "));
  EXPECT_TRUE(whole(odd, "%"));
  EXPECT_TRUE(whole("\x80\x80", "_")) << "a byte that continues belongs to the one before it";
  EXPECT_FALSE(whole(odd, "%x%"));
}

// A backtracking matcher would not come back from these.
TEST(Pattern, ManyPercentSignsComeToAnEnd) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "%a";
  const std::string text(20000, 'a');
  EXPECT_TRUE(anywhere(text, pattern));
  EXPECT_TRUE(whole(text, pattern));
  EXPECT_FALSE(whole(text, pattern + "%b"));
  EXPECT_FALSE(anywhere(text, pattern + "b"));
  std::string single;
  for (int i = 0; i < 1000; ++i) single += "%_";
  EXPECT_TRUE(whole(text, single));
  EXPECT_FALSE(whole(text.substr(0, 999), single));
}

}  // namespace
}  // namespace outrigger::domain
