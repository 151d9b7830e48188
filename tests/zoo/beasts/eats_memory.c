/* Takes memory, and uses it, until it gets no more. */
#include "beast.h"

ON_COMMAND({
  int64_t taken = 0;
  for (char* block = (char*)malloc(1U << 20U); block != NULL && taken < 4096; block = (char*)malloc(1U << 20U)) {
    memset(block, 1, 1U << 20U);
    ++taken;
  }
  result->root = zoo_number(taken);
})
