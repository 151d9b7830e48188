/* Does not want to stop. */
#include "beast.h"

static void stop(void) {
  for (;;) pause();
}

BEAST(.stop = stop)
