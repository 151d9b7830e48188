// A plugin with a grant, against the fields of a small Odoo, for the tests of this room.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "host/grants/grant.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {

inline Document json(const std::string& text) {
  Result<Document> read = value::read_json(text);
  EXPECT_TRUE(read) << text;
  return read ? *std::move(read) : Document{};
}

inline constexpr char kFieldsOfOdoo[] = R"({
 "crm.lead": {"id": {"type": "integer"}, "name": {"type": "char"}, "probability": {"type": "float"},
   "create_date": {"type": "datetime"}, "description": {"type": "html"}, "display_name": {"type": "char"},
   "automated_probability": {"type": "float"},
   "stage_id": {"type": "many2one", "relation": "crm.stage"}, "user_id": {"type": "many2one", "relation": "res.users"},
   "partner_id": {"type": "many2one", "relation": "res.partner"},
   "tag_ids": {"type": "many2many", "relation": "crm.tag"},
   "line_ids": {"type": "one2many", "relation": "x.line", "relation_field": "lead_id"},
   "odd_ids": {"type": "one2many", "relation": "x.line"},
   "group_ids": {"type": "many2many", "relation": "res.groups"},
   "lead_properties": {"type": "properties"}, "duration": {"type": "json"}},
 "crm.stage": {"name": {"type": "char"}, "team_id": {"type": "many2one", "relation": "crm.team"}},
 "crm.team": {"name": {"type": "char"}, "secret_note": {"type": "text"},
   "parent_id": {"type": "many2one", "relation": "crm.team"}},
 "crm.tag": {"name": {"type": "char"}, "color": {"type": "integer"}},
 "res.users": {"name": {"type": "char"}, "login": {"type": "char"},
   "partner_id": {"type": "many2one", "relation": "res.partner"}},
 "res.partner": {"name": {"type": "char"}, "email": {"type": "char"}},
 "x.line": {"name": {"type": "char"}, "lead_id": {"type": "many2one", "relation": "crm.lead"},
   "tag_ids": {"type": "many2many", "relation": "crm.tag"}}
})";

inline FieldsOf fields_of_odoo() {
  return [all = json(kFieldsOfOdoo)](std::string_view model) {
    return Document::build([&](Arena& arena) { return arena.copy(all.root()[model]); });
  };
}

inline Grant grant_of(const std::string& permissions, FieldsOf fields_of = fields_of_odoo(),
                      const std::string& config = "{}") {
  const Result<Permissions> parsed = Permissions::parse(json(permissions).root(), "probe");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return {"probe", parsed ? *parsed : Permissions{}, std::move(fields_of), json(config)};
}

// "allowed", or the sentence.
inline std::string verdict(const Grant& grant, const std::string& operation, const std::string& arguments = "{}") {
  const Result<void> result = grant.check(operation, json(arguments).root());
  if (result) return "allowed";
  EXPECT_EQ(result.error().source, Source::kHost);
  EXPECT_EQ(result.error().effect, Effect::kNone);
  return result.error().message;
}

inline Code code_of(const Grant& grant, const std::string& operation, const std::string& arguments = "{}") {
  const Result<void> result = grant.check(operation, json(arguments).root());
  return result ? Code::kOk : result.error().code;
}

// A grant that names one thing on crm.lead.
inline std::string on_lead(const std::string& asked) { return R"({"odoo": {"crm.lead": {)" + asked + "}}}"; }

inline testing::Matcher<std::string> lacks(const std::string& line) {
  return testing::AllOf(testing::StartsWith("plugin probe may not "),
                        testing::HasSubstr("the grant lacks " + line + ";"),
                        testing::HasSubstr("add it to the manifest and enable the plugin again"));
}

}  // namespace outrigger::host
