/* The core C ABI of Outrigger: the only thing that crosses the border of a plugin's shared library.
 *
 * A plugin exports exactly one function, outrigger_plugin_v1. Everything beyond this file is an *extension*: a
 * struct of function pointers that one side asks the other for by its id, such as "outrigger.odoo/1". A side that
 * does not have an extension, or does not grant it, answers NULL, and its asker goes on without.
 *
 *     const or_plugin_v1 *outrigger_plugin_v1(void) { return &my_plugin; }
 *
 * Conventions, in force for every header of the ABI
 *  1. Only C types of fixed width cross: no enum, bool, long, bit-field, varargs, errno, FILE or C++ type.
 *  2. No exception crosses. An entry point that cannot do its work returns a code and fills the or_error.
 *  3. Every table of functions and every in or out struct starts with struct_size, the size that its maker was
 *     compiled with. Structs grow at their end only. A slot counts only if it lies within struct_size and is not
 *     NULL: test it with OR_HAS. Structs nest by pointer, never by value (or_str, or_value, or_field, or_doc and
 *     or_stamp excepted, which are frozen).
 *  4. Every function pointer states where it may be called:
 *       [strand]      the host calls it on the instance's own thread, one call at a time;
 *       [any-thread]  callable from any thread, at any time between create and destroy.
 *  5. What is passed in is borrowed until the call returns. What is handed over for keeping is an or_doc.
 *  6. A code, kind or flag that the receiver does not know is treated as its documented default, never as a crash.
 *
 * Life of an instance (all of it [strand])
 *     create -> activate -> calls of the plugin's extensions -> stop -> destroy
 *  - create gets the configuration, already checked against the manifest's schema. Host services exist and may be
 *    asked for, yet only log and clock may be called.
 *  - activate: from here on every granted service may be called. An instance that is created to stand by is not
 *    activated until the host says so.
 *  - To stop, the host first cancels the services that are blocked (they return OR_E_CANCELLED), then calls stop.
 *    After stop it calls nothing but destroy. destroy is called also when create succeeded and activate failed.
 *
 * One thread per instance: a service may block until it is answered, cancelled or past its deadline, without
 * holding up any other instance.
 */
#ifndef OUTRIGGER_ABI_H
#define OUTRIGGER_ABI_H

#include <stddef.h>

#include "abi/value.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_ABI_MAJOR 1
#define OR_ABI_MINOR 0
#define OR_MAGIC 0x4F555452u /* "OUTR" */

/* True when the table t (a pointer) has the slot m: it lies within struct_size and is not NULL. */
#define OR_HAS(type, t, m) ((t) != NULL && (t)->struct_size >= offsetof(type, m) + sizeof((t)->m) && (t)->m != NULL)

/* Status and error codes. OR_OK is success; every other value is a failure that a caller can act on. */
typedef int32_t or_status;
#define OR_OK 0
#define OR_E_INVALID 1      /* the arguments are wrong; the message names which */
#define OR_E_ACCESS 2       /* a right or a grant is missing; the message names it */
#define OR_E_VALIDATION 3   /* Odoo refused the values or the action */
#define OR_E_MISSING 4      /* a record, model, method or field is not there */
#define OR_E_CONFLICT 5     /* concurrent change; the same call may succeed later */
#define OR_E_UNREACHABLE 6  /* no connection, or it broke */
#define OR_E_PROTOCOL 7     /* the reply is not what Odoo would send */
#define OR_E_AUTH 8         /* the key or password is wrong or has expired */
#define OR_E_CANCELLED 9    /* the instance is being stopped */
#define OR_E_DEADLINE 10    /* not answered in time */
#define OR_E_UNSUPPORTED 11 /* this host, Odoo version or database cannot do it */
#define OR_E_LIMIT 12       /* a bound was reached: size, rate, quota */
#define OR_E_INTERNAL 13    /* a bug; the message is for its author */

