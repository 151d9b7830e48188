// What a plugin may write, and every way round it: fields, commands into other models, odd shapes, keys given twice.
#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

constexpr char kLead[] = R"("crm.lead": {"read": ["id"], "create": ["name"], "unlink": true,
  "write": ["name", "stage_id", "tag_ids", "line_ids", "odd_ids", "group_ids", "lead_properties", "duration"]})";
std::string with(const std::string& more = "") {
  return std::string(R"({"odoo": {)") + kLead + (more.empty() ? "" : ", " + more) + "}}";
}

std::string write(const std::string& values, const std::string& more = "") {
  return verdict(grant_of(with(more)), "odoo.write", R"({"model": "crm.lead", "ids": [1], "values": )" + values + "}");
}

TEST(Write, TheSentenceNamesTheMissingLine) {
  EXPECT_EQ(verdict(grant_of(on_lead(R"("read": ["name"])")), "odoo.write",
                    R"({"model": "crm.lead", "ids": [1], "values": {"name": "x"}})"),
            "plugin probe may not write crm.lead.name: the grant lacks \"odoo\": {\"crm.lead\": {\"write\": "
            "[\"name\"]}}; add it to the manifest and enable the plugin again");
}

TEST(Write, FieldsThatAreNotGranted) {
  EXPECT_EQ(write(R"({"name": "x", "stage_id": 4, "tag_ids": [[6, 0, [1, 2]]]})"), "allowed");
  EXPECT_THAT(write(R"({"name": "x", "description": "y"})"),
              lacks(R"("odoo": {"crm.lead": {"write": ["description"]}})"));
  EXPECT_THAT(write(R"(["name"])"), HasSubstr("must be an object"));
}

TEST(Write, RowsAreHeldToTheSame) {
  const Grant grant = grant_of(with());
  const auto rows = [&](const std::string& list) {
    return verdict(grant, "odoo.write_rows", R"({"model": "crm.lead", "rows": )" + list + "}");
  };
  EXPECT_EQ(rows(R"([{"id": 1, "name": "x"}, {"id": 2, "stage_id": 3}])"), "allowed");
  EXPECT_THAT(rows(R"([{"id": 1, "name": "x"}, {"id": 2, "description": "y"}])"),
              lacks(R"("odoo": {"crm.lead": {"write": ["description"]}})"));
  EXPECT_THAT(rows(R"([{"name": "x"}])"), HasSubstr("the id of its record"));
  EXPECT_THAT(rows(R"({"id": 1, "name": "x"})"), HasSubstr("must be a list"));
}

TEST(Write, CreatingNeedsItsOwnFields) {
  const auto create = [](const std::string& values, const std::string& permissions) {
    return verdict(grant_of(permissions), "odoo.create", R"({"model": "crm.lead", "values": )" + values + "}");
  };
  EXPECT_EQ(create(R"([{"name": "x"}, {}])", with()), "allowed");
  EXPECT_THAT(create(R"([{"name": "x"}, {"stage_id": 1}])", with()),
              lacks(R"("odoo": {"crm.lead": {"create": ["stage_id"]}})"));
  EXPECT_THAT(create("[]", on_lead(R"("write": ["name"])")), lacks(R"("odoo": {"crm.lead": {"create": []}})"));
  EXPECT_THAT(create(R"({"name": "x"})", with()), HasSubstr("must be a list"));
}

TEST(Write, DeletingNeedsItsOwnGrant) {
  EXPECT_EQ(verdict(grant_of(with()), "odoo.unlink", R"({"model": "crm.lead", "ids": [1]})"), "allowed");
  EXPECT_THAT(verdict(grant_of(with()), "odoo.unlink", R"({"model": "crm.tag", "ids": [1]})"),
              lacks(R"("odoo": {"crm.tag": {"unlink": true}})"));
}

TEST(Write, WhatNoPluginMayHoweverItWasRecorded) {
  Permissions forged;
  for (const char* name : {"ir.cron", "ir.actions.server", "res.users", "mail.message", "res.groups"}) {
    ModelPermission model;
    model.model = name;
    model.write = model.create = {{{"name", "code"}, false}};
    model.creates = model.unlink = model.read_all = true;
    model.methods = {"go"};
    model.posting = Posting::kAnyone;
    forged.models.push_back(model);
  }
  const Grant grant("probe", forged, fields_of_odoo());
  for (const ModelPermission& model : forged.models) {
    const std::string head = R"({"model": ")" + model.model + "\"";
    EXPECT_THAT(verdict(grant, "odoo.write", head + R"(, "ids": [1], "values": {"name": "x"}})"),
                HasSubstr("no plugin may"));
    EXPECT_THAT(verdict(grant, "odoo.create", head + R"(, "values": [{}]})"), HasSubstr("no plugin may"));
    EXPECT_THAT(verdict(grant, "odoo.unlink", head + R"(, "ids": [1]})"), HasSubstr("no plugin may"));
    EXPECT_THAT(verdict(grant, "odoo.call", head + R"(, "method": "go"})"), HasSubstr("no plugin may"));
    EXPECT_THAT(verdict(grant, "odoo.message_post", head + R"(, "id": 1, "body": "x"})"), HasSubstr("no plugin may"));
  }
}

