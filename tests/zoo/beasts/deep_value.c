/* Answers with a value that is nested 100,000 deep. */
#include "beast.h"

enum { kDepth = 100000 };
static or_value levels[kDepth];

ON_COMMAND({
  for (int i = 0; i < kDepth - 1; ++i) {
    levels[i].kind = OR_ARRAY;
    levels[i].count = 1;
    levels[i].as.items = &levels[i + 1];
  }
  result->root = levels[0];
})
