// What a plugin may read, and every way round it: domains, paths, order, groups, aggregates, names.
#include "host/grants/tests/rig.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kSome[] = R"({"odoo": {"crm.lead": {"read": ["name", "stage_id", "tag_ids", "user_id", "probability",
  "lead_properties", "duration"]}, "crm.stage": {"read": ["name", "team_id"]}, "crm.tag": {"read": ["name"]},
  "res.users": {"read": ["name"]}}})";

std::string search(const std::string& more, const std::string& permissions = kSome) {
  return verdict(grant_of(permissions), "odoo.search_read", R"({"model": "crm.lead", "fields": ["name"])" + more + "}");
}
std::string with_domain(const std::string& domain, const std::string& permissions = kSome) {
  return search(R"(, "domain": )" + domain, permissions);
}
std::string grouped(const std::string& more) {
  return verdict(grant_of(kSome), "odoo.read_group", R"({"model": "crm.lead")" + more + "}");
}

TEST(Read, TheSentenceNamesTheMissingLine) {
  EXPECT_EQ(verdict(grant_of(kSome), "odoo.read", R"({"model": "crm.lead", "ids": [1], "fields": ["description"]})"),
            "plugin probe may not read crm.lead.description: the grant lacks \"odoo\": {\"crm.lead\": {\"read\": "
            "[\"description\"]}}; add it to the manifest and enable the plugin again");
  EXPECT_EQ(code_of(grant_of(kSome), "odoo.read", R"({"model": "crm.lead", "ids": [1], "fields": ["description"]})"),
            Code::kAccess);
}

TEST(Read, FieldsThatAreNotGranted) {
  EXPECT_EQ(search(""), "allowed");
  EXPECT_THAT(search(R"(, "names": true)"), "allowed") << "names need no more than the field";
  EXPECT_THAT(
      verdict(grant_of(kSome), "odoo.search_read", R"({"model": "crm.lead", "fields": ["name", "partner_id"]})"),
      lacks(R"("odoo": {"crm.lead": {"read": ["partner_id"]}})"));
  EXPECT_THAT(verdict(grant_of(kSome), "odoo.search_read", R"({"model": "crm.team", "fields": ["name"]})"),
              lacks(R"("odoo": {"crm.team": {"read": ["name"]}})"));
}

TEST(Read, BasicFieldsComeWithTheModel) {
  EXPECT_EQ(
      verdict(grant_of(kSome), "odoo.read",
              R"({"model": "crm.stage", "ids": [1], "fields": ["id", "display_name", "create_date", "write_date"]})"),
      "allowed");
  EXPECT_THAT(verdict(grant_of(kSome), "odoo.read", R"({"model": "crm.stage", "ids": [1], "fields": ["write_uid"]})"),
              lacks(R"("odoo": {"crm.stage": {"read": ["write_uid"]}})"));
  EXPECT_THAT(verdict(grant_of(on_lead(R"("write": ["name"])")), "odoo.read",
                      R"({"model": "crm.lead", "ids": [1], "fields": ["id"]})"),
              lacks(R"("odoo": {"crm.lead": {"read": ["id"]}})"))
      << "a grant to write is none to read";
}

TEST(Read, NoFieldsWouldBeAllFields) {
  for (const char* arguments : {R"({"model": "crm.lead", "fields": []})", R"({"model": "crm.lead"})"})
    EXPECT_THAT(verdict(grant_of(kSome), "odoo.search_read", arguments), HasSubstr("name the fields to read"));
}

