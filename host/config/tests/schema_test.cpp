// A configuration against its schema: every keyword, the sentences, the defaults, and mistakes in the schema itself.
#include "host/config/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kWhere[] = "plugins.probe.config";

std::string compiled(const std::string& schema) {
  const Result<Schema> result = Schema::compile(value::read_json(schema)->root());
  return result ? "compiled" : result.error().message;
}
// The configuration as it comes out, or the sentence.
std::string checked(const std::string& schema, const std::string& config) {
  const Result<Schema> compiled = Schema::compile(value::read_json(schema)->root());
  EXPECT_TRUE(compiled) << compiled.error().message;
  if (!compiled) return {};
  const Result<Document> result = compiled->check(value::read_json(config)->root(), kWhere);
  return result ? value::to_json(result->root()) : result.error().message;
}
// With one property `x` of this schema, and a value for it.
std::string x(const std::string& schema, const std::string& value) {
  return checked(R"({"properties": {"x": )" + schema + "}}", R"({"x": )" + value + "}");
}
std::string taken(const std::string& value) { return R"({"x":)" + value + "}"; }
std::string says(const std::string& text) { return "plugins.probe.config.x " + text; }

TEST(Schema, Type) {
  const std::pair<const char*, const char*> right[] = {{"string", "\"a\""}, {"integer", "5"},  {"integer", "5.0"},
                                                       {"number", "5"},     {"number", "5.5"}, {"boolean", "true"},
                                                       {"array", "[1]"},    {"object", "{}"},  {"null", "null"}};
  for (const auto& [type, value] : right)
    EXPECT_EQ(x(R"({"type": ")" + std::string(type) + "\"}", value), taken(value)) << type;
  const std::pair<const char*, const char*> wrong[] = {{"string", "5"},    {"integer", "5.5"}, {"number", "\"x\""},
                                                       {"boolean", "1"},   {"array", "{}"},    {"object", "[]"},
                                                       {"string", "null"}, {"null", "false"}};
  for (const auto& [type, value] : wrong)
    EXPECT_EQ(x(R"({"type": ")" + std::string(type) + "\"}", value), says("must be of type " + std::string(type)));
  EXPECT_EQ(x(R"({"type": ["integer", "null"]})", "null"), taken("null"));
  EXPECT_EQ(x(R"({"type": ["integer", "null"]})", "\"a\""), says("must be of type integer or null"));
}

TEST(Schema, EnumAndConst) {
  EXPECT_EQ(x(R"({"enum": ["fast", 2]})", "2"), taken("2"));
  EXPECT_EQ(x(R"({"enum": ["fast", 2]})", "\"slow\""), says("must be one of \"fast\", 2"));
  EXPECT_EQ(x(R"({"const": 3})", "4"), says("must be 3"));
  EXPECT_EQ(x(R"({"const": 3})", "3.0"), taken("3.0"));
}

TEST(Schema, Numbers) {
  EXPECT_EQ(x(R"({"minimum": 1, "maximum": 10})", "10"), taken("10"));
  EXPECT_EQ(x(R"({"maximum": 10})", "10.5"), says("must be at most 10"));
  EXPECT_EQ(x(R"({"minimum": 0.5})", "0"), says("must be at least 0.5"));
  EXPECT_EQ(x(R"({"exclusiveMinimum": 0})", "0"), says("must be more than 0"));
  EXPECT_EQ(x(R"({"exclusiveMaximum": 1})", "1"), says("must be less than 1"));
  EXPECT_EQ(x(R"({"maximum": 1})", "\"not a number\""), taken("\"not a number\"")) << "other kinds are left alone";
}

TEST(Schema, Texts) {
  EXPECT_EQ(x(R"({"minLength": 2, "maxLength": 3})", "\"đây\""), taken("\"đây\"")) << "characters, not bytes";
  EXPECT_EQ(x(R"({"maxLength": 2})", "\"đây\""), says("must have at most 2 characters"));
  EXPECT_EQ(x(R"({"minLength": 1})", "\"\""), says("must have at least 1 characters"));
  EXPECT_EQ(x(R"({"pattern": "^[a-z]+_x$"})", "\"a_x\""), taken("\"a_x\""));
  EXPECT_EQ(x(R"({"pattern": "^[a-z]+$"})", "\"A\""), says("must match the pattern ^[a-z]+$"));
}

