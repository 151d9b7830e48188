/* Crashes while it is being loaded. */
#include "beast.h"

static volatile int* volatile nothing;

__attribute__((constructor)) static void load(void) { *nothing = 7; }

BEAST(0)
