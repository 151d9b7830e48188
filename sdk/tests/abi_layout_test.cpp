// The ABI's layout on 64 bits: a plugin that was built once must load for ever, so no size and no offset may move.
// A failure here means a new major of the ABI; new members go to the end of a struct and add a line.
#include <gtest/gtest.h>

#include "abi_c_test.h"

namespace {

static_assert(sizeof(void*) == 8, "the figures below are those of 64 bits");

#define SIZE(type, size) static_assert(sizeof(type) == (size))
#define AT(type, member, offset) static_assert(offsetof(type, member) == (offset))

// Frozen for ever: not even their ends may grow.
SIZE(or_str, 16);
AT(or_str, data, 0);
AT(or_str, len, 8);
SIZE(or_value, 16);
AT(or_value, kind, 0);
AT(or_value, count, 4);
AT(or_value, as, 8);
SIZE(or_field, 32);
AT(or_field, key, 0);
AT(or_field, value, 16);

SIZE(or_doc, 32);
AT(or_doc, root, 0);
AT(or_doc, owner, 16);
AT(or_doc, release, 24);

SIZE(or_error, 1024);
AT(or_error, struct_size, 0);
AT(or_error, code, 4);
AT(or_error, source, 8);
AT(or_error, effect, 12);
AT(or_error, retry_after_ms, 16);
AT(or_error, message_len, 20);
AT(or_error, message, 24);

SIZE(or_stamp, 32);
AT(or_stamp, struct_size, 0);
AT(or_stamp, magic, 4);
AT(or_stamp, abi_major, 8);
AT(or_stamp, abi_minor_required, 10);
AT(or_stamp, pointer_size, 12);
AT(or_stamp, little_endian, 13);
AT(or_stamp, draft, 14);
AT(or_stamp, reserved, 15);
AT(or_stamp, sdk_version, 16);

SIZE(or_host, 56);
AT(or_host, struct_size, 0);
AT(or_host, ctx, 8);
AT(or_host, name, 16);
AT(or_host, version, 32);
AT(or_host, get_extension, 48);

SIZE(or_create_info, 48);
AT(or_create_info, struct_size, 0);
AT(or_create_info, roles, 4);
AT(or_create_info, database, 8);
AT(or_create_info, instance, 24);
AT(or_create_info, config, 40);

SIZE(or_plugin_v1, 112);
AT(or_plugin_v1, struct_size, 0);
AT(or_plugin_v1, stamp, 8);
AT(or_plugin_v1, id, 40);
AT(or_plugin_v1, version, 56);
AT(or_plugin_v1, create, 72);
AT(or_plugin_v1, activate, 80);
AT(or_plugin_v1, stop, 88);
AT(or_plugin_v1, destroy, 96);
AT(or_plugin_v1, get_extension, 104);

SIZE(or_log_v1, 32);
AT(or_log_v1, struct_size, 0);
AT(or_log_v1, ctx, 8);
AT(or_log_v1, write, 16);
AT(or_log_v1, enabled, 24);

SIZE(or_clock_v1, 48);
AT(or_clock_v1, struct_size, 0);
AT(or_clock_v1, ctx, 8);
AT(or_clock_v1, now, 16);
AT(or_clock_v1, monotonic, 24);
AT(or_clock_v1, to_utc, 32);
AT(or_clock_v1, to_local, 40);

SIZE(or_command_sink, 32);
AT(or_command_sink, struct_size, 0);
AT(or_command_sink, width, 4);
AT(or_command_sink, ctx, 8);
AT(or_command_sink, text, 16);
AT(or_command_sink, progress, 24);

SIZE(or_command_call, 56);
AT(or_command_call, struct_size, 0);
AT(or_command_call, flags, 4);
AT(or_command_call, name, 8);
AT(or_command_call, args, 24);
AT(or_command_call, locale, 32);
AT(or_command_call, sink, 48);

SIZE(or_commands_v1, 16);
AT(or_commands_v1, struct_size, 0);
AT(or_commands_v1, run, 8);

SIZE(or_odoo_scope, 72);
AT(or_odoo_scope, struct_size, 0);
AT(or_odoo_scope, lane, 4);
AT(or_odoo_scope, company_id, 8);
AT(or_odoo_scope, principal, 16);
AT(or_odoo_scope, idempotency_key, 32);
AT(or_odoo_scope, lang, 48);
AT(or_odoo_scope, deadline_ms, 64);

SIZE(or_odoo_query, 80);
AT(or_odoo_query, struct_size, 0);
AT(or_odoo_query, flags, 4);
AT(or_odoo_query, model, 8);
AT(or_odoo_query, domain, 24);
AT(or_odoo_query, fields, 32);
AT(or_odoo_query, field_count, 40);
AT(or_odoo_query, order, 48);
AT(or_odoo_query, offset, 64);
AT(or_odoo_query, limit, 72);

SIZE(or_odoo_v1, 160);
AT(or_odoo_v1, struct_size, 0);
AT(or_odoo_v1, ctx, 8);
AT(or_odoo_v1, info, 16);
AT(or_odoo_v1, fields_get, 24);
AT(or_odoo_v1, search_read, 32);
AT(or_odoo_v1, search_count, 40);
AT(or_odoo_v1, read_group, 48);
AT(or_odoo_v1, has_group, 56);
AT(or_odoo_v1, parameter, 64);
AT(or_odoo_v1, read, 72);
AT(or_odoo_v1, create, 80);
AT(or_odoo_v1, write, 88);
AT(or_odoo_v1, write_rows, 96);
AT(or_odoo_v1, unlink, 104);
AT(or_odoo_v1, message_post, 112);
AT(or_odoo_v1, call, 120);
AT(or_odoo_v1, reserved_async, 128);

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
static_assert(OR_MAX_DEPTH == 64 && OR_MAGIC == 0x4F555452U && OR_ABI_MAJOR == 1);

TEST(AbiLayout, IsTheSameInCAndInCpp) {
  const size_t expected[] = {sizeof(or_str),          sizeof(or_value),       sizeof(or_field),
                             sizeof(or_doc),          sizeof(or_error),       sizeof(or_stamp),
                             sizeof(or_host),         sizeof(or_create_info), sizeof(or_plugin_v1),
                             sizeof(or_log_v1),       sizeof(or_clock_v1),    sizeof(or_command_sink),
                             sizeof(or_command_call), sizeof(or_commands_v1), sizeof(or_odoo_scope),
                             sizeof(or_odoo_query),   sizeof(or_odoo_v1),     0};
  for (size_t i = 0; i < std::size(expected); ++i) EXPECT_EQ(c_struct_sizes()[i], expected[i]) << i;
}

TEST(AbiLayout, NamesOfExtensionsAndOfTheEntryPointStay) {
  EXPECT_STREQ(OR_ENTRY_POINT, "outrigger_plugin_v1");
  EXPECT_STREQ(OR_LOG_ID, "outrigger.log/1");
  EXPECT_STREQ(OR_CLOCK_ID, "outrigger.clock/1");
  EXPECT_STREQ(OR_ODOO_ID, "outrigger.odoo/1");
  EXPECT_STREQ(OR_COMMANDS_ID, "outrigger.commands/1");
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