TEST(Read, EveryFieldStopsAtCredentials) {
  const Grant grant = grant_of(R"({"odoo": {"res.partner": {"read": "*"}, "ir.attachment": {"read": "*"}}})");
  const auto read = [&](const std::string& model, const std::string& field) {
    return verdict(grant, "odoo.read", R"({"model": ")" + model + R"(", "ids": [1], "fields": [")" + field + "\"]}");
  };
  EXPECT_EQ(read("res.partner", "email"), "allowed");
  EXPECT_EQ(read("ir.attachment", "datas"), "allowed");
  for (const char* field : {"signup_token", "signup_url", "access_token", "password", "x_api_key"})
    EXPECT_THAT(read("res.partner", field), HasSubstr("credentials are never given")) << field;
  for (const char* field : {"db_datas", "store_fname", "access_token"})
    EXPECT_THAT(read("ir.attachment", field), StartsWith("plugin probe may not read")) << field;
}

TEST(Read, OfUsersOnlyTheFixedList) {
  const Grant grant = grant_of(kSome);
  EXPECT_EQ(verdict(grant, "odoo.read", R"({"model": "res.users", "ids": [2], "fields": ["name"]})"), "allowed");
  EXPECT_THAT(verdict(grant, "odoo.read", R"({"model": "res.users", "ids": [2], "fields": ["login"]})"),
              HasSubstr("of users a plugin may read only"));
}

TEST(Read, CountingNeedsTheModelAndTheFieldsOfTheDomain) {
  const Grant grant = grant_of(kSome);
  EXPECT_EQ(verdict(grant, "odoo.search_count", R"({"model": "crm.lead", "domain": [["stage_id", "=", 1]]})"),
            "allowed");
  EXPECT_THAT(verdict(grant, "odoo.search_count", R"({"model": "crm.team"})"),
              lacks(R"("odoo": {"crm.team": {"read": ["id"]}})"));
  EXPECT_THAT(verdict(grant, "odoo.search_count", R"({"model": "crm.lead", "domain": [["description", "=", false]]})"),
              lacks(R"("odoo": {"crm.lead": {"read": ["description"]}})"));
}

TEST(Domain, EveryLeafIsAQuestion) {
  EXPECT_EQ(with_domain(R"(["|", ["name", "ilike", "a"], "!", ["probability", ">", 5], ["id", ">", 0]])"), "allowed");
  EXPECT_EQ(with_domain(R"([[1, "=", 1]])"), "allowed");
  EXPECT_THAT(with_domain(R"(["|", ["name", "=", "a"], "!", ["description", "ilike", "x"]])"),
              lacks(R"("odoo": {"crm.lead": {"read": ["description"]}})"));
  EXPECT_THAT(with_domain(R"([["name", "any!", []]])"), HasSubstr("the domain cannot be read"));
  EXPECT_THAT(with_domain(R"("[(1,'=',1)]")"), HasSubstr("the domain cannot be read"));
}

TEST(Domain, ADottedPathNeedsEveryHop) {
  EXPECT_EQ(with_domain(R"([["stage_id.name", "=", "Won"]])"), "allowed");
  EXPECT_EQ(with_domain(R"([["stage_id.team_id", "=", 1]])"), "allowed");
  EXPECT_THAT(with_domain(R"([["stage_id.team_id.secret_note", "ilike", "x"]])"),
              lacks(R"("odoo": {"crm.team": {"read": ["secret_note"]}})"));
  EXPECT_THAT(with_domain(R"([["partner_id.name", "=", "x"]])"),
              lacks(R"("odoo": {"crm.lead": {"read": ["partner_id"]}})"));
  EXPECT_THAT(with_domain(R"([["user_id.login", "=", "x"]])"), HasSubstr("may not read res.users.login"));
  EXPECT_THAT(with_domain(R"([["name.x", "=", "x"]])"), HasSubstr("crm.lead.name is not a relation"));
  EXPECT_THAT(with_domain(R"([["stage_id.", "=", "x"]])"), HasSubstr("is not the name of a field"));
}

TEST(Domain, ADottedPathIsRefusedWhenTheRelationIsUnknown) {
  const Grant grant = grant_of(kSome, {});
  EXPECT_THAT(verdict(grant, "odoo.search_count", R"({"model": "crm.lead", "domain": [["stage_id.name", "=", 1]]})"),
              HasSubstr("the host cannot see what kind of field it is"));
}

