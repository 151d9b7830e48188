// Which records a domain finds, on four people. The recorded answers of a real Odoo are in golden_test.cpp.
#include "integration/domain/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "integration/value/json.hpp"

namespace outrigger::domain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Ids = std::vector<int64_t>;

class People final : public RecordSource {
 public:
  explicit People(const std::string& json, bool exact = false) : json_(*value::read_json(json)), exact_(exact) {
    for (const Value row : json_.root().items()) rows_[row["id"].integer()] = row;
  }
  void tags(const RecordSource* tags) { tags_ = tags; }
  [[nodiscard]] const std::map<int64_t, Value>& rows() const { return rows_; }

  bool field(std::string_view name, FieldInfo& info) const override {
    static const std::map<std::string_view, FieldInfo> kFields = {
        {"id", {FieldType::kInteger, {}}},  // NOLINT(readability-identifier-naming)
        {"name", {FieldType::kText, {}}},
        {"age", {FieldType::kInteger, {}}},
        {"score", {FieldType::kFloat, {}}},
        {"active", {FieldType::kBoolean, {}}},
        {"kind", {FieldType::kSelection, {}}},
        {"born", {FieldType::kDate, {}}},
        {"seen", {FieldType::kDatetime, {}}},
        {"boss_id", {FieldType::kMany2one, "person"}},
        {"parent_id", {FieldType::kMany2one, "person"}},
        {"tag_ids", {FieldType::kToMany, "tag"}},
        {"ghost_id", {FieldType::kMany2one, "ghost"}}};
    const auto at = kFields.find(name);
    if (at != kFields.end()) info = at->second;
    return at != kFields.end();
  }
  Value value(int64_t id, std::string_view name) const override { return rows_.at(id)[name]; }
  const RecordSource* related(std::string_view model) const override {
    return model == "person" ? this : model == "tag" ? tags_ : nullptr;
  }
  bool exists(int64_t id) const override { return rows_.count(id) != 0; }
  bool microseconds() const override { return exact_; }
  std::vector<std::string_view> search_fields() const override { return {"name"}; }

 private:
  Document json_;
  std::map<int64_t, Value> rows_;
  const RecordSource* tags_ = nullptr;
  bool exact_;
};

constexpr char kPeople[] = R"([
  {"id": 1, "name": "Anna", "age": 30, "score": 1.5, "active": true, "kind": "a", "born": "1990-05-01",
   "seen": "2026-01-01 12:00:00.500000", "tag_ids": [1, 2]},
  {"id": 2, "name": "bob", "active": false, "boss_id": 1, "parent_id": 1, "tag_ids": []},
  {"id": 3, "name": "Čeněk 5%", "age": -5, "score": -0.5, "active": true, "kind": "b", "born": "2000-01-01",
   "seen": "2026-01-01 12:00:01.000000", "boss_id": 2, "parent_id": 2, "tag_ids": [2]},
  {"id": 4, "active": true, "parent_id": 3, "ghost_id": 9}])";
constexpr char kTags[] = R"([{"id": 1, "name": "VIP"}, {"id": 2, "name": "Trade fair"}])";

class EvaluateTest : public testing::Test {
 protected:
  EvaluateTest() {
    people_.tags(&tags_);
    exact_.tags(&tags_);
  }

  static Ids find(const People& source, const std::string& python) {
    const Result<Domain> domain = Domain::parse(python);
    EXPECT_TRUE(domain) << python << ": " << domain.error().message;
    Ids ids;
    for (const auto& [id, row] : source.rows()) {
      const Result<bool> match = matches(domain->root(), source, id);
      EXPECT_TRUE(match) << python << ": " << match.error().message;
      if (match && *match) ids.push_back(id);
    }
    return ids;
  }
  Ids found(const std::string& python) { return find(people_, python); }
  Error failed(const std::string& python) {
    const Result<bool> match = matches(Domain::parse(python)->root(), people_, 1);
    return match ? Error{Code::kOk, "decided"} : match.error();
  }

