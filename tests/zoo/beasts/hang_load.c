/* Hangs while it is being loaded. */
#include "beast.h"

__attribute__((constructor)) static void load(void) {
  for (;;) pause();
}

BEAST(0)
