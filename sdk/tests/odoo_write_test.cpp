// Writing through Odoo: what crosses, the company of each write, and what comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <outrigger/odoo.hpp>

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Notes the last call and answers with `reply`.
struct Fake {
  static or_status note(void* ctx, const char* what, const or_odoo_scope* scope, or_str model, const int64_t* ids,
                        uint64_t count, const or_value* values) {
    auto& self = *static_cast<Fake*>(ctx);
    self.what = what;
    self.seen_model = from_abi(model);
    self.company = scope->company_id;
    self.seen_ids.assign(ids, ids + count);
    self.seen_values = values == nullptr ? Value{} : self.arena.copy(*values);
    return OR_OK;
  }
  or_status answer(or_doc* out) {
    *out = Document::build([&](Arena& a) { return a.copy(reply); }).hand_over();
    return OR_OK;
  }
  Fake() {
    table.struct_size = sizeof table;
    table.ctx = this;
    table.read = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t count,
                    const or_str* fields, uint64_t field_count, or_doc* out, or_error*) {
      note(ctx, "read", scope, model, ids, count, nullptr);
      for (uint64_t i = 0; i < field_count; ++i) static_cast<Fake*>(ctx)->seen_fields.emplace_back(from_abi(fields[i]));
      return static_cast<Fake*>(ctx)->answer(out);
    };
    table.names = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t count,
                     or_doc* out, or_error*) {
      note(ctx, "names", scope, model, ids, count, nullptr);
      return static_cast<Fake*>(ctx)->answer(out);
    };
    table.create = [](void* ctx, const or_odoo_scope* scope, or_str model, const or_value* values, or_doc* out,
                      or_error*) {
      note(ctx, "create", scope, model, nullptr, 0, values);
      return static_cast<Fake*>(ctx)->answer(out);
    };
    table.write = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t count,
                     const or_value* values, or_error* error) {
      note(ctx, "write", scope, model, ids, count, values);
      if (scope->company_id == OR_COMPANY_DEFAULT)
        return fill_error(error, {Code::kInvalid, "name a company", Source::kHost, Effect::kNone});
      return or_status{OR_OK};
    };
    table.unlink = [](void* ctx, const or_odoo_scope* scope, or_str model, const int64_t* ids, uint64_t count,
                      or_error*) { return note(ctx, "unlink", scope, model, ids, count, nullptr); };
    table.message_post = [](void* ctx, const or_odoo_scope* scope, or_str model, int64_t id, or_str body,
                            int32_t is_html, int64_t* message, or_error*) {
      const or_value text = Value::of(from_abi(body)).raw();
      *message = is_html == 0 ? 500 : 600;
      return note(ctx, "message_post", scope, model, &id, 1, &text);
    };
    table.ensure_field = [](void* ctx, const or_odoo_scope* scope, const or_value* field, or_doc* out, or_error*) {
      note(ctx, "ensure_field", scope, {}, nullptr, 0, field);
      return static_cast<Fake*>(ctx)->answer(out);
    };
    table.ensure_view = [](void* ctx, const or_odoo_scope* scope, const or_value* view, or_doc* out, or_error*) {
      note(ctx, "ensure_view", scope, {}, nullptr, 0, view);
      return static_cast<Fake*>(ctx)->answer(out);
    };
    table.install_webhook = [](void* ctx, const or_odoo_scope* scope, const or_value* hook, or_doc* out, or_error*) {
      note(ctx, "install_webhook", scope, {}, nullptr, 0, hook);
      return static_cast<Fake*>(ctx)->answer(out);
    };
  }

  or_odoo_v1 table{};
  Arena arena;
  Value reply;
  std::string what, seen_model;
  int64_t company = 0;
  std::vector<int64_t> seen_ids;
  std::vector<std::string> seen_fields;
  Value seen_values;
};

struct Writes : testing::Test {
  Fake fake;
  Odoo odoo{&fake.table};
  Arena arena;
};

TEST_F(Writes, ReadAndNamesCross) {
  fake.reply = arena.array({arena.object({{"id", 3}})});
  const Result<Document> rows = odoo.read("res.users", {3, 4}, {"name", "login"}, {.company_id = 1});
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->root().at(0)["id"].integer(), 3);
  EXPECT_THAT(fake.seen_ids, ElementsAre(3, 4));
  EXPECT_THAT(fake.seen_fields, ElementsAre("name", "login"));
  fake.reply = arena.array({arena.array({3, "Anna"})});
  const Result<Document> names = odoo.names("res.users", {3});
  ASSERT_TRUE(names);
  EXPECT_EQ(names->root().at(0).at(1).text(), "Anna");
  EXPECT_EQ(fake.company, OR_COMPANY_DEFAULT) << "a read need not name one";
}

TEST_F(Writes, CreateTakesOneOrManyAndReturnsAsManyIds) {
  fake.reply = arena.array({41});
  const auto one = odoo.create("crm.lead", arena.object({{"name", "A"}}), {.company_id = 2});
  ASSERT_TRUE(one);
  EXPECT_THAT(*one, ElementsAre(41));
  EXPECT_EQ(fake.company, 2);
  ASSERT_EQ(fake.seen_values.size(), 1U) << "one object becomes a list of one";
  EXPECT_EQ(fake.seen_values.at(0)["name"].text(), "A");
  fake.reply = arena.array({41, 42});
  const Value two = arena.array({arena.object({{"name", "A"}}), arena.object({{"name", "B"}})});
  EXPECT_THAT(*odoo.create("crm.lead", two, {.company_id = 2}), ElementsAre(41, 42));
  fake.reply = arena.array({41});
  const auto few = odoo.create("crm.lead", two, {.company_id = 2});
  ASSERT_FALSE(few) << "an answer that does not fit";
  EXPECT_EQ(few.error().effect, Effect::kUnknown);
}

