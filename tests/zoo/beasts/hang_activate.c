/* Never begins. */
#include "beast.h"

static or_status activate(or_error* error) {
  (void)error;
  for (;;) pause();
}

BEAST(.activate = activate)
