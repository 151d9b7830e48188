/* Tries every way out when it is made. */
#include "escape.h"

static or_status create(or_error* error) {
  (void)error;
  escape();
  return OR_OK;
}

BEAST(.create = create, .run = run)
