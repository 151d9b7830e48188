/* Ends the process without any order, and calls it a success. */
#include "beast.h"

ON_COMMAND(_exit(0);)