TEST(Domain, AnOdooThatCannotBeReachedIsNoMissingGrant) {
  const Grant grant = grant_of(kSome, [](std::string_view) -> Result<Document> {
    return Error{Code::kUnreachable, "no connection", Source::kNetwork, Effect::kNone, 500};
  });
  const Document arguments = json(R"({"model": "crm.lead", "domain": [["stage_id.name", "=", 1]]})");
  EXPECT_EQ(grant.check("odoo.search_count", arguments.root()).error().code, Code::kUnreachable);
  EXPECT_EQ(grant.check("odoo.names", json(R"({"model": "crm.team", "ids": [1]})").root()).error().code,
            Code::kUnreachable);
}

TEST(Domain, PartsOfDatesAndPropertiesAreNoRelations) {
  EXPECT_EQ(with_domain(R"([["create_date.month_number", "=", 3], ["lead_properties.color", "=", "red"]])"), "allowed");
  EXPECT_THAT(with_domain(R"([["lead_properties.a.b", "=", "red"]])"), HasSubstr("is not a relation"));
}

TEST(Domain, AnyLooksIntoTheOtherModel) {
  EXPECT_EQ(with_domain(R"([["tag_ids", "any", [["name", "=", "vip"]]]])"), "allowed");
  EXPECT_THAT(with_domain(R"([["tag_ids", "any", [["color", "=", 1]]]])"),
              lacks(R"("odoo": {"crm.tag": {"read": ["color"]}})"));
  EXPECT_THAT(with_domain(R"([["tag_ids", "not any", ["|", ["name", "=", "a"], ["color", "=", 1]]]])"),
              lacks(R"("odoo": {"crm.tag": {"read": ["color"]}})"));
  EXPECT_THAT(with_domain(R"([["stage_id", "any", [["team_id", "any", []]]]])"),
              lacks(R"("odoo": {"crm.team": {"read": ["id"]}})"));
}

TEST(Domain, ATextAgainstARelationSearchesTheOtherModel) {
  EXPECT_EQ(with_domain(R"([["user_id", "=", 2], ["stage_id", "in", [1, 2]], ["user_id", "!=", false]])"), "allowed");
  for (const char* leaf : {R"(["user_id", "ilike", "adm"])", R"(["user_id", "=", "admin"])",
                           R"(["user_id", "in", ["admin"]])", R"(["tag_ids", "not like", "x"])"})
    EXPECT_THAT(with_domain("[" + std::string(leaf) + "]"),
                AllOf(HasSubstr("with a text"), HasSubstr(".name` instead")))
        << leaf;
  EXPECT_THAT(with_domain(R"([["display_name", "ilike", "x"]])"), HasSubstr("compare the field `name` instead"));
}

TEST(Domain, TreesNeedTheParentField) {
  constexpr char kTree[] = R"({"odoo": {"crm.lead": {"read": ["name", "stage_id"]},
    "crm.stage": {"read": ["team_id"]}, "crm.team": {"read": ["parent_id"]}}})";
  EXPECT_EQ(with_domain(R"([["stage_id.team_id", "child_of", [1]]])", kTree), "allowed");
  EXPECT_THAT(with_domain(R"([["stage_id", "child_of", 1]])", kTree),
              lacks(R"("odoo": {"crm.stage": {"read": ["parent_id"]}})"));
  EXPECT_THAT(with_domain(R"([["id", "parent_of", 1]])", kTree),
              lacks(R"("odoo": {"crm.lead": {"read": ["parent_id"]}})"));
  EXPECT_THAT(with_domain(R"([["stage_id.team_id", "child_of", "Sales"]])", kTree), HasSubstr("takes ids, no names"));
}

