/* Tries every way out while it is being loaded. */
#include "escape.h"

__attribute__((constructor)) static void load(void) { escape(); }

BEAST(.run = run)
