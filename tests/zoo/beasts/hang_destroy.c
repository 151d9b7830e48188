/* Does not want to go. */
#include "beast.h"

static void destroy(void) {
  for (;;) pause();
}

BEAST(.destroy = destroy)