  People tags_{kTags};
  People people_{kPeople};
  People exact_{kPeople, true};
};

TEST_F(EvaluateTest, TextsAreComparedAsTheyAre) {
  EXPECT_THAT(found("[('name','=','Anna')]"), ElementsAre(1));
  EXPECT_THAT(found("[('name','=','anna')]"), IsEmpty());
  EXPECT_THAT(found("[('name','<','b')]"), ElementsAre(1, 4)) << "an empty text sorts first";
  EXPECT_THAT(found("[('name','in',['Anna','bob'])]"), ElementsAre(1, 2));
}

TEST_F(EvaluateTest, ANegativeConditionHoldsForWhatIsEmpty) {
  EXPECT_THAT(found("[('name','!=','Anna')]"), ElementsAre(2, 3, 4));
  EXPECT_THAT(found("[('name','not in',['Anna','bob'])]"), ElementsAre(3, 4));
  EXPECT_THAT(found("[('name','not ilike','anna')]"), ElementsAre(2, 3, 4));
  EXPECT_THAT(found("[('boss_id','!=',1)]"), ElementsAre(1, 3, 4));
  EXPECT_THAT(found("[('tag_ids','not in',[1])]"), ElementsAre(2, 3, 4));
}

TEST_F(EvaluateTest, FalseAsksForWhatIsEmpty) {
  EXPECT_THAT(found("[('name','=',False)]"), ElementsAre(4));
  EXPECT_THAT(found("[('name','!=',False)]"), ElementsAre(1, 2, 3));
  EXPECT_THAT(found("[('name','in',['bob',False])]"), ElementsAre(2, 4));
  EXPECT_THAT(found("[('born','=',False)]"), ElementsAre(2, 4));
  EXPECT_THAT(found("[('boss_id','=',False)]"), ElementsAre(1, 4));
  EXPECT_THAT(found("[('boss_id','=',None)]"), ElementsAre(1, 4));
  EXPECT_THAT(found("[('tag_ids','=',False)]"), ElementsAre(2, 4));
  EXPECT_THAT(found("[('tag_ids','!=',False)]"), ElementsAre(1, 3));
}

TEST_F(EvaluateTest, PatternsMeetTexts) {
  EXPECT_THAT(found("[('name','like','nn')]"), ElementsAre(1));
  EXPECT_THAT(found("[('name','ilike','BOB')]"), ElementsAre(2));
  EXPECT_THAT(found("[('name','like','')]"), ElementsAre(1, 2, 3)) << "any text, not none";
  EXPECT_THAT(found("[('name','=like','A%')]"), ElementsAre(1));
  EXPECT_THAT(found("[('name','=like','nn')]"), IsEmpty());
  EXPECT_THAT(found("[('name','=ilike','B_B')]"), ElementsAre(2));
  EXPECT_THAT(found(R"([('name','like','5\\%')])"), ElementsAre(3));
  EXPECT_THAT(found("[('name','=like','Č___k 5_')]"), ElementsAre(3));
  EXPECT_THAT(found("[('name','not =like','A%')]"), ElementsAre(2, 3, 4));
}