TEST(Write, FieldsThatNoPluginMayHoweverTheyWereRecorded) {
  Permissions forged;
  ModelPermission model;
  model.model = "crm.lead";
  model.write = {{{"create_uid", "message_partner_ids", "alias_defaults", "access_token"}, false}};
  forged.models.push_back(model);
  const Grant grant("probe", forged, fields_of_odoo());
  for (const std::string& field : model.write[0].names)
    EXPECT_THAT(verdict(grant, "odoo.write", R"({"model": "crm.lead", "ids": [1], "values": {")" + field + "\": 1}}"),
                AllOf(HasSubstr("may not write crm.lead." + field), testing::Not(HasSubstr("the grant lacks"))));
}

TEST(Commands, CreatingInTheOtherModelNeedsItsGrant) {
  constexpr char kCommand[] = R"({"tag_ids": [[0, 0, {"name": "vip"}]]})";
  EXPECT_THAT(write(kCommand), lacks(R"("odoo": {"crm.tag": {"create": []}})"));
  EXPECT_THAT(write(kCommand, R"("crm.tag": {"create": ["color"]})"),
              lacks(R"("odoo": {"crm.tag": {"create": ["name"]}})"));
  EXPECT_EQ(write(kCommand, R"("crm.tag": {"create": ["name"]})"), "allowed");
}

TEST(Commands, ChangingInTheOtherModelNeedsItsGrant) {
  constexpr char kCommand[] = R"({"tag_ids": [[1, 7, {"name": "vip"}]]})";
  EXPECT_THAT(write(kCommand), lacks(R"("odoo": {"crm.tag": {"write": ["name"]}})"));
  EXPECT_THAT(write(kCommand, R"("crm.tag": {"create": ["name"]})"),
              lacks(R"("odoo": {"crm.tag": {"write": ["name"]}})"));
  EXPECT_EQ(write(kCommand, R"("crm.tag": {"write": ["name"]})"), "allowed");
}

TEST(Commands, DeletingInTheOtherModelNeedsItsGrant) {
  EXPECT_THAT(write(R"({"tag_ids": [[2, 7]]})"), lacks(R"("odoo": {"crm.tag": {"unlink": true}})"));
  EXPECT_EQ(write(R"({"tag_ids": [[2, 7, 0]]})", R"("crm.tag": {"unlink": true})"), "allowed");
}

TEST(Commands, LinkingAManyToManyNeedsOnlyTheField) {
  for (const char* command : {"[4, 7]", "[4, 7, 0]", "[3, 7]", "[5]", "[5, 0, 0]", "[6, 0, [1, 2]]", "[6, false, [1]]"})
    EXPECT_EQ(write(R"({"tag_ids": [)" + std::string(command) + "]}"), "allowed") << command;
  EXPECT_EQ(write(R"({"tag_ids": false})"), "allowed");
}

TEST(Commands, LinkingAOneToManyWritesTheOtherSide) {
  EXPECT_THAT(write(R"({"line_ids": [[4, 7]]})"), lacks(R"("odoo": {"x.line": {"write": ["lead_id"]}})"));
  EXPECT_EQ(write(R"({"line_ids": [[4, 7]]})", R"("x.line": {"write": ["lead_id"]})"), "allowed");
  EXPECT_THAT(write(R"({"odd_ids": [[4, 7]]})", R"("x.line": {"write": ["lead_id"]})"),
              HasSubstr("the host cannot see what kind of field it is"));
}

TEST(Commands, LeavingAOneToManyMayDelete) {
  for (const char* value : {"[[3, 7]]", "[[5]]", "[[6, 0, []]]", "false", "null"}) {
    const std::string values = R"({"line_ids": )" + std::string(value) + "}";
    EXPECT_THAT(write(values), lacks(R"("odoo": {"x.line": {"unlink": true}})")) << value;
    EXPECT_EQ(write(values, R"("x.line": {"unlink": true})"), "allowed") << value;
  }
  EXPECT_THAT(write(R"({"line_ids": [[6, 0, [1]]]})", R"("x.line": {"unlink": true})"),
              lacks(R"("odoo": {"x.line": {"write": ["lead_id"]}})"));
}

TEST(Commands, WithinCommandsAreHeldToTheSame) {
  const std::string line = R"("x.line": {"create": ["tag_ids"]})";
  EXPECT_EQ(write(R"({"line_ids": [[0, 0, {"tag_ids": [[4, 1]]}]]})", line), "allowed");
  EXPECT_THAT(write(R"({"line_ids": [[0, 0, {"tag_ids": [[0, 0, {"name": "x"}]]}]]})", line),
              lacks(R"("odoo": {"crm.tag": {"create": []}})"));
}

