// Reading and printing domains: Python and JSON forms, round trips, and what is wrong where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "integration/domain/domain.hpp"
#include "integration/value/json.hpp"

namespace outrigger::domain {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string printed(std::string_view python) {
  const Result<Domain> domain = Domain::parse(python);
  return domain ? domain->to_python() : "error: " + domain.error().message;
}
std::string refused(std::string_view python) {
  const Result<Domain> domain = Domain::parse(python);
  if (domain) return "accepted: " + domain->to_python();
  EXPECT_EQ(domain.error().code, Code::kInvalid);
  return domain.error().message;
}
std::string literal(std::string_view python) {
  const Result<Document> value = read_python(python);
  return value ? value::to_json(value->root()) : "error: " + value.error().message;
}
// A domain as JSON, as it comes over RPC.
Result<Domain> from_json(const std::string& json) { return Domain::parse(value::read_json(json)->root()); }

std::string repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(DomainParse, TuplesListsAndBothQuotesAreOneForm) {
  EXPECT_EQ(printed("[('name', '=', 'Anna')]"), "[['name', '=', 'Anna']]");
  EXPECT_EQ(printed(R"((["name", "=", "Anna"],))"), "[['name', '=', 'Anna']]");
  EXPECT_EQ(printed(" [ ( 'name' ,'=','An' 'na' , ) , ] "), "[['name', '=', 'Anna']]")
      << "trailing commas, adjacent strings";
}

TEST(DomainParse, ConditionsSideBySideAreJoinedByAnd) {
  EXPECT_EQ(printed("[('a','=',1),('b','=',2),('c','=',3)]"),
            "['&', ['a', '=', 1], '&', ['b', '=', 2], ['c', '=', 3]]");
}

TEST(DomainParse, PrefixOperatorsTakeTheirOperands) {
  const Result<Domain> domain = Domain::parse("['|','&',('a','=',1),('b','=',2),'!',('c','=',3)]");
  ASSERT_TRUE(domain) << domain.error().message;
  const Node& root = domain->root();
  ASSERT_EQ(root.kind, Node::Kind::kOr);
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(root.children[0].kind, Node::Kind::kAnd);
  EXPECT_EQ(root.children[0].children[1].path, "b");
  ASSERT_EQ(root.children[1].kind, Node::Kind::kNot);
  EXPECT_EQ(root.children[1].children[0].path, "c");
}

TEST(DomainParse, AnEmptyListMatchesEverything) {
  const Result<Domain> domain = Domain::parse("[]");
  ASSERT_TRUE(domain);
  EXPECT_EQ(domain->root().kind, Node::Kind::kConstant);
  EXPECT_TRUE(domain->root().constant);
  EXPECT_EQ(domain->to_python(), "[]");
}

TEST(DomainParse, OdoosConstantsAreTrueAndFalse) {
  EXPECT_TRUE(Domain::parse("[(1,'=',1)]")->root().constant);
  EXPECT_FALSE(Domain::parse("[(0,'=',1)]")->root().constant);
  EXPECT_EQ(printed("[(0,'=',1)]"), "[[0, '=', 1]]");
  EXPECT_EQ(printed("['|',(0,'=',1),('a','=',2)]"), "['|', [0, '=', 1], ['a', '=', 2]]");
  EXPECT_THAT(refused("[(1,'!=',1)]"), StartsWith("item 1: ")) << "only with =";
}

TEST(DomainParse, OperatorsAreKnownInEverySpelling) {
  for (const char* op : {"=", "!=", "=?", "<", "<=", ">", ">=", "like", "not like", "ilike", "not ilike", "=like",
                         "not =like", "=ilike", "not =ilike", "child_of", "parent_of"})
    EXPECT_EQ(printed("[('a','" + std::string(op) + "','x')]"), "[['a', '" + std::string(op) + "', 'x']]");
  for (const char* op : {"in", "not in"})
    EXPECT_EQ(printed("[('a','" + std::string(op) + "',(1,2))]"), "[['a', '" + std::string(op) + "', [1, 2]]]");
  for (const char* op : {"any", "not any"})
    EXPECT_EQ(printed("[('a','" + std::string(op) + "',[('b','=',1)])]"),
              "[['a', '" + std::string(op) + "', [['b', '=', 1]]]]");
  EXPECT_EQ(printed("[('a','<>',1)]"), "[['a', '!=', 1]]");
  EXPECT_EQ(printed("[('a','==',1)]"), "[['a', '=', 1]]");
  EXPECT_EQ(printed("[('a','ILIKE','x')]"), "[['a', 'ilike', 'x']]");
}

TEST(DomainParse, JsonComesInTheSameForm) {
  const Result<Domain> domain = from_json(R"(["|", ["a", "=", null], ["b", "in", [1, 2.5, "x", true]]])");
  ASSERT_TRUE(domain) << domain.error().message;
  EXPECT_EQ(domain->to_python(), "['|', ['a', '=', None], ['b', 'in', [1, 2.5, 'x', True]]]");
  EXPECT_EQ(domain->to_python_tuples(), "['|', ('a', '=', None), ('b', 'in', [1, 2.5, 'x', True])]");
  Arena arena;
  EXPECT_EQ(value::to_json(domain->to_value(arena)), R"(["|",["a","=",null],["b","in",[1,2.5,"x",true]]])");
}

TEST(DomainParse, TheDomainHoldsItsOwnValues) {
  auto json =
      std::make_unique<Document>(*value::read_json(R"([["name", "=", "a text that is longer than a small string"]])"));
  const Result<Domain> domain = Domain::parse(json->root());
  json.reset();
  EXPECT_EQ(domain->root().value.text(), "a text that is longer than a small string");
}

TEST(DomainParse, PrintedDomainsReadTheSameForAllThatWereRecorded) {
  std::ifstream file(std::string(OUTRIGGER_TEST_DATA) + "/assign-domains/domains.jsonl");
  size_t read = 0;
  for (std::string line; std::getline(file, line);) {
    const Document recorded = *value::read_json(line);
    const std::string_view text = recorded.root()["domain"].text();
    const Result<Domain> domain = Domain::parse(text);
    if (!domain) continue;
    ++read;
    const std::string python = domain->to_python();
    EXPECT_EQ(printed(python), python) << text;
    Arena arena;
    const Result<Domain> again = Domain::parse(domain->to_value(arena));
    ASSERT_TRUE(again) << text << ": " << again.error().message;
    EXPECT_EQ(again->to_python(), python) << text;
  }
  EXPECT_GT(read, 350U);
}

TEST(DomainParse, WhatOdooRefusesIsRefusedWithWhereAndWhy) {
  EXPECT_THAT(refused("['&',('type','=','lead')]"), AllOf(HasSubstr("after item 2 a condition is missing"),
                                                          HasSubstr("every '&' and '|' takes two, every '!' one")));
  EXPECT_THAT(refused("['!']"), HasSubstr("after item 1 a condition is missing"));
  EXPECT_THAT(refused("[('type','=','lead'),'&']"), HasSubstr("after item 2 a condition is missing"));
  EXPECT_THAT(refused("[('type','=')]"),
              HasSubstr("item 1 is neither an operator nor a condition of three parts: ['type', '=']"));
  EXPECT_THAT(refused("[('a','=',1), True]"), HasSubstr("item 2 is neither an operator nor a condition"));
  EXPECT_THAT(refused("[('type','foo',1)]"), HasSubstr("item 1: there is no operator 'foo'"));
  EXPECT_THAT(refused("[('type',7,1)]"), HasSubstr("item 1: there is no operator"));
  EXPECT_THAT(refused("['and',('a','=',1)]"),
              HasSubstr("item 1 is 'and'; only '&', '|' and '!' can stand between conditions"));
  EXPECT_THAT(refused("[('','=',1)]"), HasSubstr("item 1: a condition starts with the name of a field"));
  EXPECT_THAT(refused("[(5,'=','x')]"), HasSubstr("item 1: a condition starts with the name of a field"));
  EXPECT_THAT(refused("[('a','any',[('b','foo',1)])]"), HasSubstr("item 1: item 1: there is no operator 'foo'"));
  EXPECT_THAT(refused("[('a','any','b')]"), HasSubstr("item 1: a domain is a list such as"));
  EXPECT_THAT(refused("{'a': 1}"), HasSubstr("a domain is a list such as [('name', '=', 'Anna')]"));
  EXPECT_THAT(refused("'name'"), HasSubstr("a domain is a list"));
}

TEST(DomainParse, NamesAreRefusedBecauseOnlyConstantsCanStand) {
  EXPECT_EQ(refused("[('user_id', '=', uid)]"),
            "at character 19: `uid` is a name; only constants can be used here: write its value instead");
  EXPECT_THAT(refused("[('date','>',datetime.now())]"), HasSubstr("`datetime.now` is a name"));
  EXPECT_THAT(refused("[('a','=',context_today().strftime('%Y'))]"), HasSubstr("`context_today` is a name"));
  EXPECT_THAT(refused("[('a','=',1+2)]"), HasSubstr("at character 12: a comma is missing")) << "no arithmetic";
  EXPECT_THAT(refused("[('a','=',f'x')]"), HasSubstr("`f` is a name"));
}

TEST(DomainParse, PositionsCountCharactersNotBytes) {
  EXPECT_THAT(refused("[('tên', '=', 'Hà Nội'), uid]"), StartsWith("at character 26: `uid` is a name"));
}

TEST(DomainParse, UnfinishedTextIsRefusedWithThePlace) {
  EXPECT_EQ(refused(""), "at character 1: a value is missing");
  EXPECT_EQ(refused("[('a','=',1)"), "at character 13: a closing ] is missing");
  EXPECT_EQ(refused("[('a','=',1]"), "at character 12: a comma is missing");
  EXPECT_EQ(refused("[('a','=','x"), "at character 11: a string is not closed");
  EXPECT_EQ(refused("[('a' '=' 1)]"), "at character 11: a comma is missing");
  EXPECT_EQ(refused("[] []"), "at character 4: something follows the end");
  EXPECT_EQ(refused("[,]"), "at character 2: unexpected character ,");
  EXPECT_THAT(refused("[('a')]"), HasSubstr("a tuple of one item needs a comma after it"));
  const std::string whole = R"(['|', ('a', '=', "x\u00e9"), ('b', 'in', [1, -2.5e3, None, True])])";
  ASSERT_TRUE(Domain::parse(whole));
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(Domain::parse(std::string_view(whole).substr(0, size))) << size;
}

TEST(DomainParse, BombsAreRefusedAndNothingCrashes) {
  for (const char* open : {"[", "(", "[(", "{'a':", "['!',", "[('a','any',", "['&'"})
    EXPECT_FALSE(Domain::parse(repeat(open, 200000))) << open;
  EXPECT_FALSE(Domain::parse(repeat("[", 200000) + repeat("]", 200000)));
  EXPECT_THAT(refused("[" + repeat("'!',", 100000) + "('a','=',1)]"), HasSubstr("too many operators"));
  EXPECT_THAT(refused(repeat("[('a','any',", 60) + "[]" + repeat(")]", 60)), HasSubstr("deep"));
  for (const int levels : {33, 1000}) {
    Arena arena;
    Value nested = arena.array({arena.array({"a", "=", 1})});
    for (int i = 0; i < levels; ++i) nested = arena.array({arena.array({"a", "any", nested})});
    const Result<Domain> as_value = Domain::parse(nested);
    ASSERT_FALSE(as_value) << levels;
    EXPECT_THAT(as_value.error().message, HasSubstr("deep")) << levels;
  }
}

TEST(DomainParse, ALongFlatDomainIsFine) { EXPECT_TRUE(Domain::parse("[" + repeat("('a','=',1),", 20000) + "]")); }

TEST(DomainParse, ALongChainOfAlternativesIsFine) {
  // What Odoo's own expression.OR makes of many rules.
  EXPECT_TRUE(Domain::parse("[" + repeat("'|',", 400) + repeat("('a','=',1),", 401) + "]"));
}

TEST(PythonLiteral, IsReadAsPythonReadsIt) {
  EXPECT_EQ(literal("[1, -2, +3, 1_000, 2.5, .5, 5., 1e3, -1.5E-2]"), "[1,-2,3,1000,2.5,0.5,5.0,1000.0,-0.015]");
  EXPECT_EQ(literal("[True, False, None, true, false, null]"), "[true,false,null,true,false,null]");
  EXPECT_EQ(literal("{'a': 1, \"b\": (2,), }"), R"({"a":1,"b":[2]})");
  EXPECT_EQ(literal("()"), "[]");
  EXPECT_EQ(literal(R"('a\'b\"c\\d\n\t\x41\u00e9\U0001F600\d')"), "\"a'b\\\"c\\\\d\\n\\tAé😀\\\\d\"");
  EXPECT_EQ(literal("'Hà Nội'"), "\"Hà Nội\"");
}

TEST(PythonLiteral, RefusesWhatIsNone) {
  for (const char* bad : {"-", "1.2.3", "0x10", "1e999", "--1", "'\\x4'", "'\\uD800'", "'\\U00110000'", "'a\nb'",
                          "{1: 2}", "{'a' 1}", "{'a': }", "[1 2]", "@", "b'x'"})
    EXPECT_THAT(literal(bad), StartsWith("error: at character ")) << bad;
}

TEST(PythonLiteral, IsPrintedSoThatItIsReadBack) {
  Arena arena;
  const Value value = arena.array(
      {"it's \\ a\nline\ttab \x01 é", 1, -0.1, 20.0, 1e300, true, nullptr, arena.object({{"k'ey", arena.array({2})}})});
  const std::string text = to_python(value);
  const Result<Document> back = read_python(text);
  ASSERT_TRUE(back) << text << ": " << back.error().message;
  EXPECT_EQ(back->root(), value) << text;
  EXPECT_EQ(back->root().at(3).kind(), outrigger::Kind::kDouble) << "20.0 stays a float";
}

}  // namespace
}  // namespace outrigger::domain
