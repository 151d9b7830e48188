// Odoo as a plugin calls it: what crosses to the host, and reading page by page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <outrigger/odoo.hpp>

#include "abi_c_test.h"

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Answers search_read with the ids of a script, one page a call, and notes what it was asked.
struct FakeOdoo {
  struct Seen {
    std::string model;
    std::string domain_first_term;
    size_t terms = 0;
    std::vector<std::string> fields;
    std::string order;
    int64_t offset = 0;
    int64_t limit = 0;
    uint32_t flags = 0;
    int64_t company = 0;
    int32_t lane = 0;
    std::string lang;
  };

  FakeOdoo() {
    table.struct_size = sizeof table;
    table.ctx = this;
    table.search_read = [](void* ctx, const or_odoo_scope* scope, const or_odoo_query* query, or_doc* reply,
                           or_error* error) {
      return static_cast<FakeOdoo*>(ctx)->search_read(*scope, *query, reply, error);
    };
  }

  or_status search_read(const or_odoo_scope& scope, const or_odoo_query& query, or_doc* reply, or_error* error) {
    Seen one;
    one.model = from_abi(query.model);
    const Value domain = query.domain == nullptr ? Value{} : Value(*query.domain);
    one.terms = domain.size();
    if (domain.size() > 0 && domain.at(0).size() == 3)
      one.domain_first_term = std::string(domain.at(0).at(0).text()) + std::string(domain.at(0).at(1).text()) +
                              std::to_string(domain.at(0).at(2).integer());
    for (uint64_t i = 0; i < query.field_count; ++i) one.fields.emplace_back(from_abi(query.fields[i]));
    one.order = from_abi(query.order);
    one.offset = query.offset;
    one.limit = query.limit;
    one.flags = query.flags;
    one.company = scope.company_id;
    one.lane = scope.lane;
    one.lang = from_abi(scope.lang);
    seen.push_back(one);
    if (seen.size() > pages.size())
      return fill_error(error, {Code::kUnreachable, "no more", Source::kNetwork, Effect::kUnknown, 100});
    *reply = Document::build([&](Arena& arena) {
               std::vector<Value> rows;
               for (const int64_t id : pages[seen.size() - 1]) rows.push_back(arena.object({{"id", id}}));
               return arena.array(rows);
             }).hand_over();
    return OR_OK;
  }

  or_odoo_v1 table{};
  std::vector<std::vector<int64_t>> pages;
  std::vector<Seen> seen;
};

std::vector<int64_t> range(int64_t first, int64_t count) {
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < count; ++i) ids.push_back(first + i);
  return ids;
}

TEST(Odoo, AQueryCrossesWhole) {
  FakeOdoo fake;
  fake.pages = {{7}};
  const Odoo odoo(&fake.table);
  Arena arena;
  const Query query{.model = "crm.lead",
                    .domain = arena.array({arena.array({"id", ">", 5})}),
                    .fields = {"name", "stage_id"},
                    .order = "name",
                    .archived = true,
                    .names = true,
                    .offset = 3,
                    .limit = 9};
  const Result<Document> rows = odoo.search_read(query, {.lane = Lane::kSweeps, .company_id = 2, .lang = "vi_VN"});
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(rows->root().at(0)["id"].integer(), 7);
  const FakeOdoo::Seen& seen = fake.seen.at(0);
  EXPECT_EQ(seen.model, "crm.lead");
  EXPECT_EQ(seen.domain_first_term, "id>5");
  EXPECT_THAT(seen.fields, ElementsAre("name", "stage_id"));
  EXPECT_EQ(seen.order, "name");
  EXPECT_EQ(seen.offset, 3);
  EXPECT_EQ(seen.limit, 9);
  EXPECT_EQ(seen.flags, OR_QUERY_ARCHIVED | OR_QUERY_NAMES);
  EXPECT_EQ(seen.company, 2);
  EXPECT_EQ(seen.lane, OR_LANE_SWEEPS);
  EXPECT_EQ(seen.lang, "vi_VN");
}

TEST(Odoo, PagesAreReadByTheIdOfTheLastRow) {
  FakeOdoo fake;
  fake.pages = {range(1, 2000), range(5000, 2000), {9000, 9001}};
  Arena arena;
  size_t rows = 0;
  const Query query{.model = "crm.lead", .domain = arena.array({arena.array({"type", "=", "lead"})}), .fields = {"id"}};
  const Result<void> read = Odoo(&fake.table).each_page(query, [&](Value page) {
    rows += page.size();
    return Result<void>();
  });
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(rows, 4002U);
  ASSERT_EQ(fake.seen.size(), 3U) << "a short page is the last one";
  EXPECT_EQ(fake.seen[0].domain_first_term, "id>0");
  EXPECT_EQ(fake.seen[1].domain_first_term, "id>2000");
  EXPECT_EQ(fake.seen[2].domain_first_term, "id>6999");
  EXPECT_EQ(fake.seen[2].terms, 2U) << "with the condition that was given";
  EXPECT_EQ(fake.seen[2].order, "id");
}

