/* Ends the process in good order, as if it were its own. */
#include "beast.h"

ON_COMMAND(exit(3);)
