/* Gives up. */
#include "beast.h"

ON_COMMAND(abort();)
