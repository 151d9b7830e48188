// Domains over columns: several at once, what they need, and what they refuse.
#include "integration/domain/domain_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "integration/value/json.hpp"

namespace outrigger::domain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Fields final : public Schema {
 public:
  [[nodiscard]] Result<SchemaField> field(std::string_view model, std::string_view name) const override {
    static const std::map<std::string, SchemaField, std::less<>> fields = {
        {"lead.id", {FieldType::kInteger, "", true}},
        {"lead.name", {FieldType::kText, "", true}},
        {"lead.probability", {FieldType::kFloat, "", true}},
        {"lead.active", {FieldType::kBoolean, "", true}},
        {"lead.priority", {FieldType::kSelection, "", true}},
        {"lead.create_date", {FieldType::kDatetime, "", true}},
        {"lead.score", {FieldType::kFloat, "", false}},
        {"lead.photo", {FieldType::kOther, "", true}},
        {"lead.partner_id", {FieldType::kMany2one, "partner", true}},
        {"lead.tag_ids", {FieldType::kToMany, "tag", true}},
        {"partner.id", {FieldType::kInteger, "", true}},
        {"partner.name", {FieldType::kText, "", true}},
        {"partner.tag_ids", {FieldType::kToMany, "tag", true}},
        {"tag.id", {FieldType::kInteger, "", true}},
        {"tag.name", {FieldType::kText, "", true}},
        {"tag.color", {FieldType::kInteger, "", true}},
        {"tag.active", {FieldType::kBoolean, "", true}}};
    const auto known = fields.find(std::string(model) + "." + std::string(name));
    if (known == fields.end()) return Error{Code::kMissing, "no such field", Source::kHost, Effect::kNone, -1};
    return known->second;
  }
};

Result<DomainSet> compile(const std::vector<std::string_view>& texts, Meaning meaning = Meaning::kFilter) {
  std::vector<Domain> domains;
  for (const std::string_view text : texts) domains.push_back(*Domain::parse(text));
  Setting setting;
  setting.meaning = meaning;
  return DomainSet::compile(domains, "lead", Fields(), setting);
}

// "101" for the first and the third of three records; the sentence when it is refused.
std::vector<std::string> found(const std::vector<std::string_view>& texts, const std::string& columns,
                               Meaning meaning = Meaning::kFilter) {
  const Result<DomainSet> set = compile(texts, meaning);
  if (!set) return {set.error().message};
  const Document given = *value::read_json(columns);
  const Result<std::vector<Bits>> matched = set->match(given.root());
  if (!matched) return {matched.error().message};
  size_t count = 0;
  for (const Field column : given->fields()) count = column.value.size();
  std::vector<std::string> shown;
  for (const Bits& bits : *matched) {
    EXPECT_EQ(bits.size(), (count + 7) / 8);
    std::string flags;
    for (size_t i = 0; i < count; ++i) flags += (bits[i / 8] >> i % 8 & 1) != 0 ? '1' : '0';
    shown.push_back(flags);
  }
  return shown;
}

std::string mistake(std::string_view text, Code code, Meaning meaning = Meaning::kFilter) {
  const Result<DomainSet> set = compile({"[]", text}, meaning);
  if (set) return "accepted";
  EXPECT_EQ(set.error().code, code) << set.error().message;
  return set.error().message;
}

TEST(DomainSet, ManyDomainsInOneCall) {
  EXPECT_THAT(found({"[('probability', '>=', 20)]", "['!', ('name', '=', 'a')]", "[]",
                     "['|', ('name', '=', 'a'), ('probability', '<', 10)]"},
                    R"({"probability": [5, 20, 90], "name": ["a", "b", null]})"),
              ElementsAre("011", "011", "111", "100"));
}

TEST(DomainSet, NoRecordsAndMoreThanEight) {
  EXPECT_THAT(found({"[('probability', '>', 0)]"}, R"({"probability": []})"), ElementsAre(""));
  EXPECT_THAT(found({"[('probability', '>', 0)]"}, R"({"probability": [1, 0, 1, 1, 0, 0, 1, 1, 0, 1]})"),
              ElementsAre("1011001101"));
}

TEST(DomainSet, SaysWhichColumnsItNeeds) {
  const Result<DomainSet> set =
      compile({"[('partner_id.tag_ids.name', '=', 'a')]", "[('probability', '>', 1), ('partner_id', '!=', False)]"});
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_THAT(set->fields(), ElementsAre("partner_id", "partner_id.tag_ids", "partner_id.tag_ids.name",
                                         "partner_id.tag_ids.active", "probability"));
}

TEST(DomainSet, ANegativePathNeedsALink) {
  const std::string columns = R"({"partner_id": [1, 2, null], "partner_id.name": ["a", "b", null]})";
  EXPECT_THAT(found({"[('partner_id.name', '!=', 'a')]", "['!', ('partner_id.name', '=', 'a')]",
                     "[('partner_id.id', 'in', [1])]", "[('partner_id', 'not in', [1])]"},
                    columns),
              ElementsAre("010", "011", "100", "011"));
}

