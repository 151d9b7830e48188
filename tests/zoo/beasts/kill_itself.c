/* Kills itself. */
#include "beast.h"

ON_COMMAND(kill(getpid(), SIGKILL); pause();)
