/* Answers with more items than there is memory behind. */
#include "beast.h"

static or_value one;

ON_COMMAND({
  result->root.count = 0xFFFFFFFFU;
  result->root.kind = OR_ARRAY;
  result->root.as.items = &one;
})
