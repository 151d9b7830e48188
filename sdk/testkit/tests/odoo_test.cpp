// The Odoo of a FakeHost, through a plugin that passes on what a test asks.
#include <gmock/gmock.h>

#include <functional>
#include <outrigger/testkit/fake_host.hpp>

namespace outrigger::testkit {
namespace {

using testing::ElementsAre;
using Work = std::function<void(const Odoo&)>;

// Runs a test's own lines as a plugin would.
class Puppet final : public Plugin {
 public:
  using Plugin::Plugin;
  static inline Work work;
  Result<Document> on_command(Command&) override {
    work(odoo());
    return Document();
  }
};

struct FakeOdooTest : testing::Test {
  FakeHost host;

  void run(Work work) {
    Puppet::work = std::move(work);
    ASSERT_TRUE(host.start<Puppet>().command("work"));
  }
  void SetUp() override {
    host.odoo().rows("crm.lead", {{{"id", 1}, {"name", "Anna"}, {"revenue", 10.0}, {"active", true}},
                                  {{"id", 2}, {"name", "Ben"}, {"revenue", 30.0}, {"active", true}},
                                  {{"id", 3}, {"name", "Cam"}, {"revenue", 20.0}, {"active", false}}});
  }
  std::vector<int64_t> found(const Query& query) {
    std::vector<int64_t> ids;
    run([&](const Odoo& odoo) {
      const Result<Document> rows = odoo.search_read(query);
      ASSERT_TRUE(rows) << rows.error().message;
      for (const Value row : rows->root().items()) ids.push_back(row["id"].integer());
    });
    return ids;
  }
};

TEST_F(FakeOdooTest, ReadsWithDomainOrderLimitAndArchive) {
  Arena a;
  EXPECT_THAT(found({.model = "crm.lead", .fields = {"name"}}), ElementsAre(1, 2));
  EXPECT_THAT(found({.model = "crm.lead", .fields = {"name"}, .order = "revenue desc", .archived = true}),
              ElementsAre(2, 3, 1));
  EXPECT_THAT(found({.model = "crm.lead", .fields = {"name"}, .archived = true, .offset = 1, .limit = 1}),
              ElementsAre(2));
  EXPECT_THAT(found({.model = "crm.lead", .domain = a.array({a.array({"revenue", ">", 15})}), .fields = {"name"}}),
              ElementsAre(2));
  EXPECT_THAT(found({.model = "crm.lead",
                     .domain = a.array({"|", a.array({"name", "ilike", "AN"}), a.array({"id", "in", a.array({2})})}),
                     .fields = {"name"}}),
              ElementsAre(1, 2));
  EXPECT_THAT(
      found({.model = "crm.lead", .domain = a.array({"!", a.array({"name", "=", "Anna"})}), .fields = {"name"}}),
      ElementsAre(2));
  EXPECT_THAT(found({.model = "crm.lead", .domain = a.array({a.array({"active", "=", false})}), .fields = {"name"}}),
              ElementsAre(3));
}

TEST_F(FakeOdooTest, WritesChangeTheRowsAndAreWrittenDown) {
  run([](const Odoo& odoo) {
    Arena a;
    EXPECT_TRUE(odoo.write(Record{"crm.lead", 1}, a.object({{"name", "Anne"}})));
    const auto made = odoo.create("crm.lead", a.object({{"name", "Dan"}}), {.company_id = 2});
    ASSERT_TRUE(made);
    EXPECT_THAT(*made, ElementsAre(4));
    EXPECT_TRUE(odoo.unlink("crm.lead", {2}, {.company_id = kAllCompanies}));
    EXPECT_TRUE(odoo.message_post(Record{"crm.lead", 4}, "Hello"));
    EXPECT_EQ(odoo.write(Record{"crm.lead", 99}, a.object({{"name", "x"}})).error().code, Code::kMissing);
    const auto rows = odoo.write_rows("crm.lead", a.array({a.object({{"id", 1}, {"revenue", 5}})}), {.company_id = 2});
    ASSERT_TRUE(rows);
    EXPECT_EQ(rows->root()["done"].size(), 1U);
  });
  EXPECT_EQ(host.odoo().row("crm.lead", 1)["name"].text(), "Anne");
  EXPECT_EQ(host.odoo().row("crm.lead", 1)["revenue"].integer(), 5);
  EXPECT_EQ(host.odoo().row("crm.lead", 2).value().size(), 0U);
  EXPECT_EQ(host.odoo().row("crm.lead", 4)["name"].text(), "Dan");
  ASSERT_EQ(host.writes().size(), 5U);
  EXPECT_EQ(host.writes()[0].company_id, kAllCompanies);
  EXPECT_EQ(host.writes()[1].company_id, 2);
  EXPECT_EQ(host.writes()[3].body, "Hello");
}

TEST_F(FakeOdooTest, AKeyHasOneEffect) {
  run([](const Odoo& odoo) {
    Arena a;
    const Scope scope{.company_id = 1, .idempotency_key = "order/7"};
    const auto first = odoo.create("crm.lead", a.object({{"name", "Dan"}}), scope);
    const auto again = odoo.create("crm.lead", a.object({{"name", "Dan"}}), scope);
    ASSERT_TRUE(first && again);
    EXPECT_EQ(*first, *again);
  });
  EXPECT_EQ(host.writes().size(), 1U);
}

TEST_F(FakeOdooTest, ScriptsGoBeforeTheRows) {
  host.odoo().answers("crm.lead", "search_count", 3).answers("crm.lead", "search_count", 4);
  host.odoo().fails("crm.lead", "write", Code::kConflict, "somebody else writes");
  host.odoo().answers("crm.lead", "action_set_lost", true);
  run([](const Odoo& odoo) {
    Arena a;
    for (const int64_t wanted : {3, 4, 4}) EXPECT_EQ(*odoo.search_count({.model = "crm.lead"}), wanted);
    EXPECT_EQ(odoo.write(Record{"crm.lead", 1}, a.object({{"name", "x"}})).error().code, Code::kConflict);
    EXPECT_TRUE(odoo.call("crm.lead", "action_set_lost", {1}, {}, {.company_id = 1})->root().truthy());
  });
  ASSERT_EQ(host.writes().size(), 1U);
  EXPECT_EQ(host.writes()[0].method, "action_set_lost");
  EXPECT_EQ(host.odoo().row("crm.lead", 1)["name"].text(), "Anna");
}

TEST_F(FakeOdooTest, GroupsParametersAndSetup) {
  host.odoo().group("sales_team.group_sale_manager").parameter("crm.pls_fields", "stage_id");
  run([](const Odoo& odoo) {
    EXPECT_TRUE(*odoo.has_group("sales_team.group_sale_manager"));
    EXPECT_FALSE(*odoo.has_group("base.group_system"));
    EXPECT_EQ(odoo.parameter("crm.pls_fields")->root().text(), "stage_id");
    EXPECT_TRUE(odoo.parameter("nothing")->root().is_null());
    EXPECT_TRUE(*odoo.ensure_field({.model = "crm.lead", .name = "x_bell", .type = "char", .label = "Bell"}));
    EXPECT_EQ(odoo.info()->root()["series"].text(), "19.0");
    EXPECT_EQ(odoo.names("crm.lead", {1, 9})->root().size(), 1U);
    EXPECT_TRUE(odoo.fields_get("crm.lead")->root().has("revenue"));
  });
  EXPECT_EQ(host.writes().at(0).method, "ensure_field");
}

}  // namespace
}  // namespace outrigger::testkit
