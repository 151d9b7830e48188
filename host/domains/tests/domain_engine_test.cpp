// outrigger.domain/1 as a plugin sees it: through the tables of the ABI and the services behind them.
#include "host/domains/domain_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "host/border/host_tables.hpp"
#include "host/services/services.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kFields = R"({
  "id": {"type": "integer", "store": true},
  "name": {"type": "char", "store": true},
  "active": {"type": "boolean", "store": true},
  "probability": {"type": "float", "store": true},
  "create_date": {"type": "datetime", "store": true},
  "score": {"type": "float", "store": false},
  "country_id": {"type": "many2one", "relation": "res.country", "store": true},
  "secret_id": {"type": "many2one", "relation": "secret.model", "store": true}})";

struct Rig {
  int64_t now = 1795291200LL * 1'000'000;  // 2026-11-21 20:00 UTC
  std::vector<std::string> asked;
  Log log{[](LogLevel, std::string_view, std::string_view) {}};
  Services services{"rules@main", log, nullptr};
  or_domain_v1 table = domain_table(services);

  std::vector<int64_t> found;  // what a search finds
  std::string question;

  explicit Rig(int major = 19, bool searches = false) {
    DomainEngine::Database database;
    if (searches)
      database.search = [this](std::string_view model, Value domain, bool archived) -> Result<std::vector<int64_t>> {
        question = std::string(model) + " " + value::to_json(domain) + (archived ? " archived" : "");
        return found;
      };
    database.major = major;
    database.zone = "Europe/Brussels";
    database.now = [this] { return now; };
    database.fields = [this](std::string_view model) -> Result<Document> {
      asked.emplace_back(model);
      if (model == "secret.model") return Error{Code::kAccess, "no right to read it", Source::kOdoo, Effect::kNone, -1};
      return *value::read_json(kFields);
    };
    services.add(std::make_unique<DomainEngine>(std::move(database)));
    services.allow_calls();
  }

  struct Compiled {
    int64_t set = 0;
    or_status status = OR_OK;
    std::string message;
  };
  Compiled compile(const std::string& domains, int32_t meaning = OR_DOMAIN_FILTER) {
    const Document given = *value::read_json(domains);
    Compiled compiled;
    or_error error = empty_error();
    compiled.status = table.compile(table.ctx, to_abi("crm.lead"), &given->raw(), meaning, &compiled.set, &error);
    if (compiled.status != OR_OK) compiled.message = to_error(compiled.status, error).message;
    return compiled;
  }
  // The bitmaps as numbers, or the sentence of the error.
  std::vector<std::string> match(int64_t set, const std::string& columns) {
    const Document given = *value::read_json(columns);
    or_doc reply{};
    or_error error = empty_error();
    const or_status status = table.match(table.ctx, set, &given->raw(), &reply, &error);
    if (status != OR_OK) return {to_error(status, error).message};
    std::vector<std::string> bitmaps;
    const Document held = Document::adopt(reply);
    for (const Value bits : held->items()) {
      EXPECT_EQ(bits.kind(), Kind::kBytes);
      std::string shown;
      for (const char byte : bits.text()) shown += std::to_string(static_cast<unsigned char>(byte)) + " ";
      bitmaps.push_back(shown);
    }
    return bitmaps;
  }
  std::string print(const std::string& domain, int32_t form) {
    const Document given = *value::read_json(domain);
    or_doc reply{};
    or_error error = empty_error();
    const or_status status = table.print(table.ctx, &given->raw(), form, &reply, &error);
    if (status != OR_OK) return to_error(status, error).message;
    return std::string(Document::adopt(reply)->text());
  }
};