/* Where an error arose. */
#define OR_SOURCE_PLUGIN 1
#define OR_SOURCE_ODOO 2
#define OR_SOURCE_NETWORK 3
#define OR_SOURCE_HOST 4

/* What a failed call may have done. Zero, from a side that does not know this member, means unknown. */
#define OR_EFFECT_UNKNOWN 0 /* perhaps done, perhaps not: read before trying again */
#define OR_EFFECT_NONE 1    /* not done */
#define OR_EFFECT_DONE 2    /* done, though no proper answer came */

/* An error report. The caller provides it with struct_size set and everything else zero; the callee fills it. */
typedef struct or_error {
  uint32_t struct_size;
  int32_t code;           /* OR_E_* */
  int32_t source;         /* OR_SOURCE_* */
  int32_t effect;         /* OR_EFFECT_* */
  int32_t retry_after_ms; /* when trying again may help; -1: not by waiting */
  uint32_t message_len;   /* bytes of message that count */
  char message[1000];     /* UTF-8, one sentence naming the remedy; never contains a secret */
} or_error;

/* What a plugin was built with; frozen. The host compares it before it calls anything else. */
typedef struct or_stamp {
  uint32_t struct_size;
  uint32_t magic;              /* OR_MAGIC */
  uint16_t abi_major;          /* OR_ABI_MAJOR */
  uint16_t abi_minor_required; /* the lowest minor that the plugin can work with */
  uint8_t pointer_size;        /* sizeof(void *) */
  uint8_t little_endian;       /* 1 or 0 */
  uint8_t draft;               /* 1: uses drafts of the ABI and needs exactly this SDK */
  uint8_t reserved;
  or_str sdk_version; /* shown to people, compared only when draft is 1 */
} or_stamp;

/* The host as an instance sees it. Valid from create until destroy returns. */
typedef struct or_host {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx;      /* first argument of get_extension */
  or_str name;    /* "outrigger" */
  or_str version; /* the host's version, for messages */
  /* [any-thread] the host extension of this id for this instance; NULL if absent or not granted. The table stays
   * valid until destroy returns. */
  const void* (*get_extension)(void* ctx, or_str id);
} or_host;

/* Roles of an instance: which kinds of calls it will be given. A bit set. */
#define OR_ROLE_CHANGES 1u
#define OR_ROLE_COMMANDS 2u
#define OR_ROLE_JOBS 4u
#define OR_ROLE_PAGES 8u
#define OR_ROLE_WEBHOOK 16u

/* How an instance is made. Borrowed for the duration of create; the plugin copies what it keeps. */
typedef struct or_create_info {
  uint32_t struct_size;
  uint32_t roles;         /* OR_ROLE_*; an instance belongs to one plugin, one database and these roles */
  or_str database;        /* the deployment's name of the database */
  or_str instance;        /* unique in this host, for messages */
  const or_value* config; /* the plugin's configuration, an object; defaults are filled in */
} or_create_info;

/* What a plugin is. Static storage, valid for as long as the library is loaded. */
typedef struct or_plugin_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  or_stamp stamp;
  or_str id;      /* equals the manifest's id */
  or_str version; /* equals the manifest's version */
  /* [strand] makes an instance and stores its pointer in *self; on failure *self stays NULL. */
  or_status (*create)(const or_host* host, const or_create_info* info, void** self, or_error* error);
  /* [strand] the instance may begin to work. */
  or_status (*activate)(void* self, or_error* error);
  /* [strand] the instance ends what it is doing and starts nothing new. */
  void (*stop)(void* self);
  /* [strand] frees the instance; self is not used afterwards. */
  void (*destroy)(void* self);
  /* [any-thread] the plugin extension of this id; NULL if the plugin has none. Valid until destroy. */
  const void* (*get_extension)(void* self, or_str id);
} or_plugin_v1;

/* The one exported symbol, and its name for a loader. */
#define OR_ENTRY_POINT "outrigger_plugin_v1"
typedef const or_plugin_v1* (*or_entry_point_v1)(void); /* [any-thread] */

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_H */
