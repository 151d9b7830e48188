/* Writes beyond a block, further each time, until malloc or the kernel notices. */
#include "beast.h"

ON_COMMAND(for (size_t beyond = 256;; beyond *= 2) {
  char* volatile block = (char*)malloc(24);
  char* volatile next = (char*)malloc(24);
  for (volatile size_t i = 0; i < beyond; ++i) block[i] = 0x41;
  free(next);
  free(block);
})