TEST(Commands, IntoAModelThatNoPluginMayTouch) {
  EXPECT_THAT(write(R"({"group_ids": [[0, 0, {"name": "x"}]]})"), HasSubstr("no plugin may"));
  EXPECT_THAT(write(R"({"group_ids": [[1, 1, {"name": "x"}]]})"), HasSubstr("no plugin may"));
  EXPECT_THAT(write(R"({"group_ids": [[2, 1]]})"), HasSubstr("no plugin may"));
}

TEST(Commands, OnlyWholeNumbersAreCommands) {
  // To Python false == 0 and 0.0 == 0: these would create.
  for (const char* command :
       {R"([false, 0, {"name": "x"}])", R"([0.0, 0, {"name": "x"}])", R"(["create", 0, {"name": "x"}])",
        R"({"name": "x"})", "7", R"([0, "virtual", {"name": "x"}])", "[]", "[7, 1]", "[-1, 1]",
        R"([6, 0, [{"name": "x"}]])", R"([0, 0, {}, {}])"})
    EXPECT_THAT(write(R"({"tag_ids": [)" + std::string(command) + "]}", R"("crm.tag": {"create": ["name"]})"),
                AnyOf(HasSubstr("takes commands such as"), HasSubstr("must be a list of ids")))
        << command;
  EXPECT_THAT(write(R"({"tag_ids": {"name": "x"}})"), HasSubstr("takes a list of commands"));
  EXPECT_THAT(write(R"({"tag_ids": 5})"), HasSubstr("takes a list of commands"));
}

TEST(Commands, TooDeepAreRefused) {
  std::string nested = "{}";
  for (int i = 0; i < 12; ++i) nested = R"({"child_ids": [[0, 0, )" + nested + "]]}";
  const Grant grant = grant_of(R"({"odoo": {"x.tree": {"create": ["child_ids"]}}})", [](std::string_view) {
    return json(R"({"child_ids": {"type": "one2many", "relation": "x.tree", "relation_field": "parent_id"}})");
  });
  EXPECT_THAT(verdict(grant, "odoo.create", R"({"model": "x.tree", "values": [)" + nested + "]}"),
              HasSubstr("too deeply"));
}

TEST(Values, AManyToOneTakesAnIdOnly) {
  EXPECT_EQ(write(R"({"stage_id": false})"), "allowed");
  for (const char* value : {R"({"name": "New"})", R"([4, "Won"])", R"("Won")", R"([[0, 0, {"name": "x"}]])", "1.0"})
    EXPECT_THAT(write(R"({"stage_id": )" + std::string(value) + "}"), HasSubstr("takes the id of one record")) << value;
}

TEST(Values, AListInAPlainFieldIsRefused) {
  EXPECT_THAT(write(R"({"name": [[0, 0, {"name": "x"}]]})"), HasSubstr("takes a single value"));
  EXPECT_THAT(write(R"({"name": {"en_US": "x"}})"), HasSubstr("takes a single value"));
}

TEST(Values, ObjectsInJsonAndPropertiesAreTheirOwn) {
  EXPECT_EQ(write(R"({"duration": {"a": [1, {"b": 2}]}, "lead_properties": {"color": "red"}})"), "allowed");
  EXPECT_EQ(write(R"({"lead_properties": [{"name": "color", "value": "red"}]})"), "allowed");
  EXPECT_THAT(write(R"({"lead_properties": [{"name": "color", "definition_changed": true}]})"),
              HasSubstr("also redefines"));
  EXPECT_THAT(write(R"({"lead_properties": [{"name": "color", "definition_deleted": true}]})"),
              HasSubstr("also redefines"));
}

TEST(Values, AFieldThatTheHostDoesNotKnowIsRefused) {
  EXPECT_THAT(
      verdict(grant_of(with(), {}), "odoo.write", R"({"model": "crm.lead", "ids": [1], "values": {"name": "x"}})"),
      HasSubstr("the host cannot see what kind of field it is"));
}

TEST(Values, AKeyGivenTwiceIsRefused) {
  Arena arena;
  const Value twice = arena.object({{"name", "x"}, {"name", "y"}});
  const Value arguments = arena.object({{"model", "crm.lead"}, {"ids", arena.array({1})}, {"values", twice}});
  const Result<void> result = grant_of(with()).check("odoo.write", arguments);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("name `name` twice"));
}

TEST(Values, FieldNamesAreNames) {
  for (const char* name : {"name.x", "name ", "", "0", "na-me"})
    EXPECT_THAT(write("{\"" + std::string(name) + "\": 1}"), HasSubstr("is not the name of a field")) << name;
}

}  // namespace
}  // namespace outrigger::host