TEST(DomainEngine, CompilesArraysAndPythonTextMatchesAndReleases) {
  Rig rig;
  const auto rules = rig.compile(R"(["[('probability', '>=', 20)]", [["name", "=", "a"]], []])");
  ASSERT_EQ(rules.status, OR_OK) << rules.message;
  or_doc names{};
  or_error error = empty_error();
  ASSERT_EQ(rig.table.fields(rig.table.ctx, rules.set, &names, &error), OR_OK);
  EXPECT_EQ(value::to_json(Document::adopt(names).root()), R"(["probability","name"])");
  const std::string columns = R"({"probability": [10, 20, 30, 0, 0, 0, 0, 0, 90], "name": ["a", null, "a", "b", "b",
      "b", "b", "b", "b"]})";
  EXPECT_THAT(rig.match(rules.set, columns), ElementsAre("6 1 ", "5 0 ", "255 1 "));
  rig.table.release(rig.table.ctx, rules.set);
  EXPECT_THAT(rig.match(rules.set, columns), ElementsAre(HasSubstr("no set of domains with this handle")));
}

TEST(DomainEngine, ABadDomainIsNamedWithItsPlace) {
  Rig rig;
  const auto broken = rig.compile(R"j([[], "[('name', '=', 'a')"])j");
  EXPECT_EQ(broken.status, OR_E_INVALID);
  EXPECT_THAT(broken.message, HasSubstr("domain 2: at character 20: "));
  const auto unknown = rig.compile(R"([[["nmae", "=", "a"]]])");
  EXPECT_EQ(unknown.status, OR_E_INVALID);
  EXPECT_THAT(unknown.message, HasSubstr("domain 1: ('nmae', '=', 'a'): crm.lead has no field `nmae`"));
  EXPECT_EQ(rig.compile("[[]]", 3).status, OR_E_INVALID);
  EXPECT_EQ(rig.compile("4").status, OR_E_INVALID);
}

TEST(DomainEngine, WhatIsNotDecidedHereIsUnsupportedWithItsCondition) {
  Rig rig;
  const auto computed = rig.compile(R"([[["score", ">", 1]]])", OR_DOMAIN_SEARCH);
  EXPECT_EQ(computed.status, OR_E_UNSUPPORTED);
  EXPECT_THAT(computed.message, HasSubstr("('score', '>', 1): `score` is computed by Odoo"));
  EXPECT_EQ(rig.compile(R"([[["score", ">", 1]]])").status, OR_OK) << "a filter reads it";
  const auto tree = rig.compile(R"([[["country_id", "child_of", 4]]])");
  EXPECT_EQ(tree.status, OR_E_UNSUPPORTED) << "there is no way to ask in this rig";
  const auto order = rig.compile(R"([[["name", "<", "b"]]])", OR_DOMAIN_SEARCH);
  EXPECT_EQ(order.status, OR_E_UNSUPPORTED);
  EXPECT_THAT(order.message, HasSubstr("collation"));
  const auto accents = rig.compile(R"([[["name", "ilike", "eclair"]]])");
  ASSERT_EQ(accents.status, OR_OK);
  EXPECT_THAT(rig.match(accents.set, R"({"name": ["\u00c9clair"]})"),
              ElementsAre(HasSubstr("('name', 'ilike', 'eclair')")));
  const auto right = rig.compile(R"([[["secret_id.name", "=", "x"]]])");
  EXPECT_EQ(right.status, OR_E_ACCESS);
  EXPECT_THAT(right.message, HasSubstr("no right to read it"));
}

TEST(DomainEngine, OnlyOdoo19And14AreKnown) {
  Rig rig(17);
  const auto refused = rig.compile("[[]]");
  EXPECT_EQ(refused.status, OR_E_UNSUPPORTED);
  EXPECT_THAT(refused.message, HasSubstr("this is Odoo 17; ask Odoo with search_read"));
}

TEST(DomainEngine, Odoo14IsEvaluatedAsOdoo14) {
  Rig rig(14);
  // An empty number is sent as 0: what Odoo 14 makes of it depends on which it is.
  const auto below = rig.compile(R"([[["probability", "<", 5]]])", OR_DOMAIN_SEARCH);
  ASSERT_EQ(below.status, OR_OK) << below.message;
  EXPECT_THAT(rig.match(below.set, R"({"probability": [1, 9], "active": [true, true]})"), ElementsAre("1 "));
  EXPECT_THAT(rig.match(below.set, R"({"probability": [0], "active": [true]})"), ElementsAre(HasSubstr("ask Odoo")));
  const auto any = rig.compile(R"([[["country_id", "any", []]]])", OR_DOMAIN_SEARCH);
  EXPECT_EQ(any.status, OR_E_INVALID);
  EXPECT_THAT(any.message, HasSubstr("Odoo 14 has no operator 'any'"));
}

TEST(DomainEngine, TreesAreAskedOfOdooAnewForEachMatch) {
  Rig rig(19, true);
  rig.found = {4, 5};
  const auto tree = rig.compile(R"([[["country_id", "child_of", 4]]])");
  ASSERT_EQ(tree.status, OR_OK) << tree.message;
  EXPECT_EQ(rig.question, R"(res.country [["id","child_of",[4]]] archived)");
  EXPECT_THAT(rig.match(tree.set, R"({"country_id": [4, 5, 6, null]})"), ElementsAre("3 "));
  rig.found = {6};
  EXPECT_THAT(rig.match(tree.set, R"({"country_id": [4, 5, 6, null]})"), ElementsAre("4 "));
}

TEST(DomainEngine, TodayIsTheDayOfTheMatchInTheUsersZone) {
  Rig rig;
  const auto fresh = rig.compile(R"([[["create_date", ">=", "today"]]])");
  ASSERT_EQ(fresh.status, OR_OK) << fresh.message;
  const std::string columns =
      R"({"create_date": ["2026-11-20 22:59:59", "2026-11-20 23:00:00", "2026-11-21 23:00:00"]})";
  EXPECT_THAT(rig.match(fresh.set, columns), ElementsAre("6 "));
  rig.now += 4 * 3600 * 1'000'000LL;  // past midnight in Brussels
  EXPECT_THAT(rig.match(fresh.set, columns), ElementsAre("4 "));
}

TEST(DomainEngine, SearchAndFilterDiffer) {
  Rig rig;
  const std::string text = R"(["[('probability', '=', '20')]"])";
  const auto search = rig.compile(text, OR_DOMAIN_SEARCH);
  const auto filter = rig.compile(text, OR_DOMAIN_FILTER);
  const std::string columns = R"({"probability": [20, 20], "active": [true, false]})";
  EXPECT_THAT(rig.match(search.set, columns), ElementsAre("1 "));
  EXPECT_THAT(rig.match(filter.set, columns), ElementsAre("0 "));
}

TEST(DomainEngine, HandlesAreBounded) {
  Rig rig;
  int64_t last = 0;
  for (size_t i = 0; i < DomainEngine::kMostSets; ++i) {
    const auto set = rig.compile("[[]]");
    ASSERT_EQ(set.status, OR_OK);
    EXPECT_GT(set.set, last);
    last = set.set;
  }
  const auto refused = rig.compile("[[]]");
  EXPECT_EQ(refused.status, OR_E_LIMIT);
  EXPECT_THAT(refused.message, HasSubstr("release"));
  rig.table.release(rig.table.ctx, 12345);  // not known: ignored
  rig.table.release(rig.table.ctx, last);
  EXPECT_EQ(rig.compile("[[]]").status, OR_OK);
}

TEST(DomainEngine, PrintsBothForms) {
  Rig rig;
  EXPECT_EQ(rig.print(R"(["|", ["name", "=", "x"], ["active", "=", false]])", OR_DOMAIN_PYTHON),
            "['|', ('name', '=', 'x'), ('active', '=', False)]");
  EXPECT_EQ(rig.print(R"("['|', ('name', '=', 'x'), ('active', '=', False)]")", OR_DOMAIN_JSON),
            R"(["|",["name","=","x"],["active","=",false]])");
  EXPECT_EQ(rig.print(R"([["country_id", "not any", [["name", "in", ["a", "b"]]]], [0, "=", 1]])", OR_DOMAIN_PYTHON),
            "['&', ('country_id', 'not any', [('name', 'in', ['a', 'b'])]), (0, '=', 1)]");
  EXPECT_THAT(rig.print("[]", 7), HasSubstr("`form` must be"));
  EXPECT_THAT(rig.print(R"("[('name'")", OR_DOMAIN_JSON), HasSubstr("at character"));
}

}  // namespace
}  // namespace outrigger::host
