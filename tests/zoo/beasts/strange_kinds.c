/* Answers well, with kinds that do not exist. */
#include "beast.h"

static or_value items[3];

ON_COMMAND({
  items[0].kind = 99;
  items[0].count = 12345;
  items[0].as.i = 0x4141414141414141;
  items[1].kind = OR_BOOL;
  items[1].as.i = 7;
  items[2].kind = OR_INT;
  items[2].count = 77;
  items[2].as.i = 5;
  result->root.kind = OR_ARRAY;
  result->root.count = 3;
  result->root.as.items = items;
})