TEST(Schema, APatternCannotHoldUpTheHost) {
  // Tried one way after the other, this takes longer than the age of the universe.
  EXPECT_EQ(x(R"({"pattern": "^(a+)+$"})", "\"" + std::string(900, 'a') + "!\""),
            says("must match the pattern ^(a+)+$"));
  EXPECT_EQ(x(R"({"pattern": "a"})", "\"" + std::string(1001, 'a') + "\""), says("must have at most 1000 bytes"));
  EXPECT_THAT(compiled(R"({"pattern": "(a)\\1"})"), HasSubstr("config_schema.pattern is not a regular expression"));
  EXPECT_THAT(compiled(R"({"pattern": "(((a{999}){999}){999}){999}"})"), HasSubstr("too much repetition"));
  EXPECT_THAT(compiled(R"({"pattern": "("})"), HasSubstr("is not a regular expression"));
  EXPECT_THAT(compiled(R"({"pattern": ")" + std::string(201, 'a') + "\"}"), HasSubstr("at most 200 bytes"));
}

TEST(Schema, Lists) {
  EXPECT_EQ(x(R"({"items": {"type": "integer", "maximum": 10}})", "[1,2]"), taken("[1,2]"));
  EXPECT_EQ(x(R"({"items": {"maximum": 10}})", "[1, 2, 11]"), "plugins.probe.config.x[2] must be at most 10");
  EXPECT_EQ(x(R"({"minItems": 1})", "[]"), says("must have at least 1 items"));
  EXPECT_EQ(x(R"({"maxItems": 1})", "[1, 2]"), says("must have at most 1 items"));
  EXPECT_EQ(x(R"({"uniqueItems": true})", R"([{"a": 1}, 2, {"a": 1.0}])"),
            "plugins.probe.config.x[2] is the same as [0]; keep one");
  std::string many = "[0";
  for (int i = 1; i <= 1000; ++i) many += "," + std::to_string(i);
  EXPECT_EQ(x(R"({"uniqueItems": true})", many + "]"), says("must have at most 1000 items"));
}

constexpr char kClosed[] = R"({"type": "object", "additionalProperties": false, "required": ["fields"],
  "properties": {"fields": {"type": "string"}, "limit": {"type": "integer", "default": 20},
                 "retry": {"additionalProperties": false, "properties": {"times": {"default": 3}}}}})";

TEST(Schema, UnknownKeysNameTheNearest) {
  EXPECT_EQ(checked(kClosed, R"({"fields": "a", "limits": 5})"),
            "unknown key `limits` in plugins.probe.config; did you mean `limit`?");
  EXPECT_EQ(checked(kClosed, R"({"fields": "a", "quite_else": 5})"),
            "unknown key `quite_else` in plugins.probe.config; `outrigger plugin info probe` lists the known ones");
  EXPECT_EQ(checked(kClosed, R"({"fields": "a", "retry": {"tmes": 5}})"),
            "unknown key `tmes` in plugins.probe.config.retry; did you mean `times`?");
}

TEST(Schema, RequiredKeys) {
  EXPECT_EQ(checked(kClosed, "{}"), "plugins.probe.config lacks `fields`");
  EXPECT_EQ(checked(R"({"required": ["n"], "properties": {"n": {"default": 1}}})", "{}"), R"({"n":1})")
      << "a default is as good";
}

