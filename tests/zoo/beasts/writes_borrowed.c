/* Writes into what it was lent. */
#include "beast.h"

ON_COMMAND({
  char* text = (char*)(uintptr_t)call->args->as.s;
  memset(text, 'X', call->args->count);
  result->root = zoo_value(text, call->args->count);
})
