/* Values: the tagged tree that carries every record, argument and result across the border of a plugin.
 *
 * The three structs or_str, or_value and or_field are frozen for ever: they carry no struct_size, and no later
 * version of the ABI adds, removes or reorders a member. New kinds may be added; a receiver treats a kind that
 * it does not know as null.
 *
 *     or_value name = {OR_STRING, 4, {.s = "Anna"}};        // a string of four bytes
 *     or_value ids  = {OR_ARRAY, 2, {.items = two_ints}};   // an array of two values
 *
 * Ownership: a tree that is passed to a function is borrowed until that function returns, and is only read.
 *            A tree that is handed over for keeping comes in an or_doc, whose receiver calls release once.
 * Threads:   values are immutable; any thread may read them and any thread may release them.
 * Encoding:  strings are UTF-8 and may contain U+0000; they need no terminator. Bytes are raw.
 * Odoo:      absence is OR_NULL. The host turns Odoo's `false` for an empty char, date or many2one into OR_NULL
 *            where it knows the field's type; a boolean stays OR_BOOL.
 */
#ifndef OUTRIGGER_ABI_VALUE_H
#define OUTRIGGER_ABI_VALUE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Kinds of or_value. The numbers are part of the ABI. */
#define OR_NULL 0u   /* no payload */
#define OR_BOOL 1u   /* as.i is 0 or 1 */
#define OR_INT 2u    /* as.i */
#define OR_DOUBLE 3u /* as.f */
#define OR_STRING 4u /* as.s points to count bytes of UTF-8 */
#define OR_BYTES 5u  /* as.s points to count raw bytes */
#define OR_ARRAY 6u  /* as.items points to count values */
#define OR_OBJECT 7u /* as.fields points to count fields; their order is kept, keys are unique */

/* Receivers refuse trees that are deeper than this. */
#define OR_MAX_DEPTH 64

/* A piece of UTF-8 text; data may be null when len is 0. Borrowed until the call that carries it returns. */
typedef struct or_str {
  const char* data;
  uint64_t len; /* bytes */
} or_str;

typedef struct or_value {
  uint32_t kind;  /* one of the kinds above */
  uint32_t count; /* bytes, items or fields; 0 for scalars */
  union {
    int64_t i;
    double f;
    const char* s;
    const struct or_value* items;
    const struct or_field* fields;
  } as;
} or_value;

typedef struct or_field {
  or_str key;
  or_value value;
} or_field;

/* A tree that its receiver owns. The struct may be moved by copying its bytes; after release both owner and
 * release are null. A zero-filled or_doc is a valid, empty one (its root is null and it needs no release). */
typedef struct or_doc {
  or_value root;
  void* owner;
  void (*release)(struct or_doc* doc); /* [any-thread] frees the tree; called once by the receiver; may be NULL */
} or_doc;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_VALUE_H */