TEST(Schema, OtherKeys) {
  EXPECT_EQ(checked("{}", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(checked("null", R"({"a":1})"), R"({"a":1})") << "no schema at all";
  EXPECT_EQ(checked(R"({"additionalProperties": true})", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(checked(R"({"additionalProperties": {"type": "integer"}})", R"({"a": "b"})"),
            "plugins.probe.config.a must be of type integer");
}

TEST(Schema, DefaultsAreFilledInAllTheWayDown) {
  EXPECT_EQ(checked(kClosed, R"({"fields": "a"})"), R"({"fields":"a","limit":20})");
  EXPECT_EQ(checked(kClosed, R"({"limit": 5, "fields": "a"})"), R"({"limit":5,"fields":"a"})");
  EXPECT_EQ(checked(kClosed, R"({"fields": "a", "retry": {}})"), R"({"fields":"a","retry":{"times":3},"limit":20})");
  EXPECT_EQ(checked(R"({"properties": {"o": {"default": {}, "properties": {"n": {"default": 1}}}}})", "{}"),
            R"({"o":{"n":1}})");
  EXPECT_EQ(
      checked(R"({"properties": {"l": {"items": {"properties": {"n": {"default": 1}}}}}})", R"({"l": [{}, {"n": 2}]})"),
      R"({"l":[{"n":1},{"n":2}]})");
  EXPECT_EQ(checked(kClosed, "null"), "plugins.probe.config lacks `fields`") << "nothing is an empty object";
}

TEST(Schema, ADefaultKeepsToItsOwnSchema) {
  EXPECT_EQ(compiled(R"({"properties": {"n": {"type": "integer", "default": "x"}}})"),
            "config_schema.properties.n.default must be of type integer");
}

TEST(Schema, ASecretIsAReferenceAndIsNeverRepeated) {
  for (const char* reference : {"\"${env:KEY}\"", "\"${file:/run/key}\"", "\"${secret:crm}\""})
    EXPECT_EQ(x(R"({"type": "string", "secret": true})", reference), taken(reference));
  for (const char* value :
       {"\"hunter2\"", "\"${env:}\"", "\"${env:A}hunter2}\"", "\"hunter2${env:A}\"", "5", "\"${other:A}\"", "null"})
    EXPECT_THAT(x(R"({"type": "string", "secret": true})", value),
                AllOf(HasSubstr("is a secret; write it as ${env:NAME}"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(compiled(R"({"secret": true, "default": "hunter2"})"),
              AllOf(HasSubstr("take out `default`"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(compiled(R"({"secret": true, "type": "integer"})"), HasSubstr("its type must be string"));
}

TEST(Schema, MistakesShowWhenItIsCompiled) {
  const std::pair<const char*, const char*> wrong[] = {
      {R"({"oneOf": []})", "has the keyword `oneOf`, which this host does not check"},
      {R"({"properties": {"a": {"maxmum": 1}}})",
       "config_schema.properties.a has the keyword `maxmum`, which this host does not check; did you mean `maximum`?"},
      {R"({"format": "duration"})", "`format`"},
      {R"({"type": "text"})", "config_schema.type must be array"},
      {R"({"type": []})", "config_schema.type must be"},
      {R"({"type": 5})", "config_schema.type must be"},
      {R"({"minimum": "1"})", "config_schema.minimum must be a number"},
      {R"({"minLength": -1})", "config_schema.minLength must be a whole number"},
      {R"({"enum": []})", "config_schema.enum"},
      {R"({"required": "a"})", "config_schema.required must be a list of keys"},
      {R"({"properties": []})", "config_schema.properties must be an object"},
      {R"({"items": true})", "config_schema.items must be an object"},
      {R"({"additionalProperties": 1})", "config_schema.additionalProperties must be an object"},
      {R"({"uniqueItems": 1})", "config_schema.uniqueItems must be true or false"},
      {R"({"description": 1})", "config_schema.description must be a text"},
      {"[]", "config_schema must be an object"}};
  for (const auto& [schema, message] : wrong) EXPECT_THAT(compiled(schema), HasSubstr(message)) << schema;
  EXPECT_EQ(compiled(R"({"$schema": "x", "$comment": "x", "title": "x", "description": "x", "deprecated": true})"),
            "compiled");
}

TEST(Schema, DepthIsBounded) {
  std::string schema = "{}";
  for (int i = 0; i < 20; ++i) schema = R"({"items": )" + schema + "}";
  EXPECT_THAT(compiled(schema), HasSubstr("nested too deeply"));
  Arena arena;
  Value deep = arena.object(std::span<const Field>{});
  for (int i = 0; i < 70; ++i) deep = arena.array({deep});
  const Result<Document> result = Schema::compile(Value{})->check(arena.object({{"x", deep}}), kWhere);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("nested too deeply"));
}

TEST(Schema, OutlivesWhatItWasMadeFrom) {
  Result<Schema> schema = Schema::compile(Value{});
  {
    const Document source = *value::read_json(R"({"properties": {"a": {"type": "integer", "default": 7}}})");
    schema = Schema::compile(source.root());
  }
  EXPECT_EQ(value::to_json(schema->check(Value{}, kWhere)->root()), R"({"a":7})");
}

}  // namespace
}  // namespace outrigger::host
