#include "abi_c_test.h"

#include <stdlib.h>
#include <string.h>

#include "abi_layout.h" /* checked by a C compiler too */

struct made {
  or_value ids[3];
  or_field fields[2];
  int* released;
};

static void release(or_doc* doc) {
  struct made* made = doc->owner;
  ++*made->released;
  free(made);
  memset(doc, 0, sizeof *doc);
}

or_doc c_document(int* released) {
  struct made* made = calloc(1, sizeof *made);
  or_doc doc = {{OR_OBJECT, 2, {0}}, NULL, NULL};
  if (made == NULL) abort();
  made->released = released;
  for (int i = 0; i < 3; ++i) {
    made->ids[i].kind = OR_INT;
    made->ids[i].as.i = i + 1;
  }
  made->fields[0] = (or_field){{"name", 4}, {OR_STRING, 4, {.s = "Anna"}}};
  made->fields[1] = (or_field){{"ids", 3}, {OR_ARRAY, 3, {.items = made->ids}}};
  doc.root.as.fields = made->fields;
  doc.owner = made;
  doc.release = release;
  return doc;
}

int64_t c_sum(const or_value* value) {
  int64_t sum = value->kind == OR_INT ? value->as.i : 0;
  for (uint32_t i = 0; value->kind == OR_ARRAY && i < value->count; ++i) sum += c_sum(&value->as.items[i]);
  for (uint32_t i = 0; value->kind == OR_OBJECT && i < value->count; ++i) sum += c_sum(&value->as.fields[i].value);
  return sum;
}

int c_has_stop(const or_plugin_v1* table) { return OR_HAS(or_plugin_v1, table, stop); }
