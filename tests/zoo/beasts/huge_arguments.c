/* Asks for the records of a model whose name has 300 MiB. */
#include "beast.h"

ON_COMMAND({
  const uint32_t size = 300U << 20U;
  char* block = (char*)malloc(size);
  int64_t count = 0;
  or_status status = OR_OK;
  memset(block, 'x', size);
  status = zoo_count(block, size, &count, error);
  free(block);
  return status;
})
