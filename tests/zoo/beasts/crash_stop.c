/* Crashes at its end. */
#include "beast.h"

static void stop(void) { abort(); }

BEAST(.stop = stop)