TEST(DomainSet, AnyAsksOneLinkedRecordForAllOfIt) {
  const std::string columns = R"({"tag_ids": [[1, 2], [3], []], "tag_ids.name": [["a", "b"], ["a"], []],
      "tag_ids.color": [[1, 2], [2], []], "tag_ids.active": [[true, true], [true], []]})";
  EXPECT_THAT(found({"[('tag_ids', 'any', [('name', '=', 'a'), ('color', '=', 2)])]",
                     "[('tag_ids.name', '=', 'a'), ('tag_ids.color', '=', 2)]",
                     "[('tag_ids', 'not any', [('color', '=', 1)])]", "[('tag_ids', '=', False)]"},
                    columns),
              ElementsAre("010", "110", "011", "001"));
}

TEST(DomainSet, ArchivedLinksOfManyAreNotSeen) {
  EXPECT_THAT(found({"[('tag_ids.name', '=', 'a')]"},
                    R"({"tag_ids": [[1], [2]], "tag_ids.name": [["a"], ["a"]], "tag_ids.active": [[false], [true]]})"),
              ElementsAre("01"));
}

TEST(DomainSet, SearchHidesArchivedRecordsUnlessTheDomainNamesActive) {
  const std::string columns = R"({"active": [true, false], "probability": [1, 1]})";
  EXPECT_THAT(found({"[('probability', '=', 1)]", "[('probability', '=', 1), ('active', 'in', [True, False])]"},
                    columns, Meaning::kSearch),
              ElementsAre("10", "11"));
  EXPECT_THAT(found({"[('probability', '=', 1)]"}, columns, Meaning::kFilter), ElementsAre("11"));
}

TEST(DomainSet, TheMeaningsDifferForATextGivenForANumber) {
  const std::string columns = R"({"probability": [20, 0], "active": [true, true]})";
  EXPECT_THAT(found({"[('probability', '=', '20')]"}, columns, Meaning::kSearch), ElementsAre("10"));
  EXPECT_THAT(found({"[('probability', '=', '20')]"}, columns, Meaning::kFilter), ElementsAre("00"));
}

TEST(DomainSet, AccentsAreDecidedWhereTheyCannotMatter) {
  const std::string sure = R"({"name": ["Vip \u00e9", "other \u00e9", "\u041a\u043e"]})";
  EXPECT_THAT(found({"[('name', 'ilike', 'vip')]", "[('name', 'ilike', 'zz')]"}, sure), ElementsAre("100", "000"));
  EXPECT_THAT(
      found({"[('name', 'ilike', 'eclair')]"}, R"({"name": ["\u00c9clair"]})"),
      ElementsAre(AllOf(StartsWith("domain 1: ('name', 'ilike', 'eclair') is left open by these values: accents"),
                        HasSubstr("ask Odoo"))));
  EXPECT_THAT(found({"[('name', 'ilike', 'strasse')]"}, R"({"name": ["Stra\u00dfe"]})"),
              ElementsAre(HasSubstr("left open")));
  EXPECT_THAT(found({"[('name', 'like', 'eclair')]"}, R"({"name": ["\u00c9clair"]})"), ElementsAre("0"));
  // The other half of the domain decides.
  EXPECT_THAT(found({"[('name', 'ilike', 'eclair'), ('probability', '>', 5)]"},
                    R"({"name": ["\u00c9clair"], "probability": [1]})"),
              ElementsAre("0"));
}

TEST(DomainSet, WhatCannotBeDecidedHereIsNamed) {
  EXPECT_THAT(mistake("[('name', '<', 'b')]", Code::kUnsupported, Meaning::kSearch),
              HasSubstr("domain 2: ('name', '<', 'b'): the order of texts depends on the database's collation"));
  EXPECT_THAT(mistake("[('score', '>', 1)]", Code::kUnsupported, Meaning::kSearch),
              HasSubstr("`score` is computed by Odoo"));
  EXPECT_THAT(mistake("[('photo', '=', 'x')]", Code::kUnsupported), HasSubstr("fields of this type"));
  EXPECT_THAT(mistake("[('partner_id', 'child_of', 4)]", Code::kUnsupported),
              HasSubstr("the tree of partner is not held here"));
  EXPECT_THAT(mistake("[('partner_id', '=', 'Anna')]", Code::kUnsupported, Meaning::kSearch),
              HasSubstr("where Odoo looks for a name of partner"));
  EXPECT_THAT(mistake("[('create_date', '>', '2026-01-01')]", Code::kUnsupported), HasSubstr("time zone"));
  EXPECT_THAT(mistake("[('create_date', '>', 'today')]", Code::kUnsupported), HasSubstr("time zone"));
  EXPECT_THAT(mistake("[('create_date.hour_number', '=', 3)]", Code::kUnsupported), HasSubstr("time zone"));
}

