// What may stand in a view of a plugin.
#include "host/setup/arch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string verdict(const std::string& arch) {
  const Result<std::string> sound = check_arch(arch);
  return sound ? "sound" : sound.error().message;
}
// At one place in a form.
std::string added(const std::string& what) {
  return verdict("<xpath expr=\"//field[@name='priority']\" position=\"after\">" + what + "</xpath>");
}

TEST(Arch, MayAddFieldsGroupsAndLabels) {
  for (const char* what :
       {"<field name='x_score'/>", "<group string='Score'><field name='x_score' widget='progressbar'/></group>",
        "<page string='Score' name='score'><notebook><page string='Why'><p class='text-muted'>Because</p></page>"
        "</notebook></page>",
        "<field name='x_a' invisible='not x_b or (x_c and x_d in (1, 2))'/>",
        "<field name='x_a' attrs=\"{'invisible': [('x_b', '=', False)]}\"/>",
        "<field name='x_a' domain=\"[('active', '=', True), ('x_b', 'in', ['a', 'b'])]\" options=\"{'no_create': "
        "True}\"/>",
        "<filter name='hot' string='Hot' domain=\"[('x_score', '&gt;', 80)]\"/>",
        "<label for='x_a' string='Điểm'/><div>Text &amp; more <b>bold</b></div>"})
    EXPECT_EQ(added(what), "sound") << what;
  EXPECT_EQ(verdict("<data><field name='priority' position='before'><field name='x_a'/></field>"
                    "<xpath expr='//sheet' position='inside'><field name='x_b'/></xpath></data>"),
            "sound");
}

TEST(Arch, NoCodeOfAnyKind) {
  for (const char* what :
       {"<script>alert(1)</script>", "<style>*{}</style>", "<t t-esc='x'/>", "<t>x</t>", "<iframe src='x'/>",
        "<button name='unlink' type='object'/>", "<a href='javascript:x'>x</a>", "<img src='https://x'/>",
        "<widget name='x'/>", "<templates/>", "<svg/>", "<object/>", "<xpath expr='x' position='after'/>",
        "<group><script/></group>", "<a:script xmlns:a='http://www.w3.org/1999/xhtml'/>"})
    EXPECT_THAT(added(what), AllOf(HasSubstr("which no plugin may"), HasSubstr("use fields"))) << what;
  for (const char* what : {"<field name='x' t-att-class='y'/>", "<div t-if='1'/>", "<div onclick='x'/>",
                           "<div style='display:none'/>", "<field name='x' context=\"{'default_a': 1}\"/>",
                           "<field name='x' eval='1'/>", "<div data-x='1'/>", "<field name='x' on_change='y'/>"})
    EXPECT_THAT(added(what), AllOf(HasSubstr("sets `"), HasSubstr("leave it out"))) << what;
}

TEST(Arch, ExpressionsCallNothing) {
  for (const char* what : {"<field name='x' invisible='open(1)'/>", "<field name='x' invisible='x_a.b ()'/>",
                           "<field name='x' domain=\"[('a', '=', context.get('b'))]\"/>",
                           "<field name='x' attrs=\"{'a': time.x()}\"/>", "<field name='x' readonly='().__class__'/>",
                           "<field name='x' required='lambda: 1'/>", "<field name='x' invisible='[].append(1)'/>",
                           "<field name='x' invisible='(a)(b)'/>", "<field name='x' invisible='notin(1)'/>"})
    EXPECT_THAT(added(what), HasSubstr("calls something")) << what;
}

TEST(Arch, ChangesNothingThatIsThere) {
  for (const char* position : {"replace", "attributes", "move", "", "After"}) {
    const std::string arch = std::string("<field name='user_id' position='") + position + "'><field name='x'/></field>";
    EXPECT_NE(verdict(arch), "sound") << position;
  }
  EXPECT_THAT(
      verdict("<xpath expr='//group' position='attributes'><attribute name='groups'/></xpath>"),
      AllOf(HasSubstr("position=`attributes`"), HasSubstr("`groups`"), HasSubstr("add after, before or inside")));
  EXPECT_THAT(added("<field name='user_id' position='move'/>"), HasSubstr("sets `position`"));
  EXPECT_THAT(verdict("<form><field name='x'/></form>"), HasSubstr("to no place"));
  EXPECT_THAT(verdict("<xpath position='after'><field name='x'/></xpath>"), HasSubstr("without `expr`"));
  EXPECT_THAT(verdict("<xpath expr='//a' position='after' groups=''><field name='x'/></xpath>"),
              HasSubstr("only expr and position"));
  EXPECT_THAT(verdict("<xpath expr='//a' position='after'/>"), HasSubstr("adds nothing"));
  EXPECT_THAT(verdict("<data/>"), HasSubstr("is empty"));
  EXPECT_THAT(verdict("<data>text<field name='a' position='after'><b/></field></data>"), HasSubstr("a text outside"));
}

TEST(Arch, IsXmlAndNothingMore) {
  EXPECT_THAT(verdict("<xpath"), AllOf(HasSubstr("not an XML"), HasSubstr("correct it")));
  EXPECT_THAT(verdict(""), HasSubstr("not an XML"));
  EXPECT_THAT(verdict("<a></b>"), HasSubstr("(line 1)"));
  EXPECT_THAT(verdict("<!DOCTYPE x [<!ENTITY y 'z'>]><data>&y;</data>"), HasSubstr("DOCTYPE"));
  EXPECT_THAT(verdict("<?xml version='1.0'?><data/>"), HasSubstr("<?xml"));
  EXPECT_THAT(verdict("<data><?php x ?></data>"), HasSubstr("<?...?>"));
  EXPECT_THAT(verdict(std::string(70000, ' ')), HasSubstr("64 KiB"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<div>";
  EXPECT_THAT(added(deep), HasSubstr("too deeply"));
}

TEST(Arch, TheCanonicalFormForgetsWhatMakesNoDifference) {
  const Result<std::string> one =
      canonical_xml("<data>\n  <!-- why -->\n  <field b='2' name=\"a\"/>  <p> x &lt; y </p></data>");
  const Result<std::string> other = canonical_xml("<data><field name='a' b=\"2\"></field><p>x &lt; y</p>\n</data>");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(*one, *other);
  EXPECT_NE(*one, *canonical_xml("<data><field name='a' b='3'/><p>x &lt; y</p></data>"));
  EXPECT_NE(*one, *canonical_xml("<data><field name='a' b='2'/><p>x &lt; z</p></data>"));
}

}  // namespace
}  // namespace outrigger::host
