/* Writes to nothing. */
#include "beast.h"

static volatile int* volatile nothing;

ON_COMMAND(*nothing = 7;)