TEST(DomainSet, WhatOdooRefusesIsRefusedWithItsPlace) {
  EXPECT_THAT(mistake("[('nmae', '=', 'b')]", Code::kInvalid),
              HasSubstr("domain 2: ('nmae', '=', 'b'): lead has no field `nmae`; correct the name"));
  EXPECT_THAT(mistake("[('partner_id.nmae', '=', 'b')]", Code::kInvalid), HasSubstr("partner has no field `nmae`"));
  EXPECT_THAT(mistake("[('name.x', '=', 'b')]", Code::kInvalid), HasSubstr("`name` is no relation"));
  EXPECT_THAT(mistake("[('tag_ids', '>', 1)]", Code::kInvalid, Meaning::kSearch), HasSubstr("no order"));
  EXPECT_THAT(mistake("[('probability', '>', 'many')]", Code::kInvalid), HasSubstr("write a number"));
  EXPECT_THAT(mistake("[('create_date', '=', '2026-13-01')]", Code::kInvalid), HasSubstr("is no date such as"));
  EXPECT_THAT(mistake("[('active', '>', True)]", Code::kInvalid), HasSubstr("no order"));
}

TEST(DomainSet, ColumnsThatDoNotFitAreNamed) {
  EXPECT_THAT(found({"[('name', '=', 'a')]"}, R"({"probability": [1]})"),
              ElementsAre(HasSubstr("the column `name` is missing")));
  EXPECT_THAT(found({"[('name', '=', 'a')]"}, R"({"probability": [1], "name": ["a", "b"]})"),
              ElementsAre(HasSubstr("`name` has 2 values, others have 1")));
  EXPECT_THAT(found({"[('name', '=', 'a')]"}, R"({"name": "a"})"), ElementsAre(HasSubstr("is no array")));
  EXPECT_THAT(found({"[('tag_ids.name', '=', 'a')]"},
                    R"({"tag_ids": [[1, 2]], "tag_ids.name": [["a"]], "tag_ids.active": [[true, true]]})"),
              ElementsAre(HasSubstr("`tag_ids.name` has to hold an array with a value for each of the 2 records")));
}

// As Odoo 19 answers; each was found by tests/contract/domains_test.cpp.
TEST(DomainSet, ANoneInAListIsAFalseForSearchAlone) {
  const std::string columns = R"({"name": ["a", null, "b"], "partner_id": [1, null, 2], "active": [true, true, true]})";
  const std::vector<std::string_view> domains = {"[('name', 'in', [None, 'a'])]", "[('name', '=', None)]",
                                                 "[('partner_id', 'in', [None, 2])]", "[('partner_id', '=', None)]"};
  EXPECT_THAT(found(domains, columns, Meaning::kFilter), ElementsAre("100", "010", "001", "010"));
  EXPECT_THAT(found(domains, columns, Meaning::kSearch), ElementsAre("110", "010", "011", "010"));
}

TEST(DomainSet, AnOptionalConditionBehindALinkNeedsTheLink) {
  const std::string columns = R"({"partner_id": [1, null], "partner_id.name": ["a", null], "name": ["b", null]})";
  EXPECT_THAT(found({"[('partner_id.name', '=?', False)]", "[('name', '=?', False)]"}, columns),
              ElementsAre("10", "11"));
}

TEST(DomainSet, WhatAConstantDecidesIsNeitherAskedNorNamed) {
  const std::string columns = R"({"name": ["a", "a", "b"], "active": [true, false, false]})";
  EXPECT_THAT(found({"['|', ('active', '=', False), ('name', '=', 'a')]", "['|', ('active', '=', False), (1, '=', 1)]",
                     "['|', '&', ('active', '=', False), (0, '=', 1), ('name', '=', 'a')]",
                     "['|', '!', (0, '=', 1), ('no_field', '=', 1)]"},
                    columns, Meaning::kSearch),
              ElementsAre("111", "100", "100", "100"));
}

TEST(DomainSet, ConditionsOnOneLinkAgreeOnArchivedRecordsOrAreRefused) {
  const std::string columns = R"({"tag_ids": [[1], [2], []], "tag_ids.name": [["a"], ["a"], []],
                                  "tag_ids.active": [[true], [false], []], "active": [true, true, true]})";
  EXPECT_THAT(found({"[('tag_ids.active', '=', False)]"}, columns, Meaning::kSearch), ElementsAre("010"));
  EXPECT_THAT(found({"[('tag_ids.name', '=', 'a')]"}, columns, Meaning::kSearch), ElementsAre("100"));
  EXPECT_THAT(
      found({"[('tag_ids', 'any', [('active', 'in', [False]), ('name', '=', 'a')])]"}, columns, Meaning::kSearch),
      ElementsAre("010"));
  for (const std::string_view text : {"['|', ('tag_ids.active', '=', True), ('tag_ids.name', '=', 'a')]",
                                      "['|', ('tag_ids.active', '=', True), ('tag_ids.active', '!=', True)]",
                                      "[('tag_ids', 'any', [('active', 'in', [True, False])])]"}) {
    EXPECT_THAT(mistake(text, Code::kUnsupported, Meaning::kSearch), HasSubstr("archived records of tag")) << text;
    EXPECT_EQ(mistake(text, Code::kUnsupported, Meaning::kFilter), "accepted") << text;
  }
}

}  // namespace
}  // namespace outrigger::domain
