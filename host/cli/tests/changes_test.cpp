// What differs between two configurations is named, and no value of it is shown.
#include "host/cli/changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/config/json_tree.hpp"
#include "host/config/tests/texts.hpp"

namespace outrigger::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string database(const std::string& name, const std::string& more = "", const std::string& url = "one.example") {
  return "\"" + name + "\": {\"url\": \"https://" + url +
         "\", \"database\": \"d\", \"login\": \"l\", \"key\": \"${env:OUTRIGGER_TEST_KEY}\"" + more + "}";
}
std::string config(const std::string& databases, const std::string& more = "") {
  return "{\"databases\": {" + databases + "}" + more + "}";
}

std::vector<std::string> differ(const std::string& before, const std::string& after) {
  const Result<Config> a = parse(before);
  const Result<Config> b = parse(after);
  EXPECT_TRUE(a) << a.error().message;
  EXPECT_TRUE(b) << b.error().message;
  std::vector<std::string> texts;
  for (const Change& change : differences(*a, *b)) texts.push_back(sentence(change));
  const auto json_before = JsonFile::parse(before, "a");
  const auto json_after = JsonFile::parse(after, "b");
  for (const Change& change : differences_beyond(json_before->root, json_after->root))
    texts.push_back(sentence(change));
  return texts;
}

TEST(ChangesTest, TheSameIsNoChange) {
  const std::string text = config(database("main"), R"(, "plugins": {"a": {"config": {"x": 1, "y": 2}}})");
  EXPECT_THAT(differ(text, text), IsEmpty());
  EXPECT_THAT(differ(text, config(database("main"), R"(, "plugins": {"a": {"config": {"y": 2, "x": 1}}})")), IsEmpty())
      << "the order of keys is no change";
}

TEST(ChangesTest, DatabasesComeAndGo) {
  EXPECT_THAT(differ(config(database("a")), config(database("b"))),
              UnorderedElementsAre("database b: new", "database a: removed; its plugins are stopped"));
}

TEST(ChangesTest, AnotherPlaceIsAnotherDatabase) {
  EXPECT_THAT(differ(config(database("a")), config(database("a", R"(, "transport": "jsonrpc")", "two.example"))),
              ElementsAre("database a: another place or user (url)"));
}

TEST(ChangesTest, ANewKeyIsTheSameDatabase) {
  const Config before = *parse(config(database("a")));
  Config after = before;
  after.databases.front().connection.secret = "another";
  const std::vector<Change> changes = differences(before, after);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes.front().kind, Change::Kind::kSessionRenewed);
  EXPECT_EQ(sentence(changes.front()), "database a: connected anew (key)");
}

TEST(ChangesTest, TheRestOfAConnectionIsNamed) {
  EXPECT_THAT(
      differ(config(database("a")),
             config(database("a", R"(, "transport": "jsonrpc", "deadline_seconds": 5, "largest_reply_mib": 1,
                                     "allow_untested": true, "budget": {"rate": 3}, "ca_file": "x")"))),
      ElementsAre("database a: connected anew (transport, ca_file, budget, deadline_seconds, largest_reply_mib, "
                  "allow_untested)"));
}

TEST(ChangesTest, PluginsComeAndGoAndAreSwitched) {
  EXPECT_THAT(
      differ(config(database("a"), R"(, "plugins": {"gone": {}, "off": {}, "on": {"enabled": false}, "same": {}})"),
             config(database("a"), R"(, "plugins": {"new": {}, "off": {"enabled": false}, "on": {}, "same": {}})")),
      UnorderedElementsAre("plugin new: new", "plugin on: new", "plugin gone: removed or switched off",
                           "plugin off: removed or switched off"));
}

TEST(ChangesTest, AConfigurationIsNamedByItsKeysAndNotByItsValues) {
  EXPECT_THAT(
      differ(config(database("a"), R"(, "plugins": {"p": {"config": {"token": "old", "same": 1, "gone": 1}}})"),
             config(database("a"), R"(, "plugins": {"p": {"config": {"token": "new", "same": 1, "come": 1}}})")),
      ElementsAre("plugin p: new configuration (come, token, gone)"));
}

TEST(ChangesTest, OtherLimitsNeedAnotherProcess) {
  EXPECT_THAT(differ(config(database("a"), R"(, "plugins": {"p": {}, "q": {}})"),
                     config(database("a"), R"(, "plugins": {"p": {"memory_mib": 100, "config": {"x": 1}},
                                                            "q": {"isolation": "inproc"}})")),
              UnorderedElementsAre("plugin p: other limits; started anew (memory_mib, x)",
                                   "plugin q: other limits; started anew (isolation)"));
}

TEST(ChangesTest, WhatOnlyTheStartReadsWaitsForIt) {
  const auto before = JsonFile::parse(R"({"databases": {"a": {"key": 1}}, "admin": {"port": 1}, "log": {}})", "a");
  const auto after = JsonFile::parse(R"({"databases": {"a": {"key": 2, "setup_key": 3}}, "admin": {"port": 2}})", "b");
  std::vector<std::string> texts;
  for (const Change& change : differences_beyond(before->root, after->root)) texts.push_back(sentence(change));
  EXPECT_THAT(texts, ElementsAre("admin: changed; it counts from the next start of the host",
                                 "databases.a.setup_key: changed; it counts from the next start of the host"));
}

}  // namespace
}  // namespace outrigger::host
