// What of the ABI is a number or a name, and how a slot is looked for. The layout is in abi_layout.h.
#include <gtest/gtest.h>

#include "abi_c_test.h"
#include "abi_layout.h"

namespace {

// The numbers of kinds, codes and flags travel too.
static_assert(OR_NULL == 0 && OR_BOOL == 1 && OR_INT == 2 && OR_DOUBLE == 3 && OR_STRING == 4 && OR_BYTES == 5 &&
              OR_ARRAY == 6 && OR_OBJECT == 7);
static_assert(OR_OK == 0 && OR_E_INVALID == 1 && OR_E_ACCESS == 2 && OR_E_VALIDATION == 3 && OR_E_MISSING == 4 &&
              OR_E_CONFLICT == 5 && OR_E_UNREACHABLE == 6 && OR_E_PROTOCOL == 7 && OR_E_AUTH == 8 &&
              OR_E_CANCELLED == 9 && OR_E_DEADLINE == 10 && OR_E_UNSUPPORTED == 11 && OR_E_LIMIT == 12 &&
              OR_E_INTERNAL == 13);
static_assert(OR_SOURCE_PLUGIN == 1 && OR_SOURCE_ODOO == 2 && OR_SOURCE_NETWORK == 3 && OR_SOURCE_HOST == 4);
static_assert(OR_EFFECT_UNKNOWN == 0 && OR_EFFECT_NONE == 1 && OR_EFFECT_DONE == 2);
static_assert(OR_ROLE_CHANGES == 1 && OR_ROLE_COMMANDS == 2 && OR_ROLE_JOBS == 4 && OR_ROLE_PAGES == 8 &&
              OR_ROLE_WEBHOOK == 16);
static_assert(OR_LANE_DEFAULT == 0 && OR_LANE_INTERACTIVE == 1 && OR_LANE_WRITES == 2 && OR_LANE_FEED == 3 &&
              OR_LANE_SWEEPS == 4);
static_assert(OR_QUERY_ARCHIVED == 1 && OR_QUERY_NAMES == 2 && OR_COMMAND_PLAN == 1 && OR_COMMAND_JSON == 2);
static_assert(OR_LOG_DEBUG == 1 && OR_LOG_INFO == 2 && OR_LOG_WARN == 3 && OR_LOG_ERROR == 4);
static_assert(OR_COMPANY_DEFAULT == 0 && OR_COMPANY_ALL == -1);
static_assert(OR_STORE_REVERSE == 1 && OR_STORE_KEYS == 2 && OR_MISSED_ONCE == 0 && OR_MISSED_SKIP == 1);
static_assert(OR_DOMAIN_SEARCH == 1 && OR_DOMAIN_FILTER == 2 && OR_DOMAIN_JSON == 1 && OR_DOMAIN_PYTHON == 2);
static_assert(OR_MAX_DEPTH == 64 && OR_MAGIC == 0x4F555452U && OR_ABI_MAJOR == 1);

TEST(AbiLayout, NamesOfExtensionsAndOfTheEntryPointStay) {
  EXPECT_STREQ(OR_ENTRY_POINT, "outrigger_plugin_v1");
  EXPECT_STREQ(OR_LOG_ID, "outrigger.log/1");
  EXPECT_STREQ(OR_METRICS_ID, "outrigger.metrics/1");
  EXPECT_STREQ(OR_CLOCK_ID, "outrigger.clock/1");
  EXPECT_STREQ(OR_ODOO_ID, "outrigger.odoo/1");
  EXPECT_STREQ(OR_DOMAIN_ID, "outrigger.domain/1");
  EXPECT_STREQ(OR_STORE_ID, "outrigger.store/1");
  EXPECT_STREQ(OR_SHARED_ID, "outrigger.shared/1");
  EXPECT_STREQ(OR_SCHEDULE_ID, "outrigger.schedule/1");
  EXPECT_STREQ(OR_HTTP_ID, "outrigger.http/1");
  EXPECT_STREQ(OR_SECRETS_ID, "outrigger.secrets/1");
  EXPECT_STREQ(OR_CHANGES_ID, "outrigger.changes/1");
  EXPECT_STREQ(OR_COMMANDS_ID, "outrigger.commands/1");
  EXPECT_STREQ(OR_JOBS_ID, "outrigger.jobs/1");
  EXPECT_STREQ(OR_PAGES_ID, "outrigger.pages/1");
  EXPECT_STREQ(OR_WEBHOOK_ID, "outrigger.webhook/1");
  EXPECT_STREQ(OR_HEALTH_ID, "outrigger.health/1");
  EXPECT_STREQ(OR_RECONFIGURE_ID, "outrigger.reconfigure/1");
}

TEST(AbiLayout, ASlotCountsOnlyWhenItLiesInsideTheStructAndIsNotNull) {
  or_plugin_v1 table{};
  EXPECT_FALSE(c_has_stop(nullptr));
  table.struct_size = sizeof table;
  EXPECT_FALSE(c_has_stop(&table)) << "NULL";
  table.stop = [](void*) {};
  EXPECT_TRUE(c_has_stop(&table));
  table.struct_size = offsetof(or_plugin_v1, stop);
  EXPECT_FALSE(c_has_stop(&table)) << "an older plugin without the slot";
  table.struct_size += sizeof(void*) - 1;
  EXPECT_FALSE(c_has_stop(&table)) << "half a slot";
}

}  // namespace
