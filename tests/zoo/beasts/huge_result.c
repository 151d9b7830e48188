/* Answers with 300 MiB. */
#include "beast.h"

static void release(or_doc* doc) {
  free(doc->owner);
  doc->owner = NULL;
  doc->release = NULL;
}

ON_COMMAND({
  const uint32_t size = 300U << 20U;
  char* block = (char*)calloc(1, size);
  result->root = zoo_value(block, size);
  result->root.kind = OR_BYTES;
  result->owner = block;
  result->release = release;
})
