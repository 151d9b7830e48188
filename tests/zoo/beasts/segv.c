/* Sends itself the signal of a crash. */
#include "beast.h"

ON_COMMAND(raise(SIGSEGV);)
