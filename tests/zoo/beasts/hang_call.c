/* Never answers. */
#include "beast.h"

ON_COMMAND(zoo_ready(call); for (;;) pause();)
