/* Divides by zero. */
#include "beast.h"

static volatile int number = 100;
static volatile int zero;

ON_COMMAND(return number / zero;)
