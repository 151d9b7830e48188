/* Is never made. */
#include "beast.h"

static or_status create(or_error* error) {
  (void)error;
  for (;;) pause();
}

BEAST(.create = create)
