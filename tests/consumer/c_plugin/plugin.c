/* A plugin in plain C: one command, which says hello. */
#include <outrigger/abi.h>
#include <outrigger/abi/commands.h>
#include <string.h>

#define TEXT(literal) \
  { literal, sizeof(literal) - 1 }

static int instance;

static or_status create(const or_host* host, const or_create_info* info, void** self, or_error* error) {
  (void)host, (void)info, (void)error;
  *self = &instance;
  return OR_OK;
}
static or_status activate(void* self, or_error* error) {
  (void)self, (void)error;
  return OR_OK;
}
static void nothing(void* self) { (void)self; }

static or_status run(void* self, const or_command_call* call, or_doc* result, or_error* error) {
  const or_str hello = TEXT("Hello\n");
  (void)self, (void)error;
  if (OR_HAS(or_command_sink, call->sink, text)) call->sink->text(call->sink->ctx, hello);
  result->root.kind = OR_NULL;
  return OR_OK;
}

static const void* get_extension(void* self, or_str id) {
  static const or_commands_v1 kCommands = {sizeof(or_commands_v1), 0, run};
  (void)self;
  return id.len == strlen(OR_COMMANDS_ID) && memcmp(id.data, OR_COMMANDS_ID, id.len) == 0 ? &kCommands : NULL;
}

static const or_plugin_v1 kPlugin = {sizeof(or_plugin_v1),
                                     0,
                                     {sizeof(or_stamp), OR_MAGIC, OR_ABI_MAJOR, 0, sizeof(void*),
                                      __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, 0, 0, TEXT("1.0.0")},
                                     TEXT(OUTRIGGER_PLUGIN_ID),
                                     TEXT(OUTRIGGER_PLUGIN_VERSION),
                                     create,
                                     activate,
                                     nothing,
                                     nothing,
                                     get_extension};

__attribute__((visibility("default"))) const or_plugin_v1* outrigger_plugin_v1(void);
const or_plugin_v1* outrigger_plugin_v1(void) { return &kPlugin; }
