/* What the beasts of the zoo share: a plugin against the ABI alone, well-behaved but for what its file defines.
 *
 *     #include "beast.h"
 *     static or_status run(const or_command_call* call, or_doc* result, or_error* error) { abort(); }
 *     BEAST(.run = run)
 */
#ifndef OUTRIGGER_ZOO_BEAST_H
#define OUTRIGGER_ZOO_BEAST_H

#include <errno.h>
#include <outrigger/abi.h>
#include <outrigger/abi/commands.h>
#include <outrigger/abi/log.h>
#include <outrigger/abi/odoo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __cplusplus
#define ZOO_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define ZOO_EXPORT __attribute__((visibility("default")))
#endif
#define ZOO_SPARE static __attribute__((unused))

/* What is NULL behaves well. */
struct beast {
  or_status (*create)(or_error* error);
  or_status (*activate)(or_error* error);
  or_status (*run)(const or_command_call* call, or_doc* result, or_error* error);
  void (*stop)(void);
  void (*destroy)(void);
};

static const or_host* the_host;

ZOO_SPARE or_str zoo_text(const char* text) {
  or_str out;
  out.data = text;
  out.len = strlen(text);
  return out;
}
ZOO_SPARE or_value zoo_value(const char* text, uint32_t size) {
  or_value out;
  out.kind = OR_STRING;
  out.count = size;
  out.as.s = text;
  return out;
}
ZOO_SPARE or_value zoo_number(int64_t number) {
  or_value out;
  out.kind = OR_INT;
  out.count = 0;
  out.as.i = number;
  return out;
}
ZOO_SPARE const void* zoo_extension(const char* id) { return the_host->get_extension(the_host->ctx, zoo_text(id)); }
ZOO_SPARE void zoo_log(const char* text, uint64_t size) {
  const or_log_v1* log = (const or_log_v1*)zoo_extension(OR_LOG_ID);
  or_str line;
  line.data = text;
  line.len = size;
  if (log != NULL) log->write(log->ctx, OR_LOG_ERROR, line, NULL);
}
ZOO_SPARE void zoo_say(const char* text) { zoo_log(text, strlen(text)); }
/* Tells the test that the deed begins. */
ZOO_SPARE void zoo_ready(const or_command_call* call) {
  call->sink->progress(call->sink->ctx, 0, 0, zoo_text("ready"));
}
ZOO_SPARE or_status zoo_fail(or_error* error, or_status code, const char* text, uint32_t size) {
  error->code = code;
  error->source = OR_SOURCE_PLUGIN;
  error->effect = OR_EFFECT_NONE;
  error->retry_after_ms = -1;
  error->message_len = size;
  memcpy(error->message, text, size);
  return code;
}
ZOO_SPARE int zoo_asked(const or_command_call* call, const char* name) {
  return call->name.len == strlen(name) && memcmp(call->name.data, name, call->name.len) == 0;
}
/* The number of leads, or the failure of asking. */
ZOO_SPARE or_status zoo_count(const char* model, uint64_t size, int64_t* count, or_error* error) {
  const or_odoo_v1* odoo = (const or_odoo_v1*)zoo_extension(OR_ODOO_ID);
  or_odoo_query query;
  if (odoo == NULL) return zoo_fail(error, OR_E_UNSUPPORTED, "no odoo", 7);
  memset(&query, 0, sizeof query);
  query.struct_size = sizeof query;
  query.model.data = model;
  query.model.len = size;
  return odoo->search_count(odoo->ctx, NULL, &query, count, error);
}
ZOO_SPARE or_error zoo_error(void) {
  or_error error;
  memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  return error;
}

static const struct beast* zoo_beast(void);

static or_status zoo_create(const or_host* host, const or_create_info* info, void** self, or_error* error) {
  (void)info;
  the_host = host;
  if (zoo_beast()->create != NULL) {
    const or_status status = zoo_beast()->create(error);
    if (status != OR_OK) return status;
  }
  *self = &the_host;
  return OR_OK;
}
static or_status zoo_activate(void* self, or_error* error) {
  (void)self;
  return zoo_beast()->activate != NULL ? zoo_beast()->activate(error) : OR_OK;
}
static void zoo_stop(void* self) {
  (void)self;
  if (zoo_beast()->stop != NULL) zoo_beast()->stop();
}
static void zoo_destroy(void* self) {
  (void)self;
  if (zoo_beast()->destroy != NULL) zoo_beast()->destroy();
}
static or_status zoo_run(void* self, const or_command_call* call, or_doc* result, or_error* error) {
  (void)self;
  if (zoo_beast()->run != NULL && !zoo_asked(call, "calm")) return zoo_beast()->run(call, result, error);
  result->root = zoo_value("calm", 4);
  return OR_OK;
}
static const void* zoo_get_extension(void* self, or_str id) {
  static const or_commands_v1 commands = {sizeof(or_commands_v1), 0, zoo_run};
  (void)self;
  if (id.len == strlen(OR_COMMANDS_ID) && memcmp(id.data, OR_COMMANDS_ID, id.len) == 0) return &commands;
  return NULL;
}

ZOO_EXPORT const or_plugin_v1* outrigger_plugin_v1(void);
ZOO_EXPORT const or_plugin_v1* outrigger_plugin_v1(void) {
  static const or_plugin_v1 table = {
      sizeof(or_plugin_v1),
      0,
      {sizeof(or_stamp), OR_MAGIC, OR_ABI_MAJOR, OR_ABI_MINOR, sizeof(void*), 1, 0, 0, {"1.0.0", 5}},
      {OUTRIGGER_PLUGIN_ID, sizeof(OUTRIGGER_PLUGIN_ID) - 1},
      {OUTRIGGER_PLUGIN_VERSION, sizeof(OUTRIGGER_PLUGIN_VERSION) - 1},
      zoo_create,
      zoo_activate,
      zoo_stop,
      zoo_destroy,
      zoo_get_extension};
  return &table;
}

#define BEAST(...)                                      \
  static const struct beast* zoo_beast(void) {          \
    static const struct beast this_one = {__VA_ARGS__}; \
    return &this_one;                                   \
  }

/* For a beast whose only deed is in its command. */
#define ON_COMMAND(...)                                                                \
  static or_status run(const or_command_call* call, or_doc* result, or_error* error) { \
    (void)call, (void)result, (void)error;                                             \
    __VA_ARGS__                                                                        \
    return OR_OK;                                                                      \
  }                                                                                    \
  BEAST(.run = run)

#endif