TEST(Odoo, AFullLastPageIsFollowedByAnEmptyOne) {
  FakeOdoo fake;
  fake.pages = {range(1, 2000), {}};
  const Result<void> read =
      Odoo(&fake.table).each_page({.model = "crm.lead", .fields = {"id"}}, [](Value) { return Result<void>(); });
  EXPECT_TRUE(read);
  EXPECT_EQ(fake.seen.size(), 2U);
}

TEST(Odoo, TheReadersErrorEndsTheReading) {
  FakeOdoo fake;
  fake.pages = {range(1, 2000), range(2001, 2000)};
  const Result<void> read =
      Odoo(&fake.table).each_page({.model = "crm.lead", .fields = {"id"}}, [](Value) -> Result<void> {
        return Error{Code::kLimit, "enough"};
      });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "enough");
  EXPECT_EQ(fake.seen.size(), 1U);
}

TEST(Odoo, AnErrorInTheMiddleIsReturnedWithItsEffect) {
  FakeOdoo fake;
  fake.pages = {range(1, 2000)};
  const Result<void> read =
      Odoo(&fake.table).each_page({.model = "crm.lead", .fields = {"id"}}, [](Value) { return Result<void>(); });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kUnreachable);
  EXPECT_EQ(read.error().effect, Effect::kUnknown);
  EXPECT_EQ(read.error().retry_after_ms, 100);
}

TEST(Odoo, RowsThatDoNotAscendDoNotMakeItReadForEver) {
  FakeOdoo fake;
  fake.pages = {range(1, 2000), range(1, 2000), range(1, 2000)};
  const Result<void> read =
      Odoo(&fake.table).each_page({.model = "crm.lead", .fields = {"id"}}, [](Value) { return Result<void>(); });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::kProtocol);
  EXPECT_THAT(read.error().message, HasSubstr("crm.lead"));
}

TEST(Odoo, AReplyIsReleasedOnce) {
  static int released = 0;
  or_odoo_v1 table{};
  table.struct_size = sizeof table;
  table.info = [](void*, or_doc* reply, or_error*) -> or_status {
    *reply = c_document(&released);
    return OR_OK;
  };
  {
    const Result<Document> info = Odoo(&table).info();
    ASSERT_TRUE(info);
    EXPECT_EQ(info->root()["name"].text(), "Anna");
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(Odoo, AReportOfRowsComesAlsoWithAnError) {
  or_odoo_v1 table{};
  table.struct_size = sizeof table;
  static bool report = true;
  table.write_rows = [](void*, const or_odoo_scope*, or_str, const or_value*, or_doc* reply,
                        or_error* error) -> or_status {
    if (report)
      *reply = Document::build([](Arena& arena) { return arena.object({{"unknown", arena.array({3})}}); }).hand_over();
    return fill_error(error, {Code::kUnreachable, "the reply was lost", Source::kNetwork, Effect::kUnknown});
  };
  Arena arena;
  const Value rows = arena.array({arena.object({{"id", 3}, {"color", 1}})});
  const Result<Document> partly = Odoo(&table).write_rows("crm.lead", rows);
  ASSERT_TRUE(partly) << partly.error().message;
  EXPECT_EQ(partly->root()["unknown"].at(0).integer(), 3);
  report = false;
  const Result<Document> failed = Odoo(&table).write_rows("crm.lead", rows);
  ASSERT_FALSE(failed) << "nothing can be said of any row";
  EXPECT_EQ(failed.error().effect, Effect::kUnknown);
}

TEST(Odoo, WithoutTheExtensionEveryCallSaysSo) {
  const Odoo none;
  EXPECT_FALSE(none);
  Arena arena;
  const Query query{.model = "crm.lead", .fields = {"id"}};
  const Error errors[] = {none.info().error(),
                          none.fields_get("crm.lead").error(),
                          none.search_read(query).error(),
                          none.search_count(query).error(),
                          none.read_group(query, {}, {"__count"}).error(),
                          none.has_group("base.group_user").error(),
                          none.parameter("key").error(),
                          none.write_rows("crm.lead", arena.array({1})).error(),
                          none.call("crm.lead", "action_archive", {1}).error(),
                          none.each_page(query, [](Value) { return Result<void>(); }).error()};
  for (const Error& error : errors) {
    EXPECT_EQ(error.code, Code::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("was not granted it"));
  }
}

}  // namespace
}  // namespace outrigger
