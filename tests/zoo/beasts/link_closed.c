/* Closes its process's connection to the host. */
#include "beast.h"

ON_COMMAND(close(3); for (;;) pause();)
