/* Prints 10 MiB without an end of line. */
#include "beast.h"

ON_COMMAND({
  static char text[4096];
  memset(text, 'x', sizeof text);
  for (int i = 0; i < 2560; ++i) fwrite(text, 1, sizeof text, i % 2 == 0 ? stdout : stderr);
  fflush(stdout);
})