TEST_F(Writes, AWriteNamesItsCompany) {
  const Value values = arena.object({{"color", 1}});
  EXPECT_TRUE(odoo.write("crm.lead", {1, 2}, values, {.company_id = kAllCompanies}));
  EXPECT_EQ(fake.company, -1);
  EXPECT_THAT(fake.seen_ids, ElementsAre(1, 2));
  const Result<void> none = odoo.write("crm.lead", {1}, values, {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "name a company") << "the host's word";
  EXPECT_TRUE(odoo.unlink("crm.lead", {9}, {.company_id = 3}));
  EXPECT_EQ(fake.what, "unlink");
  EXPECT_EQ(fake.company, 3);
}

TEST_F(Writes, AWriteAboutARecordUsesTheRecordsCompany) {
  EXPECT_TRUE(odoo.write(Record{"crm.lead", 7}, arena.object({{"color", 1}})));
  EXPECT_EQ(fake.company, kAllCompanies);
  EXPECT_TRUE(odoo.write(Record{"crm.lead", 7, 2}, arena.object({{"color", 1}})));
  EXPECT_EQ(fake.company, 2);
  EXPECT_TRUE(odoo.unlink(Record{"crm.lead", 7, 2}, {.company_id = 5}));
  EXPECT_EQ(fake.company, 5) << "unless the scope names one";
  EXPECT_EQ(*odoo.message_post(Record{"crm.lead", 7}, "plain"), 500);
  EXPECT_EQ(fake.seen_values.text(), "plain");
  EXPECT_EQ(*odoo.message_post({"crm.lead", 7}, Html{"<b>x</b>"}), 600);
  EXPECT_EQ(*odoo.message_post({"crm.lead", 7}, std::string("text")), 500);
  EXPECT_THAT(fake.seen_ids, ElementsAre(7));
}

TEST_F(Writes, WhatIsSetUpIsDescribed) {
  fake.reply = arena.object({{"created", true}, {"id", 5}});
  EXPECT_TRUE(*odoo.ensure_field({.model = "crm.lead",
                                  .name = "x_score",
                                  .type = "selection",
                                  .label = "Score",
                                  .selection = arena.array({arena.array({"a", "A"})})}));
  EXPECT_EQ(fake.seen_values["name"].text(), "x_score");
  EXPECT_EQ(fake.seen_values["string"].text(), "Score");
  EXPECT_EQ(fake.seen_values["selection"].at(0).at(1).text(), "A");
  EXPECT_EQ(fake.company, kAllCompanies);
  fake.reply = arena.object({{"created", false}});
  EXPECT_FALSE(*odoo.ensure_view({.name = "score", .inherits = "crm.crm_lead_view_form", .arch = "<data/>"}));
  EXPECT_EQ(fake.seen_values["inherits"].text(), "crm.crm_lead_view_form");
  EXPECT_FALSE(*odoo.install_webhook({.endpoint = "won", .model = "crm.lead", .fields = {"stage_id", "active"}}));
  EXPECT_EQ(fake.seen_values["fields"].at(1).text(), "active");
}

TEST_F(Writes, AnOlderHostEndsBeforeTheSlot) {
  fake.table.struct_size = offsetof(or_odoo_v1, names);
  EXPECT_TRUE(odoo.write(Record{"crm.lead", 7}, arena.object({{"color", 1}})));
  const Error errors[] = {odoo.names("res.users", {1}).error(), odoo.ensure_field({}).error(),
                          odoo.ensure_view({}).error(), odoo.install_webhook({}).error()};
  for (const Error& error : errors) {
    EXPECT_EQ(error.code, Code::kUnsupported);
    EXPECT_THAT(error.message, HasSubstr("does not offer this call"));
  }
  fake.table.struct_size = offsetof(or_odoo_v1, read);
  const Scope all{.company_id = kAllCompanies};
  const Error more[] = {odoo.read("a", {1}, {"b"}).error(), odoo.create("a", arena.array({}), all).error(),
                        odoo.write("a", {1}, {}, all).error(), odoo.unlink("a", {1}, all).error(),
                        odoo.message_post(Record{"a", 1}, "b").error()};
  for (const Error& error : more) EXPECT_EQ(error.code, Code::kUnsupported);
}

TEST_F(Writes, ADocumentThatComesWithAnErrorIsReleased) {
  static int released = 0;
  fake.table.read = [](void*, const or_odoo_scope*, or_str, const int64_t*, uint64_t, const or_str*, uint64_t,
                       or_doc* out, or_error* error) {
    *out = or_doc{{OR_NULL, 0, {0}}, nullptr, [](or_doc* doc) {
                    ++released;
                    *doc = or_doc{};
                  }};
    return fill_error(error, {Code::kInternal, "half an answer", Source::kHost});
  };
  EXPECT_FALSE(odoo.read("a", {1}, {"b"}));
  EXPECT_EQ(released, 1);
}

}  // namespace
}  // namespace outrigger
