/* Plugin extension "outrigger.commands/1": subcommands of the program, `outrigger PLUGIN COMMAND`.
 *
 * The manifest declares each command with its arguments, so that the host parses the command line, prints help and
 * checks types without running plugin code. A command runs in an instance of its own (role OR_ROLE_COMMANDS).
 *
 * A command has two outputs: text for a person, written while it runs through the sink, and one value for a program,
 * returned at its end. With --json the host prints the value only.
 */
#ifndef OUTRIGGER_ABI_COMMANDS_H
#define OUTRIGGER_ABI_COMMANDS_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_COMMANDS_ID "outrigger.commands/1"

/* --plan: writes to Odoo are collected by the host and not sent, and read as if they were; so write as always. Do
 * nothing else that lasts: what is kept in the store or asked of the web is done all the same. */
#define OR_COMMAND_PLAN 1u
#define OR_COMMAND_JSON 2u /* --json: text written to the sink is not shown */

/* Where a running command writes. Provided by the host, borrowed until run returns. */
typedef struct or_command_sink {
  uint32_t struct_size;
  uint32_t width; /* columns of the terminal; 0 when output is not a terminal */
  void* ctx;      /* first argument of every function */
  /* [any-thread] text for a person, UTF-8, lines end with \n. */
  void (*text)(void* ctx, or_str text);
  /* [any-thread] how far a long step is: done of total (total 0: unknown), and what it is doing. Cheap to call. */
  void (*progress)(void* ctx, uint64_t done, uint64_t total, or_str label);
} or_command_sink;

typedef struct or_command_call {
  uint32_t struct_size;
  uint32_t flags;       /* OR_COMMAND_* */
  or_str name;          /* the command's name in the manifest */
  const or_value* args; /* an object: arguments by name, typed as the manifest says; absent ones are missing */
  or_str locale;        /* of the reader: "en", "vi" */
  const or_command_sink* sink;
} or_command_call;

typedef struct or_commands_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  /* [strand] runs a command to its end. call is borrowed. *result is handed over; on failure it
   * stays empty and error says why. */
  or_status (*run)(void* self, const or_command_call* call, or_doc* result, or_error* error);
} or_commands_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_COMMANDS_H */