TEST_F(EvaluateTest, AnEmptyNumberCountsAsZero) {
  EXPECT_THAT(found("[('age','=',0)]"), ElementsAre(2, 4));
  EXPECT_THAT(found("[('age','=',False)]"), ElementsAre(2, 4));
  EXPECT_THAT(found("[('age','<',1)]"), ElementsAre(2, 3, 4));
  EXPECT_THAT(found("[('age','>=',-5),('age','!=',0)]"), ElementsAre(1, 3));
  EXPECT_THAT(found("[('score','>',-0.6),('score','<=',1.5)]"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(found("[('score','in',[1.5,0])]"), ElementsAre(1, 2, 4));
  EXPECT_THAT(found("[('age','=','30')]"), ElementsAre(1)) << "a number in quotes";
  EXPECT_EQ(failed("[('age','=','x')]").code, Code::kInvalid);
}

TEST_F(EvaluateTest, BooleansAndSelections) {
  EXPECT_THAT(found("[('active','=',True)]"), ElementsAre(1, 3, 4));
  EXPECT_THAT(found("[('active','!=',True)]"), ElementsAre(2));
  EXPECT_THAT(found("[('active','=',False)]"), ElementsAre(2));
  EXPECT_THAT(found("[('kind','=','b')]"), ElementsAre(3));
  EXPECT_THAT(found("[('kind','=',False)]"), ElementsAre(2, 4));
}

TEST_F(EvaluateTest, DatesAndTimes) {
  EXPECT_THAT(found("[('born','<','2000-01-01')]"), ElementsAre(1));
  EXPECT_THAT(found("[('born','<=','2000-01-01')]"), ElementsAre(1, 3));
  EXPECT_THAT(found("[('born','=','1990-05-01')]"), ElementsAre(1));
  EXPECT_THAT(found("[('seen','>=','2026-01-01')]"), ElementsAre(1, 3)) << "a day begins at midnight";
  EXPECT_THAT(found("[('seen','>','2026-01-01')]"), IsEmpty()) << "and what is after it is after its end";
  EXPECT_THAT(found("[('seen','<=','2026-01-01')]"), ElementsAre(1, 3));
  EXPECT_THAT(found("[('seen','=','2026-01-01T12:00')]"), ElementsAre(1));
}

TEST_F(EvaluateTest, Odoo19ComparesWholeSecondsAnd14Microseconds) {
  EXPECT_THAT(found("[('seen','>','2026-01-01 12:00:00')]"), ElementsAre(3));
  EXPECT_THAT(found("[('seen','=','2026-01-01 12:00:00')]"), ElementsAre(1));
  EXPECT_THAT(find(exact_, "[('seen','>','2026-01-01 12:00:00')]"), ElementsAre(1, 3));
  EXPECT_THAT(find(exact_, "[('seen','=','2026-01-01 12:00:00')]"), IsEmpty());
  EXPECT_THAT(found("[('seen','>=','2026-01-01 12:00:00'),('seen','<','2026-01-01 12:00:01')]"), ElementsAre(1))
      << "a window means the same in both";
  EXPECT_THAT(find(exact_, "[('seen','>=','2026-01-01 12:00:00'),('seen','<','2026-01-01 12:00:01')]"), ElementsAre(1));
}

TEST_F(EvaluateTest, WhatCannotBeDecidedHereIsSaid) {
  EXPECT_EQ(failed("[('seen','>','-1d')]").code, Code::kUnsupported) << "relative dates";
  EXPECT_EQ(failed("[('born','=','31.12.2026')]").code, Code::kUnsupported);
  EXPECT_EQ(failed("[('seen','=','2026-13-01 00:00:00')]").code, Code::kUnsupported);
  EXPECT_EQ(failed("[('ghost_id.name','=','x')]").code, Code::kUnsupported) << "records that are not held";
  EXPECT_EQ(failed("[('boss_id','child_of','Anna')]").code, Code::kUnsupported);
  EXPECT_EQ(failed("[('name.first','=','x')]").code, Code::kUnsupported);
  const Error missing = failed("[('nope','=',1)]");
  EXPECT_EQ(missing.code, Code::kMissing);
  EXPECT_THAT(missing.message, HasSubstr("there is no field `nope`"));
  EXPECT_EQ(failed("[('tag_ids.nope','=',1)]").code, Code::kMissing);
  EXPECT_THAT(failed("[('tag_ids','<',1)]").message, HasSubstr("`tag_ids` is a relation and has no order"));
  EXPECT_THAT(failed("[('boss_id','=',True)]").message, HasSubstr("use `!=` False"));
  EXPECT_EQ(failed("[('boss_id','=',1.5)]").code, Code::kInvalid);
}

TEST_F(EvaluateTest, RelationsAreComparedWithIdsNamesAndLists) {
  EXPECT_THAT(found("[('boss_id','=',1)]"), ElementsAre(2));
  EXPECT_THAT(found("[('boss_id','in',[1,2])]"), ElementsAre(2, 3));
  EXPECT_THAT(found("[('boss_id','in',[False,2])]"), ElementsAre(1, 3, 4));
  EXPECT_THAT(found("[('boss_id','=','Anna')]"), ElementsAre(2));
  EXPECT_THAT(found("[('boss_id','ilike','BO')]"), ElementsAre(3));
  EXPECT_THAT(found("[('tag_ids','in',[1])]"), ElementsAre(1));
  EXPECT_THAT(found("[('tag_ids','ilike','trade')]"), ElementsAre(1, 3));
  EXPECT_THAT(found("[('tag_ids','=','VIP')]"), ElementsAre(1));
  EXPECT_THAT(found("[('id','in',[2,4,99])]"), ElementsAre(2, 4));
}

TEST_F(EvaluateTest, PathsNeedARecordOnTheirWay) {
  EXPECT_THAT(found("[('boss_id.name','=','Anna')]"), ElementsAre(2));
  EXPECT_THAT(found("[('boss_id.name','!=','Anna')]"), ElementsAre(3)) << "no boss, no match";
  EXPECT_THAT(found("[('boss_id.boss_id.name','=','Anna')]"), ElementsAre(3));
  EXPECT_THAT(found("[('tag_ids.name','ilike','vip')]"), ElementsAre(1));
}

TEST_F(EvaluateTest, AnyLooksIntoTheRelatedRecords) {
  EXPECT_THAT(found("[('boss_id','any',[('name','=','Anna')])]"), ElementsAre(2));
  EXPECT_THAT(found("[('boss_id','not any',[('name','=','Anna')])]"), ElementsAre(1, 3, 4));
  EXPECT_THAT(found("[('boss_id','any',[('boss_id','any',[('name','=','Anna')])])]"), ElementsAre(3));
  EXPECT_THAT(found("[('tag_ids','any',[])]"), ElementsAre(1, 3));
  EXPECT_THAT(found("[('boss_id','any',['!',('tag_ids','any',[('name','=','VIP')])])]"), ElementsAre(3));
}

TEST_F(EvaluateTest, TreesAreClimbedBothWays) {
  EXPECT_THAT(found("[('id','child_of',2)]"), ElementsAre(2, 3, 4));
  EXPECT_THAT(found("[('parent_id','child_of',2)]"), ElementsAre(2, 3, 4));
  EXPECT_THAT(found("[('id','parent_of',3)]"), ElementsAre(1, 2, 3));
  EXPECT_THAT(found("[('boss_id','child_of',[2])]"), ElementsAre(3));
  EXPECT_THAT(found("[('id','child_of',[])]"), IsEmpty());
}

TEST_F(EvaluateTest, ACycleInATreeEnds) {
  const People ring(R"([{"id": 1, "parent_id": 2}, {"id": 2, "parent_id": 1}, {"id": 3}])");
  EXPECT_THAT(find(ring, "[('id','child_of',1)]"), ElementsAre(1, 2));
  EXPECT_THAT(find(ring, "[('id','child_of',3)]"), ElementsAre(3));
}

TEST_F(EvaluateTest, OperatorsJoinAsTheyStand) {
  EXPECT_THAT(found("[]"), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(found("[(0,'=',1)]"), IsEmpty());
  EXPECT_THAT(found("['!',('name','=','Anna')]"), ElementsAre(2, 3, 4));
  EXPECT_THAT(found("['|',('name','=','Anna'),('active','=',False)]"), ElementsAre(1, 2));
  EXPECT_THAT(found("['|','&',('name','=','Anna'),('active','=',False),('age','<',0)]"), ElementsAre(3));
  EXPECT_THAT(found("['|',('name','=','Anna'),('name','=','bob'),('active','=',True)]"), ElementsAre(1));
  EXPECT_THAT(found("[('age','=?',False)]"), ElementsAre(1, 2, 3, 4)) << "=? without a value is no condition";
  EXPECT_THAT(found("[('age','=?',30)]"), ElementsAre(1));
}

}  // namespace
}  // namespace outrigger::domain