TEST(Order, EveryTermIsRead) {
  EXPECT_EQ(search(R"(, "order": "probability desc nulls last, name ASC,id")"), "allowed");
  EXPECT_EQ(search(R"(, "order": "")"), "allowed");
  EXPECT_THAT(search(R"(, "order": "name, description desc")"),
              lacks(R"("odoo": {"crm.lead": {"read": ["description"]}})"));
  EXPECT_THAT(search(R"(, "order": "stage_id.team_id.secret_note")"),
              lacks(R"("odoo": {"crm.team": {"read": ["secret_note"]}})"));
  for (const char* order : {"name; drop", "name desc desc", ",", "name nulls", "(select 1)"})
    EXPECT_THAT(search(R"(, "order": ")" + std::string(order) + "\""), StartsWith("plugin probe")) << order;
  EXPECT_THAT(search(R"(, "order": ["description"])"), HasSubstr("is not an order"));
}

TEST(Groups, EveryGroupAndAggregateIsRead) {
  EXPECT_EQ(grouped(R"(, "groupby": ["create_date:month", "stage_id"], "aggregates": ["__count", "probability:avg"],
                       "order": "probability:avg desc, __count")"),
            "allowed");
  EXPECT_EQ(grouped(R"(, "groupby": ["stage_id.team_id"])"), "allowed");
  EXPECT_THAT(grouped(R"(, "groupby": ["partner_id"])"), lacks(R"("odoo": {"crm.lead": {"read": ["partner_id"]}})"));
  EXPECT_THAT(grouped(R"(, "groupby": ["stage_id.team_id.secret_note"])"),
              lacks(R"("odoo": {"crm.team": {"read": ["secret_note"]}})"));
  EXPECT_THAT(grouped(R"(, "aggregates": ["description:min"])"),
              lacks(R"("odoo": {"crm.lead": {"read": ["description"]}})"));
  EXPECT_THAT(grouped(R"(, "order": "description:min")"), lacks(R"("odoo": {"crm.lead": {"read": ["description"]}})"));
  EXPECT_THAT(grouped(R"(, "domain": [["description", "=", false]])"),
              lacks(R"("odoo": {"crm.lead": {"read": ["description"]}})"));
}

TEST(Groups, AnAggregateUnderAnotherNameIsRefused) {
  for (const char* aggregate :
       {"name:sum(description)", "name:min(description)", "probability", "probability:string_agg"})
    EXPECT_THAT(grouped(R"(, "aggregates": [")" + std::string(aggregate) + "\"]"), HasSubstr("is not an aggregate"))
        << aggregate;
}

TEST(Names, NeedARelationThatMayBeRead) {
  const Grant grant = grant_of(kSome);
  const auto names = [&](const Grant& of, const std::string& model) {
    return verdict(of, "odoo.names", R"({"model": ")" + model + R"(", "ids": [1]})");
  };
  EXPECT_EQ(names(grant, "crm.lead"), "allowed") << "the model itself";
  EXPECT_EQ(names(grant, "crm.team"), "allowed") << "by crm.stage.team_id";
  EXPECT_THAT(names(grant, "res.partner"), lacks(R"("odoo": {"res.partner": {"read": ["display_name"]}})"));
  EXPECT_THAT(names(grant_of(on_lead(R"("read": "*")")), "res.partner"), "allowed") << "by any field of crm.lead";
  EXPECT_THAT(names(grant_of(on_lead(R"("read": "*")")), "res.groups"), HasSubstr("no plugin may"));
}

TEST(FieldsGet, NeedsTheModel) {
  EXPECT_EQ(verdict(grant_of(kSome), "odoo.fields_get", R"({"model": "crm.lead"})"), "allowed");
  EXPECT_THAT(verdict(grant_of(kSome), "odoo.fields_get", R"({"model": "crm.team"})"), HasSubstr("the grant lacks"));
  EXPECT_THAT(verdict(grant_of(kSome), "odoo.fields_get", R"({"model": "ir.cron"})"), HasSubstr("no plugin may"));
}

}  // namespace
}  // namespace outrigger::host
