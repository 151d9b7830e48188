// The slots of odoo.* by way of the writer: what a plugin's call becomes.
#include "host/services/odoo_writes.hpp"

#include <gtest/gtest.h>

#include "integration/writes/tests/rig.hpp"

namespace outrigger::host {
namespace {

using writes::testing_rig::Rig;

Value scope(Arena& arena, const char* delivery, const char* key = "") {
  return arena.object({{"company_id", 1}, {"delivery", delivery}, {"idempotency_key", key}});
}

TEST(OdooWrites, ADeliveryThatIsRepeatedHasOneEffect) {
  Rig rig;
  OdooWrites odoo(*rig.writer, "scoring");
  const int64_t id = rig.odoo.create_lead();
  Arena arena;
  const Value note = arena.object({{"scope", scope(arena, "d7")}, {"model", "crm.lead"}, {"id", id}, {"body", "hi"}});
  const Value lead = arena.object({{"scope", scope(arena, "d7")},
                                   {"model", "crm.lead"},
                                   {"values", arena.array({arena.object({{"name", "new"}})})}});
  const int64_t before = rig.odoo.count("crm.lead");
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Result<Document> posted = odoo.perform("message_post", note, {}, {});
    ASSERT_TRUE(posted) << posted.error().message;
    EXPECT_GT(posted->root().integer(), 0);
    const Result<Document> made = odoo.perform("create", lead, {}, {});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->root().size(), 1U);
  }
  EXPECT_EQ(rig.odoo.count("mail.message"), 1);
  EXPECT_EQ(rig.odoo.count("crm.lead"), before + 1);
  EXPECT_EQ(rig.log.of_run("d7")->size(), 2U) << "without a name the delivery is the run";
}

TEST(OdooWrites, APlanCollectsAndReadsSeeIt) {
  Rig rig;
  OdooWrites odoo(*rig.writer, "scoring");
  const int64_t id = rig.odoo.create_lead("desks");
  Arena arena;
  writes::Plan plan({.epoch = rig.epoch});
  odoo.collect(&plan);
  const Value write = arena.object({{"scope", scope(arena, "")},
                                    {"model", "crm.lead"},
                                    {"ids", arena.array({id})},
                                    {"values", arena.object({{"name", "chairs"}})}});
  ASSERT_TRUE(odoo.perform("write", write, {}, {}));
  EXPECT_EQ(rig.odoo.get("crm.lead", id, "name").text(), "desks");
  const Value read =
      arena.object({{"model", "crm.lead"}, {"ids", arena.array({id})}, {"fields", arena.array({"name"})}});
  const Document rows = Document::build([&](Arena& in) {
    return in.array({in.object({{"id", id}, {"name", "desks"}})});
  });
  EXPECT_EQ(odoo.seen("read", read, rows)->root().at(0)["name"].text(), "chairs");
  odoo.collect(nullptr);
  EXPECT_EQ(odoo.seen("read", read, rows)->root().at(0)["name"].text(), "desks");
  EXPECT_FALSE(OdooWrites::takes("search_read"));
  EXPECT_TRUE(OdooWrites::takes("write_rows"));
}

}  // namespace
}  // namespace outrigger::host
