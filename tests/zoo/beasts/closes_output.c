/* Closes its output, so that nobody has anything to read, and never answers. */
#include "beast.h"

ON_COMMAND(close(1); close(2); zoo_ready(call); for (;;) pause();)
